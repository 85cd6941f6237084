package io.rvbbit.it;

import static io.rvbbit.it.Explained.explain;
import static io.rvbbit.it.Explained.logged;
import static io.rvbbit.it.Explained.map;
import static io.rvbbit.it.Explained.names;
import static io.rvbbit.rewriter.SqlState.INVALID_TEXT_REPRESENTATION;
import static io.rvbbit.rewriter.SqlState.SYNTAX_ERROR;
import static io.rvbbit.rewriter.SqlState.UNDEFINED_OBJECT;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubEndpoint;
import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** EXPLAIN of RVBBIT statements against what they then do and cost. */
@GatewayTest(
        environment = {
            "RVBBIT_PRICES=[{provider: 127.0.0.1, model: 'gpt-4o*', input: 2, output: 10}]",
            "RVBBIT_MODEL=gpt-4o-mini"
        })
class ExplainIT {
    @BeforeEach
    void charge_as_the_price_list_says(SqlSession sql) {
        sql.query("SELECT 1").succeeds();
        sql.model().charging(Explained::price);
    }

    @Test
    void explain_calls_nobody_and_leaves_nothing_behind(SqlSession sql) throws Exception {
        long before = logged(sql);
        String caller = sql.lastCaller();

        JsonNode plan = explain(sql, "", map("short_answer", 10, 5, ""));

        assertThat(names(plan))
                .containsExactly(
                        "rows",
                        "rows_truncated",
                        "distinct_inputs",
                        "cache_hits",
                        "calls",
                        "prompt_tokens",
                        "prompt_tokens_exact",
                        "cost_usd",
                        "duration_ms",
                        "model",
                        "rewritten_sql");
        assertThat(names(plan.path("cost_usd"))).containsExactly("estimate", "low", "high", "max");
        assertThat(plan.path("rows").asLong()).isEqualTo(10);
        assertThat(plan.path("rows_truncated").asBoolean()).isFalse();
        assertThat(plan.path("distinct_inputs").asLong()).isEqualTo(5);
        assertThat(plan.path("calls").toString()).isEqualTo("{\"min\":5,\"max\":10}");
        assertThat(plan.path("prompt_tokens_exact").asBoolean()).isTrue();
        assertThat(plan.path("model").toString()).isEqualTo("[\"gpt-4o-mini\"]");
        assertThat(plan.path("rewritten_sql").asText()).contains("_rvbbit_map('<caller>', 0");
        assertThat(sql.model().calls()).isZero();
        assertThat(logged(sql)).isEqualTo(before);
        assertThat(sql.lastCaller()).isEqualTo(caller);
    }

    @Test
    void the_estimate_is_what_the_run_costs_once_answers_are_known(SqlSession sql)
            throws Exception {
        sql.execute(map("short_answer", 4, 4, " WITH (cache = false)"));

        JsonNode plan = explain(sql, "", map("short_answer", 60, 20, ""));
        sql.execute(map("short_answer", 60, 20, ""));

        BigDecimal cost = sql.decimal("SELECT rvbbit_last_cost()");
        JsonNode told = plan.path("cost_usd");
        assertThat(told.path("estimate").decimalValue()).isEqualByComparingTo(cost);
        assertThat(told.path("low").decimalValue()).isEqualByComparingTo(cost);
        assertThat(told.path("high").decimalValue()).isEqualByComparingTo(cost);
        assertThat(told.path("max").decimalValue()).isGreaterThan(cost);
        sql.query(
                        "SELECT rows_input, llm_calls_count FROM sql_query_log WHERE caller_id = '"
                                + sql.lastCaller()
                                + "'")
                .returns(
                        "rows_input | llm_calls_count\n%d | %d"
                                .formatted(
                                        plan.path("rows").asLong(),
                                        plan.at("/calls/min").asLong()));
    }

    @Test
    void stored_answers_are_hits_and_cost_nothing(SqlSession sql) throws Exception {
        sql.execute(map("short_answer", 6, 3, ""));
        long calls = sql.model().calls();

        JsonNode plan = explain(sql, "", map("short_answer", 12, 4, ""));

        assertThat(plan.path("distinct_inputs").asLong()).isEqualTo(4);
        assertThat(plan.path("cache_hits").asLong()).isEqualTo(3);
        assertThat(plan.at("/calls/min").asLong()).isEqualTo(1);
        JsonNode none = explain(sql, "", map("short_answer", 12, 4, " WITH (cache = false)"));
        assertThat(none.path("cache_hits").asLong()).isZero();
        assertThat(none.at("/calls/min").asLong()).isEqualTo(4);
        JsonNode only = explain(sql, "", map("short_answer", 12, 4, " WITH (cache = 'only')"));
        assertThat(only.path("cache_hits").asLong()).isEqualTo(3);
        assertThat(only.at("/calls/max").asLong()).isZero();
        assertThat(sql.model().calls()).isEqualTo(calls);
    }

    @Test
    void later_cells_take_the_bound_of_earlier_answers(SqlSession sql) throws Exception {
        JsonNode plan = explain(sql, "", map("asks_twice", 5, 5, ""));

        assertThat(plan.path("prompt_tokens_exact").asBoolean()).isFalse();
        assertThat(plan.path("calls").toString()).isEqualTo("{\"min\":10,\"max\":10}");
        BigDecimal most = plan.at("/cost_usd/max").decimalValue();
        sql.execute(map("asks_twice", 5, 5, ""));
        assertThat(sql.decimal("SELECT rvbbit_last_cost()")).isLessThanOrEqualTo(most);
        // Thirty tokens of answers, and twenty of them once more in the second prompt.
        assertThat(most)
                .isGreaterThanOrEqualTo(new BigDecimal("0.00034").multiply(new BigDecimal(5)));
    }

    @Test
    void a_cell_without_bound_or_price_has_no_upper_bound_and_says_why(SqlSession sql)
            throws Exception {
        JsonNode unbounded = explain(sql, "", map("first_word", 2, 2, "")).path("cost_usd");
        JsonNode unpriced =
                explain(sql, "", map("short_answer", 2, 2, " WITH (model = 'unheard-of')"));

        assertThat(unbounded.path("max").isNull()).isTrue();
        assertThat(unbounded.path("max_reason").asText())
                .isEqualTo("cell \"ask\" has no max_tokens");
        assertThat(unbounded.path("estimate").isNumber()).isTrue();
        assertThat(unpriced.path("prompt_tokens_exact").asBoolean()).isFalse();
        assertThat(unpriced.at("/cost_usd/estimate").isNull()).isTrue();
        assertThat(unpriced.at("/cost_usd/max_reason").asText())
                .isEqualTo("model \"unheard-of\" has no price");
    }

    @Test
    void what_replies_told_stands_in_for_a_price(SqlSession sql) throws Exception {
        String with = " WITH (model = 'told-by-replies', cache = false)";
        sql.model().charging(_ -> new BigDecimal("0.0005"));
        sql.execute(map("short_answer", 5, 5, with));

        JsonNode cost = explain(sql, "", map("short_answer", 8, 8, with)).path("cost_usd");

        assertThat(cost.path("estimate").decimalValue()).isEqualByComparingTo("0.004");
        assertThat(cost.path("max").isNull()).isTrue();
    }

    @Test
    void typed_columns_and_repairs_are_bounded(SqlSession sql) throws Exception {
        JsonNode plan =
                explain(
                        sql,
                        "",
                        "RVBBIT MAP 'facts' AS (label VARCHAR, price DECIMAL(10,2)) USING (SELECT"
                                + " 'x' AS name) WITH (max_tokens = 50)");

        assertThat(plan.path("prompt_tokens_exact").asBoolean()).isFalse();
        assertThat(plan.at("/calls/max").asLong()).isGreaterThan(3);
        assertThat(plan.at("/cost_usd/max").isNumber()).isTrue();
    }

    @Test
    void a_run_is_one_call_over_its_rows(SqlSession sql) throws Exception {
        String run =
                "RVBBIT RUN 'sums' USING (SELECT i AS amount FROM range(50) r(i)) WITH (max_tokens"
                        + " = 60)";
        JsonNode plan = explain(sql, "", run);

        assertThat(plan.path("rows").asLong()).isEqualTo(50);
        assertThat(plan.path("distinct_inputs").asLong()).isEqualTo(1);
        assertThat(plan.at("/calls/min").asLong()).isEqualTo(1);
        assertThat(sql.model().calls()).isZero();
        sql.execute(run);
        assertThat(sql.model().calls()).isEqualTo(1);
        assertThat(explain(sql, "", run).path("cache_hits").asLong()).isEqualTo(1);
        assertThat(explain(sql, ", ANALYZE", run).at("/actual/cache_hits").asLong()).isEqualTo(1);
    }

    @Test
    void rows_beyond_the_automatic_limit_are_left_out(SqlSession sql) throws Exception {
        JsonNode plan = explain(sql, "", map("short_answer", 1_500, 1_500, ""));

        assertThat(plan.path("rows").asLong()).isEqualTo(1_000);
        assertThat(plan.path("rows_truncated").asBoolean()).isTrue();
        assertThat(plan.path("distinct_inputs").asLong()).isEqualTo(1_000);
    }

    @Test
    void a_clause_over_another_is_guessed_and_unbounded(SqlSession sql) throws Exception {
        JsonNode plan =
                explain(
                        sql,
                        "",
                        "RVBBIT MAP 'short_answer' USING (SELECT word AS text FROM ("
                                + map("short_answer", 6, 6, "")
                                + ") m WHERE word LIKE 'w%')");

        assertThat(plan.at("/calls/min").asLong()).isEqualTo(6);
        assertThat(plan.at("/calls/max").asLong()).isEqualTo(24);
        assertThat(plan.at("/cost_usd/max_reason").asText())
                .isEqualTo("what one clause reads is what another answers");
        assertThat(sql.model().calls()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"EXPLAIN ", "EXPLAIN ANALYZE "})
    void a_failing_input_fails_it_as_it_fails_the_statement(String explain, SqlSession sql) {
        sql.query(
                        explain
                                + "RVBBIT MAP 'short_answer' USING (SELECT CAST('x' || i AS INT)"
                                + " AS text FROM range(3) r(i))")
                .fails(INVALID_TEXT_REPRESENTATION);

        assertThat(sql.model().calls()).isZero();
    }

    @Test
    void only_what_would_have_spent_is_booked_when_it_is_refused(SqlSession sql) {
        long before = logged(sql);

        sql.query("EXPLAIN RVBBIT MAP 'nowhere' USING (SELECT 1 AS text)").fails(UNDEFINED_OBJECT);
        sql.query("EXPLAIN (COLOUR) RVBBIT MAP 'short_answer' USING (SELECT 1 AS text)")
                .fails(SYNTAX_ERROR);
        assertThat(logged(sql)).isEqualTo(before);
        sql.query("EXPLAIN ANALYZE RVBBIT MAP 'nowhere' USING (SELECT 1 AS text)")
                .fails(UNDEFINED_OBJECT);

        assertThat(logged(sql)).isEqualTo(before + 1);
    }

    @Test
    void a_budget_is_compared_with_the_estimate(SqlSession sql) {
        String over = map("short_answer", 3, 3, " WITH (budget_dollars = 0.000001)");

        assertThat(sql.query("EXPLAIN " + over).table().column("QUERY PLAN"))
                .contains(
                        "Budget: the statement's budget of $0.000001",
                        "  Left: $0.000001; the estimate is beyond it");
    }

    @Test
    void the_extended_protocol_describes_and_binds_it(SqlSession sql, StubEndpoint stub)
            throws Exception {
        String text =
                "EXPLAIN (FORMAT JSON) RVBBIT MAP 'short_answer' USING (SELECT $1 || i AS text"
                        + " FROM range($2::INT) r(i))";
        try (PreparedStatement statement =
                sql.connection()
                        .prepareStatement(text.replace("$1", "?::text").replace("$2", "?"))) {
            assertThat(statement.getMetaData().getColumnName(1)).isEqualTo("QUERY PLAN");
            assertThat(statement.getMetaData().getColumnTypeName(1)).isEqualTo("json");
            statement.setString(1, "x");
            statement.setInt(2, 7);
            try (ResultSet rows = statement.executeQuery()) {
                assertThat(rows.next()).isTrue();
                assertThat(Explained.JSON.readTree(rows.getString(1)).path("rows").asLong())
                        .isEqualTo(7);
            }
        }
        assertThat(stub.calls()).isZero();
    }
}
