package io.rvbbit.it;

import static io.rvbbit.rewriter.SqlState.CONFIGURATION_LIMIT_EXCEEDED;
import static io.rvbbit.rewriter.SqlState.INVALID_PARAMETER_VALUE;
import static io.rvbbit.rewriter.SqlState.WARNING;
import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlAssert;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubEndpoint;
import io.rvbbit.it.testkit.StubFault;
import io.rvbbit.it.testkit.StubRequest;
import io.rvbbit.it.testkit.TestGateway;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A budget against the bill that the stub itself keeps. */
@GatewayTest(
        settings = "rvbbit.cache=false",
        environment = {
            "RVBBIT_PRICES=[{provider: 127.0.0.1, model: 'priced*', input: 2, output: 10}]",
            "RVBBIT_MODEL=priced"
        })
class BudgetIT {
    @BeforeEach
    void log_in(SqlSession sql) {
        sql.query("SELECT 1").succeeds();
        sql.model().charging(BudgetIT::price);
    }

    /** From a quarter to three quarters of what is set aside for a call of these tests. */
    static BigDecimal price(StubRequest request) {
        return new BigDecimal("0.000101234567")
                .add(new BigDecimal("0.00003").multiply(BigDecimal.valueOf(request.number() % 7)));
    }

    private static String map(int parallel, int rows, String options) {
        return "RVBBIT MAP PARALLEL %d 'first_word' AS word USING (SELECT 'w' || i || ' x' AS text FROM range(%d) r(i)) WITH (max_tokens = 20%s)"
                .formatted(parallel, rows, options);
    }

    private static BigDecimal bill(StubEndpoint stub) {
        return stub.bill().sum().costUsd();
    }

    private static long answered(SqlAssert answer) {
        var rows = answer.table().rows();
        long count = 0;
        for (int i = 0; i < rows.size(); i++) {
            assertThat(rows.get(i).get(0)).isEqualTo("w" + i + " x");
            if (rows.get(i).get(1) != null) {
                assertThat(rows.get(i).get(1)).isEqualTo("w" + i);
                count++;
            }
        }
        return count;
    }

    @ParameterizedTest
    @CsvSource({"0.0008, 1", "0.002, 4", "0.01, 16", "0.01, 64", "0.03, 64"})
    void a_statement_never_spends_more_than_its_budget(
            String dollars, int parallel, SqlSession sql) {
        int rows = 200;

        SqlAssert answer =
                sql.query(map(parallel, rows, ", limit = none, budget_dollars = " + dollars));

        long answered = answered(answer);
        BigDecimal budget = new BigDecimal(dollars);
        assertThat(bill(sql.model())).isLessThanOrEqualTo(budget);
        assertThat(sql.model().bill().sum().calls()).isEqualTo(answered);
        assertThat(answered).isLessThan(rows);
        // What one call can cost at most: 20 tokens out, some 80 bytes in.
        assertThat(bill(sql.model())).isGreaterThan(budget.subtract(new BigDecimal("0.0004")));
        answer.tells(CONFIGURATION_LIMIT_EXCEEDED, "of the statement's budget of $" + dollars)
                .tells(
                        CONFIGURATION_LIMIT_EXCEEDED,
                        "; %d of %d rows are missing".formatted(rows - answered, rows))
                .tellsNothingOf("rows failed");
        sql.query(
                        "SELECT status, rows_output, llm_calls_count, total_cost FROM sql_query_log"
                                + " WHERE caller_id = '"
                                + sql.lastCaller()
                                + "'")
                .returns(
                        """
                        status | rows_output | llm_calls_count | total_cost
                        partial | %d          | %d              | %s\
                        """
                                .formatted(rows, answered, bill(sql.model()).toPlainString()));
    }

    @Test
    void rows_without_hope_are_not_even_begun(SqlSession sql) {
        sql.query(map(4, 500, ", budget_dollars = 0.0001, on_error = 'column'"))
                .returnsRows(500)
                .tells(CONFIGURATION_LIMIT_EXCEEDED, "500 of 500 rows are missing");

        assertThat(sql.model().calls()).isZero();
        assertThat(
                        sql.number(
                                "SELECT count(*) FROM session_state WHERE caller_id = '"
                                        + sql.lastCaller()
                                        + "'"))
                .isLessThanOrEqualTo(4);
    }

    @Test
    void the_error_column_says_which_budget(SqlSession sql) {
        SqlAssert answer = sql.query(map(1, 1, ", budget_dollars = 0, on_error = 'column'"));

        assertThat(answer.table().rows().getFirst().get(2))
                .contains("\"class\":\"budget\"", "\"sqlstate\":\"53400\"", "statement's budget");
    }

    @Test
    void with_on_error_fail_it_ends_the_statement(SqlSession sql) {
        sql.query(map(1, 5, ", budget_dollars = 0.0001, on_error = 'fail'"))
                .fails(CONFIGURATION_LIMIT_EXCEEDED)
                .says("the statement's budget")
                .hint("budget_dollars");
        sql.query("CREATE TABLE kept AS " + map(1, 5, ", budget_dollars = 0.0001"))
                .fails(CONFIGURATION_LIMIT_EXCEEDED);
        sql.query(
                        "RVBBIT RUN 'sums' USING (SELECT 1 AS amount) WITH (budget_dollars ="
                                + " 0.0001)")
                .fails(CONFIGURATION_LIMIT_EXCEEDED);
        sql.execute("SET rvbbit.budget_dollars = 0.0001");
        sql.query("SELECT rvbbit_run('first_word', {'text': 'x'})")
                .fails(CONFIGURATION_LIMIT_EXCEEDED);
        assertThat(sql.model().calls()).isZero();

        sql.execute("SET rvbbit.on_error = 'null'");
        sql.query("SELECT rvbbit_run('first_word', {'text': 'x'}) AS v")
                .tells(CONFIGURATION_LIMIT_EXCEEDED, "1 of 1 rows are missing")
                .returns("v\nNULL");
    }

    @Test
    void other_failures_have_their_own_warning(SqlSession sql) {
        sql.model().failsOn("w0", StubFault.status(400));

        sql.query(map(1, 40, ", budget_dollars = 0.0008"))
                .tells(WARNING, "1 of 40 rows failed: refused (1)")
                .tells(CONFIGURATION_LIMIT_EXCEEDED, "of 40 rows are missing");
    }

    @Test
    void the_smaller_of_setting_and_option_counts(SqlSession sql) {
        sql.execute("SET rvbbit.budget_dollars = 0.001");
        assertThat(sql.text("SHOW rvbbit.budget_dollars")).isEqualTo("0.001");

        sql.query(map(4, 100, ", budget_dollars = 1"))
                .tells(CONFIGURATION_LIMIT_EXCEEDED, "budget of $0.001");
        sql.query(map(4, 100, ", budget_dollars = 0.0009"))
                .tells(CONFIGURATION_LIMIT_EXCEEDED, "budget of $0.0009");
        sql.execute("RESET rvbbit.budget_dollars");
        sql.query(map(4, 100, "")).tellsNothingOf("budget");
    }

    @Test
    void bad_amounts_are_refused(SqlSession sql) {
        sql.query("SET rvbbit.budget_dollars = 'much'").fails(INVALID_PARAMETER_VALUE);
        sql.query("SET rvbbit.session_budget_dollars = -1").fails(INVALID_PARAMETER_VALUE);
        sql.query("SET rvbbit.session_budget_dollars = 1e3").fails(INVALID_PARAMETER_VALUE);
        sql.query(map(1, 1, ", budget_dollars = 9000001")).fails(INVALID_PARAMETER_VALUE);
    }

    @Test
    void a_session_s_budget_binds_all_its_statements_from_the_set_on(SqlSession sql) {
        sql.execute(map(4, 20, ""));
        BigDecimal before = bill(sql.model());
        sql.execute("SET rvbbit.session_budget_dollars = 0.005");
        for (int statement = 0; statement < 3; statement++) {
            sql.query(map(16, 60, "")).succeeds();
        }

        assertThat(bill(sql.model()).subtract(before))
                .isLessThanOrEqualTo(new BigDecimal("0.005"))
                .isGreaterThan(new BigDecimal("0.0046"));
        sql.query(map(16, 60, ""))
                .tells(CONFIGURATION_LIMIT_EXCEEDED, "of the session's budget of $0.005")
                .tells(CONFIGURATION_LIMIT_EXCEEDED, "60 of 60");

        sql.execute("BEGIN");
        sql.execute("SET rvbbit.session_budget_dollars = 0.005");
        sql.query(map(1, 1, "")).tellsNothingOf("budget");
        sql.execute("ROLLBACK");
        sql.query(map(1, 1, ""))
                .tells(CONFIGURATION_LIMIT_EXCEEDED, "of the session's budget of $0.005");
        sql.execute("SET rvbbit.session_budget_dollars = 0.005");
        sql.query(map(1, 1, "")).tellsNothingOf("budget");
        sql.execute("RESET rvbbit.session_budget_dollars");
        sql.query(map(16, 60, "")).tellsNothingOf("budget");
    }

    @Test
    void concurrent_statements_of_two_budgets_do_not_hinder_each_other(
            SqlSession sql, TestGateway gateway) throws Exception {
        List<Callable<Long>> clients = new ArrayList<>();
        for (int client = 0; client < 4; client++) {
            String budget = ", budget_dollars = 0.00" + (client + 2);
            clients.add(() -> {
                try (SqlSession own = gateway.session()) {
                    return answered(own.query(map(8, 300, budget)));
                }
            });
        }
        long answered = 0;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Long> client : threads.invokeAll(clients)) {
                answered += client.get();
            }
        }

        assertThat(bill(sql.model())).isLessThanOrEqualTo(new BigDecimal("0.014"));
        assertThat(sql.model().bill().sum().calls()).isEqualTo(answered);
    }

    @Test
    void an_attempt_without_an_answer_keeps_what_it_reserved(SqlSession sql) {
        sql.model().fails(new StubFault.Hang(), new StubFault.Hang(), new StubFault.Hang());

        sql.query(map(1, 5, ", budget_dollars = 0.0011, timeout = '200ms'"))
                .tells(WARNING, "3 of 5 rows failed: timeout (3)")
                .tells(CONFIGURATION_LIMIT_EXCEEDED, "$0.00 of the statement's budget")
                .tells(CONFIGURATION_LIMIT_EXCEEDED, "is held for calls whose cost is not known")
                .tells(CONFIGURATION_LIMIT_EXCEEDED, "2 of 5 rows are missing");

        assertThat(sql.model().calls()).isEqualTo(3);
    }

    @Test
    void shared_rows_are_served_although_nothing_is_left(SqlSession sql) {
        String rows =
                "SELECT CASE WHEN i % 2 = 0 THEN 'same' ELSE 'w' || i END AS text FROM range(40) r(i)";

        SqlAssert answer =
                sql.query(
                        "RVBBIT MAP PARALLEL 1 'first_word' AS word USING ("
                                + rows
                                + ") WITH (max_tokens = 20, budget_dollars = 0.0006)");

        assertThat(answer.table().rows())
                .filteredOn(row -> "same".equals(row.getFirst()))
                .hasSize(20)
                .allSatisfy(row -> assertThat(row.get(1)).isEqualTo("same"));
        answer.tells(CONFIGURATION_LIMIT_EXCEEDED, "of 40 rows are missing");
    }

    @Test
    void without_a_price_the_replies_tell_the_cost_one_at_a_time_at_first(SqlSession sql) {
        sql.query(map(16, 400, ", model = 'told', budget_dollars = 0.05"))
                .tells(CONFIGURATION_LIMIT_EXCEEDED, "of 400 rows are missing");

        assertThat(bill(sql.model()))
                .isLessThanOrEqualTo(new BigDecimal("0.05"))
                .isGreaterThan(new BigDecimal("0.03"));
        assertThat(sql.model().requests().getFirst().body().path("max_tokens").intValue())
                .isEqualTo(20);
    }

    @Test
    void without_a_price_and_a_told_cost_the_statement_fails(SqlSession sql) {
        sql.model().reportsCost(false);
        String statement = map(16, 10, ", model = 'silent', budget_dollars = 1, on_error = 'null'");

        sql.query(statement).fails(INVALID_PARAMETER_VALUE).hint("prices:");
        sql.query(statement).fails(INVALID_PARAMETER_VALUE).hint("prices:");

        assertThat(sql.model().calls()).isEqualTo(1);
        sql.query(map(4, 10, ", model = 'silent'")).succeeds();
    }

    @Test
    void explain_names_the_budget_and_spends_nothing(SqlSession sql) throws SQLException {
        sql.execute("SET rvbbit.session_budget_dollars = 2");

        assertThat(sql.query("EXPLAIN " + map(1, 1, ", budget_dollars = 0.5")).table().rows())
                .contains(
                        List.of(
                                "Budget: the statement's budget of $0.50, the session's budget of"
                                        + " $2.00"));
    }

    @Test
    void a_prompt_without_bound_gets_one_under_a_budget(SqlSession sql) {
        String map = "RVBBIT MAP 'first_word' USING (SELECT 'x' AS text)";
        sql.execute(map + " WITH (budget_dollars = 1)").execute(map);

        assertThat(sql.model().requests())
                .map(request -> request.body().path("max_tokens").intValue())
                .containsExactly(1_024, 0);
    }
}
