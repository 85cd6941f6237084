package io.rvbbit.gateway.session;

import io.rvbbit.gateway.engine.ChunkFill;
import io.rvbbit.gateway.engine.Column;
import io.rvbbit.gateway.engine.EngineType;
import io.rvbbit.gateway.engine.EngineType.Kind;
import io.rvbbit.gateway.wire.Format;
import io.rvbbit.gateway.wire.ParameterDecoder;
import io.rvbbit.gateway.wire.PgType;
import io.rvbbit.gateway.wire.QuickInput;
import io.rvbbit.rewriter.SqlException;
import java.util.Arrays;

/**
 * Reads one field of a COPY and puts it into its column.
 *
 * <p>Chosen once per column, then called per row. Common spellings are read straight from the
 * bytes; whatever is not one of them goes PostgreSQL's full way, which also finds the words for
 * what is wrong. Threading: stateless.
 */
@FunctionalInterface
interface ColumnLoader {
    /**
     * @param bytes well-formed UTF-8 in the text and csv formats
     * @throws SqlException if the field is no value of the column's type
     */
    void load(byte[] bytes, int start, int length, ChunkFill row, int column);

    static ColumnLoader of(Column column, Format format, TextStyle style) {
        EngineType type = column.type();
        ColumnLoader full = full(column, format, style);
        return switch (format) {
            case BINARY -> binary(type, full);
            case TEXT -> text(type, full);
        };
    }

    /** By way of a Java value, for every type and spelling. */
    private static ColumnLoader full(Column column, Format format, TextStyle style) {
        PgType known = DeclaredType.of(column);
        ValueStore store = ValueStore.of(column.type());
        return (bytes, start, length, row, number) -> {
            byte[] field = Arrays.copyOfRange(bytes, start, start + length);
            Object value =
                    ParameterDecoder.decode(
                            known.oid(), format, field, style.zone(), style.dates().order());
            store.put(value, row, number);
        };
    }

    private static ColumnLoader text(EngineType type, ColumnLoader full) {
        return switch (type.kind()) {
            case VARCHAR ->
                    (bytes, start, length, row, column) ->
                            row.setBytes(column, bytes, start, length);
            case BOOLEAN ->
                    (bytes, start, length, row, column) -> {
                        if (length == 1 && (bytes[start] == 't' || bytes[start] == 'f')) {
                            row.setLong(column, bytes[start] == 't' ? 1 : 0);
                        } else {
                            full.load(bytes, start, length, row, column);
                        }
                    };
            case TINYINT, SMALLINT, INTEGER, BIGINT, UTINYINT, USMALLINT, UINTEGER ->
                    integer(ValueStore.least(type), ValueStore.most(type), full);
            case DECIMAL -> type.width() <= 18 ? decimal(type, full) : full;
            case DOUBLE ->
                    (bytes, start, length, row, column) -> {
                        double value = QuickInput.float8(bytes, start, length);
                        if (Double.isNaN(value)) {
                            full.load(bytes, start, length, row, column);
                        } else {
                            row.setDouble(column, value);
                        }
                    };
            case DATE -> quick(QuickInput::date, full);
            case TIMESTAMP -> quick(QuickInput::timestamp, full);
            case TIMESTAMP_TZ -> quick(QuickInput::timestamptz, full);
            default -> full;
        };
    }

    /** A reader that gives {@link QuickInput#NONE} where it cannot read. */
    @FunctionalInterface
    interface Quick {
        long read(byte[] bytes, int start, int length);
    }

    private static ColumnLoader quick(Quick quick, ColumnLoader full) {
        return (bytes, start, length, row, column) -> {
            long value = quick.read(bytes, start, length);
            if (value == QuickInput.NONE) {
                full.load(bytes, start, length, row, column);
            } else {
                row.setLong(column, value);
            }
        };
    }

    private static ColumnLoader integer(long least, long most, ColumnLoader full) {
        return (bytes, start, length, row, column) -> {
            long value = QuickInput.integer(bytes, start, length);
            if (value == QuickInput.NONE || value < least || value > most) {
                full.load(bytes, start, length, row, column);
            } else {
                row.setLong(column, value);
            }
        };
    }

    private static ColumnLoader decimal(EngineType type, ColumnLoader full) {
        long bound = 1;
        for (int i = 0; i < type.width(); i++) {
            bound *= 10;
        }
        long above = bound;
        int scale = type.scale();
        return (bytes, start, length, row, column) -> {
            long value = QuickInput.decimal(bytes, start, length, scale);
            if (value == QuickInput.NONE || value <= -above || value >= above) {
                full.load(bytes, start, length, row, column);
            } else {
                row.setLong(column, value);
            }
        };
    }

    private static ColumnLoader binary(EngineType type, ColumnLoader full) {
        Kind kind = type.kind();
        return switch (kind) {
            case INTEGER ->
                    (bytes, start, length, row, column) -> {
                        if (length == 4) {
                            row.setLong(column, QuickInput.int4(bytes, start));
                        } else {
                            full.load(bytes, start, length, row, column);
                        }
                    };
            case BIGINT ->
                    (bytes, start, length, row, column) -> {
                        if (length == 8) {
                            row.setLong(column, QuickInput.int8(bytes, start));
                        } else {
                            full.load(bytes, start, length, row, column);
                        }
                    };
            case DOUBLE ->
                    (bytes, start, length, row, column) -> {
                        if (length == 8) {
                            row.setDouble(
                                    column, Double.longBitsToDouble(QuickInput.int8(bytes, start)));
                        } else {
                            full.load(bytes, start, length, row, column);
                        }
                    };
            default -> full;
        };
    }
}
