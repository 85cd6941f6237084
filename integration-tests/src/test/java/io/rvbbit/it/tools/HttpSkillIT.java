package io.rvbbit.it.tools;

import static io.rvbbit.rewriter.SqlState.INSUFFICIENT_PRIVILEGE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.rvbbit.it.Proof;
import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubAnswer;
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
import org.junit.jupiter.params.provider.CsvSource;

/** HTTP requests that a model makes, to a server in this JVM. */
@GatewayTest(
        settings = "rvbbit.cache=false",
        environment = {
            "RVBBIT_HTTP_TOOL_ALLOW=[127.0.0.1]",
            "RVBBIT_HTTP_TOOL_ENV=[SHOP_KEY]",
            "SHOP_KEY=abracadabra",
            "RVBBIT_PRICES=[{provider: 127.0.0.1, model: 'priced*', input: 2, output: 10}]",
            "RVBBIT_MODEL=priced"
        })
class HttpSkillIT {
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;

    HttpSkillIT() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    }

    @AfterEach
    void every_answer_is_booked(SqlSession sql) {
        Proof.everyAnswerIsBooked(sql);
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
        String uri = exchange.getRequestURI().toString();
        String sent = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        requests.add((exchange.getRequestMethod() + " " + uri + " " + sent).strip());
        String key = exchange.getRequestHeaders().getFirst("Authorization");
        switch (uri) {
            case "/orders/broken" -> send(exchange, 500, "text/plain", "no, " + key);
            case "/orders/long" -> send(exchange, 200, "text/plain", "x".repeat(1_001));
            case "/orders/slow" -> {
                try {
                    end.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                exchange.close();
            }
            default -> send(exchange, 200, "application/json", "{\"key\": \"" + key + "\"}");
        }
    }

    private static void send(HttpExchange exchange, int status, String type, String text)
            throws IOException {
        byte[] bytes = text.getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private String ask(String cascade, String host) {
        return "RVBBIT MAP '%s' AS answer USING (SELECT 'http://%s:%d' AS base)"
                .formatted(cascade, host, server.getAddress().getPort());
    }

    /** What the model is told of a call with these arguments, before it ends. */
    private String told(SqlSession sql, String host, String arguments) {
        sql.model()
                .answering(request ->
                        request.toolResults().isEmpty()
                                ? StubAnswer.toolCall("a", "orders", arguments)
                                : StubAnswer.text("done"));
        assertThat(sql.query(ask("http_skill", host)).table().column("answer"))
                .containsExactly("done");
        assertThat(sql.model().calls()).isEqualTo(2);
        assertThat(sql.decimal("SELECT sum(cost) FROM unified_logs" + ofCaller(sql)))
                .isEqualByComparingTo(sql.model().bill().sum().costUsd());
        return sql.model().requests().getLast().toolResults().getFirst();
    }

    private String told(SqlSession sql, String arguments) {
        return told(sql, "127.0.0.1", arguments);
    }

    private static String ofCaller(SqlSession sql) {
        return " WHERE caller_id = '" + sql.lastCaller() + "'";
    }

    @Test
    void path_query_and_body_go_out_as_the_model_says(SqlSession sql) {
        String told =
                told(
                        sql,
                        "{\"method\":\"POST\",\"path\":\"/A 1/é\",\"query\":{\"year\":2026,"
                                + "\"tag\":[\"a&b\",\"c\"]},\"body\":{\"pieces\":3}}");

        assertThat(requests)
                .containsExactly(
                        "POST /orders/A%201/%C3%A9?year=2026&tag=a%26b&tag=c {\"pieces\":3}");
        assertThat(told).isEqualTo("{\"status\":200,\"json\":{\"key\":\"Bearer <SHOP_KEY>\"}}");
    }

    @Test
    void a_secret_is_in_no_prompt_and_in_no_book(SqlSession sql) {
        var _ = told(sql, "{\"method\":\"GET\",\"path\":\"broken\"}");

        assertThat(sql.model().requests().toString()).doesNotContain("abracadabra");
        sql.query(
                        "SELECT event_type, content_json->>'call_id' AS call,"
                                + " error_json->>'class' AS class FROM unified_logs"
                                + ofCaller(sql)
                                + " AND node_type = 'orders' ORDER BY event_type DESC")
                .returns(
                        """
                        event_type | call | class
                        tool_start | a    | NULL
                        tool_error | NULL | unavailable\
                        """);
        assertThat(
                        sql.query("SELECT u::VARCHAR AS row FROM unified_logs u" + ofCaller(sql))
                                .table()
                                .rows()
                                .toString())
                .contains("<SHOP_KEY>")
                .doesNotContain("abracadabra");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"method\":\"GET\",\"path\":\"broken\"} | answered 500",
                "{\"method\":\"GET\",\"path\":\"long\"} | answered with more than 1000 bytes",
                "{\"method\":\"GET\",\"path\":\"slow\"} | gave no whole answer within 500 ms"
            })
    void what_goes_wrong_is_told_to_the_model(String arguments, String fault, SqlSession sql) {
        assertThat(told(sql, arguments)).contains("error", fault);

        assertThat(requests).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"method\":\"PUT\",\"path\":\"x\"} | wrong arguments: /method",
                "{\"method\":\"GET\"} | path",
                "{\"method\":\"GET\",\"path\":\"../admin\"} | is empty, . or ..",
                "{\"method\":\"GET\",\"path\":\"x//y\"} | is empty, . or ..",
                "{\"method\":\"GET\",\"path\":\"x?admin=1\"} | has no ?",
                "{\"method\":\"GET\",\"path\":\"x\",\"query\":{\"year\":\"now\"}} | /query/year",
                "{\"method\":\"GET\",\"path\":\"x\",\"url\":\"http://elsewhere\"} | url",
                "{\"method\":\"GET\",\"path\":\"x\",\"body\":{\"pieces\":1}} | has no body"
            })
    void wrong_arguments_send_nothing(String arguments, String fault, SqlSession sql) {
        assertThat(told(sql, arguments)).contains("error", fault);

        assertThat(requests).isEmpty();
    }

    @Test
    void an_address_that_is_not_allowed_is_not_reached(SqlSession sql) {
        assertThat(told(sql, "127.0.0.2", "{\"method\":\"GET\",\"path\":\"x\"}"))
                .contains("leads to an address that is not public");

        assertThat(requests).isEmpty();
    }

    @Test
    void an_encoded_path_stays_below_the_url(SqlSession sql) {
        var _ = told(sql, "{\"method\":\"GET\",\"path\":\"%2e%2e/admin\"}");

        assertThat(requests).containsExactly("GET /orders/%252e%252e/admin");
    }

    @Test
    void a_variable_that_is_not_allowed_ends_the_statement_before_any_call(SqlSession sql) {
        sql.query(ask("http_skill_env", "127.0.0.1"))
                .fails(INSUFFICIENT_PRIVILEGE)
                .says("http_skill_env.yaml:8")
                .hint("http-tool-env");

        assertThat(sql.model().calls()).isZero();
    }

    @Test
    void explain_requests_nothing_and_knows_no_upper_bound(SqlSession sql) {
        assertThat(sql.query("EXPLAIN (FORMAT JSON) " + ask("http_skill", "127.0.0.1")).value())
                .containsPattern("\"min\" : 1,\\s*\"max\" : 9")
                .contains("what the tools of cell \\\"ask\\\" give is in its prompts");

        assertThat(requests).isEmpty();
        assertThat(sql.model().calls()).isZero();
    }
}
