package io.rvbbit.tracking;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@link ByteWriter} wrote.
 *
 * <p>Bytes that cannot be right end in an {@link IllegalArgumentException} or {@link
 * IndexOutOfBoundsException}. Threading: one thread at a time.
 */
final class ByteReader {
    private final byte[] bytes;
    private int at;

    ByteReader(byte[] bytes, int at) {
        this.bytes = bytes;
        this.at = at;
    }

    /** Eight bytes in little-endian order. */
    static long fixed(byte[] bytes, int at) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(at);
    }

    long fixed() {
        at += Long.BYTES;
        return fixed(bytes, at - Long.BYTES);
    }

    boolean flag() {
        return single() != 0;
    }

    int single() {
        return bytes[at++] & 0xFF;
    }

    long number() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte next = bytes[at++];
            value |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("a number of more than ten bytes");
    }

    int small() {
        return Math.toIntExact(number());
    }

    long signed() {
        long value = number();
        return (value >>> 1) ^ -(value & 1);
    }

    String text() {
        int length = small();
        String value = new String(bytes, at, length, StandardCharsets.UTF_8);
        at += length;
        return value;
    }

    Instant time() {
        return Instant.ofEpochSecond(signed(), number());
    }

    Duration duration() {
        return Duration.ofSeconds(signed(), number());
    }

    /** What follows a number that says how many bytes it has, and nothing behind it. */
    ByteReader part() {
        int length = small();
        if (length < 0 || length > bytes.length - at) {
            throw new IndexOutOfBoundsException("it ends before " + length + " bytes");
        }
        at += length;
        return new ByteReader(Arrays.copyOfRange(bytes, at - length, at), 0);
    }

    @Nullable BigDecimal money() {
        int length = small();
        if (length == 0) {
            return null;
        }
        BigInteger unscaled = new BigInteger(bytes, at, length);
        at += length;
        return new BigDecimal(unscaled, Math.toIntExact(signed()));
    }

    @Nullable Usage usage() {
        int kind = single();
        if (kind == 0) {
            return null;
        }
        long in = number();
        long out = number();
        BigDecimal cost = money();
        if (cost == null) {
            throw new IllegalArgumentException("a usage without money");
        }
        return new Usage(in, out, cost, kind == 1);
    }
}
