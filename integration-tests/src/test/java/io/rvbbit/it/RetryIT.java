package io.rvbbit.it;

import static io.rvbbit.rewriter.SqlState.WARNING;
import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubFault;
import io.rvbbit.it.testkit.TestGateway;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a weak endpoint costs: attempts, time, and a row at worst. */
@GatewayTest
class RetryIT {
    private static final String ONE = "(SELECT 'hello you' AS text)";

    private static String attempts(SqlSession sql) {
        return "SELECT event_type, attempt_number FROM unified_logs WHERE caller_id = '"
                + sql.lastCaller()
                + "' AND event_type IN ('turn_start', 'turn_complete', 'turn_error')"
                + " ORDER BY attempt_number, event_type DESC";
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 409, 429, 500, 502, 503, 529})
    void an_attempt_that_may_be_repeated_is(int status, SqlSession sql) {
        sql.model().fails(StubFault.status(status));

        sql.query("RVBBIT MAP 'first_word' AS word USING " + ONE)
                .returns("text | word\nhello you | hello");

        assertThat(sql.model().calls()).isEqualTo(2);
        sql.query(attempts(sql))
                .returnsInAnyOrder(
                        """
                        event_type    | attempt_number
                        turn_start    | 1
                        turn_error    | 1
                        turn_start    | 2
                        turn_complete | 2\
                        """);
    }

    @Test
    void garbage_and_broken_connections_are_repeated(SqlSession sql) {
        sql.model().fails(new StubFault.Garbage("<html>down</html>"), new StubFault.Close());

        sql.query("RVBBIT MAP 'first_word' AS word USING " + ONE)
                .returns("text | word\nhello you | hello");

        assertThat(sql.model().calls()).isEqualTo(3);
    }

    private static long wait(SqlSession sql) {
        return sql.number(
                "SELECT CAST(json_extract_string(content_json, '$.wait_ms') AS BIGINT) FROM unified_logs"
                        + " WHERE event_type = 'retry' AND caller_id = '"
                        + sql.lastCaller()
                        + "'");
    }

    @Test
    void retry_after_is_waited_for(SqlSession sql) {
        sql.model().fails(StubFault.tooManyRequestsMillis(700));

        sql.query("RVBBIT MAP 'first_word' AS word USING " + ONE).returnsRows(1);

        assertThat(wait(sql)).isBetween(700L, 1_200L);
        assertThat(sql.model().calls()).isEqualTo(2);
    }

    @Test
    void retry_after_in_seconds_is_waited_for(SqlSession sql) {
        sql.model().fails(StubFault.tooManyRequests(Duration.ofSeconds(1)));

        sql.query("RVBBIT MAP 'first_word' AS word USING " + ONE).returnsRows(1);

        assertThat(wait(sql)).isBetween(1_000L, 1_500L);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 404, 422})
    void a_refusal_is_not_repeated(int status, SqlSession sql) {
        sql.model().fails(StubFault.status(status));

        sql.query("RVBBIT MAP 'first_word' AS word USING " + ONE);

        assertThat(sql.model().calls()).isEqualTo(1);
    }

    @Test
    void attempts_are_bounded_and_counted(SqlSession sql) {
        sql.model()
                .fails(
                        StubFault.status(500),
                        StubFault.status(500),
                        StubFault.status(500),
                        StubFault.status(500));

        var table =
                sql.query(
                                "RVBBIT MAP 'first_word' AS word USING "
                                        + ONE
                                        + " WITH (on_error = 'column')")
                        .table();

        assertThat(table.column("word")).containsOnlyNulls();
        assertThat(table.column("_error").getFirst()).contains("\"attempts\":3");
        assertThat(sql.model().calls()).isEqualTo(3);
        sql.query(
                        "SELECT llm_calls_count, status FROM sql_query_log WHERE caller_id = '"
                                + sql.lastCaller()
                                + "'")
                .returns("llm_calls_count | status\n3 | partial");
    }

    @Test
    void a_call_that_hangs_is_given_up_after_its_timeout(SqlSession sql) throws Exception {
        sql.model().failsOn("hello", new StubFault.Hang());
        long began = System.nanoTime();

        sql.query(
                        "RVBBIT MAP 'impatient' AS word USING (SELECT * FROM (VALUES ('hello you'),"
                                + " ('good bye')) v(text))")
                .returns("text | word\nhello you | NULL\ngood bye | good")
                .tells(WARNING, "1 of 2 rows failed: timeout (1)");

        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
        sql.model().awaitGivenUp(1);
        sql.query(
                        "SELECT count(*) AS n, count(attempt_cost) AS costed FROM unified_logs"
                                + " WHERE event_type = 'turn_error' AND caller_id = '"
                                + sql.lastCaller()
                                + "'")
                .returns("n | costed\n1 | 0");
    }

    @Test
    void the_timeout_of_a_row_bounds_all_its_attempts(SqlSession sql) throws Exception {
        sql.model().failing(_ -> java.util.Optional.of(new StubFault.Hang()));

        sql.query("RVBBIT MAP 'first_word' AS word USING " + ONE + " WITH (timeout = '300ms')")
                .returns("text | word\nhello you | NULL")
                .tells(WARNING, "timeout (1)");

        sql.model().awaitInFlight(0);
    }

    @Test
    void each_attempt_is_in_the_log_of_the_endpoint_and_in_the_books(
            SqlSession sql, TestGateway gateway) {
        sql.model()
                .failing(request ->
                        request.number() % 4 == 0
                                ? java.util.Optional.of(StubFault.status(503))
                                : java.util.Optional.empty());

        sql.query(
                        "RVBBIT MAP 'first_word' AS word USING (SELECT 'w' || i AS text FROM range(40)"
                                + " r(i))")
                .returnsRows(40);

        assertThat(
                        sql.number(
                                "SELECT count(DISTINCT request_id) FROM unified_logs WHERE"
                                        + " event_type = 'turn_start' AND caller_id = '"
                                        + sql.lastCaller()
                                        + "'"))
                .isEqualTo(gateway.model().calls());
    }
}
