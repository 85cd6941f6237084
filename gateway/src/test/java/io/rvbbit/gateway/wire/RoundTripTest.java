package io.rvbbit.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Random values of every type come back from both formats as they were. */
class RoundTripTest {
    private static final int VALUES = 1_000;
    private static final long SEED = 20_260_210;
    private static final Map<PgType, Function<Random, Object>> GENERATORS =
            Map.ofEntries(
                    Map.entry(PgType.BOOL, Random::nextBoolean),
                    Map.entry(PgType.INT2, random -> (short) random.nextInt()),
                    Map.entry(PgType.INT4, random -> random.nextInt() >> random.nextInt(32)),
                    Map.entry(PgType.INT8, random -> random.nextLong() >> random.nextInt(64)),
                    Map.entry(PgType.OID, random -> random.nextInt() & 0xFFFF_FFFFL),
                    Map.entry(PgType.FLOAT4, RoundTripTest::float4),
                    Map.entry(PgType.FLOAT8, RoundTripTest::float8),
                    Map.entry(PgType.NUMERIC, RoundTripTest::numeric),
                    Map.entry(PgType.TEXT, RoundTripTest::text),
                    Map.entry(PgType.BYTEA, RoundTripTest::bytes),
                    Map.entry(PgType.DATE, RoundTripTest::date),
                    Map.entry(PgType.TIME, RoundTripTest::time),
                    Map.entry(PgType.TIMETZ, random -> OffsetTime.of(time(random), offset(random))),
                    Map.entry(PgType.TIMESTAMP, RoundTripTest::timestamp),
                    Map.entry(
                            PgType.TIMESTAMPTZ,
                            random -> timestamp(random).atOffset(ZoneOffset.UTC)),
                    Map.entry(PgType.INTERVAL, RoundTripTest::interval),
                    Map.entry(
                            PgType.UUID, random -> new UUID(random.nextLong(), random.nextLong())),
                    Map.entry(PgType.VARBIT, RoundTripTest::bits));

    @ParameterizedTest
    @EnumSource(Format.class)
    void every_value_comes_back(Format format) {
        Random random = new Random(SEED);
        GENERATORS.forEach((type, generator) -> {
            for (int i = 0; i < VALUES; i++) {
                Object value = generator.apply(random);
                assertThat(WireValue.comparable(comeBack(type, format, value)))
                        .as("%s %s", type, value)
                        .isEqualTo(WireValue.comparable(value));
            }
        });
    }

    @ParameterizedTest
    @EnumSource(Format.class)
    void arrays_of_every_type_come_back(Format format) {
        Random random = new Random(SEED);
        GENERATORS.forEach((element, generator) -> {
            PgType type = element.array().orElseThrow();
            for (int i = 0; i < 100; i++) {
                List<@Nullable Object> value = array(random, generator, random.nextInt(1, 4));
                assertThat(WireValue.comparable(comeBack(type, format, value)))
                        .isEqualTo(WireValue.comparable(value));
            }
        });
    }

    @Test
    void a_timestamp_with_zone_comes_back_through_the_text_of_any_zone() {
        Random random = new Random(SEED);
        for (String id :
                List.of(
                        "UTC",
                        "Europe/Berlin",
                        "America/New_York",
                        "Asia/Kolkata",
                        "Australia/Lord_Howe")) {
            ZoneId zone = ZoneId.of(id);
            for (int i = 0; i < VALUES; i++) {
                OffsetDateTime value = timestamp(random).atOffset(ZoneOffset.UTC);
                byte[] text = new WireValue(PgType.TIMESTAMPTZ, value, zone).bytes(Format.TEXT);
                OffsetDateTime read =
                        (OffsetDateTime)
                                ParameterDecoder.decode(
                                        PgType.TIMESTAMPTZ.oid(),
                                        Format.TEXT,
                                        text,
                                        ZoneOffset.UTC);
                assertThat(read.toInstant()).isEqualTo(value.toInstant());
            }
        }
    }

    @Test
    void wide_numbers_are_written_like_big_integers() {
        Random random = new Random(SEED);
        for (int i = 0; i < VALUES; i++) {
            BigInteger value = new BigInteger(127, random).shiftRight(random.nextInt(127));
            BigInteger signed =
                    random.nextBoolean() ? value : value.negate().subtract(BigInteger.ONE);
            long high = signed.shiftRight(64).longValue();
            long low = signed.longValue();
            int scale = random.nextInt(39);

            assertThat(WireValue.payload(out -> TextFormat.numeric(out, high, low, scale)))
                    .asString()
                    .isEqualTo(new BigDecimal(signed, scale).toPlainString());
            assertThat(WireValue.payload(out -> BinaryFormat.numeric(out, high, low, scale)))
                    .isEqualTo(WireValue.payload(out -> BinaryFormat.numeric(out, signed, scale)));
        }
    }

    private static Object comeBack(PgType type, Format format, Object value) {
        byte[] bytes = new WireValue(type, value, ZoneOffset.UTC).bytes(format);
        return ParameterDecoder.decode(type.oid(), format, bytes, ZoneOffset.UTC);
    }

    private static List<@Nullable Object> array(
            Random random, Function<Random, Object> generator, int depth) {
        int size = random.nextInt(1, 4);
        return array(random, generator, depth, size);
    }

    private static List<@Nullable Object> array(
            Random random, Function<Random, Object> generator, int depth, int size) {
        List<@Nullable Object> values = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            if (depth > 1) {
                values.add(array(random, generator, depth - 1, size));
            } else {
                values.add(random.nextInt(5) == 0 ? null : generator.apply(random));
            }
        }
        return values;
    }

    private static Object float4(Random random) {
        return random.nextBoolean()
                ? random.nextInt(-1_000_000, 1_000_000) / 100f
                : finite(Float.intBitsToFloat(random.nextInt()));
    }

    private static float finite(float value) {
        return Float.isNaN(value) ? Float.NaN : value; // one NaN of the many
    }

    private static Object float8(Random random) {
        if (random.nextBoolean()) {
            return random.nextLong(-1_000_000_000, 1_000_000_000) / 1000.0;
        }
        double value = Double.longBitsToDouble(random.nextLong());
        return Double.isNaN(value) ? Double.NaN : value;
    }

    private static Object numeric(Random random) {
        BigInteger digits = new BigInteger(random.nextInt(200), random);
        BigInteger signed = random.nextBoolean() ? digits : digits.negate();
        return new BigDecimal(signed, random.nextInt(40));
    }

    private static Object text(Random random) {
        String alphabet = "ab \\\"{},'NULL\té日😀";
        StringBuilder text = new StringBuilder();
        random.ints(random.nextInt(12), 0, alphabet.codePointCount(0, alphabet.length()))
                .forEach(i ->
                        text.appendCodePoint(
                                alphabet.codePointAt(alphabet.offsetByCodePoints(0, i))));
        return text.toString();
    }

    private static Object bytes(Random random) {
        byte[] bytes = new byte[random.nextInt(20)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static Object date(Random random) {
        return LocalDate.ofEpochDay(random.nextInt() >> random.nextInt(10, 32));
    }

    private static LocalTime time(Random random) {
        return LocalTime.ofNanoOfDay(random.nextLong(Temporal.MICROS_PER_DAY) * 1_000);
    }

    private static ZoneOffset offset(Random random) {
        return ZoneOffset.ofTotalSeconds(random.nextInt(-57_599, 57_600));
    }

    private static LocalDateTime timestamp(Random random) {
        return LocalDateTime.of(
                LocalDate.ofEpochDay(random.nextInt(-2_000_000, 4_000_000)), time(random));
    }

    private static Object interval(Random random) {
        return new Interval(
                random.nextInt() >> random.nextInt(1, 32),
                random.nextInt() >> random.nextInt(1, 32),
                random.nextLong() >> random.nextInt(1, 64));
    }

    private static Object bits(Random random) {
        StringBuilder bits = new StringBuilder();
        random.ints(random.nextInt(20), 0, 2).forEach(bits::append);
        return bits.toString();
    }
}
