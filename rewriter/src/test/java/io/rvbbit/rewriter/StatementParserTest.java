package io.rvbbit.rewriter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rvbbit.rewriter.CascadeCall.Verb;
import io.rvbbit.rewriter.Options.CachePolicy;
import io.rvbbit.rewriter.Options.OnError;
import io.rvbbit.rewriter.Options.RowLimit;
import io.rvbbit.rewriter.RowBound.Reason;
import io.rvbbit.rewriter.Script.Part;
import io.rvbbit.rewriter.Statement.CascadeStatement;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatementParserTest {

    private static CascadeCall call(String sql) {
        return ((CascadeStatement) StatementParser.parse(sql).getFirst()).calls().getLast();
    }

    private static CascadeCall with(String options) {
        return call("RVBBIT MAP 'c' USING (SELECT 1 AS a) WITH (" + options + ")");
    }

    @Test
    void a_call_knows_where_its_parts_stand() {
        String sql = "SELECT 'ü😀';\n RVBBIT MAP 'c.yaml' AS r USING ( SELECT 1 ) ;";
        CascadeStatement statement = (CascadeStatement) StatementParser.parse(sql).getLast();
        CascadeCall call = statement.calls().getFirst();

        assertThat(statement.text()).isEqualTo("RVBBIT MAP 'c.yaml' AS r USING ( SELECT 1 )");
        assertThat(statement.offset()).isEqualTo(14);
        assertThat(call.cascadePosition()).isEqualTo(26);
        assertThat(call.query()).isEqualTo(" SELECT 1 ");
        assertThat(call.queryPosition()).isEqualTo(47);
        assertThat(statement.text().substring(call.span().start(), call.span().end()))
                .isEqualTo(statement.text());
    }

    @Test
    void every_option_is_read_in_its_type() {
        Options options =
                with("result_column = 'r', distinct = TRUE, dedupe_by = ' a , \"b,c\" ', limit = 5,"
                                + " parallel = 8, model = 'm', temperature = 0.7, max_tokens = 1_000,"
                                + " cache = '1d', budget_dollars = 2.50, timeout = '500ms',"
                                + " on_error = 'Column', meta = true, key = 'a', max_failed_rows = 3")
                        .options();

        assertThat(options)
                .isEqualTo(
                        new Options(
                                "r",
                                null,
                                false,
                                true,
                                List.of("a", "b,c"),
                                new RowLimit.Rows(5),
                                8,
                                "m",
                                new BigDecimal("0.7"),
                                1000,
                                new CachePolicy.MaxAge(Duration.ofDays(1)),
                                new BigDecimal("2.50"),
                                Duration.ofMillis(500),
                                OnError.COLUMN,
                                true,
                                List.of("a"),
                                3));
    }

    @Test
    void cache_has_four_meanings() {
        assertThat(with("cache = false").options().cache()).isEqualTo(new CachePolicy.Off());
        assertThat(with("cache = true").options().cache()).isEqualTo(new CachePolicy.On());
        assertThat(with("cache = 'only'").options().cache()).isEqualTo(new CachePolicy.Only());
        assertThat(with("meta = true").options().cache()).isNull();
    }

    @Test
    void clauses_and_keys_that_agree_are_one() {
        CascadeCall call =
                call(
                        "RVBBIT MAP DISTINCT PARALLEL 5 'c' AS Brand USING (SELECT 1)"
                                + " WITH (parallel = 5, distinct = true, result_column = 'brand')");

        assertThat(call.options().parallel()).isEqualTo(5);
        assertThat(call.options().distinct()).isTrue();
        assertThat(call.outputs()).isEqualTo(new OutputClause.Named("brand"));
    }

    @Test
    void calls_come_in_the_order_in_which_they_end() {
        CascadeStatement statement =
                (CascadeStatement)
                        StatementParser.parse(
                                        "SELECT * FROM (RVBBIT RUN 'a' USING (SELECT * FROM"
                                                + " (RVBBIT MAP 'b' USING (SELECT 1)) x)) y,"
                                                + " (RVBBIT MAP 'c' USING (SELECT 1)) z")
                                .getFirst();

        assertThat(statement.calls())
                .extracting(CascadeCall::cascade)
                .containsExactly("b", "a", "c");
        assertThat(statement.calls()).extracting(CascadeCall::index).containsExactly(0, 1, 2);
        assertThat(statement.calls().get(1).verb()).isEqualTo(Verb.RUN);
    }

    @Test
    void a_part_that_fails_does_not_hide_the_others() {
        List<Part> parts = Script.split("SELECT 1; RVBBIT MAP; -- nothing\n ; SELECT ';'").parts();

        assertThat(parts)
                .containsExactly(
                        new Part("SELECT 1", 0),
                        new Part("RVBBIT MAP", 10),
                        new Part("SELECT ';'", 36));
        assertThatThrownBy(() -> StatementParser.parse(parts.get(1)))
                .isInstanceOfSatisfying(
                        SqlException.class, e -> assertThat(e.position()).isEqualTo(21));
        assertThat(StatementParser.mentionsRvbbitStatement(parts.get(1).text())).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", ";;", "-- a", "/* a; */ ; \n"})
    void nothing_is_no_statement(String sql) {
        assertThat(StatementParser.parse(sql)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "RVBBIT",
                "rvbbit mpa 'c'",
                "EXPLAIN RVBBIT MAP",
                "SELECT * FROM (RVBBIT MAP 'c' USING (SELECT 1",
                "RVBBIT MAP 'never ends",
                "CREATE VIEW v AS RVBBIT RUN 'c' USING (SELECT 1)"
            })
    void failed_rvbbit_statements_are_recognised(String sql) {
        assertThat(StatementParser.mentionsRvbbitStatement(sql)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 'RVBBIT MAP'",
                "SELECT 1 -- RVBBIT MAP 'x'",
                "SELECT \"RVBBIT\" MAP",
                "CREATE TABLE t (rvbbit MAP(INT, INT))",
                "SELECT rvbbit('a', b) FROM t",
                "SELECT * FROM rvbbit.progress"
            })
    void other_statements_are_not(String sql) {
        assertThat(StatementParser.mentionsRvbbitStatement(sql)).isFalse();
    }

    @Test
    void row_bounds_say_what_set_them() {
        long most = 1_000_000;

        assertThat(RowBound.of(with("meta = true"), most))
                .isEqualTo(new RowBound(1_000, Reason.DEFAULT));
        assertThat(RowBound.of(call("RVBBIT RUN 'c' USING (SELECT 1)"), most))
                .isEqualTo(new RowBound(10_000, Reason.DEFAULT));
        assertThat(RowBound.of(mapped("SELECT 1 LIMIT 5000"), most))
                .isEqualTo(new RowBound(most, Reason.OWN));
        assertThat(RowBound.of(mapped("SELECT 1 LIMIT 5000 OFFSET 3"), most))
                .isEqualTo(new RowBound(most, Reason.OWN));
        assertThat(RowBound.of(with("limit = 7"), most)).isEqualTo(new RowBound(7, Reason.OPTION));
        assertThat(RowBound.of(with("limit = none"), most))
                .isEqualTo(new RowBound(most, Reason.SERVER_MAXIMUM));
        assertThat(RowBound.of(with("limit = 2000000"), most))
                .isEqualTo(new RowBound(most, Reason.SERVER_MAXIMUM));
        for (String unclear :
                List.of(
                        "SELECT 1 LIMIT 5000000",
                        "SELECT 1 LIMIT 5%",
                        "SELECT 1 LIMIT $1",
                        "SELECT 1 LIMIT 2 + 3",
                        "(SELECT 1 LIMIT 5)",
                        "SELECT 1 FETCH FIRST 5 ROWS ONLY")) {
            assertThat(RowBound.of(mapped(unclear), most))
                    .as(unclear)
                    .isEqualTo(new RowBound(most, Reason.SERVER_MAXIMUM));
        }
        assertThat(RowBound.of(with("meta = true"), 10))
                .isEqualTo(new RowBound(10, Reason.SERVER_MAXIMUM));
    }

    private static CascadeCall mapped(String query) {
        return call("RVBBIT MAP 'c' USING (" + query + ")");
    }
}
