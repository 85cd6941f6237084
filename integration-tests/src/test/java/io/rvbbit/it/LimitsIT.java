package io.rvbbit.it;

import static io.rvbbit.rewriter.SqlState.PROGRAM_LIMIT_EXCEEDED;
import static io.rvbbit.rewriter.SqlState.WARNING;
import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubRequest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How many rows a statement sends, and that it says so when it leaves some out. */
@GatewayTest(environment = "RVBBIT_MAX_ROWS=12000")
class LimitsIT {
    private static final String LIMITED = "the input was limited to ";

    /** A few distinct inputs over many rows: what counts here is rows, not calls. */
    private static String rows(long count) {
        return "SELECT 'w' || (i % 3) AS text, i FROM range(" + count + ") r(i)";
    }

    @BeforeEach
    void log_in(SqlSession sql) {
        sql.query("SELECT 1").succeeds();
    }

    @Test
    void map_takes_a_thousand_rows_and_says_so(SqlSession sql) {
        sql.query("RVBBIT MAP 'first_word' USING (" + rows(1_001) + ")")
                .returnsRows(1_000)
                .tells(WARNING, LIMITED + "1000 rows");
        sql.query(
                        "SELECT truncated, rows_input FROM sql_query_log WHERE caller_id = '"
                                + sql.lastCaller()
                                + "'")
                .returns(
                        """
                        truncated | rows_input
                        t         | 1000\
                        """);
        assertThat(
                        sql.text(
                                "SELECT invocation_metadata_json FROM sql_query_log WHERE"
                                        + " caller_id = '"
                                        + sql.lastCaller()
                                        + "'"))
                .contains("\"auto_limited\":true");
    }

    @Test
    void exactly_a_thousand_rows_are_not_truncated(SqlSession sql) {
        sql.query("RVBBIT MAP 'first_word' USING (" + rows(1_000) + ")")
                .returnsRows(1_000)
                .tellsNothingOf(LIMITED);
    }

    @Test
    void run_takes_ten_thousand_rows_and_says_so(SqlSession sql) {
        sql.query("RVBBIT RUN 'sums' USING (SELECT i AS amount FROM range(10001) r(i))")
                .returnsRows(1)
                .tells(WARNING, LIMITED + "10000 rows");

        assertThat(sql.model().requests().getFirst().lastUserMessage()).contains("\"n\":10000");
    }

    @Test
    void a_limit_of_its_own_stands(SqlSession sql) {
        sql.query("RVBBIT MAP 'first_word' USING (" + rows(3_000) + " LIMIT 1500)")
                .returnsRows(1_500)
                .tellsNothingOf(LIMITED);
        sql.query(
                        "RVBBIT MAP 'first_word' USING ("
                                + rows(3_000)
                                + " ORDER BY i FETCH FIRST 1200 ROWS ONLY)")
                .returnsRows(1_200)
                .tellsNothingOf(LIMITED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 'x' AS text FROM range(1100) WHERE 'LIMIT 5' <> ''",
                "SELECT 'x' AS text FROM range(1100) /* LIMIT 5 */",
                "SELECT 'x' AS text FROM range(1100) -- LIMIT 5\n",
                "SELECT * FROM (SELECT 'x' AS text FROM range(1100) LIMIT 1100)",
                "WITH c AS (SELECT 'x' AS text FROM range(1100) LIMIT 1100) SELECT * FROM c",
                "SELECT 'x' AS text, 1 AS \"LIMIT 5\" FROM range(1100)"
            })
    void a_limit_elsewhere_does_not_count(String query, SqlSession sql) {
        sql.query("RVBBIT MAP 'first_word' USING (" + query + ")")
                .returnsRows(1_000)
                .tells(WARNING, LIMITED + "1000 rows");
    }

    @Test
    void the_option_caps_beside_the_querys_own_limit(SqlSession sql) {
        sql.query("RVBBIT MAP 'first_word' USING (" + rows(20) + ") WITH (limit = 7)")
                .returnsRows(7)
                .tellsNothingOf(LIMITED);
        sql.query("RVBBIT MAP 'first_word' USING (" + rows(20) + " LIMIT 5) WITH (limit = 7)")
                .returnsRows(5);
        sql.query("RVBBIT MAP 'first_word' USING (" + rows(20) + " LIMIT 9) WITH (limit = 7)")
                .returnsRows(7);
    }

    @Test
    void none_takes_all_up_to_the_servers_maximum(SqlSession sql) {
        sql.query("RVBBIT MAP 'first_word' USING (" + rows(2_500) + ") WITH (limit = none)")
                .returnsRows(2_500)
                .tellsNothingOf(LIMITED);
        sql.query("RVBBIT MAP 'first_word' USING (" + rows(12_001) + ") WITH (limit = none)")
                .fails(PROGRAM_LIMIT_EXCEEDED);
        sql.query(
                        "RVBBIT RUN 'sums' USING (SELECT i AS amount FROM range(12001) r(i))"
                                + " WITH (limit = none)")
                .fails(PROGRAM_LIMIT_EXCEEDED);
    }

    @Test
    void distinct_drops_equal_rows_before_the_limit(SqlSession sql) {
        sql.query(
                        "RVBBIT MAP DISTINCT 'first_word' AS word USING (SELECT * FROM (VALUES ('b 1'),"
                                + " ('a 1'), ('b 1'), (NULL), ('a 1'), (NULL)) v(text))")
                .returnsRows(3);
        sql.query(
                        "RVBBIT MAP DISTINCT 'first_word' USING (SELECT 'w' || (i % 3) AS text FROM"
                                + " range(5000) r(i))")
                .returnsRows(3)
                .tellsNothingOf(LIMITED);
    }

    @Test
    void dedupe_by_keeps_the_first_row_of_each_key_in_input_order(SqlSession sql) {
        sql.query(
                        """
                        RVBBIT MAP 'first_word' AS word USING (
                          SELECT * FROM (VALUES (3, 'c one'), (1, 'a one'), (3, 'c two'), (2, 'b one'), (1, 'a two')) v(k, text))
                        WITH (dedupe_by = 'k')\
                        """)
                .returns(
                        """
                        k | text  | word
                        3 | c one | c
                        1 | a one | a
                        2 | b one | b\
                        """);
        assertThat(sql.model().requests())
                .extracting(StubRequest::lastUserMessage)
                .containsExactlyInAnyOrder("c one", "a one", "b one");
    }
}
