package io.rvbbit.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import org.junit.jupiter.api.Test;

/** The LIMIT of a plain SELECT around a MAP: nobody pays for rows that nobody gets. */
@GatewayTest(settings = "rvbbit.cache=false")
class LimitAroundIT {
    private static final String MAP =
            "RVBBIT MAP 'first_word' AS w USING (SELECT 'w' || i AS text, i FROM range(3000) r(i))";

    private static final String BOOKED =
            "SELECT rows_input, truncated FROM sql_query_log ORDER BY started_at DESC LIMIT 1";

    @Test
    void a_limit_around_the_clause_is_all_that_is_paid(SqlSession sql) {
        sql.query("SELECT * FROM (" + MAP + ") m LIMIT 3")
                .tellsNothingOf("limited to")
                .returns(
                        """
                        text | i | w
                        w0   | 0 | w0
                        w1   | 1 | w1
                        w2   | 2 | w2\
                        """);
        assertThat(sql.model().calls()).isEqualTo(3);
        sql.query(BOOKED).returns("rows_input | truncated\n3 | f");
    }

    @Test
    void a_limit_over_a_common_table_is_all_that_is_paid(SqlSession sql) {
        sql.query("WITH m AS (" + MAP + ") SELECT w || '!' AS loud FROM m LIMIT 2 OFFSET 1")
                .returns(
                        """
                        loud
                        w1!
                        w2!\
                        """);
        assertThat(sql.model().calls()).isLessThanOrEqualTo(3);
    }

    @Test
    void what_is_stored_is_all_that_is_paid(SqlSession sql) {
        sql.query("CREATE TEMP TABLE few AS SELECT * FROM (" + MAP + ") m LIMIT 4 OFFSET 2")
                .changes(4);
        assertThat(sql.model().calls()).isLessThanOrEqualTo(6);
        assertThat(sql.text("SELECT string_agg(w, ' ') FROM few")).isEqualTo("w2 w3 w4 w5");
        sql.execute("DROP TABLE few");
    }

    @Test
    void a_larger_limit_leaves_the_maps_own_bound(SqlSession sql) {
        sql.query("SELECT * FROM (" + MAP + ") m LIMIT 1500")
                .tells(io.rvbbit.rewriter.SqlState.WARNING, "limited to 1000 rows")
                .returnsRows(1_000);
        assertThat(sql.model().calls()).isEqualTo(1_000);
    }

    @Test
    void a_condition_is_asked_of_all_rows(SqlSession sql) {
        sql.query("SELECT w FROM (" + MAP + ") m WHERE w = 'w999' LIMIT 1").returns("w\nw999");
        assertThat(sql.model().calls()).isEqualTo(1_000);
    }

    @Test
    void the_last_rows_by_an_order_are_among_all_rows(SqlSession sql) {
        sql.query("SELECT w FROM (" + MAP + ") m ORDER BY i DESC LIMIT 1").returns("w\nw999");
        sql.query("SELECT count(*) AS n FROM (" + MAP + ") m WHERE w <> '' LIMIT 1")
                .returns("n\n1000");
    }
}
