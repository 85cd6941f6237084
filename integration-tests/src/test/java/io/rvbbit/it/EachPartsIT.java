package io.rvbbit.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubAnswer;
import io.rvbbit.it.testkit.StubFault;
import io.rvbbit.it.testkit.StubRequest;
import io.rvbbit.it.testkit.TestGateway;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What else a cell for rows may call: skills and validators, for each of its rows. */
@GatewayTest(
        settings = "rvbbit.cache=false",
        environment = {
            "RVBBIT_PRICES=[{provider: 127.0.0.1, model: 'priced*', input: 2, output: 10}]",
            "RVBBIT_MODEL=priced",
            "RVBBIT_HTTP_TOOL_ALLOW=[127.0.0.1]"
        })
class EachPartsIT {
    private static final Path FILE = TestGateway.cascades().resolve("each_parts.yaml");
    private static final String MAP = "RVBBIT MAP 'each_parts' AS said USING (SELECT '%s' AS text)";

    @BeforeEach
    void rows_do_not_share_what_they_were_told(SqlSession sql) {
        sql.model()
                .answering(request -> {
                    String asked = request.lastUserMessage();
                    String name = asked.contains("ann") ? "ann" : "bob";
                    if (asked.startsWith("Inner")) {
                        return StubAnswer.text("inner " + name);
                    }
                    return request.toolResults().isEmpty()
                            ? StubAnswer.toolCall("call_" + name, "tool", argument(request, name))
                            : StubAnswer.text(request.toolResults().getFirst());
                });
    }

    @AfterEach
    void remove_the_file() throws IOException {
        boolean _ = Files.deleteIfExists(FILE);
    }

    private static String argument(StubRequest request, String name) {
        String parameters = request.body().at("/tools/0/function/parameters").toString();
        return parameters.contains("\"query\"")
                ? "{\"query\": \"SELECT '" + name + "' AS who\"}"
                : parameters.contains("\"path\"")
                        ? "{\"path\": \"" + name + "\"}"
                        : "{\"title\": \"" + name + "\"}";
    }

    private static void write(String each, String cell) throws IOException {
        Files.writeString(
                FILE,
                """
                cascade_id: each_parts
                cells:
                - name: each
                  for_each_row: {rows: "{{ ['ann', 'bob'] }}", max_parallel: 2%s}
                  instructions: "Ask of {{ item }}"
                  max_tokens: 50
                %s\
                """
                        .formatted(each, cell.indent(2)));
    }

    private static String ofCaller(SqlSession sql) {
        return " WHERE caller_id = '" + sql.lastCaller() + "'";
    }

    private static void hasTools(SqlSession sql, String tool, int rows) {
        sql.query(
                        "SELECT event_type, cell_name, count(*) AS n, count(DISTINCT content_json->>'call_id')"
                                + " AS calls FROM unified_logs"
                                + ofCaller(sql)
                                + " AND node_type = '"
                                + tool
                                + "' AND event_type IN ('tool_start', 'tool_complete', 'tool_error') GROUP BY 1, 2")
                .returnsInAnyOrder(
                        """
                        event_type    | cell_name | n | calls
                        tool_start    | each | %d | %d
                        tool_complete | each | %d | %d\
                        """
                                .formatted(rows, rows, rows, rows));
    }

    private static void costsWhatTheModelCharged(SqlSession sql) {
        assertThat(sql.decimal("SELECT sum(cost) FROM unified_logs" + ofCaller(sql)))
                .isEqualByComparingTo(sql.model().bill().sum().costUsd())
                .isPositive();
        sql.query("SELECT llm_calls_count FROM sql_query_log" + ofCaller(sql))
                .returns("llm_calls_count\n" + sql.model().calls());
    }

    @Test
    void each_row_s_model_writes_queries(SqlSession sql) throws IOException {
        sql.execute("CREATE OR REPLACE TABLE each_facts AS SELECT 1 AS n");
        write("", "skills: [{tool: sql_data, name: tool, tables: [each_facts]}]");

        sql.query("SELECT said FROM (" + MAP.formatted("it") + ") m")
                .returns("said\n[\"[{\\\"who\\\":\\\"ann\\\"}]\",\"[{\\\"who\\\":\\\"bob\\\"}]\"]");

        assertThat(sql.model().calls()).isEqualTo(4);
        hasTools(sql, "tool", 2);
        costsWhatTheModelCharged(sql);
    }

    @Test
    void each_row_s_model_makes_requests(SqlSession sql) throws IOException {
        List<String> got = new CopyOnWriteArrayList<>();
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    String path = exchange.getRequestURI().getPath();
                    got.add(path);
                    byte[] body = ("at " + path).getBytes(StandardCharsets.UTF_8);
                    exchange.getResponseHeaders().set("Content-Type", "text/plain");
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        server.start();
        try {
            write(
                    "",
                    """
                    skills:
                    - {tool: http, name: tool, url: "{{ input.text }}/at", path: {type: string}}
                    """);
            String url = "http://127.0.0.1:" + server.getAddress().getPort();

            sql.query("SELECT said FROM (" + MAP.formatted(url) + ") m")
                    .returns(
                            "said\n[\"{\\\"status\\\":200,\\\"body\\\":\\\"at /at/ann\\\"}\","
                                    + "\"{\\\"status\\\":200,\\\"body\\\":\\\"at /at/bob\\\"}\"]");
        } finally {
            server.stop(0);
        }
        assertThat(got).containsExactlyInAnyOrder("/at/ann", "/at/bob");
        assertThat(sql.model().calls()).isEqualTo(4);
        hasTools(sql, "tool", 2);
        costsWhatTheModelCharged(sql);
    }

    @Test
    void each_row_s_model_runs_cascades(SqlSession sql) throws IOException {
        write("", "skills: [{cascade: skill_inner, name: tool}]");

        sql.query("SELECT said FROM (" + MAP.formatted("it") + ") m")
                .returns("said\n[\"inner ann\",\"inner bob\"]");

        assertThat(sql.model().calls()).isEqualTo(6);
        hasTools(sql, "tool", 2);
        sql.query(
                        "SELECT cascade_id, depth, count(*) AS n FROM cascade_sessions"
                                + ofCaller(sql)
                                + " GROUP BY ALL ORDER BY depth")
                .returns("cascade_id | depth | n\neach_parts | 0 | 1\nskill_inner | 1 | 2");
        costsWhatTheModelCharged(sql);
    }

    @Test
    void a_cascade_judges_each_row_s_answer(SqlSession sql) throws IOException {
        write(
                ", on_error: continue",
                """
                rules: {max_attempts: 2}
                wards: {post: [{cascade: checks/judge, name: kind, mode: retry}]}
                """);
        // Ann's first answer is refused and her second is right; none of Bob's is.
        sql.model()
                .answering(request -> {
                    String asked = request.lastUserMessage();
                    if (asked.startsWith("Judge")) {
                        boolean valid = asked.contains("ann again");
                        return StubAnswer.text("{\"valid\":" + valid + ",\"reason\":\"as it is\"}");
                    }
                    String name = request.prompt().contains("of ann") ? "ann" : "bob";
                    return StubAnswer.text(request.turn() > 1 ? name + " again" : name);
                });

        sql.query(MAP.formatted("it")).returns("text | said\nit | [\"ann again\",null]");

        assertThat(sql.model().calls()).isEqualTo(8);
        sql.query(
                        "SELECT content_json->>'validator' AS validator, content_json->>'valid' AS valid,"
                                + " content_json->>'attempt' AS attempt, count(*) AS n FROM unified_logs"
                                + ofCaller(sql)
                                + " AND event_type = 'validation' GROUP BY ALL")
                .returnsInAnyOrder(
                        """
                        validator | valid | attempt | n
                        kind      | false | 1       | 2
                        kind      | true  | 2       | 1
                        kind      | false | 2       | 1\
                        """);
        sql.query(
                        "SELECT cascade_id, count(*) AS n FROM cascade_sessions"
                                + ofCaller(sql)
                                + " AND depth = 1 GROUP BY ALL")
                .returns("cascade_id | n\njudge | 4");
        costsWhatTheModelCharged(sql);
    }

    @Test
    void a_row_whose_skill_fails_is_told_and_the_others_go_on(SqlSession sql) throws IOException {
        write("", "skills: [{cascade: skill_inner, name: tool}]");
        sql.model().failsOn("Inner bob", StubFault.status(400));

        String said =
                String.valueOf(
                        sql.query("SELECT said FROM (" + MAP.formatted("it") + ") m").value());

        assertThat(said).startsWith("[\"inner ann\",\"{\\\"error\\\":");
        sql.query(
                        "SELECT status, count(*) AS n FROM session_state"
                                + ofCaller(sql)
                                + " GROUP BY ALL")
                .returnsInAnyOrder("status | n\ncompleted | 2\nerror | 1");
        costsWhatTheModelCharged(sql);
    }
}
