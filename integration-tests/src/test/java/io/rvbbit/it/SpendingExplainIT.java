package io.rvbbit.it;

import static io.rvbbit.it.Explained.explain;
import static io.rvbbit.it.Explained.map;
import static io.rvbbit.rewriter.SqlState.FEATURE_NOT_SUPPORTED;
import static io.rvbbit.rewriter.SqlState.UNDEFINED_TABLE;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** EXPLAIN ANALYZE and SAMPLE: what they pay, and what they tell of it. */
@GatewayTest(
        environment = {
            "RVBBIT_PRICES=[{provider: 127.0.0.1, model: 'gpt-4o*', input: 2, output: 10}]",
            "RVBBIT_MODEL=gpt-4o-mini"
        })
class SpendingExplainIT {
    @BeforeEach
    void charge_as_the_price_list_says(SqlSession sql) {
        sql.query("SELECT 1").succeeds();
        sql.model().charging(Explained::price);
    }

    @Test
    void analyze_runs_it_and_shows_what_it_came_to_and_what_was_saved(SqlSession sql)
            throws Exception {
        sql.execute(map("short_answer", 2, 2, ""));
        BigDecimal stored = sql.decimal("SELECT rvbbit_last_cost()");
        long before = sql.model().calls();

        JsonNode plan = explain(sql, ", ANALYZE", map("short_answer", 40, 10, ""));

        String caller = sql.lastCaller();
        JsonNode actual = plan.path("actual");
        assertThat(sql.model().calls()).isEqualTo(before + 8);
        assertThat(actual.path("calls").asLong()).isEqualTo(8);
        assertThat(actual.path("rows").asLong()).isEqualTo(40);
        assertThat(actual.path("distinct_inputs").asLong()).isEqualTo(10);
        assertThat(actual.path("dedupe_factor").decimalValue()).isEqualByComparingTo("4");
        assertThat(actual.path("cache_hits").asLong()).isEqualTo(2);
        BigDecimal cost =
                sql.decimal(
                        "SELECT total_cost FROM sql_query_log WHERE caller_id = '" + caller + "'");
        assertThat(actual.path("cost_usd").decimalValue()).isEqualByComparingTo(cost);
        assertThat(plan.at("/cost_usd/estimate").decimalValue()).isEqualByComparingTo(cost);
        // Of each input that was paid for, three more rows had the answer for nothing.
        assertThat(plan.at("/saved/dedupe_usd").decimalValue())
                .isEqualByComparingTo(cost.multiply(BigDecimal.valueOf(3)));
        assertThat(plan.at("/saved/cache_usd").decimalValue()).isEqualByComparingTo(stored);
        sql.query(
                        "SELECT kind, rows_input, distinct_inputs, cache_hits, calls_min, status,"
                                + " actual_calls, cost_estimate = actual_cost AS right FROM"
                                + " rvbbit.estimates WHERE caller_id = '"
                                + caller
                                + "'")
                .returns(
                        """
                        kind    | rows_input | distinct_inputs | cache_hits | calls_min | status    | actual_calls | right
                        analyze | 40         | 10              | 2          | 8         | completed | 8            | t\
                        """);
    }

    @Test
    void analyze_of_create_table_makes_the_table_as_postgresql_does(SqlSession sql) {
        List<String> lines =
                sql
                        .query(
                                "EXPLAIN ANALYZE CREATE TABLE explained AS "
                                        + map("short_answer", 6, 3, ""))
                        .table()
                        .column("QUERY PLAN")
                        .stream()
                        .map(String::valueOf)
                        .toList();

        assertThat(lines).contains("Dedupe factor: 2.00 (6 rows, 3 distinct inputs)");
        assertThat(sql.number("SELECT count(*) FROM explained")).isEqualTo(6);
        sql.query("EXPLAIN CREATE TABLE never AS " + map("short_answer", 6, 3, "")).succeeds();
        sql.query("FROM never").fails(UNDEFINED_TABLE);
    }

    @Test
    void a_sample_pays_for_its_rows_and_tells_an_interval(SqlSession sql) throws Exception {
        JsonNode plan =
                explain(sql, ", SAMPLE 10", map("short_answer", 80, 40, " WITH (cache = false)"));
        String caller = sql.lastCaller();

        assertThat(sql.model().calls()).isEqualTo(10);
        assertThat(plan.path("rows").asLong()).isEqualTo(80);
        assertThat(plan.at("/actual/sampled_inputs").asLong()).isEqualTo(10);
        assertThat(plan.at("/actual/calls").asLong()).isEqualTo(10);
        assertThat(plan.at("/actual/cost_usd").decimalValue())
                .isEqualByComparingTo(sql.model().bill().sum().costUsd());
        sql.execute(map("short_answer", 80, 40, " WITH (cache = false)"));
        BigDecimal cost = sql.decimal("SELECT rvbbit_last_cost()");
        assertThat(plan.at("/cost_usd/low").decimalValue()).isLessThanOrEqualTo(cost);
        assertThat(plan.at("/cost_usd/high").decimalValue()).isGreaterThanOrEqualTo(cost);
        assertThat(plan.at("/cost_usd/estimate").decimalValue()).isEqualByComparingTo(cost);
        sql.query(
                        "SELECT kind, sampled_inputs, actual_calls FROM rvbbit.estimates WHERE"
                                + " caller_id = '"
                                + caller
                                + "'")
                .returns("kind | sampled_inputs | actual_calls\nsample | 10 | 10");
    }

    @Test
    void a_sample_keeps_to_the_budget(SqlSession sql) throws Exception {
        JsonNode plan =
                explain(
                        sql,
                        ", SAMPLE 10",
                        map("short_answer", 40, 40, " WITH (budget_dollars = 0.0000001)"));

        assertThat(sql.model().calls()).isZero();
        assertThat(plan.at("/actual/sampled_inputs").asLong()).isZero();
    }

    @Test
    void a_sample_of_run_is_refused(SqlSession sql) {
        sql.query("EXPLAIN (SAMPLE 3) RVBBIT RUN 'sums' USING (SELECT 1 AS amount)")
                .fails(FEATURE_NOT_SUPPORTED)
                .hint("EXPLAIN ANALYZE");
    }
}
