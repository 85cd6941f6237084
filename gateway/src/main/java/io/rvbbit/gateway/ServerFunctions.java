package io.rvbbit.gateway;

import io.rvbbit.gateway.access.Role;
import io.rvbbit.gateway.access.Roles;
import io.rvbbit.gateway.catalog.PgCatalog;
import io.rvbbit.gateway.dialect.DialectCatalog;
import io.rvbbit.gateway.dialect.DialectFunctions;
import io.rvbbit.gateway.engine.BackendFunction;
import io.rvbbit.gateway.engine.Backends;
import io.rvbbit.gateway.engine.BackfillFunction;
import io.rvbbit.gateway.engine.CacheFunction;
import io.rvbbit.gateway.engine.CancelFunction;
import io.rvbbit.gateway.engine.EngineExtensions;
import io.rvbbit.gateway.engine.FallbackFunctions;
import io.rvbbit.gateway.engine.RetentionFunction;
import io.rvbbit.gateway.engine.SignalFunction;
import io.rvbbit.gateway.engine.TraceFunction;
import io.rvbbit.gateway.execution.RecentStatements;
import io.rvbbit.gateway.execution.Signals;
import io.rvbbit.udf.Functions;
import io.rvbbit.udf.QueryScopes;
import java.util.ArrayList;
import java.util.List;

/** What every connection of the engine gets beside DuckDB's own functions. */
final class ServerFunctions {
    private ServerFunctions() {}

    static EngineExtensions extensions(
            QueryScopes scopes,
            Backends backends,
            Roles roles,
            Signals signals,
            CacheFunction.Clearing clearing,
            BackfillFunction.Backfill backfill,
            RetentionFunction.Retention retention,
            TraceFunction.Traces traces,
            RecentStatements statements) {
        Functions functions = new Functions(scopes);
        List<String> macros = new ArrayList<>(Functions.MACROS);
        macros.add(
                "CREATE OR REPLACE MACRO rvbbit_last_cost() AS getvariable('_rvbbit_last_cost')");
        macros.addAll(CacheFunction.MACROS);
        macros.add(CancelFunction.MACRO);
        macros.add(BackfillFunction.MACRO);
        macros.add(RetentionFunction.MACRO);
        macros.addAll(TraceFunction.MACROS);
        macros.addAll(FallbackFunctions.MACROS);
        List<String> bootstrap = new ArrayList<>(PgCatalog.bootstrap());
        bootstrap.addAll(DialectCatalog.bootstrap());
        return new EngineExtensions(
                bootstrap,
                PgCatalog.stages(),
                macros,
                connection -> {
                    functions.register(connection);
                    DialectFunctions.register(connection);
                    SignalFunction.register(
                            connection,
                            (asker, processId, terminate) ->
                                    signals.signal(
                                            asker, isAdmin(roles, asker), processId, terminate));
                    CacheFunction.register(connection, clearing);
                    BackfillFunction.register(connection, backfill);
                    RetentionFunction.register(connection, retention);
                    TraceFunction.register(connection, traces);
                    FallbackFunctions.register(connection);
                    CancelFunction.register(
                            connection,
                            (asker, caller) ->
                                    statements.cancel(asker, isAdmin(roles, asker), caller));
                    BackendFunction.register(connection, backends);
                });
    }

    private static boolean isAdmin(Roles roles, String name) {
        return roles.isTrusting() || roles.find(name).filter(Role::admin).isPresent();
    }
}
