package io.rvbbit.it.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.TestGateway;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Properties;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random values there and back through pgjdbc, as text and in binary. */
@GatewayTest
class RoundTripIT {
    private static final int VALUES = 200;
    private static final long SEED = 42;

    private record Kind(String cast, Function<Random, Object> value, Class<?> type) {}

    private static final Kind[] KINDS = {
        new Kind("int2", random -> (int) (short) random.nextInt(), Integer.class),
        new Kind("int4", Random::nextInt, Integer.class),
        new Kind("int8", Random::nextLong, Long.class),
        new Kind("float4", random -> Float.intBitsToFloat(random.nextInt()), Float.class),
        new Kind("float8", random -> Double.longBitsToDouble(random.nextLong()), Double.class),
        new Kind("bool", Random::nextBoolean, Boolean.class),
        new Kind("text", RoundTripIT::text, String.class),
        new Kind("bytea", RoundTripIT::bytes, byte[].class),
        new Kind("date", RoundTripIT::date, LocalDate.class),
        new Kind("time", RoundTripIT::time, LocalTime.class),
        new Kind("timestamp", random -> date(random).atTime(time(random)), LocalDateTime.class),
        new Kind(
                "timestamptz",
                random -> date(random).atTime(time(random)).atOffset(ZoneOffset.UTC),
                OffsetDateTime.class),
        new Kind("uuid", random -> new UUID(random.nextLong(), random.nextLong()), UUID.class),
        new Kind(
                "numeric",
                random -> new BigDecimal(new BigInteger(60, random), random.nextInt(10)),
                BigDecimal.class),
    };

    private static String text(Random random) {
        StringBuilder out = new StringBuilder();
        for (int i = random.nextInt(20); i > 0; i--) {
            int point = 1 + random.nextInt(0x10_FFFE);
            boolean surrogate = point >= 0xD800 && point <= 0xDFFF;
            out.appendCodePoint(surrogate ? 'x' : point);
        }
        return out.toString();
    }

    private static byte[] bytes(Random random) {
        byte[] bytes = new byte[random.nextInt(20)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static LocalDate date(Random random) {
        return LocalDate.ofEpochDay(random.nextInt(200_000) - 100_000);
    }

    private static LocalTime time(Random random) {
        return LocalTime.ofNanoOfDay(random.nextLong(86_400_000_000L) * 1_000);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0})
    void a_value_comes_back_as_it_was_sent(int prepareThreshold, TestGateway gateway)
            throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", "rvbbit");
        // -1 asks for binary at once, 0 never does.
        properties.setProperty("prepareThreshold", Integer.toString(prepareThreshold));
        Random random = new Random(SEED);
        try (Connection connection =
                DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + gateway.port() + "/memory", properties)) {
            for (Kind kind : KINDS) {
                values(connection, kind, random);
            }
        }
    }

    private static void values(Connection connection, Kind kind, Random random)
            throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT ?::" + kind.cast())) {
            for (int i = 0; i < VALUES; i++) {
                Object value = kind.value().apply(random);
                if (value instanceof byte[] bytes) {
                    statement.setBytes(1, bytes);
                } else {
                    statement.setObject(1, value);
                }
                assertThat(read(statement, kind)).as(kind.cast()).isEqualTo(expected(value));
            }
            statement.setNull(1, Types.OTHER);
            assertThat(read(statement, kind)).as(kind.cast()).isNull();
        }
    }

    private static Object expected(Object value) {
        return value instanceof BigDecimal decimal ? decimal.stripTrailingZeros() : value;
    }

    private static Object read(PreparedStatement statement, Kind kind) throws SQLException {
        try (ResultSet rows = statement.executeQuery()) {
            rows.next();
            if (kind.type() == byte[].class) {
                return rows.getBytes(1);
            }
            Object value = rows.getObject(1, kind.type());
            return value instanceof BigDecimal decimal ? decimal.stripTrailingZeros() : value;
        }
    }
}
