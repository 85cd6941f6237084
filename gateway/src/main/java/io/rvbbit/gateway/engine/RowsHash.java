package io.rvbbit.gateway.engine;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * A hash of columns and rows that is the same in every process and version of ours.
 *
 * <p>Every value goes in with its length or as a fixed number of bytes, so no two different rows
 * make the same input. Threading: one thread.
 */
final class RowsHash {
    private final MessageDigest digest;
    private final ByteBuffer number = ByteBuffer.allocate(Long.BYTES);
    private long rows;

    RowsHash() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException fault) {
            throw new IllegalStateException("every Java has SHA-256", fault);
        }
    }

    void addAll(ResultCursor cursor) {
        List<Column> columns = cursor.columns();
        add(columns.size());
        for (Column column : columns) {
            add(column.name().getBytes(StandardCharsets.UTF_8));
            add(column.type().name().getBytes(StandardCharsets.UTF_8));
        }
        for (Chunk chunk = cursor.next(); chunk != null; chunk = cursor.next()) {
            for (int row = 0; row < chunk.rows(); row++) {
                for (int i = 0; i < columns.size(); i++) {
                    add(chunk.column(i), row);
                }
            }
            rows += chunk.rows();
        }
    }

    long rows() {
        return rows;
    }

    String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }

    private void add(Vector vector, int row) {
        if (vector.isNull(row)) {
            digest.update((byte) 0);
            return;
        }
        digest.update((byte) 1);
        switch (vector.type().kind()) {
            case BOOLEAN,
                    TINYINT,
                    SMALLINT,
                    INTEGER,
                    BIGINT,
                    UTINYINT,
                    USMALLINT,
                    UINTEGER,
                    DATE,
                    TIME,
                    TIMESTAMP,
                    TIMESTAMP_TZ ->
                    add(vector.getLong(row));
            case UBIGINT, HUGEINT, UHUGEINT, BIGNUM, DECIMAL ->
                    add(vector.getBigInteger(row).toByteArray());
            case FLOAT, DOUBLE -> add(Double.doubleToLongBits(vector.getDouble(row)));
            case VARCHAR, JSON, BLOB, ENUM, BIT, UNION, OTHER -> add(vector.getBytes(row));
            case TIME_TZ -> {
                add(vector.getLong(row));
                add(vector.getMonths(row));
            }
            case INTERVAL -> {
                add(vector.getMonths(row));
                add(vector.getDays(row));
                add(vector.getMicros(row));
            }
            case UUID -> {
                add(vector.getUuidHigh(row));
                add(vector.getUuidLow(row));
            }
            case LIST, ARRAY, MAP -> {
                int length = vector.listLength(row);
                add(length);
                for (int i = 0; i < length; i++) {
                    add(vector.child(0), vector.listOffset(row) + i);
                }
            }
            case STRUCT -> {
                for (int i = 0; i < vector.type().children().size(); i++) {
                    add(vector.child(i), row);
                }
            }
        }
    }

    private void add(long value) {
        digest.update(number.putLong(0, value).array());
    }

    private void add(byte[] bytes) {
        add(bytes.length);
        digest.update(bytes);
    }
}
