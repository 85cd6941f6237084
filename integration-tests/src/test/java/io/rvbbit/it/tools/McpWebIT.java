package io.rvbbit.it.tools;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubAnswer;
import io.rvbbit.it.testkit.TestGateway;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An MCP server over streamable HTTP, in this JVM. */
class McpWebIT {
    private static final ExecutorService THREADS = Executors.newCachedThreadPool();
    private static final CountDownLatch END = new CountDownLatch(1);
    private static final McpScript SCRIPT = new McpScript();
    private static final List<String> REQUESTS = new CopyOnWriteArrayList<>();
    private static final AtomicInteger SESSION = new AtomicInteger(1);
    private static HttpServer server;
    private static TestGateway gateway;

    @BeforeAll
    static void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        server.setExecutor(THREADS);
        server.createContext("/", McpWebIT::answer);
        server.start();
        String base = "http://127.0.0.1:" + server.getAddress().getPort();
        String entry =
                "{name: %s, timeout: 5s, max-bytes: 100000, url: '%s', headers: {Authorization: {env: SHOP_KEY, prefix: 'Bearer '}}}";
        gateway =
                TestGateway.withStub(
                        Map.of(
                                "RVBBIT_MCP_SERVERS",
                                "["
                                        + entry.formatted("plain", base + "/plain")
                                        + ", "
                                        + entry.formatted("events", base + "/events")
                                        + ", "
                                        + entry.formatted(
                                                "elsewhere",
                                                base.replace("127.0.0.1", "127.0.0.2") + "/plain")
                                        + "]",
                                "RVBBIT_HTTP_TOOL_ALLOW",
                                "[127.0.0.1]",
                                "SHOP_KEY",
                                "abracadabra"));
    }

    @AfterAll
    static void stop() {
        END.countDown();
        gateway.close();
        server.stop(0);
        THREADS.close();
    }

    @BeforeEach
    void forget() {
        gateway.model().reset();
        REQUESTS.clear();
    }

    private static void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String sent = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            JsonNode message = McpScript.JSON.readTree(sent);
            String method = message.path("method").asText();
            var headers = exchange.getRequestHeaders();
            String session = headers.getFirst("Mcp-Session-Id");
            REQUESTS.add(
                    "%s %s %s %s"
                            .formatted(
                                    exchange.getRequestMethod(),
                                    method,
                                    session,
                                    headers.getFirst("MCP-Protocol-Version")));
            if (!"Bearer abracadabra".equals(headers.getFirst("Authorization"))) {
                exchange.sendResponseHeaders(401, -1);
                return;
            }
            if (method.equals("initialize")) {
                exchange.getResponseHeaders().set("Mcp-Session-Id", "s" + SESSION.get());
            } else if (!("s" + SESSION.get()).equals(session)) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            switch (message.path("params").path("arguments").path("how").asText()) {
                case "hang" -> END.await();
                case "die" -> {
                    send(
                            exchange,
                            500,
                            "text/plain",
                            "out of order, " + headers.getFirst("Authorization"));
                    return;
                }
                default -> {}
            }
            Optional<String> answer = SCRIPT.answer(message);
            if (answer.isEmpty()) {
                exchange.sendResponseHeaders(202, -1);
            } else if (exchange.getRequestURI().getPath().equals("/events")) {
                events(exchange, answer.get());
            } else {
                send(exchange, 200, "application/json", answer.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A comment, something unasked, the answer in two lines; then the stream stays open. */
    private static void events(HttpExchange exchange, String answer)
            throws IOException, InterruptedException {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream; charset=utf-8");
        exchange.sendResponseHeaders(200, 0);
        OutputStream out = exchange.getResponseBody();
        int half = answer.indexOf(',') + 1;
        out.write(
                (": hello\n\nevent: message\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\","
                                + "\"params\":{\"level\":\"info\",\"data\":\"busy\"}}\n\n"
                                + "id: 7\ndata: "
                                + answer.substring(0, half)
                                + "\r\ndata: "
                                + answer.substring(half)
                                + "\r\n\r\n")
                        .getBytes(UTF_8));
        out.flush();
        END.await();
    }

    private static void send(HttpExchange exchange, int status, String type, String text)
            throws IOException {
        byte[] bytes = text.getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private static String map(String server) {
        return "SELECT answer, _error::VARCHAR AS error FROM (RVBBIT MAP 'mcp_%s' AS answer USING (SELECT 'A-1' AS sku) WITH (on_error = 'column')) m"
                .formatted(server);
    }

    /** What the model is told of one call. */
    private static String told(SqlSession sql, String server, String tool, String arguments) {
        sql.model().reset();
        sql.model()
                .answering(request ->
                        request.toolResults().isEmpty()
                                ? StubAnswer.toolCall("a", server + "_" + tool, arguments)
                                : StubAnswer.text("done"));
        assertThat(sql.query(map(server)).table().column("answer")).containsExactly("done");
        return sql.model().requests().getLast().toolResults().getFirst();
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "events"})
    void a_tool_is_called_within_a_session(String server) throws Exception {
        try (SqlSession sql = gateway.session()) {
            var _ = told(sql, server, "tell", "{\"text\":\"x\"}");
            REQUESTS.clear();

            assertThat(told(sql, server, "find_stock", "{\"sku\":\"A-1\"}"))
                    .isEqualTo("{\"sku\":\"A-1\",\"on_hand\":12}");

            assertThat(REQUESTS)
                    .containsExactly("POST tools/call s" + SESSION.get() + " 2025-11-25");
            sql.query(
                            "SELECT event_type, content_json->'output'->>'on_hand' AS on_hand FROM unified_logs WHERE caller_id = '"
                                    + sql.lastCaller()
                                    + "' AND node_type = '"
                                    + server
                                    + "_find_stock' ORDER BY event_type DESC")
                    .returns(
                            """
                            event_type    | on_hand
                            tool_start    | NULL
                            tool_complete | 12\
                            """);
        }
    }

    @Test
    void a_server_that_has_forgotten_the_session_is_greeted_again() throws Exception {
        try (SqlSession sql = gateway.session()) {
            var _ = told(sql, "plain", "tell", "{\"text\":\"x\"}");
            int session = SESSION.incrementAndGet();
            REQUESTS.clear();

            assertThat(told(sql, "plain", "tell", "{\"text\":\"again\"}")).isEqualTo("again");

            assertThat(REQUESTS)
                    .containsSubsequence(
                            "POST tools/call s" + (session - 1) + " 2025-11-25",
                            "POST initialize null null",
                            "POST tools/call s" + session + " 2025-11-25");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "plain  | die     | answered 500: out of order, Bearer <SHOP_KEY>",
                "plain  | hang    | within 5000 ms",
                "plain  | huge    | answered with more than 100000 bytes",
                "events | huge    | answered with more than 100000 bytes",
                "plain  | rubbish | wrote what is no message of the protocol: Segmentation fault",
                "events | error   | says: no such shelf"
            })
    void what_goes_wrong_is_told_to_the_model_and_the_next_call_is_answered(
            String server, String how, String fault) throws Exception {
        try (SqlSession sql = gateway.session()) {
            // Only a server that has answered is connected to again at once.
            var _ = told(sql, server, "tell", "{\"text\":\"x\"}");

            assertThat(told(sql, server, "misbehave", "{\"how\":\"" + how + "\"}"))
                    .startsWith("{\"error\":\"MCP server \\\"" + server + "\\\" ")
                    .contains(fault)
                    .doesNotContain("abracadabra");

            assertThat(told(sql, server, "tell", "{\"text\":\"well\"}")).isEqualTo("well");
        }
    }

    @Test
    void an_address_that_is_not_allowed_is_not_reached() throws Exception {
        try (SqlSession sql = gateway.session()) {
            assertThat(sql.query(map("elsewhere")).table().column("error").getFirst())
                    .contains(
                            "MCP server \\\"elsewhere\\\" leads to an address that is not public");

            assertThat(REQUESTS).isEmpty();
            assertThat(sql.model().calls()).isZero();
        }
    }

    @Test
    void a_gateway_that_stops_ends_its_session() throws Exception {
        try (TestGateway other =
                TestGateway.withStub(
                        Map.of(
                                "RVBBIT_MCP_SERVERS",
                                "[{name: plain, url: 'http://127.0.0.1:%d/plain', headers: {Authorization: {env: SHOP_KEY, prefix: 'Bearer '}}}]"
                                        .formatted(server.getAddress().getPort()),
                                "RVBBIT_HTTP_TOOL_ALLOW",
                                "[127.0.0.1]",
                                "SHOP_KEY",
                                "abracadabra"))) {
            try (SqlSession sql = other.session()) {
                var _ = told(sql, "plain", "tell", "{\"text\":\"x\"}");
            }
            REQUESTS.clear();
        }

        assertThat(REQUESTS).containsExactly("DELETE  s" + SESSION.get() + " 2025-11-25");
    }
}
