package io.rvbbit.rewriter;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.rewriter.RowBound.Reason;
import io.rvbbit.rewriter.Statement.CascadeStatement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The LIMIT of a SELECT around a MAP bounds its rows where that changes nothing else. */
class PlainSelectTest {
    private static final String MAP = "RVBBIT MAP 'c' AS r USING (SELECT a FROM t)";

    /** With {@code {}} for the clause. */
    private static RowBound bound(String sql) {
        CascadeStatement statement =
                (CascadeStatement) StatementParser.parse(sql.replace("{}", MAP)).getFirst();
        return RowBound.of(statement, statement.calls().getFirst(), 100_000);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "SELECT * FROM ({}) LIMIT 5; 5",
                "select * from ({}) as m limit 5; 5",
                "SELECT m.* FROM ({}) m LIMIT 5 OFFSET 3; 8",
                "SELECT m.r, m.a AS b, 1 FROM ({}) m OFFSET 3 LIMIT 5; 8",
                "SELECT a || r, a::INT FROM ({}) m LIMIT 0; 0",
                "WITH m AS ({}) SELECT * FROM m LIMIT 5; 5",
                "WITH n AS (SELECT 1), m AS MATERIALIZED ({}) SELECT r FROM M AS x LIMIT 5; 5",
                "CREATE TABLE x AS SELECT * FROM ({}) m LIMIT 5; 5",
                "INSERT INTO x (a, r) SELECT * FROM ({}) m LIMIT 5; 5",
                "SELECT * FROM (RVBBIT MAP 'd' USING (SELECT * FROM ({}) m LIMIT 5)) o; 5",
                "RVBBIT RUN 'd' USING (SELECT r FROM ({}) m LIMIT 5); 5",
            })
    void a_limit_around_the_clause_bounds_it(String sql, long rows) {
        assertThat(bound(sql)).isEqualTo(new RowBound(rows, Reason.AROUND));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "SELECT * FROM ({}) m",
                "SELECT * FROM ({}) m OFFSET 3",
                "SELECT * FROM ({}) m LIMIT 5000",
                "SELECT * FROM ({}) m LIMIT 998 OFFSET 3",
                "SELECT * FROM ({}) m LIMIT ALL",
                "SELECT * FROM ({}) m LIMIT $1",
                "SELECT * FROM ({}) m LIMIT 5%",
                "SELECT * FROM ({}) m LIMIT 5 + 5",
                "SELECT * FROM ({}) m LIMIT (5)",
                "SELECT * FROM ({}) m LIMIT 5.5",
                "SELECT * FROM ({}) m WHERE r = 'x' LIMIT 5",
                "SELECT * FROM ({}) m ORDER BY r LIMIT 5",
                "SELECT r FROM ({}) m GROUP BY r LIMIT 5",
                "SELECT r FROM ({}) m HAVING true LIMIT 5",
                "SELECT r FROM ({}) m QUALIFY true LIMIT 5",
                "SELECT DISTINCT r FROM ({}) m LIMIT 5",
                "SELECT DISTINCT ON (r) r FROM ({}) m LIMIT 5",
                "SELECT count(*) FROM ({}) m LIMIT 5",
                "SELECT max(r) OVER () FROM ({}) m LIMIT 5",
                "SELECT unnest([1, 2]) FROM ({}) m LIMIT 5",
                "SELECT r.upper() FROM ({}) m LIMIT 5",
                "SELECT (SELECT 1) FROM ({}) m LIMIT 5",
                "SELECT * FROM ({}) m, t LIMIT 5",
                "SELECT * FROM ({}) m JOIN t USING (a) LIMIT 5",
                "SELECT * FROM t JOIN ({}) m USING (a) LIMIT 5",
                "SELECT * FROM ({}) m TABLESAMPLE 10% LIMIT 5",
                "SELECT * FROM ({}) m USING SAMPLE 3 LIMIT 5",
                "SELECT * FROM ({}) m UNION ALL SELECT 1, 2 LIMIT 5",
                "SELECT 1, 2 UNION ALL SELECT * FROM ({}) m LIMIT 5",
                "SELECT 1, 2 UNION ALL FROM ({}) m LIMIT 5",
                "WITH m AS ({}) SELECT 1, 2 EXCEPT SELECT * FROM m LIMIT 5",
                "SELECT * FROM ({}) m (x, y) LIMIT 5",
                "SELECT * FROM (SELECT * FROM ({}) m LIMIT 5) s WHERE s.r = 'x'",
                "SELECT a FROM t WHERE a IN (SELECT r FROM ({}) m LIMIT 5)",
                "WITH m AS ({}) SELECT * FROM m WHERE r = 'x' LIMIT 5",
                "WITH m AS ({}) SELECT * FROM t LIMIT 5",
                "WITH m AS ({}) SELECT * FROM m, m AS o LIMIT 5",
                "WITH m AS ({}), n AS (SELECT 1) SELECT * FROM m LIMIT 5",
                "WITH m (x, y) AS ({}) SELECT * FROM m LIMIT 5",
                "WITH RECURSIVE m AS ({}) SELECT * FROM m LIMIT 5",
                "WITH m AS (SELECT * FROM ({}) o WHERE true) SELECT * FROM m LIMIT 5",
                "INSERT INTO x SELECT * FROM ({}) m LIMIT 5 RETURNING *",
            })
    void nothing_else_does(String sql) {
        assertThat(bound(sql)).isEqualTo(new RowBound(1_000, Reason.DEFAULT));
    }

    @Test
    void the_smaller_bound_counts_whatever_its_reason() {
        String limited = "RVBBIT MAP 'c' USING (SELECT a FROM t) WITH (limit = %s)";
        assertThat(bound("SELECT * FROM (" + limited.formatted("3") + ") m LIMIT 5"))
                .isEqualTo(new RowBound(3, Reason.OPTION));
        assertThat(bound("SELECT * FROM (" + limited.formatted("none") + ") m LIMIT 5"))
                .isEqualTo(new RowBound(5, Reason.AROUND));
        assertThat(bound("SELECT * FROM (RVBBIT RUN 'c' USING (SELECT a FROM t)) m LIMIT 5"))
                .isEqualTo(new RowBound(10_000, Reason.DEFAULT));
    }
}
