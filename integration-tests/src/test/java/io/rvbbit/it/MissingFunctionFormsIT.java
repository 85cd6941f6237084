package io.rvbbit.it;

import static io.rvbbit.rewriter.SqlState.FEATURE_NOT_SUPPORTED;
import static io.rvbbit.rewriter.SqlState.UNDEFINED_FUNCTION;
import static io.rvbbit.rewriter.SqlState.WARNING;
import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubRequest;
import org.junit.jupiter.api.Test;

/**
 * The forms that statements with missing functions may have. Each test names functions of its own.
 */
@GatewayTest(environment = "RVBBIT_AI_FALLBACK=on")
class MissingFunctionFormsIT {
    private static final String REVIEWS = "(VALUES (1, 'good'), (2, 'bad')) r(id, review)";

    private static void decides(SqlSession sql, String function, String type) {
        sql.model()
                .answers(
                        "calls the function " + function,
                        "{\"decision\": \"text\", \"type\": \"" + type + "\"}");
    }

    private static String prompts(SqlSession sql) {
        return String.join("\n", sql.model().requests().stream().map(StubRequest::prompt).toList());
    }

    @Test
    void a_function_that_exists_answers_beside_a_missing_one_of_its_name(SqlSession sql) {
        decides(sql, "size_of", "BIGINT");
        sql.model().answers("as the function size_of", "{\"value\": 77}");
        sql.execute("CREATE SCHEMA measures");
        sql.execute("CREATE MACRO measures.size_of(x) AS length(x)");
        try {
            sql.query(
                            "SELECT size_of(review) AS asked, measures.size_of(review) AS counted FROM "
                                    + REVIEWS
                                    + " ORDER BY id")
                    .returns(
                            """
                            asked | counted
                            77    | 4
                            77    | 3\
                            """);
        } finally {
            sql.execute("DROP SCHEMA measures CASCADE");
        }

        assertThat(prompts(sql)).doesNotContain("measures.size_of");
    }

    @Test
    void both_are_answered_where_neither_exists(SqlSession sql) {
        decides(sql, "acme.twice", "BIGINT");
        decides(sql, "twice", "DOUBLE");
        sql.model().answers("as the function acme.twice", "{\"value\": 1}");
        sql.model().answers("as the function twice", "{\"value\": 2.5}");

        sql.query("SELECT sum(acme.twice(id)) AS a, sum(twice(id)) AS b FROM " + REVIEWS)
                .returns(
                        """
                        a | b
                        2 | 5\
                        """);
    }

    @Test
    void a_column_of_a_subquery_has_the_function_s_name(SqlSession sql) {
        decides(sql, "tone_of", "VARCHAR");
        sql.model().answers("good", "warm").answers("bad", "cold");

        sql.query(
                        "SELECT q.tone_of, count(*) AS n FROM (SELECT tone_of(review) FROM "
                                + REVIEWS
                                + ") q GROUP BY 1 ORDER BY 1")
                .returns(
                        """
                        tone_of | n
                        cold    | 1
                        warm    | 1\
                        """);
        sql.query(
                        "WITH q AS (SELECT id, tone_of(review) FROM "
                                + REVIEWS
                                + ") SELECT tone_of FROM q ORDER BY id")
                .returns(
                        """
                        tone_of
                        warm
                        cold\
                        """);
    }

    @Test
    void rows_that_the_statement_does_not_read_are_no_samples(SqlSession sql) {
        sql.execute("CREATE TEMP TABLE notes(id INT, note VARCHAR, secret BOOL)");
        sql.execute("INSERT INTO notes VALUES (1, 'open words', false), (2, 'hidden words', true)");

        sql.execute("SELECT sample_a(note) FROM notes WHERE NOT secret");
        sql.execute("SELECT sample_b(note) FROM (SELECT 'other' AS note) notes");
        sql.execute("WITH notes AS (SELECT 'other' AS note) SELECT sample_c(note) FROM notes");
        sql.execute("SELECT CASE WHEN NOT secret THEN sample_d(note) END FROM notes");
        sql.execute("SELECT sample_e(note) FROM notes LIMIT 0");
        sql.execute("SELECT sample_f(note) FROM notes AS n(note, id, secret)");
        sql.execute(
                "SELECT sample_g(n.note) FROM notes n JOIN notes m ON n.id = m.id AND n.id = 1");
        assertThat(prompts(sql)).doesNotContain("hidden words");

        sql.execute("SELECT sample_h(n.note) FROM notes AS n ORDER BY id");
        assertThat(prompts(sql)).contains("open words | hidden words");
    }

    @Test
    void explain_shows_what_runs_and_asks_nobody(SqlSession sql) {
        sql.query("EXPLAIN SELECT points_of(id) * 2, sum(points_of(id)) OVER () FROM " + REVIEWS)
                .tells(WARNING, "function points_of(id INTEGER) does not exist");
        sql.query("EXPLAIN SELECT extract(year FROM points_of(id)) FROM " + REVIEWS)
                .tells(WARNING, "function points_of(id INTEGER) does not exist");
        assertThat(sql.model().calls()).isZero();

        decides(sql, "points_of", "BIGINT");
        sql.model().answers("as the function points_of", "{\"value\": 3}");
        sql.query("SELECT points_of(id) * 2 AS p FROM " + REVIEWS).returns("p\n6\n6");
    }

    @Test
    void explain_of_a_change_asks_nobody_and_explain_analyze_changes(SqlSession sql) {
        decides(sql, "marked_a", "VARCHAR");
        sql.model().answers("as the function marked_a", "marked");
        sql.execute("CREATE TEMP TABLE marks(mark VARCHAR)");
        sql.execute("INSERT INTO marks VALUES ('a')");
        for (String change :
                new String[] {
                    "UPDATE marks SET mark = marked_a(mark)",
                    "DELETE FROM marks WHERE marked_a(mark) = 'x'"
                }) {
            sql.query("EXPLAIN " + change)
                    .tells(WARNING, "function marked_a(mark VARCHAR) does not exist");
        }
        assertThat(sql.model().calls()).isZero();

        sql.execute("EXPLAIN ANALYZE UPDATE marks SET mark = marked_a(mark)");
        assertThat(sql.model().calls()).isEqualTo(2);
        sql.query("SELECT mark FROM marks").returns("mark\nmarked");
    }

    @Test
    void definitions_are_not_answered(SqlSession sql) {
        sql.query("CREATE VIEW viewed AS SELECT viewed_f(1) AS v").fails(UNDEFINED_FUNCTION);
        sql.query("EXPLAIN CREATE VIEW viewed AS SELECT viewed_f(1) AS v")
                .fails(UNDEFINED_FUNCTION);

        assertThat(sql.model().calls()).isZero();
    }

    @Test
    void a_prepared_statement_gives_way_to_one_of_its_functions(SqlSession sql) {
        sql.execute("PREPARE two AS SELECT stays_f($1::varchar), made_g($1::varchar)");
        sql.execute("EXECUTE two('x')");
        sql.execute("CREATE MACRO elsewhere_h(x) AS x");
        sql.execute("EXECUTE two('x')");

        sql.execute("CREATE MACRO made_g(x) AS 'made of ' || x");
        try {
            sql.query("EXECUTE two('x')").fails(FEATURE_NOT_SUPPORTED).hint("prepare");
        } finally {
            sql.execute("DROP MACRO made_g");
            sql.execute("DROP MACRO elsewhere_h");
        }
    }

    @Test
    void columns_are_named_behind_a_case(SqlSession sql) {
        decides(sql, "cased_of", "VARCHAR");
        sql.model().answers("good", "warm").answers("bad", "cold");

        sql.query(
                        "SELECT one, cased_of FROM (SELECT CASE WHEN id = 1 THEN 'one' END AS one,"
                                + " cased_of(review) FROM "
                                + REVIEWS
                                + ") ORDER BY cased_of DESC")
                .returns(
                        """
                        one  | cased_of
                        one  | warm
                        NULL | cold\
                        """);
    }

    @Test
    void the_from_of_an_operator_may_have_a_call(SqlSession sql) {
        decides(sql, "day_of", "DATE");
        sql.model().answers("as the function day_of", "{\"value\": \"2024-03-05\"}");

        sql.query(
                        "SELECT extract(year FROM day_of(review)) AS y, DATE '2024-03-05' IS DISTINCT"
                                + " FROM day_of(review) AS other FROM "
                                + REVIEWS
                                + " LIMIT 1")
                .returns(
                        """
                        y    | other
                        2024 | f\
                        """);
    }

    @Test
    void a_call_behind_a_join_is_a_table_function(SqlSession sql) {
        sql.query("SELECT * FROM range(1) a(i) JOIN range(1) b(i) ON a.i = b.i, tabular_f(1)")
                .fails(UNDEFINED_FUNCTION);

        assertThat(sql.model().calls()).isZero();
    }

    @Test
    void group_by_may_write_the_call_otherwise(SqlSession sql) {
        decides(sql, "group_of", "VARCHAR");
        sql.model().answers("good", "same").answers("bad", "same");

        for (String call :
                new String[] {"group_of(review)", "GROUP_OF( Review )", "group_of(r . review)"}) {
            sql.query(
                            "SELECT group_of(r.review) AS g, count(*) AS n FROM "
                                    + REVIEWS
                                    + " GROUP BY "
                                    + call)
                    .returns(
                            """
                            g    | n
                            same | 2\
                            """);
        }
    }

    @Test
    void having_may_write_the_call_otherwise(SqlSession sql) {
        decides(sql, "having_of", "VARCHAR");
        sql.model().answers("good", "same").answers("bad", "same");

        sql.query(
                        "SELECT having_of(review) AS g, count(*) AS n FROM "
                                + REVIEWS
                                + " GROUP BY Having_Of( r.review ) HAVING having_of(review) > 'a'")
                .returns(
                        """
                        g    | n
                        same | 2\
                        """);
    }
}
