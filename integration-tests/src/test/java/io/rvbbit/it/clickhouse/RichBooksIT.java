package io.rvbbit.it.clickhouse;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubAnswer;
import io.rvbbit.it.testkit.StubRequest;
import io.rvbbit.it.testkit.TestGateway;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A cascade with one of each on the books of both stores. */
@Timeout(240)
class RichBooksIT {
    private final HttpServer http;
    private ClickHouseServer server;

    RichBooksIT() throws Exception {
        http = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    }

    @BeforeEach
    void start() {
        http.createContext(
                "/",
                exchange -> {
                    exchange.getResponseHeaders().set("Content-Type", "text/plain");
                    exchange.sendResponseHeaders(200, 5);
                    exchange.getResponseBody().write("pages".getBytes(UTF_8));
                    exchange.close();
                });
        http.start();
        server = ClickHouseServer.startFront();
    }

    @AfterEach
    void stop() {
        http.stop(0);
        if (server != null) {
            server.close();
        }
    }

    private static StubAnswer answer(StubRequest request) {
        String asked = request.lastUserMessage();
        if (asked.startsWith("Vote") || asked.contains("cannot be used")) {
            return StubAnswer.text(request.number() == 4 ? "perhaps" : "yes");
        }
        if (request.tools().contains("sql_data") && request.toolResults().isEmpty()) {
            return StubAnswer.toolCall(
                    "a", "sql_data", "{\"query\": \"SELECT name FROM rich_people\"}");
        }
        if (request.tools().contains("route_to")) {
            StubAnswer call =
                    StubAnswer.toolCall(
                            "b", "route_to", "{\"target\": \"tech\", \"reason\": \"fits\"}");
            return new StubAnswer("broken", call.toolCalls(), "tool_calls");
        }
        return StubAnswer.text(asked.isEmpty() ? "nothing" : asked);
    }

    /** What the books say, without ids and times. */
    private record Books(
            List<List<String>> log, List<List<String>> sessions, List<List<String>> statement) {}

    private Books books(Map<String, String> environment) throws Exception {
        Map<String, String> all = new HashMap<>(environment);
        all.put("RVBBIT_HTTP_TOOL_ALLOW", "[127.0.0.1]");
        try (TestGateway gateway = TestGateway.withStub(all);
                SqlSession sql = gateway.session()) {
            gateway.model().answering(RichBooksIT::answer);
            sql.execute("CREATE OR REPLACE TABLE rich_people AS SELECT 'ann' AS name");
            String url = "http://127.0.0.1:" + http.getAddress().getPort() + "/";

            sql.query(
                            "SELECT said FROM (RVBBIT MAP 'joined/rich' AS said USING (SELECT '"
                                    + url
                                    + "' AS url)) m")
                    .returns("said\nThe end");

            String caller = " WHERE caller_id = '" + sql.lastCaller() + "'";
            assertThat(sql.decimal("SELECT sum(cost) FROM unified_logs" + caller))
                    .isEqualByComparingTo(gateway.model().bill().sum().costUsd())
                    .isPositive();
            return new Books(
                    rows(
                            sql,
                            """
                            SELECT event_type, node_type, cascade_id, cell_name, take_index, attempt_number,
                              turn_number, model, provider, tokens_in, tokens_out, CAST(cost AS VARCHAR) AS cost,
                              CAST(attempt_cost AS VARCHAR) AS attempt_cost, cache_hit, content_json,
                              tool_calls_json, error_json
                            FROM unified_logs\
                            """
                                    + caller),
                    rows(
                            sql,
                            "SELECT cascade_id, depth, output, input_data FROM cascade_sessions"
                                    + caller),
                    rows(
                            sql,
                            "SELECT status, rows_input, rows_output, llm_calls_count, CAST(total_cost AS VARCHAR)"
                                    + " AS cost, total_tokens_in FROM sql_query_log"
                                    + caller));
        }
    }

    private static List<List<String>> rows(SqlSession sql, String query) {
        return sql.query(query).table().rows().stream()
                .map(row -> row.stream().map(String::valueOf).map(RichBooksIT::undated).toList())
                .sorted((a, b) -> a.toString().compareTo(b.toString()))
                .toList();
    }

    /** Without the time at which the server in this test has answered. */
    private static String undated(String text) {
        return text.replaceAll("\"date\":\"[^\"]*\"", "");
    }

    @Test
    void both_stores_have_the_same_rows() throws Exception {
        Books embedded = books(Map.of());
        Books clickhouse = books(server.environment("books"));

        assertThat(clickhouse.log()).containsExactlyElementsOf(embedded.log());
        assertThat(clickhouse.sessions()).containsExactlyElementsOf(embedded.sessions());
        assertThat(clickhouse.statement()).containsExactlyElementsOf(embedded.statement());
        assertThat(embedded.log().stream().map(List::getFirst))
                .contains(
                        "tool_start",
                        "tool_complete",
                        "validation",
                        "retry",
                        "handoff",
                        "phase_error",
                        "turn_complete");
        assertThat(embedded.log())
                .anySatisfy(row -> assertThat(row).contains("http", "fetch"))
                .anySatisfy(row -> assertThat(row).contains("sql_data", "look"))
                .anySatisfy(row -> assertThat(row).startsWith("validation").contains("vote", "1"));
    }
}
