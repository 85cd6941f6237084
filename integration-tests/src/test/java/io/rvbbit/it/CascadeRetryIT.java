package io.rvbbit.it;

import static io.rvbbit.rewriter.SqlState.WARNING;
import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubFault;
import io.rvbbit.it.testkit.TestGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How long cells wait before they try again: what they say, and what the books say of it. */
@GatewayTest(settings = "rvbbit.cache=false", environment = "RVBBIT_HTTP_TOOL_ALLOW=[127.0.0.1]")
class CascadeRetryIT {
    private static final Path FILE = TestGateway.cascades().resolve("tries_again.yaml");
    private static final Path INNER = TestGateway.cascades().resolve("tries_once.yaml");
    private static final String MAP =
            "RVBBIT MAP 'tries_again' AS answer USING (SELECT 'red one' AS text)";

    @AfterEach
    void remove_the_files() throws IOException {
        boolean _ = Files.deleteIfExists(FILE);
        boolean _ = Files.deleteIfExists(INNER);
    }

    private static void write(Path file, String cascade) throws IOException {
        Files.writeString(file, cascade);
    }

    private static void asks(String retry) throws IOException {
        write(
                FILE,
                """
                cascade_id: w
                cells:
                - {name: ask, instructions: "{{ input.text }}", retry: %s}
                """
                        .formatted(retry));
    }

    private static void fails(SqlSession sql, int times) {
        sql.model()
                .fails(Collections.nCopies(times, StubFault.status(500)).toArray(StubFault[]::new));
    }

    private static String ofCaller(SqlSession sql) {
        return " WHERE caller_id = '" + sql.lastCaller() + "'";
    }

    private static List<Long> waits(SqlSession sql) {
        return sql
                .query(
                        "SELECT json_extract_string(content_json, '$.wait_ms') AS ms FROM unified_logs"
                                + ofCaller(sql)
                                + " AND event_type = 'retry' ORDER BY timestamp")
                .table()
                .column("ms")
                .stream()
                .map(each -> Long.valueOf(String.valueOf(each)))
                .toList();
    }

    private static void assertCostIsTheBill(SqlSession sql) {
        assertThat(sql.decimal("SELECT sum(cost) FROM unified_logs" + ofCaller(sql)))
                .isEqualByComparingTo(sql.model().bill().sum().costUsd());
    }

    @ParameterizedTest
    @CsvSource({"none, 0 0 0", "linear, 20 40 60", "exponential, 20 40 80"})
    void a_model_is_asked_again_after_the_waits_of_the_cell(
            String backoff, String planned, SqlSession sql) throws IOException {
        asks("{max_attempts: 4, backoff: %s, base: 20ms}".formatted(backoff));
        fails(sql, 3);

        sql.query(MAP).returns("text    | answer\nred one | red");

        assertThat(waits(sql))
                .isEqualTo(Stream.of(planned.split(" ", -1)).map(Long::valueOf).toList());
        assertThat(sql.model().calls()).isEqualTo(4);
        assertCostIsTheBill(sql);
    }

    @Test
    void one_second_is_the_first_wait_of_a_cell_that_names_none(SqlSession sql) throws IOException {
        asks("{max_attempts: 2}");
        fails(sql, 1);

        sql.query(MAP).returnsRows(1);

        assertThat(waits(sql)).containsExactly(1_000L);
    }

    @Test
    void a_cell_that_says_nothing_waits_as_the_server_does(SqlSession sql) throws IOException {
        write(FILE, "cascade_id: w\ncells: [{name: ask, instructions: '{{ input.text }}'}]\n");
        fails(sql, 1);

        sql.query(MAP).returnsRows(1);

        assertThat(waits(sql)).singleElement().satisfies(ms -> assertThat(ms).isLessThan(500));
    }

    @Test
    void an_endpoint_that_asks_for_a_longer_wait_gets_it(SqlSession sql) throws IOException {
        asks("{max_attempts: 2, backoff: none}");
        sql.model().fails(StubFault.tooManyRequestsMillis(150));
        sql.query(MAP).returnsRows(1);
        assertThat(waits(sql))
                .singleElement()
                .satisfies(ms -> assertThat(ms).isGreaterThanOrEqualTo(150));

        asks("{max_attempts: 2, base: 700ms}");
        sql.model().fails(StubFault.tooManyRequestsMillis(1));
        sql.query(MAP).returnsRows(1);
        assertThat(waits(sql)).containsExactly(700L);
    }

    @Test
    void a_query_is_tried_again_after_the_waits_of_the_cell(SqlSession sql) throws IOException {
        write(
                FILE,
                """
                cascade_id: w
                cells:
                - name: load
                  tool: sql_data
                  inputs: {query: "SELECT CAST({{ input.text }} AS INTEGER) AS n"}
                  retry: {max_attempts: 3, base: 20ms}
                """);

        sql.query(MAP).tells(WARNING, "1 of 1 rows failed: sql (1)");

        assertThat(waits(sql)).containsExactly(20L, 40L);
        sql.query(
                        "SELECT count(*) AS n FROM unified_logs"
                                + ofCaller(sql)
                                + " AND event_type = 'tool_error'")
                .returns("n\n3");
    }

    @Test
    void a_request_is_tried_again_after_the_waits_of_the_cell(SqlSession sql) throws IOException {
        write(
                FILE,
                """
                cascade_id: w
                cells:
                - name: fetch
                  tool: http
                  inputs: {url: "http://127.0.0.1:1/"}
                  retry: {max_attempts: 3, backoff: linear, base: 20ms}
                """);

        sql.query(MAP).tells(WARNING, "1 of 1 rows failed: unavailable (1)");

        assertThat(waits(sql)).containsExactly(20L, 40L);
        sql.query(
                        "SELECT count(*) AS n FROM unified_logs"
                                + ofCaller(sql)
                                + " AND event_type = 'tool_error'")
                .returns("n\n3");
    }

    @Test
    void a_cascade_is_run_again_by_the_cell_that_runs_it(SqlSession sql) throws IOException {
        write(
                INNER,
                """
                cascade_id: once
                cells:
                - {name: ask, instructions: "{{ input.text }}", retry: {max_attempts: 1}}
                """);
        write(
                FILE,
                """
                cascade_id: w
                cells:
                - {name: inner, sub_cascade: tries_once, retry: {max_attempts: 3, base: 20ms}}
                """);
        fails(sql, 2);

        sql.query(MAP).returns("text    | answer\nred one | red");

        assertThat(sql.model().calls()).isEqualTo(3);
        assertThat(waits(sql)).containsExactly(20L, 40L);
        sql.query(
                        "SELECT cascade_id, status, count(*) AS n FROM session_state"
                                + ofCaller(sql)
                                + " GROUP BY ALL")
                .returnsInAnyOrder(
                        "cascade_id | status | n\nw | completed | 1\nonce | error | 2\nonce | completed | 1");
        assertCostIsTheBill(sql);
        String plan = String.valueOf(sql.query("EXPLAIN (FORMAT JSON) " + MAP).value());
        assertThat(plan.replaceAll("\\s", "")).contains("\"calls\":{\"min\":1,\"max\":3}");
    }
}
