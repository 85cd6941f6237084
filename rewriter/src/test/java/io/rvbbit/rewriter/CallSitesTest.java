package io.rvbbit.rewriter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallSitesTest {
    private static List<CallSite> calls(String sql) {
        return CallSites.of(sql, Set.of("f", "g"));
    }

    private static String rewritten(String sql) {
        return CallSites.rewritten(
                sql,
                calls(sql),
                (site, arguments) ->
                        "<"
                                + site.qualifier()
                                + "|"
                                + site.name()
                                + ": "
                                + String.join("; ", arguments)
                                + ">");
    }

    @Test
    void calls_are_found_wherever_an_expression_may_stand() {
        assertThat(
                        rewritten(
                                "SELECT a, F(a, 'x,)') FROM t JOIN u ON f(t.b) WHERE 1 < f(g(b)) ORDER BY"
                                        + " f()"))
                .isEqualTo(
                        "SELECT a, <|f: a; 'x,)'> FROM t JOIN u ON <|f: t.b> WHERE 1 < <|f: <|g: b>>"
                                + " ORDER BY <|f: >");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 1 WHERE a IS DISTINCT FROM f(b)",
                "SELECT 1 WHERE a IS NOT DISTINCT FROM f(b)",
                "SELECT extract(year FROM f(b)) FROM t",
                "SELECT trim(both 'x' FROM f(b)) FROM t",
                "SELECT a IS DISTINCT FROM b, 1 + f(c) FROM t",
            })
    void the_from_of_an_operator_begins_no_clause(String sql) {
        assertThat(calls(sql)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT CASE WHEN a THEN b END, f(c) FROM t",
                "SELECT CASE a WHEN 1 THEN CASE WHEN b THEN 2 END END AS x, f(c) FROM t",
                "SELECT a AS end, f(c) FROM t",
                "CREATE TABLE u AS SELECT a, f(c) FROM t",
                "SELECT DISTINCT ON (a) a, f(c) FROM t",
                "SELECT a IS DISTINCT FROM b, f(c) FROM t",
            })
    void a_column_is_one_behind_all_kinds_of_columns(String sql) {
        assertThat(calls(sql)).extracting(CallSite::column).containsExactly(true);
    }

    @Test
    void what_stands_in_a_case_is_no_column() {
        assertThat(calls("SELECT CASE WHEN g(a) THEN f(b) ELSE f(c) END FROM t"))
                .extracting(CallSite::column)
                .containsExactly(false, false, false);
    }

    @Test
    void a_schema_belongs_to_the_call() {
        assertThat(rewritten("SELECT stripe.f(a) + f(b)"))
                .isEqualTo("SELECT <stripe|f: a> + <|f: b>");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT * FROM f(1)",
                "SELECT * FROM a, f(1)",
                "SELECT * FROM a JOIN f(1) ON true",
                "SELECT * FROM a JOIN b ON a.i = b.i, f(y)",
                "SELECT * FROM a JOIN b USING (i), f(y)",
                "SELECT extract(year FROM a), b FROM c, f(y)",
                "SELECT 1 WHERE 1 IN (FROM f(1))",
                "SELECT f(a) OVER () FROM t",
                "SELECT f(DISTINCT a) FROM t",
                "SELECT f(a ORDER BY b) FROM t",
                "SELECT f(a) FILTER (WHERE b) FROM t",
                "SELECT f(*) FROM t",
                "WITH f(a) AS (SELECT 1) SELECT 1",
                "INSERT INTO f(a) SELECT 1",
                "SELECT * FROM t AS f(a)",
                "SELECT db.sch.f(a)",
                "SELECT 'f(a)', \"f\" -- f(b)",
            })
    void what_is_no_scalar_call_is_left_alone(String sql) {
        assertThat(calls(sql)).isEmpty();
    }

    @Test
    void arguments_have_the_names_of_their_columns_or_those_they_are_given() {
        assertThat(
                        calls("SELECT f(r.review, 1 + 2, \"My Col\", lang := x, review)")
                                .getFirst()
                                .arguments())
                .extracting(CallSite.Argument::name)
                .containsExactly("review", "arg2", "My Col", "lang", "review_5");
    }

    @Test
    void only_a_column_by_itself_takes_the_function_s_name() {
        assertThat(calls("SELECT f(a), g(b) AS x, (f(c)), f(d) || 'x', g(e) FROM t WHERE f(h)"))
                .extracting(CallSite::column)
                .containsExactly(true, false, false, false, true, false);
    }

    @Test
    void inner_calls_come_before_outer_ones() {
        assertThat(calls("SELECT f(g(a)), g(1)"))
                .extracting(CallSite::name)
                .containsExactly("g", "f", "g");
    }
}
