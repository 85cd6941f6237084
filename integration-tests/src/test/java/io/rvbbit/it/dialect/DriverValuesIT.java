package io.rvbbit.it.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rvbbit.it.dialect.RandomValues.Kind;
import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.PostgresServer;
import io.rvbbit.it.testkit.TestGateway;
import java.sql.Array;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.util.PGobject;
import org.postgresql.util.PSQLException;

/**
 * What pgjdbc makes of random values of every type is what it makes of PostgreSQL's: classes,
 * values, texts and type names, as text and in binary, as parameters and as results.
 *
 * <p>PostgreSQL itself is asked, where it is installed.
 */
@GatewayTest
class DriverValuesIT {
    private static final int VALUES = 8;
    private static final long SEED = 271828;

    private static final Kind MOOD =
            new Kind("mood", 0, 0, r -> List.of("sad", "so so", "it's", "").get(r.nextInt(4)));

    private static Optional<PostgresServer> server = Optional.empty();

    private final Random random = new Random(SEED);

    @BeforeAll
    static void start() throws Exception {
        server = PostgresServer.start();
    }

    @AfterAll
    static void stop() {
        server.ifPresent(PostgresServer::close);
    }

    /** The same statement, with the same parameter, on both. */
    private record Both(Connection postgres, Connection gateway) implements AutoCloseable {
        static Both connect(TestGateway gateway, int prepareThreshold) throws SQLException {
            Properties properties = new Properties();
            properties.setProperty("user", PostgresServer.USER);
            // -1 asks for binary at once, 0 never does.
            properties.setProperty("prepareThreshold", Integer.toString(prepareThreshold));
            String postgres =
                    "jdbc:postgresql://127.0.0.1:%d/%s"
                            .formatted(server.orElseThrow().port(), PostgresServer.DATABASE);
            Both both =
                    new Both(
                            DriverManager.getConnection(postgres, properties),
                            DriverManager.getConnection(gateway.url("memory"), properties));
            both.execute("CREATE TYPE mood AS ENUM ('sad', 'so so', 'it''s', '')");
            return both;
        }

        void execute(String sql) throws SQLException {
            for (Connection each : List.of(postgres, gateway)) {
                try (Statement statement = each.createStatement()) {
                    statement.execute(sql);
                }
            }
        }

        @Override
        public void close() throws SQLException {
            gateway.close();
            try (Statement statement = postgres.createStatement()) {
                statement.execute("DROP TYPE mood");
            }
            postgres.close();
        }
    }

    /** A value as pgjdbc hands it out, or the state of its refusal. */
    private record Answer(String type, String text, String value, @Nullable Object object) {
        boolean looksLike(Answer other) {
            return type.equals(other.type) && text.equals(other.text) && value.equals(other.value);
        }
    }

    private static Answer ask(Connection connection, String sql, @Nullable Object parameter)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setObject(1, parameter);
            try (ResultSet rows = statement.executeQuery()) {
                assertThat(rows.next()).as(sql).isTrue();
                ResultSetMetaData about = rows.getMetaData();
                String type =
                        "%s(%d,%d) %s"
                                .formatted(
                                        about.getColumnTypeName(1),
                                        about.getPrecision(1),
                                        about.getScale(1),
                                        about.getColumnClassName(1));
                Object object = rows.getObject(1);
                // The driver has no text for bytes that came in binary.
                String text = object instanceof byte[] ? "" : String.valueOf(rows.getString(1));
                return new Answer(type, text, shown(object), object);
            }
        } catch (PSQLException refusal) {
            // Such as a timestamp or interval beyond what the driver's own classes hold; far
            // timestamps are 22007 here.
            String state = String.valueOf(refusal.getSQLState()).replace("22007", "22008");
            return new Answer("refused", state, "", null);
        }
    }

    private static String shown(@Nullable Object value) throws SQLException {
        return switch (value) {
            case null -> "NULL";
            case Array array -> array.getBaseTypeName() + " " + shown(array.getArray());
            case Object[] parts -> {
                List<String> all = new ArrayList<>();
                for (Object part : parts) {
                    all.add(shown(part));
                }
                yield parts.getClass().getSimpleName() + all;
            }
            case byte[] bytes -> "bytes " + Arrays.toString(bytes);
            default -> value.getClass().getName() + " " + value;
        };
    }

    /**
     * As a value of its type and as a text that is cast; then what has come back goes there again
     * as the driver sends its class.
     */
    private static void same(Both both, String sql, String type, String text) throws SQLException {
        PGobject sent = new PGobject();
        sent.setType(type);
        sent.setValue(text);
        same(both, sql, text);
        Object object = same(both, sql, sent).object();
        if (object instanceof Array array) {
            Object[] elements = (Object[]) array.getArray();
            Array again = both.postgres().createArrayOf(array.getBaseTypeName(), elements);
            same(both, sql, again);
        } else {
            same(both, sql, object);
        }
    }

    private static Answer same(Both both, String sql, @Nullable Object sent) throws SQLException {
        Answer expected = ask(both.postgres(), sql, sent);
        Answer answer = ask(both.gateway(), sql, sent);
        assertThat(answer)
                .as("%s of %s", sql, shown(sent))
                .matches(expected::looksLike, expected.toString());
        return expected;
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0})
    void values_are_the_same_objects(int prepareThreshold, TestGateway gateway)
            throws SQLException {
        assumeTrue(server.isPresent(), "PostgreSQL is not installed");
        try (Both both = Both.connect(gateway, prepareThreshold)) {
            for (Kind kind : kinds()) {
                String sql = "SELECT ?::" + kind.type();
                for (int i = 0; i < VALUES; i++) {
                    same(both, sql, kind.plain(), kind.text().apply(random));
                }
                same(both, sql, null);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0})
    void arrays_are_the_same_objects(int prepareThreshold, TestGateway gateway)
            throws SQLException {
        assumeTrue(server.isPresent(), "PostgreSQL is not installed");
        try (Both both = Both.connect(gateway, prepareThreshold)) {
            for (Kind kind : kinds()) {
                if (kind.type().startsWith("numeric(") || kind.equals(MOOD)) {
                    continue; // one list has one scale; arrays of enums are arrays of text
                }
                boolean bits = kind.type().startsWith("bit(");
                String element = bits ? kind.type() : kind.plain();
                String sql = "SELECT ?::" + element + "[]";
                for (int i = 0; i < VALUES; i++) {
                    same(both, sql, kind.plain() + "[]", RandomValues.array(kind, random));
                }
                same(both, sql, null);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0})
    void arrays_of_enums_hold_the_same_labels(int prepareThreshold, TestGateway gateway)
            throws SQLException {
        assumeTrue(server.isPresent(), "PostgreSQL is not installed");
        try (Both both = Both.connect(gateway, prepareThreshold)) {
            for (int i = 0; i < VALUES; i++) {
                String labels = RandomValues.row(MOOD, random, random.nextInt(4));
                same(both, "SELECT ?::mood[]::text[]", labels);
            }
        }
    }

    private static List<Kind> kinds() {
        List<Kind> kinds = new ArrayList<>(RandomValues.KINDS);
        kinds.add(MOOD);
        return kinds;
    }
}
