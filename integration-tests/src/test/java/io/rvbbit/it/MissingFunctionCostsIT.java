package io.rvbbit.it;

import static io.rvbbit.rewriter.SqlState.INVALID_PARAMETER_VALUE;
import static io.rvbbit.rewriter.SqlState.QUERY_CANCELED;
import static io.rvbbit.rewriter.SqlState.READ_ONLY_TRANSACTION;
import static io.rvbbit.rewriter.SqlState.UNDEFINED_COLUMN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * What answers for functions that do not exist cost, and that they cost nothing where nothing can
 * come of them.
 */
@GatewayTest(environment = "RVBBIT_AI_FALLBACK=on")
class MissingFunctionCostsIT {
    private static final String ROWS = "(VALUES ('x', 'y'), ('z', 'w')) r(a, b)";

    /** The rows of one function add up to the bill. */
    private static void assertBooked(SqlSession sql, String method, long rows) {
        assertThat(
                        sql.number(
                                "SELECT count(*) FROM ai_fallback_events WHERE method = '"
                                        + method
                                        + "'"))
                .isEqualTo(rows);
        assertThat(
                        sql.decimal(
                                "SELECT sum(cost_usd) FROM ai_fallback_events WHERE method = '"
                                        + method
                                        + "'"))
                .isEqualByComparingTo(sql.model().bill().sum().costUsd())
                .isPositive();
        assertThat(
                        sql.number(
                                "SELECT count(decision_latency_ms) FROM ai_fallback_events WHERE"
                                        + " method = '"
                                        + method
                                        + "'"))
                .as("one decision")
                .isEqualTo(1);
    }

    @Test
    void two_calls_of_one_function_have_one_decision_on_the_books(SqlSession sql) {
        sql.execute("SELECT twice_f(a), twice_f(b) FROM " + ROWS);

        assertThat(sql.model().calls()).as("a decision and four answers").isEqualTo(5);
        assertBooked(sql, "twice_f", 4);
    }

    @Test
    void a_decision_without_rows_is_a_row_of_its_own(SqlSession sql) {
        sql.execute("SELECT rowless_f(a) FROM " + ROWS + " WHERE a = 'none'");

        assertThat(sql.model().calls()).isEqualTo(1);
        assertBooked(sql, "rowless_f", 1);
        sql.query(
                        "SELECT args, decision, success, result, decision_tokens > 0 AS decided,"
                                + " generation_tokens, metadata ->> 'called' AS called FROM"
                                + " ai_fallback_events WHERE method = 'rowless_f'")
                .returns(
                        """
                        args | decision | success | result | decided | generation_tokens | called
                        {}   | text     | t       |        | t       | NULL              | false\
                        """);
        sql.execute("SELECT rowless_f(a) FROM " + ROWS);
        assertBooked(sql, "rowless_f", 3);
    }

    @Test
    void a_decision_for_arguments_that_are_all_null_is_booked(SqlSession sql) {
        sql.execute("SELECT nulls_f(NULL::varchar)");

        assertBooked(sql, "nulls_f", 1);
    }

    @Test
    void a_statement_that_is_prepared_and_never_executed_books_its_decision(SqlSession sql) {
        sql.execute("PREPARE idle AS SELECT idle_f($1::varchar)");
        sql.execute("DEALLOCATE idle");

        assertBooked(sql, "idle_f", 1);
    }

    @Test
    void a_statement_that_cannot_be_bound_after_its_decision_books_it(SqlSession sql) {
        sql.model()
                .answers(
                        "calls the function dated_f",
                        "{\"decision\": \"text\", \"type\": \"DATE\"}");
        assertThatThrownBy(() -> sql.execute("SELECT dated_f('x') + DATE '2026-01-01' AS d"))
                .hasMessageContaining("+");

        assertBooked(sql, "dated_f", 1);
        sql.query(
                        "SELECT status, llm_calls_count, error_message <> '' AS told FROM sql_query_log"
                                + " WHERE query_raw LIKE 'SELECT dated\\_f%'")
                .returns("status | llm_calls_count | told\nerror | 1 | t");
    }

    @Test
    void the_statement_s_time_binds_its_decisions(SqlSession sql) {
        sql.execute("SET statement_timeout = '300ms'");
        sql.model().latency(Duration.ofSeconds(20));

        sql.query("SELECT timed_f(1)").fails(QUERY_CANCELED).says("statement timeout");

        sql.model().latency(Duration.ZERO);
        sql.execute("SET statement_timeout = 0");
        sql.query("SELECT count(timed_f(1)) AS n").returns("n\n1");
    }

    @Test
    void the_statement_s_time_binds_answers_over_constants(SqlSession sql) {
        sql.execute("SELECT constant_f(1)");
        sql.execute("SET statement_timeout = '300ms'");
        sql.model().latency(Duration.ofSeconds(20));

        sql.query("SELECT constant_f(2)").fails(QUERY_CANCELED).says("statement timeout");
    }

    @Test
    void a_read_only_transaction_pays_for_no_decision(SqlSession sql) throws SQLException {
        sql.execute("CREATE TEMP TABLE written (v VARCHAR)");
        try (Statement statement = sql.connection().createStatement()) {
            boolean _ = statement.execute("BEGIN READ ONLY");
            sql.query("INSERT INTO written SELECT readonly_f(1)").fails(READ_ONLY_TRANSACTION);
            boolean _ = statement.execute("ROLLBACK");
        }

        assertThat(sql.model().calls()).isZero();
    }

    @Test
    void a_copy_that_is_refused_pays_for_no_decision(SqlSession sql) {
        sql.query(
                        "COPY (SELECT copied_f(a) AS v FROM "
                                + ROWS
                                + ") TO STDOUT (FORMAT csv, FORCE_QUOTE (nothing))")
                .fails(UNDEFINED_COLUMN);

        assertThat(sql.model().calls()).isZero();
    }

    @Test
    void json_with_a_key_twice_is_a_wrong_argument(SqlSession sql) {
        sql.query("SELECT keyed_f('{\"a\":1,\"a\":2}'::JSON)").fails(INVALID_PARAMETER_VALUE);

        assertThat(sql.model().calls()).as("the decision").isEqualTo(1);
    }

    @Test
    void a_prepared_statement_pays_its_decision_once(SqlSession sql) throws SQLException {
        try (PreparedStatement statement =
                sql.connection().prepareStatement("SELECT again_f(?::varchar)")) {
            for (String value : new String[] {"a", "b"}) {
                statement.setString(1, value);
                statement.executeQuery().close();
            }
        }

        assertBooked(sql, "again_f", 2);
    }

    @Test
    void a_decision_may_be_a_bare_word(SqlSession sql) {
        sql.model()
                .answers("calls the function bare_f", "`object`.")
                .answers("as the function bare_f", "{\"id\": 1}");

        sql.query("SELECT bare_f('x') ->> 'id' AS id").returns("id\n1");
        assertThat(sql.model().calls()).as("nothing was asked twice").isEqualTo(2);
    }

    @Test
    void a_decision_without_a_call_is_no_call_in_the_sums(SqlSession sql) {
        sql.execute("SELECT summed_f(a) FROM " + ROWS + " WHERE a = 'none'");
        sql.query(
                        "SELECT calls, failed_calls, uncalled_decisions, cost_usd = %s AS exact,"
                                        .formatted(sql.model().bill().sum().costUsd())
                                + " average_cost_usd, dearest_cost_usd, decision_tokens > 0 AS tokens"
                                + " FROM ai_fallback_costs(group_by := 'method') WHERE group_key ="
                                + " 'summed_f'")
                .returns(
                        """
                        calls | failed_calls | uncalled_decisions | exact | average_cost_usd | dearest_cost_usd | tokens
                        0     | 0            | 1                  | t     | NULL             | NULL             | t\
                        """);
        for (String function : new String[] {"performance", "success_rates"}) {
            sql.query("SELECT * FROM ai_fallback_" + function + "() WHERE group_key = 'summed_f'")
                    .returnsRows(0);
        }
        sql.query("SELECT * FROM ai_fallback_top_methods() WHERE method = 'summed_f'")
                .returnsRows(0);

        sql.execute("SELECT summed_f(a) FROM " + ROWS);
        sql.query(
                        "SELECT calls, failed_calls, uncalled_decisions, cost_usd = %s AS exact,"
                                        .formatted(sql.model().bill().sum().costUsd())
                                + " average_cost_usd < cost_usd / 2 AS of_calls FROM"
                                + " ai_fallback_costs(group_by := 'method') WHERE group_key ="
                                + " 'summed_f'")
                .returns(
                        """
                        calls | failed_calls | uncalled_decisions | exact | of_calls
                        2     | 0            | 1                  | t     | t\
                        """);
        sql.query(
                        "SELECT occurrences, successful_calls, success_rate FROM"
                                + " ai_fallback_top_methods(100) WHERE method = 'summed_f'")
                .returns("occurrences | successful_calls | success_rate\n2 | 2 | 1");
        sql.query("SELECT calls FROM ai_fallback_success_rates() WHERE group_key = 'summed_f'")
                .returns("calls\n2");
        sql.query("SELECT samples FROM ai_fallback_performance() WHERE group_key = 'summed_f'")
                .returns("samples\n2");
    }
}
