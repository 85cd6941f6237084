package io.rvbbit.it.tools;

import static io.rvbbit.rewriter.SqlState.QUERY_CANCELED;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.rvbbit.it.testkit.Certificates;
import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.TestGateway;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests that do not come to their end, or over TLS. */
@GatewayTest(
        environment = {
            "RVBBIT_HTTP_TOOL_ALLOW=[127.0.0.1]",
            "RVBBIT_PRICES=[{provider: 127.0.0.1, model: 'priced*', input: 2, output: 10}]",
            "RVBBIT_MODEL=priced"
        })
class HttpEndsIT {
    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final String TRUST = "javax.net.ssl.trustStore";

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch asked = new CountDownLatch(1);

    @AfterEach
    void stop() {
        threads.shutdownNow();
        threads.close();
    }

    private static String map(String cascade, String url, String with) {
        return "SELECT answer, _error::VARCHAR AS error FROM (RVBBIT MAP '%s' AS answer USING (SELECT '%s' AS url) WITH (on_error = 'column'%s)) m"
                .formatted(cascade, url, with);
    }

    private static ServerSocket silent() throws IOException {
        return new ServerSocket(0, 8, InetAddress.ofLiteral("127.0.0.1"));
    }

    private static String at(ServerSocket server) {
        return "http://127.0.0.1:" + server.getLocalPort() + "/";
    }

    /** Reads what it is asked, answers nothing, and waits until the other side is gone. */
    private Future<Boolean> awaitEnd(ServerSocket server) {
        return threads.submit(() -> {
            try (Socket socket = server.accept()) {
                socket.setSoTimeout(30_000);
                int read = socket.getInputStream().read();
                asked.countDown();
                while (read >= 0) {
                    read = socket.getInputStream().read();
                }
                return true;
            }
        });
    }

    private static String books(String caller) {
        return "SELECT event_type, node_type, error_json->>'class' AS class FROM unified_logs WHERE caller_id = '"
                + caller
                + "' AND event_type IN ('tool_error', 'phase_error') ORDER BY event_type DESC";
    }

    @Test
    void a_cancel_aborts_the_request(TestGateway gateway, SqlSession sql) throws Exception {
        try (ServerSocket server = silent();
                SqlSession running = gateway.session();
                Statement statement = running.connection().createStatement()) {
            Future<Boolean> ended = awaitEnd(server);
            Future<SQLException> failure =
                    threads.submit(() ->
                            catchThrowableOfType(
                                    SQLException.class,
                                    () -> statement.execute(map("http_plain", at(server), ""))));
            assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
            String caller =
                    sql.text("SELECT caller_id FROM rvbbit.statements WHERE status = 'running'");

            statement.cancel();

            assertThat(failure.get().getSQLState()).isEqualTo(QUERY_CANCELED.code());
            assertThat(ended.get(30, TimeUnit.SECONDS)).isTrue();
            sql.query(books(caller))
                    .returns(
                            """
                            event_type  | node_type | class
                            tool_error  | http      | cancelled
                            phase_error | http      | cancelled\
                            """);
        }
    }

    @Test
    void a_time_limit_of_the_cell_aborts_the_request(SqlSession sql) throws Exception {
        try (ServerSocket server = silent()) {
            Future<Boolean> ended = awaitEnd(server);

            var rows = sql.query(map("http_timed", at(server), "")).table();

            assertThat(rows.column("error").getFirst())
                    .contains("\"timeout\"", "cell \\\"ask\\\" took longer than 300 ms");
            assertThat(ended.get(30, TimeUnit.SECONDS)).isTrue();
            sql.query(books(sql.lastCaller()))
                    .returns(
                            """
                            event_type  | node_type | class
                            tool_error  | http      | timeout
                            phase_error | http      | timeout\
                            """);
        }
    }

    @Test
    void explain_requests_nothing_and_knows_what_it_does_not_know(SqlSession sql) throws Exception {
        try (ServerSocket server = silent()) {
            Future<Boolean> ended = awaitEnd(server);

            String json =
                    sql.query(
                                    "EXPLAIN (FORMAT JSON) RVBBIT MAP 'http_then_ask' USING (SELECT '"
                                            + at(server)
                                            + "' AS url)")
                            .value();

            assertThat(json)
                    .containsPattern("\"min\" : 1,\\s*\"max\" : 3")
                    .containsPattern("\"max\" : null")
                    .contains("shows what is read only when it runs");
            assertThat(ended.isDone()).isFalse();
            assertThat(asked.getCount()).isOne();
            assertThat(sql.model().calls()).isZero();
        }
    }

    @Test
    void a_server_is_believed_only_if_the_jvm_s_store_vouches_for_it(
            SqlSession sql, @TempDir Path directory) throws Exception {
        var _ = Certificates.make(directory, "shop");
        Path store = directory.resolve("shop.p12");
        HttpsServer server = secure(store);
        String url = "https://127.0.0.1:" + server.getAddress().getPort() + "/";
        try {
            assertThat(sql.query(map("http_plain", url, "")).table().column("error").getFirst())
                    .contains("could not be reached (SSLHandshakeException)");

            System.setProperty(TRUST, store.toString());
            System.setProperty(TRUST + "Password", new String(PASSWORD));
            try (TestGateway gateway =
                            TestGateway.withStub(Map.of("RVBBIT_HTTP_TOOL_ALLOW", "[127.0.0.1]"));
                    SqlSession trusting = gateway.session()) {
                assertThat(trusting.query(map("http_plain", url, "")).table().rows().toString())
                        .contains("\"status\":200", "safe and sound");
            }
        } finally {
            System.clearProperty(TRUST);
            System.clearProperty(TRUST + "Password");
            server.stop(0);
        }
    }

    private HttpsServer secure(Path store) throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        KeyManagerFactory managers =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        HttpsServer server =
                HttpsServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.setExecutor(threads);
        server.createContext(
                "/",
                exchange -> {
                    byte[] bytes = "safe and sound".getBytes(UTF_8);
                    exchange.sendResponseHeaders(200, bytes.length);
                    exchange.getResponseBody().write(bytes);
                    exchange.close();
                });
        server.start();
        return server;
    }
}
