package io.rvbbit.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubRequest;
import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Identical inputs are computed once, and every row gets the value. */
@GatewayTest
class DedupeIT {
    @Test
    void calls_at_the_endpoint_are_the_distinct_inputs(SqlSession sql) {
        sql.model().latency(Duration.ofMillis(3));

        sql.query(
                        "SELECT count(*) AS n, count(DISTINCT word) AS words, bool_and(word = text) AS"
                                + " good FROM (RVBBIT MAP PARALLEL 32 'first_word' AS word USING (SELECT"
                                + " 'w' || (i % 37) AS text FROM range(5000) r(i)) WITH (limit = none)) m")
                .returns(
                        """
                        n    | words | good
                        5000 | 37    | t\
                        """);

        assertThat(sql.model().calls()).isEqualTo(37);
        assertThat(sql.model().requests())
                .extracting(StubRequest::lastUserMessage)
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.range(0, 37).mapToObj(i -> "w" + i).toList());
        sql.query(
                        "SELECT rows_input, llm_calls_count, cache_hits FROM sql_query_log"
                                + " WHERE caller_id = '"
                                + sql.lastCaller()
                                + "'")
                .returns(
                        """
                        rows_input | llm_calls_count | cache_hits
                        5000       | 37              | 4963\
                        """);
        sql.query(
                        "SELECT count(*) AS n FROM session_state WHERE caller_id = '"
                                + sql.lastCaller()
                                + "'")
                .returns("n\n37");
    }

    @Test
    void columns_that_the_cascade_does_not_read_make_no_difference(SqlSession sql) {
        sql.query(
                        "RVBBIT MAP 'first_word' USING (SELECT 'same text' AS text, i FROM range(50)"
                                + " r(i))")
                .returnsRows(50);

        assertThat(sql.model().calls()).isEqualTo(1);
    }

    @Test
    void numbers_and_texts_are_different_inputs(SqlSession sql) {
        sql.execute(
                "RVBBIT MAP 'first_word' USING (SELECT '1' AS text UNION ALL SELECT '1.0'"
                        + " UNION ALL SELECT NULL UNION ALL SELECT 'null')");

        assertThat(sql.model().calls()).isEqualTo(4);
    }

    @Test
    void another_statement_computes_anew(SqlSession sql) {
        String map = "RVBBIT MAP 'first_word' USING (SELECT 'one' AS text) WITH (cache = false)";

        sql.execute(map).execute(map);

        assertThat(sql.model().calls()).isEqualTo(2);
    }

    @Test
    void a_failure_is_shared_like_a_value(SqlSession sql) {
        sql.model()
                .failing(_ ->
                        java.util.Optional.of(
                                new io.rvbbit.it.testkit.StubFault.Garbage("{\"nothing\": 1}")));

        sql.query("RVBBIT MAP 'impatient' AS word USING (SELECT 'x' AS text FROM range(40))")
                .returnsRows(40)
                .tells(io.rvbbit.rewriter.SqlState.WARNING, "40 of 40 rows failed");

        assertThat(sql.model().calls()).isEqualTo(1);
    }
}
