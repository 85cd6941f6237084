package io.rvbbit.gateway.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.rvbbit.gateway.wire.RowBuffer.Rows;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Java values, as the parameter decoder gives them, written by the format under test. */
record WireValue(PgType type, Object value, ZoneId zone) {

    byte[] bytes(Format format) {
        return payload(out -> write(out, format, type, value));
    }

    String text() {
        return new String(bytes(Format.TEXT), UTF_8);
    }

    /** What one value writes, without the frame around it. */
    static byte[] payload(Consumer<RowBuffer> value) {
        RowBuffer out = new RowBuffer();
        out.beginRow(1);
        int start = out.beginValue();
        value.accept(out);
        out.endValue(start);
        out.endRow();
        Rows rows = out.take();
        return Arrays.copyOfRange(rows.bytes(), 11, rows.length());
    }

    private void write(RowBuffer out, Format format, PgType as, Object written) {
        if (as.isArray()) {
            array(out, format, as.element().orElseThrow(), (List<?>) written);
        } else if (format == Format.TEXT) {
            text(out, as, written);
        } else {
            binary(out, as, written);
        }
    }

    private void text(RowBuffer out, PgType as, Object written) {
        switch (written) {
            case Boolean v -> TextFormat.bool(out, v);
            case Short v -> TextFormat.integer(out, v);
            case Integer v -> TextFormat.integer(out, v);
            case Long v -> TextFormat.integer(out, v);
            case Float v -> TextFormat.float4(out, v, 1);
            case Double v -> TextFormat.float8(out, v, 1);
            case BigDecimal v -> TextFormat.numeric(out, v);
            case byte[] v -> TextFormat.bytea(out, v);
            case LocalDate v -> TextFormat.date(out, days(v));
            case LocalTime v -> TextFormat.time(out, micros(v));
            case OffsetTime v ->
                    TextFormat.timetz(
                            out, micros(v.toLocalTime()), v.getOffset().getTotalSeconds());
            case LocalDateTime v -> TextFormat.timestamp(out, micros(v));
            case OffsetDateTime v -> TextFormat.timestamptz(out, micros(v), zone);
            case Interval v -> TextFormat.interval(out, v.months(), v.days(), v.micros());
            case UUID v ->
                    TextFormat.uuid(out, v.getMostSignificantBits(), v.getLeastSignificantBits());
            case String v when as == PgType.VARBIT || as == PgType.BIT ->
                    TextFormat.bits(out, packed(v), v.length());
            case String v -> TextFormat.text(out, v);
            default -> throw new AssertionError(written.getClass());
        }
    }

    private static void binary(RowBuffer out, PgType as, Object written) {
        switch (written) {
            case Boolean v -> BinaryFormat.bool(out, v);
            case Short v -> BinaryFormat.int2(out, v);
            case Integer v -> BinaryFormat.int4(out, v);
            case Long v when as == PgType.OID -> BinaryFormat.int4(out, v.intValue());
            case Long v -> BinaryFormat.int8(out, v);
            case Float v -> BinaryFormat.float4(out, v);
            case Double v -> BinaryFormat.float8(out, v);
            case BigDecimal v -> BinaryFormat.numeric(out, v);
            case byte[] v -> BinaryFormat.bytea(out, v);
            case LocalDate v -> BinaryFormat.date(out, days(v));
            case LocalTime v -> BinaryFormat.time(out, micros(v));
            case OffsetTime v ->
                    BinaryFormat.timetz(
                            out, micros(v.toLocalTime()), v.getOffset().getTotalSeconds());
            case LocalDateTime v -> BinaryFormat.timestamp(out, micros(v));
            case OffsetDateTime v -> BinaryFormat.timestamp(out, micros(v));
            case Interval v -> BinaryFormat.interval(out, v.months(), v.days(), v.micros());
            case UUID v ->
                    BinaryFormat.uuid(out, v.getMostSignificantBits(), v.getLeastSignificantBits());
            case String v when as == PgType.VARBIT || as == PgType.BIT ->
                    BinaryFormat.bits(out, packed(v), v.length());
            case String v when as == PgType.JSONB -> BinaryFormat.jsonb(out, v);
            case String v -> BinaryFormat.text(out, v);
            default -> throw new AssertionError(written.getClass());
        }
    }

    private void array(RowBuffer out, Format format, PgType element, List<?> array) {
        List<Integer> dimensions = new ArrayList<>();
        List<@Nullable Object> flat = new ArrayList<>(array);
        if (!array.isEmpty()) {
            dimensions.add(array.size());
            while (flat.getFirst() instanceof List<?> inner) {
                dimensions.add(inner.size());
                List<@Nullable Object> next = new ArrayList<>();
                for (Object list : flat) {
                    next.addAll((List<?>) list);
                }
                flat = next;
            }
        }
        List<@Nullable Object> elements = flat;
        ElementWriter writer =
                (to, index) -> {
                    Object value = elements.get(index);
                    if (value == null) {
                        return false;
                    }
                    write(to, format, element, value);
                    return true;
                };
        int[] sizes = dimensions.stream().mapToInt(Integer::intValue).toArray();
        if (format == Format.TEXT) {
            TextFormat.array(out, sizes, writer);
        } else {
            BinaryFormat.array(out, element, sizes, writer);
        }
    }

    private static byte[] packed(String bits) {
        byte[] packed = new byte[(bits.length() + 7) / 8];
        for (int i = 0; i < bits.length(); i++) {
            packed[i / 8] |= (byte) ((bits.charAt(i) - '0') << (7 - i % 8));
        }
        return packed;
    }

    private static int days(LocalDate date) {
        if (date.equals(LocalDate.MAX)) {
            return Temporal.DATE_INFINITY;
        }
        return date.equals(LocalDate.MIN)
                ? Temporal.DATE_MINUS_INFINITY
                : Math.toIntExact(date.toEpochDay());
    }

    private static long micros(LocalTime time) {
        return Duration.ofNanos(time.toNanoOfDay()).dividedBy(Duration.of(1, ChronoUnit.MICROS));
    }

    private static long micros(LocalDateTime time) {
        if (time.equals(LocalDateTime.MAX)) {
            return Temporal.TIMESTAMP_INFINITY;
        }
        return time.equals(LocalDateTime.MIN)
                ? Temporal.TIMESTAMP_MINUS_INFINITY
                : micros(time.toInstant(ZoneOffset.UTC));
    }

    private static long micros(OffsetDateTime time) {
        if (time.equals(OffsetDateTime.MAX)) {
            return Temporal.TIMESTAMP_INFINITY;
        }
        return time.equals(OffsetDateTime.MIN)
                ? Temporal.TIMESTAMP_MINUS_INFINITY
                : micros(time.toInstant());
    }

    private static long micros(Instant time) {
        return Math.multiplyExact(time.getEpochSecond(), 1_000_000L) + time.getNano() / 1_000;
    }

    /** The value with its bytes wrapped, so that equals compares them. */
    static @Nullable Object comparable(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case byte[] bytes -> ByteBuffer.wrap(bytes);
            case List<?> list -> {
                List<@Nullable Object> copy = new ArrayList<>();
                list.forEach(element -> copy.add(comparable(element)));
                yield copy;
            }
            default -> value;
        };
    }
}
