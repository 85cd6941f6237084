package io.rvbbit.it.tools;

import static io.rvbbit.rewriter.SqlState.INSUFFICIENT_PRIVILEGE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Cells that make HTTP requests, to a server in this JVM. */
@GatewayTest(
        environment = {
            "RVBBIT_HTTP_TOOL_ALLOW=[127.0.0.1]",
            "RVBBIT_HTTP_TOOL_ENV=[SHOP_KEY]",
            "RVBBIT_HTTP_TOOL_TIMEOUT=2s",
            "SHOP_KEY=abracadabra"
        })
class HttpCellIT {
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;

    HttpCellIT() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    }

    @BeforeEach
    void start() {
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        end.countDown();
        server.stop(0);
        threads.close();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String sent = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        requests.add(exchange.getRequestMethod() + " " + path + (sent.isEmpty() ? "" : " " + sent));
        String key = exchange.getRequestHeaders().getFirst("Authorization");
        switch (path) {
            case "/json" -> send(exchange, 200, "application/json", "{\"pieces\": 7}");
            case "/echo" -> send(exchange, 200, "text/plain", "key " + key);
            case "/denied" -> send(exchange, 403, "text/plain", "not with " + key);
            case "/once" ->
                    send(exchange, requests.size() == 1 ? 500 : 200, "text/plain", "at last");
            case "/long" -> send(exchange, 200, "text/plain", "x".repeat(1_001));
            case "/slow" -> {
                try {
                    end.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                exchange.close();
            }
            case "/private" -> redirect(exchange, "http://127.0.0.2:" + port() + "/json");
            case "/local" -> redirect(exchange, "/json");
            case "/round" -> redirect(exchange, "/round");
            default -> send(exchange, 200, "text/plain", "plain");
        }
    }

    private static void redirect(HttpExchange exchange, String to) throws IOException {
        exchange.getResponseHeaders().set("Location", to);
        send(exchange, 302, "text/plain", "elsewhere");
    }

    private static void send(HttpExchange exchange, int status, String type, String text)
            throws IOException {
        byte[] bytes = text.getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private int port() {
        return server.getAddress().getPort();
    }

    private String at(String path) {
        return "http://127.0.0.1:" + port() + path;
    }

    private static String map(String cascade, String url, String wanted) {
        return "SELECT "
                + wanted
                + " AS x FROM (RVBBIT MAP '"
                + cascade
                + "' AS answer USING (SELECT '"
                + url
                + "' AS url) WITH (on_error = 'column')) m";
    }

    private static String error(SqlSession sql, String url) {
        return sql.query(map("http_get", url, "_error::VARCHAR")).table().rows().toString();
    }

    private static String books(SqlSession sql) {
        return sql.query(
                        "SELECT event_type, node_type, content_json::VARCHAR AS content, error_json::VARCHAR AS error"
                                + " FROM unified_logs WHERE caller_id = '"
                                + sql.lastCaller()
                                + "'")
                .table()
                .rows()
                .toString();
    }

    private static void hasTools(SqlSession sql, String expected) {
        sql.query(
                        "SELECT string_agg(event_type, ' ' ORDER BY seq) AS events FROM"
                                + " (SELECT event_type, row_number() OVER (ORDER BY timestamp, event_type DESC) AS seq"
                                + " FROM unified_logs WHERE node_type = 'http' AND event_type LIKE 'tool%' AND caller_id = '"
                                + sql.lastCaller()
                                + "') t")
                .returns("events\n" + expected);
    }

    @Test
    void json_is_read_and_both_ends_of_the_request_are_booked(SqlSession sql) {
        assertThat(
                        sql.query(map("http_get", at("/json"), "answer::VARCHAR"))
                                .table()
                                .rows()
                                .toString())
                .contains("\"pieces\":7", "\"status\":200", "\"body\":null");

        assertThat(requests).containsExactly("GET /json");
        assertThat(sql.model().calls()).isZero();
        hasTools(sql, "tool_start tool_complete");
    }

    @Test
    void an_answer_is_never_served_from_the_cache(SqlSession sql) {
        for (int i = 0; i < 2; i++) {
            sql.query(map("http_get", at("/json"), "count(answer)")).returns("x\n1");
        }

        assertThat(requests).hasSize(2);
    }

    @Test
    void a_secret_goes_out_and_is_nowhere_else(SqlSession sql) {
        String answer =
                sql.query(map("http_get", at("/echo"), "answer::VARCHAR"))
                        .table()
                        .rows()
                        .toString();

        assertThat(answer).contains("key Bearer <SHOP_KEY>").doesNotContain("abracadabra");
        assertThat(books(sql)).contains("Bearer <SHOP_KEY>").doesNotContain("abracadabra");
    }

    @Test
    void an_error_that_repeats_a_secret_is_told_without_it(SqlSession sql) {
        assertThat(error(sql, at("/denied")))
                .contains("answered 403: not with Bearer <SHOP_KEY>")
                .doesNotContain("abracadabra");
        assertThat(books(sql)).contains("tool_error").doesNotContain("abracadabra");
        assertThat(requests).hasSize(1);
    }

    @Test
    void a_variable_that_is_not_allowed_ends_the_statement(SqlSession sql) {
        sql.query("RVBBIT MAP 'http_env' AS answer USING (SELECT '" + at("/json") + "' AS url)")
                .fails(INSUFFICIENT_PRIVILEGE)
                .hint("http-tool-env");

        assertThat(requests).isEmpty();
    }

    @Test
    void a_body_is_sent(SqlSession sql) {
        sql.query(map("http_post", at("/plain"), "count(answer)")).returns("x\n1");

        assertThat(requests).containsExactly("POST /plain {\"id\": " + at("/plain").length() + "}");
    }

    @Test
    void a_500_is_tried_again_as_the_cell_says(SqlSession sql) {
        assertThat(
                        sql.query(map("http_get", at("/once"), "answer::VARCHAR"))
                                .table()
                                .rows()
                                .toString())
                .contains("at last");

        assertThat(requests).hasSize(2);
        hasTools(sql, "tool_start tool_error tool_start tool_complete");
    }

    @Test
    void an_answer_that_is_too_long_is_refused(SqlSession sql) {
        assertThat(error(sql, at("/long"))).contains("answered with more than 1000 bytes");
        assertThat(requests).hasSize(1);
    }

    @Test
    void an_answer_that_takes_too_long_is_given_up(SqlSession sql) {
        assertThat(error(sql, at("/slow"))).contains("gave no whole answer within 2000 ms");
        hasTools(sql, "tool_start tool_error tool_start tool_error");
    }

    @Test
    void a_redirect_is_followed_where_it_may_go(SqlSession sql) {
        sql.query(map("http_get", at("/local"), "count(answer)")).returns("x\n1");

        assertThat(requests).containsExactly("GET /local", "GET /json");
    }

    @Test
    void a_redirect_to_a_private_address_is_refused(SqlSession sql) {
        assertThat(error(sql, at("/private"))).contains("leads to an address that is not public");
        assertThat(requests).containsExactly("GET /private");
    }

    @Test
    void redirects_come_to_an_end(SqlSession sql) {
        assertThat(error(sql, at("/round"))).contains("redirects more than 5 times");
        assertThat(requests).hasSize(6);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.2",
                "10.0.0.1",
                "192.168.0.1",
                "169.254.169.254",
                "0.0.0.0",
                "2130706434",
                "[::1]",
                "[::ffff:10.0.0.1]",
                "[fe80::1]",
                "[fd00::1]"
            })
    void an_address_that_is_not_public_is_refused(String host, SqlSession sql) {
        assertThat(error(sql, "http://" + host + ":" + port() + "/json"))
                .contains("leads to an address that is not public");
        assertThat(requests).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:///etc/passwd", "http://me:sesame@127.0.0.1/", "ftp://1.1.1.1/"})
    void what_is_no_plain_url_is_refused(String url, SqlSession sql) {
        assertThat(error(sql, url)).contains("URL").doesNotContain("sesame", "root:");
    }
}
