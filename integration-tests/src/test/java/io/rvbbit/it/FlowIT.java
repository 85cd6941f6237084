package io.rvbbit.it;

import static io.rvbbit.rewriter.SqlState.INVALID_PARAMETER_VALUE;
import static io.rvbbit.rewriter.SqlState.QUERY_CANCELED;
import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.SqlTable;
import io.rvbbit.it.testkit.StubAnswer;
import io.rvbbit.it.testkit.StubEndpoint;
import io.rvbbit.it.testkit.StubFault;
import io.rvbbit.it.testkit.StubRequest;
import io.rvbbit.it.testkit.TestGateway;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which cell follows which, and which run at the same time. */
@GatewayTest
class FlowIT {
    private static final String ONE = "(SELECT 'you' AS text)";

    /** Each answer is its whole question. */
    private static void echo(StubEndpoint model) {
        model.answering(request -> StubAnswer.text(request.lastUserMessage()));
    }

    private static String ends(SqlSession sql) {
        return "SELECT cell_name, event_type, cost IS NOT NULL AS costs FROM unified_logs WHERE"
                + " caller_id = '"
                + sql.lastCaller()
                + "' AND event_type IN ('phase_complete', 'phase_error')";
    }

    private static void assertCostIsTheBill(SqlSession sql) {
        sql.query(
                        "SELECT sum(cost) AS cost FROM all_data WHERE caller_id = '"
                                + sql.lastCaller()
                                + "'")
                .returns("cost\n" + sql.model().bill().sum().costUsd().toPlainString());
    }

    @AfterEach
    void every_answer_is_booked(SqlSession sql) {
        Proof.everyAnswerIsBooked(sql);
    }

    @Test
    void cells_that_read_nothing_of_one_another_ask_at_once(TestGateway gateway, SqlSession sql)
            throws Exception {
        CountDownLatch open = new CountDownLatch(1);
        sql.model()
                .answering(request -> {
                    StubAnswer.onceOpen(open, request);
                    return StubAnswer.text(request.lastUserMessage());
                });
        try (ExecutorService threads = Executors.newSingleThreadExecutor();
                SqlSession running = gateway.session()) {
            Future<SqlTable> result =
                    threads.submit(() ->
                            running.query("RVBBIT MAP 'flow_parallel' AS said USING " + ONE)
                                    .table());
            // Neither is answered before both have asked.
            sql.model().awaitCalls(2);
            open.countDown();

            assertThat(result.get().column("said")).containsExactly("both left you right you");
            assertThat(sql.model().calls()).isEqualTo(3);
            running.query(ends(running))
                    .returnsInAnyOrder(
                            """
                            cell_name | event_type     | costs
                            left      | phase_complete | t
                            right     | phase_complete | t
                            both      | phase_complete | t\
                            """);
            assertCostIsTheBill(running);
        }
    }

    @Test
    void max_parallel_of_one_keeps_to_the_order(SqlSession sql) {
        echo(sql.model());
        sql.model().latency(Duration.ofMillis(100));

        sql.query("RVBBIT MAP 'flow_in_order' AS said USING " + ONE)
                .returns("text | said\nyou | right you");

        assertThat(sql.model().maxInFlight()).isEqualTo(1);
        assertThat(sql.model().requests())
                .extracting(StubRequest::lastUserMessage)
                .containsExactly("left you", "right you");
    }

    @Test
    void the_first_failure_stops_what_runs_beside_it(SqlSession sql) throws Exception {
        StubEndpoint model = sql.model();
        model.failing(request -> {
            if (request.lastUserMessage().startsWith("left")) {
                return Optional.of(new StubFault.Hang());
            }
            try {
                model.awaitInFlight(2);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
            return Optional.of(StubFault.status(400));
        });

        sql.query("RVBBIT MAP 'flow_parallel' AS said USING " + ONE)
                .returns("text | said\nyou | NULL");

        model.awaitGivenUp(1);
        assertThat(model.calls()).isEqualTo(2);
        sql.query(
                        "SELECT cell_name, error_json->>'class' AS class, error_json->>'message' LIKE"
                                + " 'cell \"right\" failed' AS stopped FROM unified_logs WHERE"
                                + " caller_id = '"
                                + sql.lastCaller()
                                + "' AND event_type = 'phase_error' ORDER BY 1")
                .returns(
                        """
                        cell_name | class     | stopped
                        left      | cancelled | t
                        right     | refused   | f\
                        """);
        sql.query("SELECT status FROM session_state WHERE caller_id = '" + sql.lastCaller() + "'")
                .returns("status\nerror");
    }

    @Test
    void a_cancel_reaches_all_that_run_at_once(TestGateway gateway, SqlSession sql)
            throws Exception {
        sql.model().failing(_ -> Optional.of(new StubFault.Hang()));
        try (ExecutorService threads = Executors.newSingleThreadExecutor();
                SqlSession running = gateway.session()) {
            Future<SQLException> failure =
                    threads.submit(() ->
                            Objects.requireNonNull(
                                    running.query("RVBBIT MAP 'flow_parallel' USING " + ONE)
                                            .failure()));
            sql.model().awaitInFlight(2);
            String caller =
                    sql.text("SELECT caller_id FROM rvbbit.statements WHERE status = 'running'");
            sql.execute("SELECT rvbbit_cancel('" + caller + "')");

            assertThat(failure.get().getSQLState()).isEqualTo(QUERY_CANCELED.code());
            sql.model().awaitGivenUp(2);
            assertThat(sql.model().calls()).isEqualTo(2);
            sql.query(
                            "SELECT cell_name, error_json->>'message' AS why FROM unified_logs WHERE"
                                    + " event_type = 'phase_error' AND caller_id = '"
                                    + caller
                                    + "' ORDER BY 1")
                    .returns(
                            """
                            cell_name | why
                            left      | the statement was cancelled
                            right     | the statement was cancelled\
                            """);
            sql.query("SELECT status FROM session_state WHERE caller_id = '" + caller + "'")
                    .returns("status\ncancelled");
        }
    }

    @Test
    void a_cell_that_may_fail_stops_nothing_beside_it(SqlSession sql) {
        echo(sql.model());
        sql.model().failsOn("right you", StubFault.status(500));

        sql.query("RVBBIT MAP 'flow_forgiving' AS said USING " + ONE)
                .returns("text | said\nyou | both left you null");

        assertThat(sql.model().calls()).isEqualTo(3);
        assertCostIsTheBill(sql);
    }

    @Test
    void routing_follows_success_and_error(SqlSession sql) {
        echo(sql.model());

        sql.query(
                        "RVBBIT MAP 'flow_routes' AS said USING (SELECT * FROM (VALUES ('7'), ('x'))"
                                + " t(text))")
                .returns("text | said\n7 | praise 7\nx | apologise x");

        assertThat(sql.model().calls()).isEqualTo(2);
        sql.query(ends(sql))
                .returnsInAnyOrder(
                        """
                        cell_name | event_type     | costs
                        check     | phase_complete | f
                        praise    | phase_complete | t
                        check     | phase_error    | f
                        apologise | phase_complete | t\
                        """);
        sql.query(
                        "SELECT status, count(*) AS n FROM session_state WHERE caller_id = '"
                                + sql.lastCaller()
                                + "' GROUP BY 1")
                .returns("status | n\ncompleted | 2");
        assertCostIsTheBill(sql);
    }

    @Test
    void routing_by_default_goes_on_in_order_past_what_was_not_chosen(SqlSession sql) {
        echo(sql.model());

        sql.query(
                        "RVBBIT MAP 'flow_default' AS said USING (SELECT * FROM (VALUES ('7'), ('x'))"
                                + " t(text))")
                .returns(
                        """
                        text | said
                        7    | tell praise 7 null
                        x    | tell null apologise x\
                        """);

        assertThat(sql.model().calls()).isEqualTo(4);
    }

    @Test
    void explain_counts_what_is_certain_and_what_may_be(SqlSession sql) throws Exception {
        var calls =
                Explained.explain(
                                sql,
                                "",
                                "RVBBIT MAP 'flow_default' AS said USING (SELECT '7' AS text)")
                        .path("calls");

        assertThat(calls.path("min").asInt()).isEqualTo(2);
        assertThat(calls.path("max").asInt()).isEqualTo(9);
        assertThat(sql.model().calls()).isZero();
    }

    @Test
    void a_misspelt_cell_is_told_with_its_place(SqlSession sql) {
        sql.query("RVBBIT MAP 'flow_misspelt' AS said USING " + ONE)
                .fails(INVALID_PARAMETER_VALUE)
                .says("flow_misspelt.yaml:7:16: cell \"check\" goes on to \"prise\"")
                .hint("did you mean \"praise\"?");
        assertThat(sql.model().calls()).isZero();
    }

    @Test
    void a_used_up_budget_ends_all_that_run_at_once(SqlSession sql) {
        echo(sql.model());

        var table =
                sql.query(
                                "RVBBIT MAP 'flow_parallel' AS said USING "
                                        + ONE
                                        + " WITH (budget_dollars = 0.0000001, max_tokens = 10,"
                                        + " on_error = 'column')")
                        .table();

        assertThat(table.column("_error").getFirst()).contains("budget");
        sql.query(
                        "SELECT count(*) AS n FROM unified_logs WHERE caller_id = '"
                                + sql.lastCaller()
                                + "' AND cell_name = 'both'")
                .returns("n\n0");
        assertThat(sql.model().calls()).isLessThanOrEqualTo(1);
    }

    @Test
    void the_time_of_a_run_counts_for_all_that_run_at_once(SqlSession sql) throws Exception {
        sql.model().failing(_ -> Optional.of(new StubFault.Hang()));

        var table =
                sql.query(
                                "RVBBIT MAP 'flow_parallel' AS said USING "
                                        + ONE
                                        + " WITH (timeout = '1s', on_error = 'column')")
                        .table();

        assertThat(table.column("_error").getFirst()).contains("\"class\":\"timeout\"");
        sql.model().awaitGivenUp(2);
        assertThat(sql.model().calls()).isEqualTo(2);
        sql.query(
                        "SELECT count(*) AS ended FROM unified_logs WHERE caller_id = '"
                                + sql.lastCaller()
                                + "' AND event_type = 'phase_error'")
                .returns("ended\n2");
    }

    @Test
    void what_ran_at_once_is_stored_and_served(SqlSession sql) {
        echo(sql.model());
        String map = "RVBBIT MAP 'flow_parallel' AS said USING (SELECT 'twice' AS text)";

        sql.query(map).returns("text | said\ntwice | both left twice right twice");
        sql.query(map).returns("text | said\ntwice | both left twice right twice");

        assertThat(sql.model().calls()).isEqualTo(3);
    }
}
