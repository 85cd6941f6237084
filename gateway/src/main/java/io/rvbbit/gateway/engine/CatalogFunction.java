package io.rvbbit.gateway.engine;

import java.sql.Connection;
import java.sql.SQLException;
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
 * The table function over staged relations: {@code _rvbbit_catalog('pgc._relation', connection)}.
 *
 * <p>Threading: DuckDB's threads, one at a time per read.
 */
final class CatalogFunction
        implements DuckDBTableFunction<CatalogFunction.Bound, CatalogFunction.Reading, Boolean> {
    private static final String NAME = "_rvbbit_catalog";

    /** What the planner is told: more than a value, less than a table of the client's. */
    private static final long USUAL_ROWS = 200;

    private final CatalogStages stages;

    private CatalogFunction(CatalogStages stages) {
        this.stages = stages;
    }

    static void register(Connection connection, CatalogStages stages) throws SQLException {
        try (var function = DuckDBFunctions.tableFunction()) {
            function.withName(NAME)
                    .withParameter(DuckDBColumnType.VARCHAR)
                    .withParameter(DuckDBColumnType.BIGINT)
                    .withProjectionPushdown()
                    .withFunction(new CatalogFunction(stages))
                    .register(connection);
        }
    }

    @Override
    public Bound bind(DuckDBTableFunctionBindInfo info) throws Exception {
        DuckDBValue name = info.getParameter(0);
        // Reading the text of a NULL ends the process.
        CatalogRelation relation = stages.relation(name.isNull() ? "" : name.getString());
        for (int i = 0; i < relation.columns().size(); i++) {
            try (DuckDBLogicalType type = DuckDBLogicalType.of(relation.types().get(i))) {
                info.addResultColumn(relation.columns().get(i), type);
            }
        }
        info.setCardinality(USUAL_ROWS, false);
        // The view over it is made on a connection without a number.
        DuckDBValue number = info.getParameter(1);
        long connection = number.isNull() ? 0 : number.getLong();
        if (connection != 0) {
            stages.stage(connection).needs(relation.name());
        }
        return new Bound(relation, connection);
    }

    @Override
    public Reading init(DuckDBTableFunctionInitInfo info) {
        info.setMaxThreads(1);
        Bound bound = info.getBindData();
        int width = bound.relation().columns().size();
        int[] columns = new int[(int) info.getColumnCount()];
        for (int i = 0; i < columns.length; i++) {
            long index = info.getColumnIndex(i);
            // A query that needs no column at all asks for the row's number, which nobody reads.
            columns[i] = index >= 0 && index < width ? (int) index : -1;
        }
        return new Reading(stages.stage(bound.connection()).rows(bound.relation().name()), columns);
    }

    @Override
    public Boolean localInit(DuckDBTableFunctionInitInfo info) {
        return true;
    }

    @Override
    public long apply(DuckDBTableFunctionCallInfo info, DuckDBDataChunkWriter out) {
        Reading reading = info.getInitData();
        return reading.fill(out);
    }

    /** What a query reads, and for whom. */
    record Bound(CatalogRelation relation, long connection) {}

    /** A read under way. */
    static final class Reading {
        private final CatalogRows rows;
        private final int[] columns;
        private int next;

        Reading(CatalogRows rows, int[] columns) {
            this.rows = rows;
            this.columns = columns;
        }

        long fill(DuckDBDataChunkWriter out) {
            int count = (int) Math.min(out.capacity(), rows.size() - next);
            for (int i = 0; i < columns.length; i++) {
                for (int row = 0; row < count && columns[i] >= 0; row++) {
                    rows.write(next + row, columns[i], out.vector(i), row);
                }
            }
            next += count;
            return count;
        }
    }
}
