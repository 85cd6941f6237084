package io.rvbbit.gateway.engine;

import io.rvbbit.gateway.engine.Backends.Backend;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.duckdb.DuckDBColumnType;
import org.duckdb.DuckDBDataChunkWriter;
import org.duckdb.DuckDBFunctions;
import org.duckdb.DuckDBLogicalType;
import org.duckdb.DuckDBTableFunction;
import org.duckdb.DuckDBTableFunctionBindInfo;
import org.duckdb.DuckDBTableFunctionCallInfo;
import org.duckdb.DuckDBTableFunctionInitInfo;
import org.duckdb.DuckDBWritableVector;

/**
 * The table function {@code _rvbbit_backends()}, which lists the sessions of the server.
 *
 * <p>Threading: DuckDB's threads, one at a time per read.
 */
public final class BackendFunction
        implements DuckDBTableFunction<Boolean, Iterator<Backend>, Boolean> {
    private static final String NAME = "_rvbbit_backends";
    private static final List<String> TEXTS =
            List.of("usename", "datname", "application_name", "client_addr", "state", "query");
    private static final List<String> TIMES =
            List.of("backend_start", "xact_start", "query_start", "state_change");

    private final Backends backends;

    private BackendFunction(Backends backends) {
        this.backends = backends;
    }

    /** Adds what the catalogue asks of the server's sessions to a database instance. */
    public static void register(Connection connection, Backends backends) throws SQLException {
        try (var settings = DuckDBFunctions.tableFunction()) {
            settings.withName(SettingFunction.NAME)
                    .withParameter(DuckDBColumnType.INTEGER)
                    .withFunction(new SettingFunction(backends))
                    .register(connection);
        }
        try (var function = DuckDBFunctions.tableFunction()) {
            function.withName(NAME)
                    .withFunction(new BackendFunction(backends))
                    .register(connection);
        }
    }

    @Override
    public Boolean bind(DuckDBTableFunctionBindInfo info) throws Exception {
        for (String name : List.of("pid", "client_port")) {
            add(info, name, DuckDBColumnType.INTEGER);
        }
        for (String name : TEXTS) {
            add(info, name, DuckDBColumnType.VARCHAR);
        }
        for (String name : TIMES) {
            add(info, name, DuckDBColumnType.TIMESTAMP_WITH_TIME_ZONE);
        }
        return true;
    }

    private static void add(
            DuckDBTableFunctionBindInfo info, String name, DuckDBColumnType columnType)
            throws SQLException {
        try (DuckDBLogicalType type = DuckDBLogicalType.of(columnType)) {
            info.addResultColumn(name, type);
        }
    }

    @Override
    public Iterator<Backend> init(DuckDBTableFunctionInitInfo info) {
        info.setMaxThreads(1);
        return backends.all().iterator();
    }

    @Override
    public Boolean localInit(DuckDBTableFunctionInitInfo info) {
        return true;
    }

    @Override
    public long apply(DuckDBTableFunctionCallInfo info, DuckDBDataChunkWriter out) {
        Iterator<Backend> rest = info.getInitData();
        long row = 0;
        while (row < out.capacity() && rest.hasNext()) {
            Backend backend = rest.next();
            out.vector(0).setInt(row, backend.processId());
            out.vector(1).setInt(row, backend.port());
            List<String> texts =
                    List.of(
                            backend.user(),
                            backend.database(),
                            backend.applicationName(),
                            backend.address(),
                            backend.state(),
                            backend.query());
            for (int i = 0; i < texts.size(); i++) {
                out.vector(2 + i).setString(row, texts.get(i));
            }
            int time = 2 + texts.size();
            set(out.vector(time), row, Optional.of(backend.started()));
            set(out.vector(time + 1), row, backend.transactionStarted());
            set(out.vector(time + 2), row, backend.queryStarted());
            set(out.vector(time + 3), row, Optional.of(backend.stateChanged()));
            row++;
        }
        return row;
    }

    private static void set(DuckDBWritableVector vector, long row, Optional<Instant> time) {
        if (time.isPresent()) {
            vector.setOffsetDateTime(row, time.get().atOffset(ZoneOffset.UTC));
        } else {
            vector.setNull(row);
        }
    }
}
