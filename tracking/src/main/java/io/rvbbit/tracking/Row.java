package io.rvbbit.tracking;

import io.rvbbit.tracking.BookReader.BookType;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.EnumMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The values of one row, whichever store keeps it.
 *
 * <p>A value of the wrong type, or money that DECIMAL(18,12) cannot hold, is refused here, where
 * the mistake is made, and not by the store, which would be asked again for ever. Threading: one
 * thread at a time.
 */
final class Row<C extends Enum<C> & Column> {
    /** The first amount that DECIMAL(18,12) cannot hold. */
    private static final BigDecimal TOO_MUCH = BigDecimal.valueOf(1_000_000);

    private final EnumMap<C, @Nullable Object> values;

    private Row(EnumMap<C, @Nullable Object> values) {
        this.values = values;
    }

    static <C extends Enum<C> & Column> Row<C> of(Class<C> kind) {
        EnumMap<C, @Nullable Object> values = new EnumMap<>(kind);
        for (C column : kind.getEnumConstants()) {
            values.put(column, column.initial());
        }
        return new Row<>(values);
    }

    Row<C> set(C column, @Nullable Object value) {
        if (value != null && !fits(column.type(), value)) {
            throw new IllegalArgumentException(
                    "column " + column.sqlName() + " cannot hold " + value);
        }
        if (value == null && column.initial() != null) {
            throw new IllegalArgumentException("column " + column.sqlName() + " is never NULL");
        }
        values.put(column, value);
        return this;
    }

    @Nullable Object get(C column) {
        return values.get(column);
    }

    /** The value of a TEXT column. */
    String text(C column) {
        return values.get(column) instanceof String text ? text : "";
    }

    Row<C> copy() {
        return new Row<>(new EnumMap<>(values));
    }

    private static boolean fits(BookType type, Object value) {
        return switch (type) {
            case TEXT -> value instanceof String;
            case UUID -> value instanceof UUID;
            case BIGINT -> value instanceof Long;
            case INTEGER -> value instanceof Integer;
            case BOOLEAN -> value instanceof Boolean;
            case TIMESTAMPTZ -> value instanceof Instant;
            case MONEY ->
                    value instanceof BigDecimal money
                            && money.scale() == Usage.COST_SCALE
                            && money.abs().compareTo(TOO_MUCH) < 0;
        };
    }
}
