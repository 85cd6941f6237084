package io.rvbbit.tracking;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Values in ClickHouse's RowBinary format, gathered in memory.
 *
 * <p>Numbers are little-endian; a text is its length in bytes (7 bits a byte, the lowest first) and
 * its UTF-8; a nullable value has a byte 0 before it, or a byte 1 alone. Threading: one thread at a
 * time.
 *
 * @see <a href="https://clickhouse.com/docs/interfaces/formats/RowBinary">RowBinary</a>
 */
final class RowBinary {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    int size() {
        return bytes.size();
    }

    void writeTo(OutputStream out) throws IOException {
        bytes.writeTo(out);
    }

    void clear() {
        bytes.reset();
    }

    /** For a column that may be NULL. */
    void nullable(Column column, @Nullable Object value) {
        bytes.write(value == null ? 1 : 0);
        if (value != null) {
            value(column, value);
        }
    }

    /** For a column that is never NULL. */
    void value(Column column, Object value) {
        switch (column.type()) {
            case TEXT -> text((String) value);
            case UUID -> {
                number(((UUID) value).getMostSignificantBits(), Long.BYTES);
                number(((UUID) value).getLeastSignificantBits(), Long.BYTES);
            }
            case BIGINT -> number((Long) value, Long.BYTES);
            case INTEGER -> number((Integer) value, Integer.BYTES);
            case BOOLEAN -> bytes.write((Boolean) value ? 1 : 0);
            case TIMESTAMPTZ -> number(micros((Instant) value), Long.BYTES);
            case MONEY -> number(((BigDecimal) value).unscaledValue().longValueExact(), Long.BYTES);
        }
    }

    void text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        int left = utf8.length;
        while (left > 0x7F) {
            bytes.write((left & 0x7F) | 0x80);
            left >>>= 7;
        }
        bytes.write(left);
        bytes.writeBytes(utf8);
    }

    void number(long value, int length) {
        for (int i = 0; i < length; i++) {
            bytes.write((int) (value >>> (8 * i)));
        }
    }

    static long micros(Instant instant) {
        return TimeUnit.SECONDS.toMicros(instant.getEpochSecond())
                + TimeUnit.NANOSECONDS.toMicros(instant.getNano());
    }
}
