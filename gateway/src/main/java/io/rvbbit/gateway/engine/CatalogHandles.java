package io.rvbbit.gateway.engine;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.duckdb.DuckDBColumnType;
import org.duckdb.DuckDBDataChunkWriter;
import org.duckdb.DuckDBFunctions;
import org.duckdb.DuckDBLogicalType;
import org.duckdb.DuckDBTableFunction;
import org.duckdb.DuckDBTableFunctionBindInfo;
import org.duckdb.DuckDBTableFunctionCallInfo;
import org.duckdb.DuckDBTableFunctionInitInfo;
import org.duckdb.DuckDBValue;

/**
 * The handles of lookups: {@code _rvbbit_staged(connection, 'relation[#column] …')}, one row.
 *
 * <p>A table function, because only such is called while a statement is bound: that is how it
 * becomes known, also through views and with open parameters, what the statement will look up.
 * Threading: DuckDB's threads.
 */
final class CatalogHandles implements DuckDBTableFunction<String, AtomicBoolean, Boolean> {
    private final CatalogStages stages;

    private CatalogHandles(CatalogStages stages) {
        this.stages = stages;
    }

    static void register(Connection connection, CatalogStages stages) throws SQLException {
        try (var function = DuckDBFunctions.tableFunction()) {
            function.withName("_rvbbit_staged")
                    .withParameter(DuckDBColumnType.BIGINT)
                    .withParameter(DuckDBColumnType.VARCHAR)
                    .withFunction(new CatalogHandles(stages))
                    .register(connection);
        }
    }

    @Override
    public String bind(DuckDBTableFunctionBindInfo info) throws Exception {
        try (DuckDBLogicalType type = DuckDBLogicalType.of(DuckDBColumnType.VARCHAR)) {
            info.addResultColumn("_handle", type);
        }
        info.setCardinality(1, true);
        DuckDBValue number = info.getParameter(0);
        DuckDBValue relations = info.getParameter(1);
        // A macro is made on a connection without a number.
        if (number.isNull() || relations.isNull()) {
            return "";
        }
        CatalogStage stage = stages.stage(number.getLong());
        for (String relation : relations.getString().split(" ", -1)) {
            stage.needs(relation.split("#", -1)[0]);
        }
        return stage.number() + " " + relations.getString();
    }

    @Override
    public AtomicBoolean init(DuckDBTableFunctionInitInfo info) {
        info.setMaxThreads(1);
        return new AtomicBoolean();
    }

    @Override
    public Boolean localInit(DuckDBTableFunctionInitInfo info) {
        return true;
    }

    @Override
    public long apply(DuckDBTableFunctionCallInfo info, DuckDBDataChunkWriter out) {
        AtomicBoolean given = info.getInitData();
        if (given.getAndSet(true)) {
            return 0;
        }
        String handle = info.getBindData();
        out.vector(0).setString(0, handle);
        return 1;
    }
}
