package io.rvbbit.it.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.HttpCaller;
import io.rvbbit.it.testkit.HttpCaller.Reply;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.TestGateway;
import java.math.BigDecimal;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** SQL over HTTP: what goes in, what comes out, and who pays. */
@GatewayTest
class HttpIT {
    private static final String TWO_ROWS =
            "SELECT * FROM (VALUES (1, 'a'), (2, NULL)) AS t(n, word)";

    @Test
    void records_are_objects(TestGateway gateway) {
        Reply reply = gateway.http().execute(TWO_ROWS);

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.header("Content-Type")).isEqualTo("application/json");
        JsonNode json = reply.json();
        assertThat(json.path("success").booleanValue()).isTrue();
        assertThat(json.path("columns"))
                .hasToString(
                        "[{\"name\":\"n\",\"type\":\"integer\"},{\"name\":\"word\",\"type\":\"text\"}]");
        assertThat(json.path("data"))
                .hasToString("[{\"n\":1,\"word\":\"a\"},{\"n\":2,\"word\":null}]");
        assertThat(json.path("row_count").intValue()).isEqualTo(2);
        assertThat(json.path("session_id").textValue()).startsWith("s-");
        assertThat(json.path("caller_id").isNull()).isTrue();
        assertThat(json.path("cost").textValue()).isEqualTo("0.000000000000");
        assertThat(json.path("execution_time_ms").isNumber()).isTrue();
    }

    @Test
    void json_rows_are_arrays(TestGateway gateway) {
        assertThat(gateway.http().execute(TWO_ROWS, "format", "json").json().path("data"))
                .hasToString("[[1,\"a\"],[2,null]]");
    }

    @Test
    void csv_is_lines_with_a_header(TestGateway gateway) {
        Reply reply =
                gateway.http()
                        .execute(
                                "SELECT 1 AS n, 'a,\"b\"' AS quoted, NULL AS nothing, '' AS empty",
                                "format",
                                "csv");

        assertThat(reply.header("Content-Type")).startsWith("text/csv");
        assertThat(reply.body()).isEqualTo("n,quoted,nothing,empty\r\n1,\"a,\"\"b\"\"\",,\"\"\r\n");
    }

    @Test
    void ndjson_is_a_line_for_each_row_and_a_summary(TestGateway gateway) {
        Reply reply = gateway.http().execute(TWO_ROWS, "format", "ndjson");

        assertThat(reply.header("Content-Type")).isEqualTo("application/x-ndjson");
        List<String> lines = reply.body().lines().toList();
        assertThat(lines)
                .hasSize(3)
                .startsWith("{\"n\":1,\"word\":\"a\"}", "{\"n\":2,\"word\":null}");
        assertThat(lines.getLast())
                .startsWith("{\"summary\":{\"success\":true,")
                .contains("\"row_count\":2");
    }

    @Test
    void a_value_of_json_that_spans_lines_stays_one_line_of_ndjson(TestGateway gateway) {
        Reply reply =
                gateway.http().execute("SELECT '{\"a\":\n\n1}'::JSON AS j", "format", "ndjson");

        assertThat(reply.body().lines().toList())
                .hasSize(2)
                .first()
                .satisfies(line ->
                        assertThat(HttpCaller.JSON.readTree(line).at("/j/a").intValue())
                                .isEqualTo(1));
    }

    @Test
    void values_are_what_json_has_for_them(TestGateway gateway) {
        JsonNode row =
                gateway.http()
                        .execute(
                                "SELECT 12345678901234567890.25::DECIMAL(30,2) AS d, true AS b,"
                                        + " [1, 2] AS l, {'a': 1} AS s, 'NaN'::DOUBLE AS f,"
                                        + " DATE '2026-01-31' AS day")
                        .json()
                        .at("/data/0");

        assertThat(row)
                .hasToString(
                        "{\"d\":12345678901234567890.25,\"b\":true,\"l\":[1,2],\"s\":{\"a\":1},"
                                + "\"f\":\"NaN\",\"day\":\"2026-01-31\"}");
    }

    @Test
    void names_that_stand_twice_are_told_apart(TestGateway gateway) {
        assertThat(gateway.http().execute("SELECT 1 AS a, 2 AS a").json().path("data"))
                .hasToString("[{\"a\":1,\"a_2\":2}]");
    }

    @Test
    void of_several_statements_the_last_one_answers(TestGateway gateway) {
        HttpCaller http = gateway.http();

        assertThat(http.execute("SELECT 1 AS one; SELECT 2 AS two").json().path("data"))
                .hasToString("[{\"two\":2}]");
        JsonNode made =
                http.execute("SELECT 1; CREATE TEMP TABLE t AS SELECT * FROM range(3)").json();
        assertThat(made.path("data")).isEmpty();
        assertThat(made.path("command").textValue()).isEqualTo("SELECT 3");
        assertThat(made.path("row_count").intValue()).isEqualTo(3);
    }

    @Test
    void a_cascade_s_caller_and_cost_are_in_the_reply_and_on_the_books(
            TestGateway gateway, SqlSession sql) {
        Reply reply =
                gateway.http()
                        .with("User-Agent", "http-test/1")
                        .execute("RVBBIT MAP 'first_word' AS w USING (SELECT 'one two' AS text)");

        JsonNode json = reply.json();
        assertThat(json.at("/data/0/w").textValue()).isEqualTo("one");
        String caller = json.path("caller_id").textValue();
        assertThat(caller).matches("http-[a-z]+-[a-z]+-[0-9a-z]{6,12}");
        assertThat(reply.header("X-Rvbbit-Caller-Id")).isEqualTo(caller);
        assertThat(json.path("cost").textValue()).matches("0\\.\\d{12}");
        assertThat(new BigDecimal(json.path("cost").textValue())).isPositive();
        sql.query(
                        "SELECT protocol, application_name, total_cost, llm_calls_count FROM"
                                + " sql_query_log WHERE caller_id = '"
                                + caller
                                + "'")
                .returns(
                        """
                        protocol | application_name | total_cost | llm_calls_count
                        http     | http-test/1      | %s | 1\
                        """
                                .formatted(json.path("cost").textValue()));
        JsonNode metadata =
                read(
                        sql.text(
                                "SELECT invocation_metadata_json FROM session_state WHERE caller_id"
                                        + " = '"
                                        + caller
                                        + "'"));
        assertThat(metadata.path("origin").textValue()).isEqualTo("sql");
        assertThat(metadata.path("triggered_by").textValue()).isEqualTo("http_api");
        assertThat(metadata.path("sql.protocol").textValue()).isEqualTo("http");
        assertThat(metadata.at("/sql/protocol").textValue()).isEqualTo("http");
    }

    private static JsonNode read(String json) {
        try {
            return HttpCaller.JSON.readTree(json);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void streamed_answers_name_the_caller_in_a_header(TestGateway gateway) {
        for (String format : List.of("csv", "ndjson")) {
            Reply reply =
                    gateway.http()
                            .execute(
                                    "RVBBIT MAP 'first_word' USING (SELECT 'x "
                                            + format
                                            + "' AS text)",
                                    "format",
                                    format);
            assertThat(reply.header("X-Rvbbit-Caller-Id")).startsWith("http-");
        }
    }

    @Test
    void an_error_tells_its_state_place_and_hint_and_no_stack(TestGateway gateway) {
        Reply reply =
                gateway.http().with("X-Request-Id", "mine-1").execute("SELECT nme FROM products");

        assertThat(reply.status()).isEqualTo(400);
        JsonNode json = reply.json();
        assertThat(json.path("success").booleanValue()).isFalse();
        assertThat(json.path("sqlstate").textValue()).isEqualTo("42703");
        assertThat(json.path("position").intValue()).isEqualTo(8);
        assertThat(json.path("error").textValue()).contains("nme");
        assertThat(json.has("hint")).isTrue();
        assertThat(json.path("request_id").textValue()).isEqualTo("mine-1");
        assertThat(reply.header("X-Request-Id")).isEqualTo("mine-1");
        assertThat(reply.body()).doesNotContain("io.rvbbit", "\\tat ", "Exception");
    }

    @Test
    void a_statement_that_fails_in_the_middle_still_names_its_caller(
            TestGateway gateway, SqlSession sql) {
        sql.model().failsOn("bad row", io.rvbbit.it.testkit.StubFault.status(400));
        Reply reply =
                gateway.http()
                        .execute(
                                "RVBBIT MAP 'first_word' USING (SELECT 'bad row' AS text) WITH"
                                        + " (on_error = 'fail')");

        assertThat(reply.status()).isEqualTo(502);
        assertThat(reply.json().path("sqlstate").textValue()).isEqualTo("38000");
        assertThat(reply.json().path("caller_id").textValue()).startsWith("http-");
    }

    @Test
    void notices_stand_beside_the_rows(TestGateway gateway) {
        JsonNode json =
                gateway.http()
                        .execute(
                                "RVBBIT MAP 'first_word' USING (SELECT 'w' || i AS text FROM range(1001) r(i))")
                        .json();

        assertThat(json.path("row_count").intValue()).isEqualTo(1_000);
        assertThat(json.path("notices").toString()).contains("01000", "limit");
    }

    @Test
    void health_costs_nothing(TestGateway gateway) {
        Reply reply = gateway.http().get("/api/sql/health");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json().path("status").textValue()).isEqualTo("ok");
        assertThat(gateway.model().calls()).isZero();
    }

    @Test
    void two_hundred_statements_run_at_once(TestGateway gateway, SqlSession sql)
            throws InterruptedException, ExecutionException {
        HttpCaller http = gateway.http();
        List<Callable<JsonNode>> statements =
                IntStream.range(0, 200)
                        .<Callable<JsonNode>>mapToObj(i ->
                                () ->
                                        http.execute(
                                                        "RVBBIT MAP 'first_word' AS w USING (SELECT 'n%d x' AS text)"
                                                                .formatted(i))
                                                .json())
                        .toList();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<JsonNode>> replies = clients.invokeAll(statements);
            for (int i = 0; i < replies.size(); i++) {
                JsonNode reply = replies.get(i).get();
                assertThat(reply.at("/data/0/w").textValue())
                        .as(reply.toString())
                        .isEqualTo("n" + i);
            }
            assertThat(
                            replies.stream()
                                    .map(Future::resultNow)
                                    .map(reply -> reply.path("caller_id").textValue())
                                    .distinct())
                    .hasSize(200);
        }
        assertThat(
                        sql.number(
                                "SELECT count(*) FROM sql_query_log WHERE query_raw LIKE '%''n% x''%' AND status = 'completed' AND protocol = 'http'"))
                .isEqualTo(200);
        assertThat(
                        sql.decimal(
                                "SELECT sum(total_cost) FROM sql_query_log WHERE query_raw LIKE '%''n% x''%' AND protocol = 'http'"))
                .isEqualByComparingTo(gateway.model().bill().sum().costUsd());
    }
}
