package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.engine.EngineConnection;
import io.rvbbit.gateway.engine.StagedRows;
import io.rvbbit.gateway.engine.Staging;
import io.rvbbit.udf.BatchTables;
import io.rvbbit.udf.cascade.SqlSource;

/** The engine's staged rows, as functions know them. */
record EngineBatches(Staging staging, EngineConnection connection) implements BatchTables {

    @Override
    public Staged stage(String table, String rowsJson) {
        return of(staging.stage(connection, rowsJson, table));
    }

    static Staged of(StagedRows rows) {
        return new Staged() {
            @Override
            public String table() {
                return rows.table();
            }

            @Override
            public SqlSource sql() {
                return rows.sql();
            }

            @Override
            public long rowCount() {
                return rows.rowCount();
            }

            @Override
            public String rowsHash() {
                return rows.rowsHash();
            }

            @Override
            public void close() {
                rows.close();
            }
        };
    }
}
