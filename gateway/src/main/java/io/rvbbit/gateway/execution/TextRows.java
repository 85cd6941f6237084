package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.engine.Chunk;
import io.rvbbit.gateway.engine.Column;
import io.rvbbit.gateway.engine.EngineType;
import io.rvbbit.gateway.engine.EngineType.Kind;
import io.rvbbit.gateway.engine.Vector;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Rows of text that the gateway itself answers: SHOW, EXPLAIN. Threading: immutable. */
record TextRows(List<Column> columns, List<List<String>> values) implements Chunk {
    private static final EngineType TEXT = EngineType.of(Kind.VARCHAR, "VARCHAR");
    private static final EngineType JSON = EngineType.of(Kind.JSON, "JSON");

    TextRows {
        columns = List.copyOf(columns);
        values = values.stream().map(List::copyOf).toList();
    }

    static List<Column> textColumns(String... names) {
        return List.of(names).stream().map(name -> new Column(name, TEXT)).toList();
    }

    static List<Column> jsonColumn(String name) {
        return List.of(new Column(name, JSON));
    }

    @Override
    public int rows() {
        return values.size();
    }

    @Override
    public Vector column(int index) {
        return new TextVector(this, index);
    }

    private record TextVector(TextRows rows, int column) implements Vector {
        @Override
        public EngineType type() {
            return rows.columns().get(column).type();
        }

        @Override
        public boolean isNull(int row) {
            return false;
        }

        @Override
        public byte[] getBytes(int row) {
            return rows.values().get(row).get(column).getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public long getLong(int row) {
            throw noSuchValue();
        }

        @Override
        public double getDouble(int row) {
            throw noSuchValue();
        }

        @Override
        public BigInteger getBigInteger(int row) {
            throw noSuchValue();
        }

        @Override
        public int getMonths(int row) {
            throw noSuchValue();
        }

        @Override
        public int getDays(int row) {
            throw noSuchValue();
        }

        @Override
        public long getMicros(int row) {
            throw noSuchValue();
        }

        @Override
        public long getUuidHigh(int row) {
            throw noSuchValue();
        }

        @Override
        public long getUuidLow(int row) {
            throw noSuchValue();
        }

        @Override
        public int listOffset(int row) {
            throw noSuchValue();
        }

        @Override
        public int listLength(int row) {
            throw noSuchValue();
        }

        @Override
        public Vector child(int index) {
            throw noSuchValue();
        }

        private static IllegalStateException noSuchValue() {
            return new IllegalStateException("these rows hold text");
        }
    }
}
