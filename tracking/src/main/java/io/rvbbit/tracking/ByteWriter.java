package io.rvbbit.tracking;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Writes values one behind the other, as {@code docs/event-log.md} has them.
 *
 * <p>Threading: one thread at a time.
 */
final class ByteWriter {
    private static final int INITIAL = 768;

    private byte[] bytes = new byte[INITIAL];
    private int end;

    /** {@code reserved}: bytes left free at the beginning. */
    ByteWriter(int reserved) {
        this.end = reserved;
    }

    byte[] bytes() {
        return bytes;
    }

    int end() {
        return end;
    }

    ByteWriter flag(boolean value) {
        return single(value ? 1 : 0);
    }

    ByteWriter single(int value) {
        ensure(1);
        bytes[end++] = (byte) value;
        return this;
    }

    /** Seven bits to a byte, the lowest first; a negative number takes ten. */
    ByteWriter number(long value) {
        ensure(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[end++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[end++] = (byte) rest;
        return this;
    }

    /** A number that may be negative, mostly by little. */
    ByteWriter signed(long value) {
        return number((value << 1) ^ (value >> 63));
    }

    ByteWriter text(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        number(utf8.length);
        return raw(utf8);
    }

    ByteWriter time(Instant value) {
        return signed(value.getEpochSecond()).number(value.getNano());
    }

    ByteWriter duration(Duration value) {
        return signed(value.getSeconds()).number(value.getNano());
    }

    ByteWriter money(@Nullable BigDecimal value) {
        if (value == null) {
            return number(0);
        }
        byte[] unscaled = value.unscaledValue().toByteArray();
        return number(unscaled.length).raw(unscaled).signed(value.scale());
    }

    ByteWriter usage(@Nullable Usage value) {
        if (value == null) {
            return single(0);
        }
        return single(value.priced() ? 1 : 2)
                .number(value.tokensIn())
                .number(value.tokensOut())
                .money(value.costUsd());
    }

    /** Eight bytes, lowest first. */
    ByteWriter fixed(long value) {
        ensure(Long.BYTES);
        for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
            bytes[end++] = (byte) (value >>> shift);
        }
        return this;
    }

    /** All that was written. */
    byte[] copy() {
        return Arrays.copyOf(bytes, end);
    }

    ByteWriter raw(byte[] value) {
        ensure(value.length);
        System.arraycopy(value, 0, bytes, end, value.length);
        end += value.length;
        return this;
    }

    private void ensure(int more) {
        if (bytes.length - end < more) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(end, more), end + end / 2));
        }
    }
}
