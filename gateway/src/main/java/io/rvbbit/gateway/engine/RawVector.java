package io.rvbbit.gateway.engine;

import io.rvbbit.gateway.engine.EngineType.Kind;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.duckdb.RawDriver;
import org.jspecify.annotations.Nullable;

/**
 * A vector read where DuckDB left it, in native memory.
 *
 * <p>Each getter asks first whether its chunk still lives: reading afterwards would be a use after
 * free, which ends the process instead of throwing. Threading: the session's thread only.
 */
final class RawVector implements Vector {
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE_UNALIGNED;

    /** Strings up to this length stand in the vector itself. */
    private static final int INLINE_BYTES = 12;

    /** TIMETZ: the lower 24 bits hold the offset, counted down from this one. */
    private static final int MAX_OFFSET_SECONDS = 16 * 3600 - 1;

    /** What DuckDB makes of a NULL when it casts a VARIANT, which has no other. */
    private static final byte[] JSON_NULL = "null".getBytes(StandardCharsets.US_ASCII);

    private final RawChunk chunk;
    private final EngineType type;
    private final Layout layout;
    private final boolean variant;
    private final @Nullable MemorySegment data;
    private final @Nullable MemorySegment validity;
    private final RawVector[] children;
    private final byte[][] labels;

    /**
     * Maps a vector and, at once, all its children.
     *
     * @param rows how many rows the vector holds
     */
    RawVector(RawChunk chunk, ByteBuffer vector, EngineType type, int rows) {
        this.chunk = chunk;
        this.type = type;
        this.layout = Layout.of(type);
        this.variant = type.name().equals(TypeNames.VARIANT);
        ByteBuffer bits = rows == 0 ? null : RawDriver.validity(vector, rows);
        this.validity = bits == null ? null : MemorySegment.ofBuffer(bits);
        long bytes = (long) rows * layout.bytes;
        this.data = bytes == 0 ? null : MemorySegment.ofBuffer(RawDriver.data(vector, bytes));
        this.children = layout == Layout.STRING ? new RawVector[0] : children(vector, rows);
        this.labels =
                type.kind() == Kind.ENUM && layout != Layout.STRING
                        ? labels(vector)
                        : new byte[0][];
    }

    private RawVector[] children(ByteBuffer vector, int rows) {
        return switch (type.kind()) {
            case LIST ->
                    new RawVector[] {
                        child(
                                RawDriver.listChild(vector),
                                type.children().getFirst(),
                                RawDriver.listSize(vector))
                    };
            case MAP ->
                    new RawVector[] {
                        child(
                                RawDriver.listChild(vector),
                                Layout.entry(type),
                                RawDriver.listSize(vector))
                    };
            case ARRAY ->
                    new RawVector[] {
                        child(
                                RawDriver.arrayChild(vector),
                                type.children().getFirst(),
                                Math.multiplyExact(rows, type.width()))
                    };
            case STRUCT -> {
                RawVector[] fields = new RawVector[type.children().size()];
                for (int i = 0; i < fields.length; i++) {
                    fields[i] =
                            child(RawDriver.structChild(vector, i), type.children().get(i), rows);
                }
                yield fields;
            }
            default -> new RawVector[0];
        };
    }

    private RawVector child(ByteBuffer vector, EngineType childType, int rows) {
        return new RawVector(chunk, vector, childType, rows);
    }

    private static byte[][] labels(ByteBuffer vector) {
        String[] values = RawDriver.enumValues(vector);
        byte[][] labels = new byte[values.length][];
        for (int i = 0; i < values.length; i++) {
            labels[i] = values[i].getBytes(StandardCharsets.UTF_8);
        }
        return labels;
    }

    @Override
    public EngineType type() {
        return type;
    }

    @Override
    public boolean isNull(int row) {
        chunk.checkLive();
        MemorySegment bits = validity;
        if (bits != null && (bits.get(LONG, (row >> 6) * 8L) >>> (row & 63) & 1) == 0) {
            return true;
        }
        return variant && Arrays.equals(string(row), JSON_NULL);
    }

    @Override
    public long getLong(int row) {
        return switch (layout) {
            case BYTE -> data().get(ValueLayout.JAVA_BYTE, row);
            case UNSIGNED_BYTE -> data().get(ValueLayout.JAVA_BYTE, row) & 0xFF;
            case SHORT -> data().get(SHORT, row * 2L);
            case UNSIGNED_SHORT -> data().get(SHORT, row * 2L) & 0xFFFF;
            case INT -> data().get(INT, row * 4L);
            case UNSIGNED_INT -> data().get(INT, row * 4L) & 0xFFFF_FFFFL;
            case LONG, UNSIGNED_LONG -> data().get(LONG, row * 8L);
            case SECONDS -> micros(row, 1_000_000, 1);
            case MILLIS -> micros(row, 1_000, 1);
            case NANOS -> micros(row, 1, 1_000);
            case TIME_TZ -> data().get(LONG, row * 8L) >>> 24;
            case HUGE -> getBigInteger(row).longValueExact();
            case UNSIGNED_HUGE, FLOAT, DOUBLE, STRING, INTERVAL, LIST, FIELDS -> throw refused();
        };
    }

    // Both infinities are the ends of the scale in every unit and stay what they are.
    private long micros(int row, long factor, long divisor) {
        long value = data().get(LONG, row * 8L);
        if (value == Long.MAX_VALUE || value == -Long.MAX_VALUE) {
            return value;
        }
        return Math.floorDiv(Math.multiplyExact(value, factor), divisor);
    }

    @Override
    public double getDouble(int row) {
        return switch (layout) {
            case FLOAT -> data().get(FLOAT, row * 4L);
            case DOUBLE -> data().get(DOUBLE, row * 8L);
            default -> throw refused();
        };
    }

    @Override
    public BigInteger getBigInteger(int row) {
        return switch (layout) {
            case UNSIGNED_LONG -> wide(0, data().get(LONG, row * 8L));
            case UNSIGNED_HUGE -> {
                BigInteger value = huge(row);
                yield value.signum() < 0 ? value.add(BigInteger.ONE.shiftLeft(128)) : value;
            }
            case HUGE -> huge(row);
            case STRING -> {
                if (type.kind() != Kind.BIGNUM) {
                    throw refused();
                }
                yield new BigInteger(new String(getBytes(row), StandardCharsets.US_ASCII));
            }
            default -> BigInteger.valueOf(getLong(row));
        };
    }

    private BigInteger huge(int row) {
        return wide(data().get(LONG, row * 16L + 8), data().get(LONG, row * 16L));
    }

    private static BigInteger wide(long high, long low) {
        byte[] bytes = ByteBuffer.allocate(16).putLong(high).putLong(low).array();
        return new BigInteger(bytes);
    }

    @Override
    public byte[] getBytes(int row) {
        if (type.kind() == Kind.ENUM && layout != Layout.STRING) {
            return labels[Math.toIntExact(getLong(row))].clone();
        }
        if (layout != Layout.STRING) {
            throw refused();
        }
        byte[] bytes = string(row);
        return type.kind() == Kind.BIT ? bits(bytes) : bytes;
    }

    @SuppressWarnings("restricted")
    private byte[] string(int row) {
        MemorySegment values = data();
        int length = values.get(INT, row * 16L);
        byte[] bytes = new byte[length];
        if (length <= INLINE_BYTES) {
            MemorySegment.copy(values, ValueLayout.JAVA_BYTE, row * 16L + 4, bytes, 0, length);
        } else {
            MemorySegment text =
                    MemorySegment.ofAddress(values.get(LONG, row * 16L + 8)).reinterpret(length);
            MemorySegment.copy(text, ValueLayout.JAVA_BYTE, 0, bytes, 0, length);
        }
        return bytes;
    }

    // The first byte tells how many leading bits of the second are padding.
    private byte[] bits(byte[] packed) {
        int padding = packed[0];
        byte[] digits = new byte[(packed.length - 1) * 8 - padding];
        for (int i = 0; i < digits.length; i++) {
            int bit = i + padding;
            digits[i] = (byte) ('0' + (packed[1 + bit / 8] >> (7 - bit % 8) & 1));
        }
        return digits;
    }

    @Override
    public int getMonths(int row) {
        return switch (layout) {
            case INTERVAL -> data().get(INT, row * 16L);
            case TIME_TZ -> MAX_OFFSET_SECONDS - (int) (data().get(LONG, row * 8L) & 0xFF_FFFF);
            default -> throw refused();
        };
    }

    @Override
    public int getDays(int row) {
        require(Layout.INTERVAL);
        return data().get(INT, row * 16L + 4);
    }

    @Override
    public long getMicros(int row) {
        require(Layout.INTERVAL);
        return data().get(LONG, row * 16L + 8);
    }

    // DuckDB flips the top bit so that UUIDs sort as integers.
    @Override
    public long getUuidHigh(int row) {
        require(Layout.HUGE);
        return data().get(LONG, row * 16L + 8) ^ Long.MIN_VALUE;
    }

    @Override
    public long getUuidLow(int row) {
        require(Layout.HUGE);
        return data().get(LONG, row * 16L);
    }

    @Override
    public int listOffset(int row) {
        if (type.kind() == Kind.ARRAY) {
            return row * type.width();
        }
        require(Layout.LIST);
        return Math.toIntExact(data().get(LONG, row * 16L));
    }

    @Override
    public int listLength(int row) {
        if (type.kind() == Kind.ARRAY) {
            return type.width();
        }
        require(Layout.LIST);
        return Math.toIntExact(data().get(LONG, row * 16L + 8));
    }

    @Override
    public Vector child(int index) {
        chunk.checkLive();
        return children[index];
    }

    private MemorySegment data() {
        chunk.checkLive();
        if (data == null) {
            throw new IndexOutOfBoundsException("no rows in this vector");
        }
        return data;
    }

    private void require(Layout wanted) {
        if (layout != wanted) {
            throw refused();
        }
    }

    private IllegalStateException refused() {
        return new IllegalStateException("this getter does not serve " + type.name());
    }

    static {
        if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
            throw new ExceptionInInitializerError(
                    "vectors are read on little-endian machines only");
        }
    }
}
