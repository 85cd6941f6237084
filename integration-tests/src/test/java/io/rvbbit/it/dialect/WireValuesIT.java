package io.rvbbit.it.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rvbbit.it.dialect.RandomValues.Kind;
import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.PostgresServer;
import io.rvbbit.it.testkit.TestGateway;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Random values of every type in and out, as text and in binary: the bytes that PostgreSQL sends
 * are the bytes that the gateway sends.
 *
 * <p>PostgreSQL itself is asked, where it is installed.
 */
@GatewayTest
class WireValuesIT {
    private static final int VALUES = 10;
    private static final long SEED = 4711;
    private static final int TEXT = 0;
    private static final int BINARY = 1;

    private static Optional<PostgresServer> server = Optional.empty();

    private final Random random = new Random(SEED);
    private @Nullable WireSession postgres;
    private @Nullable WireSession gateway;

    @BeforeAll
    static void start() throws Exception {
        server = PostgresServer.start();
    }

    @AfterAll
    static void stop() {
        server.ifPresent(PostgresServer::close);
    }

    @BeforeEach
    void connect(TestGateway ours) throws IOException {
        assumeTrue(server.isPresent(), "PostgreSQL is not installed");
        postgres =
                new WireSession(
                        "127.0.0.1",
                        server.orElseThrow().port(),
                        PostgresServer.USER,
                        PostgresServer.DATABASE);
        gateway = new WireSession("127.0.0.1", ours.port(), "rvbbit", "memory");
    }

    @AfterEach
    void disconnect() throws IOException {
        if (postgres != null && gateway != null) {
            postgres.close();
            gateway.close();
        }
    }

    private static WireSession connected(@Nullable WireSession session) {
        return Objects.requireNonNull(session);
    }

    @Test
    void parameters_come_back_as_the_same_bytes() throws IOException {
        for (Kind kind : RandomValues.KINDS) {
            for (int i = 0; i < VALUES; i++) {
                parameter(kind.type(), kind.plain(), kind.oid(), kind.text().apply(random));
            }
            same("SELECT $1::" + kind.type(), kind.oid(), null, TEXT, BINARY);
        }
    }

    @Test
    void arrays_come_back_as_the_same_bytes() throws IOException {
        for (Kind kind : RandomValues.KINDS) {
            if (kind.type().startsWith("numeric(")) {
                continue; // one list has one scale, so zeros at the end are not kept
            }
            for (int i = 0; i < VALUES; i++) {
                boolean bits = kind.type().startsWith("bit(");
                String type = (bits ? kind.type() : kind.plain()) + "[]";
                parameter(type, type, kind.arrayOid(), RandomValues.array(kind, random));
            }
        }
    }

    private void parameter(String type, String plain, int oid, String text) throws IOException {
        String sql = "SELECT $1::" + type;
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        same(sql, oid, bytes, TEXT, TEXT);
        same(sql, 0, bytes, TEXT, BINARY);
        List<@Nullable String> sent =
                connected(postgres).extended("SELECT $1::" + plain, oid, bytes, TEXT, BINARY);
        byte[] binary = HexFormat.of().parseHex(String.valueOf(sent.getLast()));
        same(sql, oid, binary, BINARY, TEXT);
        same(sql, 0, binary, BINARY, BINARY);
    }

    private void same(String sql, int oid, byte @Nullable [] value, int in, int out)
            throws IOException {
        List<@Nullable String> expected = connected(postgres).extended(sql, oid, value, in, out);
        assertThat(connected(gateway).extended(sql, oid, value, in, out))
                .as(
                        "%s of %s, format %d to %d",
                        sql,
                        value == null ? "NULL" : new String(value, StandardCharsets.UTF_8),
                        in,
                        out)
                .isEqualTo(expected);
    }

    @Test
    void literals_are_the_same_bytes() throws IOException {
        for (Kind kind : RandomValues.KINDS) {
            for (int i = 0; i < VALUES; i++) {
                String text = kind.text().apply(random).replace("'", "''");
                String sql = "SELECT '" + text + "'::" + kind.type() + " WHERE $1::int = 1";
                same(sql, 23, new byte[] {'1'}, TEXT, TEXT);
                same(sql, 23, new byte[] {'1'}, TEXT, BINARY);
            }
        }
    }

    @Test
    void columns_keep_what_they_are_given() throws IOException {
        for (Kind kind : RandomValues.KINDS) {
            if (kind.type().matches("oid|jsonb|.*\\(3\\)")) {
                continue; // made as a bigint, as json, and as times of six digits
            }
            both("CREATE TEMP TABLE kept (value " + kind.type() + ", list " + kind.plain() + "[])");
            for (int i = 0; i < VALUES; i++) {
                byte[] text = kind.text().apply(random).getBytes(StandardCharsets.UTF_8);
                same("INSERT INTO kept (value) VALUES ($1)", kind.oid(), text, TEXT, TEXT);
            }
            for (int out : new int[] {TEXT, BINARY}) {
                String sql = "SELECT value FROM kept WHERE $1::int = 1";
                byte[] one = {'1'};
                assertThat(rows(connected(gateway).extended(sql, 23, one, TEXT, out)))
                        .as(kind.type())
                        .isEqualTo(rows(connected(postgres).extended(sql, 23, one, TEXT, out)));
            }
            both("DROP TABLE kept");
        }
    }

    private static List<@Nullable String> rows(List<@Nullable String> answer) {
        return answer.subList(1, answer.size());
    }

    private void both(String sql) throws IOException {
        assertThat(connected(gateway).query(sql)).isEqualTo(connected(postgres).query(sql));
    }
}
