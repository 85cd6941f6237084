package io.rvbbit.it;

import static io.rvbbit.rewriter.SqlState.QUERY_CANCELED;
import static io.rvbbit.rewriter.SqlState.WARNING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubAnswer;
import io.rvbbit.it.testkit.StubFault;
import io.rvbbit.it.testkit.StubRequest;
import io.rvbbit.it.testkit.TestGateway;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Cells that are done for each of several rows. */
@GatewayTest(
        settings = "rvbbit.cache=false",
        environment = {
            "RVBBIT_PRICES=[{provider: 127.0.0.1, model: 'gpt-4o*', input: 2, output: 10}]",
            "RVBBIT_MODEL=gpt-4o-mini"
        })
class ForEachRowIT {
    private static final String ONE = "(SELECT 'all' AS text)";

    @AfterEach
    void every_answer_is_booked(SqlSession sql) {
        Proof.everyAnswerIsBooked(sql);
    }

    @BeforeEach
    void charge_as_the_price_list_says(SqlSession sql) {
        sql.query("SELECT 1").succeeds();
        sql.model().charging(Explained::price);
    }

    private static String ofCaller(SqlSession sql) {
        return " WHERE caller_id = '" + sql.lastCaller() + "'";
    }

    @Test
    void each_row_has_its_output_at_its_place(SqlSession sql) {
        sql.query("RVBBIT MAP 'each_word' AS w USING " + ONE)
                .returns(
                        """
                        text | w
                        all  | [{"word":"w0"},{"word":"w1"},{"word":"w2"},{"word":"w3"},{"word":"w4"},{"word":"w5"}]\
                        """);

        assertThat(sql.model().maxInFlight()).isLessThanOrEqualTo(3);
        assertThat(sql.model().requests().stream().map(StubRequest::lastUserMessage))
                .contains("w5 of all w5 of all 5");
    }

    @Test
    void the_cell_is_booked_once_with_the_cost_of_all_rows(SqlSession sql) {
        sql.query("RVBBIT MAP 'each_word' AS w USING " + ONE).succeeds();

        BigDecimal bill = sql.model().bill().sum().costUsd();
        assertThat(
                        sql.decimal(
                                "SELECT sum(cost) FROM unified_logs"
                                        + ofCaller(sql)
                                        + " AND event_type = 'phase_complete' AND cell_name = 'each'"))
                .isEqualByComparingTo(bill);
        sql.query(
                        "SELECT llm_calls_count, total_cost = "
                                + bill
                                + " AS all_of_it FROM sql_query_log"
                                + ofCaller(sql))
                .returns("llm_calls_count | all_of_it\n6 | t");
    }

    @Test
    void on_error_continue_leaves_null_at_the_place(SqlSession sql) {
        sql.model().failsOn("b2", StubFault.status(400));

        sql.query("RVBBIT MAP 'each_goes_on' AS w USING " + ONE)
                .returns("text | w\nall | [\"a1\",null,\"c3\"]");
    }

    @Test
    void on_error_fail_ends_the_cell_and_names_the_row(SqlSession sql) {
        sql.model().failsOn("b2", StubFault.status(400));

        String error =
                sql.query(
                                "SELECT _error FROM (RVBBIT MAP 'each_fails' AS w USING "
                                        + ONE
                                        + " WITH (on_error = 'column')) m")
                        .value();

        assertThat(error).contains("row 2 of cell \\\"each\\\"");
        assertThat(sql.model().calls()).isEqualTo(2);
    }

    @Test
    void too_many_rows_are_an_error_before_the_first_call(SqlSession sql) {
        sql.query("RVBBIT MAP 'each_too_many' AS w USING " + ONE)
                .returns("text | w\nall | NULL")
                .tells(WARNING, "1 of 1 rows failed");

        assertThat(sql.model().calls()).isZero();
    }

    @Test
    void a_table_s_rows_each_run_a_cascade_of_their_own(SqlSession sql) {
        sql.query(
                        "RVBBIT RUN 'each_of_batch' AS w USING (SELECT * FROM (VALUES ('ann'),"
                                + " ('bob'), ('eve')) v(name))")
                .returns("w\n[\"ann\",\"bob\",\"eve\"]");

        sql.query(
                        "SELECT cascade_id, depth, count(*) AS n FROM cascade_sessions"
                                + ofCaller(sql)
                                + " GROUP BY ALL ORDER BY depth")
                .returns("cascade_id | depth | n\neach_of_batch | 0 | 1\nnest_word | 1 | 3");
        assertThat(sql.decimal("SELECT total_cost FROM sql_query_log" + ofCaller(sql)))
                .isEqualByComparingTo(sql.model().bill().sum().costUsd());
    }

    @Test
    void a_cancel_ends_all_rows(TestGateway gateway, SqlSession sql) throws Exception {
        sql.model().failing(_ -> Optional.of(new StubFault.Hang()));
        try (var threads = Executors.newSingleThreadExecutor();
                SqlSession running = gateway.session();
                Statement statement = running.connection().createStatement()) {
            Future<SQLException> failure =
                    threads.submit(() ->
                            catchThrowableOfType(
                                    SQLException.class,
                                    () ->
                                            statement.execute(
                                                    "RVBBIT MAP 'each_word' USING " + ONE)));
            sql.model().awaitInFlight(3);

            statement.cancel();

            assertThat(failure.get().getSQLState()).isEqualTo(QUERY_CANCELED.code());
            sql.model().awaitGivenUp(3);
            assertThat(sql.model().calls()).isEqualTo(3);
        }
    }

    @Test
    void a_used_up_budget_ends_the_cell_whatever_on_error_says(SqlSession sql) {
        sql.model().charging(_ -> new BigDecimal("0.001"));

        String error =
                sql.query(
                                "SELECT _error FROM (RVBBIT MAP 'each_goes_on' AS w USING "
                                        + ONE
                                        + " WITH (on_error = 'column', max_tokens = 20,"
                                        + " budget_dollars = 0.0015)) m")
                        .value();

        assertThat(error).contains("\"budget\"");
        assertThat(sql.model().calls()).isLessThan(3);
    }

    @Test
    void attempts_of_rows_at_the_same_time_keep_their_turns(SqlSession sql) {
        sql.model()
                .answering(request ->
                        request.lastUserMessage().contains("cannot be used")
                                ? StubAnswer.byDefault(request)
                                : StubAnswer.text("no JSON"));

        sql.query("RVBBIT MAP 'each_word' AS w USING " + ONE).succeeds();

        sql.query(
                        "SELECT turn_number, count(*) AS n, count(DISTINCT attempt_number) AS attempts"
                                + " FROM unified_logs"
                                + ofCaller(sql)
                                + " AND event_type = 'turn_complete' GROUP BY 1 ORDER BY 1")
                .returns("turn_number | n | attempts\n1 | 6 | 6\n2 | 6 | 6");
    }

    @Test
    void explain_counts_a_call_for_each_row(SqlSession sql) throws Exception {
        JsonNode plan = Explained.explain(sql, "", "RVBBIT MAP 'each_word' AS w USING " + ONE);

        assertThat(plan.path("calls").path("min").asLong()).isEqualTo(6);
        assertThat(plan.path("prompt_tokens").asLong()).isGreaterThan(60);
    }

    @Test
    void explain_knows_no_upper_bound_where_a_model_tells_the_rows(SqlSession sql)
            throws Exception {
        JsonNode plan = Explained.explain(sql, "", "RVBBIT MAP 'each_open' AS w USING " + ONE);

        assertThat(plan.path("calls").path("min").asLong()).isEqualTo(1);
        assertThat(plan.path("calls").path("max").asLong()).isGreaterThanOrEqualTo(22);
        assertThat(plan.path("cost_usd").path("max").isNull()).isTrue();
        assertThat(plan.toString()).contains("how often cell \\\"each\\\" is done");
    }
}
