package io.rvbbit.it;

import static io.rvbbit.rewriter.SqlState.CONFIGURATION_LIMIT_EXCEEDED;
import static io.rvbbit.rewriter.SqlState.INVALID_PARAMETER_VALUE;
import static io.rvbbit.rewriter.SqlState.QUERY_CANCELED;
import static io.rvbbit.rewriter.SqlState.UNDEFINED_OBJECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubFault;
import io.rvbbit.it.testkit.StubRequest;
import io.rvbbit.it.testkit.TestGateway;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Cascades that run other cascades: what they are given, what they give, and who pays. */
@GatewayTest(
        environment = {
            "RVBBIT_PRICES=[{provider: 127.0.0.1, model: 'gpt-4o*', input: 2, output: 10}]",
            "RVBBIT_MODEL=gpt-4o-mini"
        })
class SubCascadeIT {
    private static final String ONE = "(SELECT 'red apple' AS text)";
    private static final String OUTER =
            "RVBBIT MAP 'nest_outer' AS word USING " + ONE + " WITH (cache = false)";

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
    void input_and_output_are_mapped_and_the_next_cell_reads_them(SqlSession sql) {
        sql.query(OUTER).returns("text | word\nred apple | last");

        assertThat(sql.model().requests().stream().map(StubRequest::lastUserMessage))
                .containsExactly("red apple", "in red red apple", "last in red apple");
    }

    @Test
    void the_inner_session_is_booked_under_its_parent(SqlSession sql) {
        sql.query(OUTER).succeeds();

        sql.query(
                        "SELECT c.cascade_id, c.depth, p.cascade_id AS parent, s.status,"
                                + " starts_with(c.session_id, 'udf-') AS named"
                                + " FROM cascade_sessions c JOIN session_state s USING (session_id)"
                                + " LEFT JOIN cascade_sessions p ON p.session_id = c.parent_session_id"
                                + " WHERE c.caller_id = '"
                                + sql.lastCaller()
                                + "' ORDER BY c.depth")
                .returns(
                        """
                        cascade_id | depth | parent     | status    | named
                        nest_outer | 0     | NULL       | completed | t
                        nest_word  | 1     | nest_outer | completed | t\
                        """);
        sql.query(
                        "SELECT p.event_type, p.cell_name FROM unified_logs c JOIN unified_logs p"
                                + " ON p.message_id::VARCHAR = c.parent_id WHERE c.event_type ="
                                + " 'cascade_start' AND c.cascade_id = 'nest_word' AND c.caller_id = '"
                                + sql.lastCaller()
                                + "'")
                .returns("event_type | cell_name\nphase_start | inner");
    }

    @Test
    void the_cell_costs_nothing_and_the_statement_everything(SqlSession sql) {
        var row =
                sql.query(
                                "SELECT _cost FROM (RVBBIT MAP 'nest_outer' AS word USING "
                                        + ONE
                                        + " WITH (cache = false, meta = true)) m")
                        .value();

        BigDecimal bill = sql.model().bill().sum().costUsd();
        assertThat(new BigDecimal(String.valueOf(row))).isEqualByComparingTo(bill);
        assertThat(sql.decimal("SELECT sum(cost) FROM unified_logs" + ofCaller(sql)))
                .isEqualByComparingTo(bill);
        assertThat(
                        sql.decimal(
                                "SELECT sum(cost) FROM unified_logs"
                                        + ofCaller(sql)
                                        + " AND cascade_id = 'nest_outer'"))
                .isLessThan(bill);
        sql.query(
                        "SELECT event_type, cost FROM unified_logs"
                                + ofCaller(sql)
                                + " AND node_type = 'sub_cascade' ORDER BY event_type")
                .returns("event_type | cost\nphase_complete | NULL\nphase_start | NULL");
        sql.query(
                        "SELECT llm_calls_count, total_cost = "
                                + bill
                                + " AS all_of_it FROM sql_query_log"
                                + ofCaller(sql))
                .returns("llm_calls_count | all_of_it\n3 | t");
    }

    @Test
    void a_statement_s_options_reach_the_inner_cells(SqlSession sql) {
        sql.query(
                        "RVBBIT MAP 'nest_short' AS word USING "
                                + ONE
                                + " WITH (cache = false, model = 'gpt-4o', temperature = 0.5, max_tokens = 7)")
                .returns("text | word\nred apple | red");

        JsonNode body = sql.model().requests().getFirst().body();
        assertThat(body.path("model").asText()).isEqualTo("gpt-4o");
        assertThat(body.path("temperature").asDouble()).isEqualTo(0.5);
        assertThat(body.path("max_tokens").asInt(body.path("max_completion_tokens").asInt()))
                .isEqualTo(7);
    }

    @Test
    void only_what_is_read_at_any_level_tells_inputs_apart(SqlSession sql) {
        sql.query(
                        "RVBBIT MAP 'nest_short' AS word USING (SELECT 'one word' AS text, i"
                                + " FROM range(4) r(i))")
                .returnsRows(4);

        assertThat(sql.model().calls()).isEqualTo(1);
    }

    @Test
    void a_changed_inner_cascade_is_not_answered_from_the_cache(SqlSession sql) throws IOException {
        Path inner = TestGateway.cascades().resolve("nest_changing.yaml");
        Path outer = TestGateway.cascades().resolve("nest_of_changing.yaml");
        String text =
                "cascade_id: changing\ncells: [{name: w, instructions: '%s {{ input.text }}'}]";
        String statement = "RVBBIT MAP 'nest_of_changing' AS word USING " + ONE;
        try {
            Files.writeString(inner, text.formatted("first"));
            Files.writeString(
                    outer,
                    "cascade_id: of_changing\ncells: [{name: i, sub_cascade: nest_changing}]");
            sql.query(statement).returns("text | word\nred apple | first");
            sql.query(statement).returns("text | word\nred apple | first");
            assertThat(sql.model().calls()).isEqualTo(1);

            Files.writeString(inner, text.formatted("second"));

            sql.query(statement).returns("text | word\nred apple | second");
            assertThat(sql.model().calls()).isEqualTo(2);
        } finally {
            Files.deleteIfExists(inner);
            Files.deleteIfExists(outer);
        }
    }

    @Test
    void an_error_within_is_the_row_s_and_names_cell_and_cascade(SqlSession sql) {
        sql.model().fails(StubFault.status(400));

        String error =
                sql.query(
                                "SELECT _error FROM (RVBBIT MAP 'nest_short' AS word USING "
                                        + ONE
                                        + " WITH (on_error = 'column')) m")
                        .value();

        assertThat(error)
                .contains("cell \\\"inner\\\"", "cascade \\\"nest_word\\\"")
                .contains("\"attempts\":1");
        sql.query("SELECT DISTINCT status FROM session_state" + ofCaller(sql))
                .returns("status\nerror");
    }

    @Test
    void on_error_continue_carries_the_outer_run_over_it(SqlSession sql) {
        sql.model().fails(StubFault.status(400));

        sql.query("RVBBIT MAP 'nest_go_on' AS word USING " + ONE)
                .returns("text | word\nred apple | after");

        assertThat(sql.model().requests().getLast().lastUserMessage())
                .isEqualTo("after red apple null");
    }

    @Test
    void a_time_limit_of_the_cell_ends_the_inner_run(SqlSession sql) throws Exception {
        sql.model().failing(_ -> java.util.Optional.of(new StubFault.Hang()));

        String error =
                sql.query(
                                "SELECT _error FROM (RVBBIT MAP 'nest_timed' AS word USING "
                                        + ONE
                                        + " WITH (on_error = 'column')) m")
                        .value();

        assertThat(error).contains("\"timeout\"", "cell \\\"inner\\\" took longer than 700 ms");
        sql.query(
                        "SELECT cascade_id, status FROM session_state"
                                + ofCaller(sql)
                                + " ORDER BY cascade_id")
                .returns("cascade_id | status\nnest_timed | error\nnest_word | error");
        sql.query(
                        "SELECT count(*) AS n FROM unified_logs"
                                + ofCaller(sql)
                                + " AND event_type = 'turn_error' AND error_json LIKE '%timeout%'")
                .returns("n\n1");
    }

    @Test
    void a_cancel_reaches_the_inner_run(TestGateway gateway, SqlSession sql) throws Exception {
        sql.model().failing(_ -> java.util.Optional.of(new StubFault.Hang()));
        try (var threads = Executors.newSingleThreadExecutor();
                SqlSession running = gateway.session();
                Statement statement = running.connection().createStatement()) {
            Future<SQLException> failure =
                    threads.submit(() ->
                            catchThrowableOfType(
                                    SQLException.class,
                                    () ->
                                            statement.execute(
                                                    "RVBBIT MAP 'nest_short' USING " + ONE)));
            sql.model().awaitInFlight(1);
            String caller =
                    sql.text("SELECT caller_id FROM rvbbit.statements WHERE status = 'running'");

            statement.cancel();

            assertThat(failure.get().getSQLState()).isEqualTo(QUERY_CANCELED.code());
            sql.query(
                            "SELECT cascade_id, status FROM session_state WHERE caller_id = '"
                                    + caller
                                    + "' ORDER BY cascade_id")
                    .returns("cascade_id | status\nnest_short | cancelled\nnest_word | cancelled");
        }
    }

    @Test
    void a_budget_binds_the_inner_calls(SqlSession sql) {
        sql.query(
                        "RVBBIT MAP 'nest_short' AS word USING (SELECT 'w' || i || ' x' AS text"
                                + " FROM range(40) r(i)) WITH (max_tokens = 20, cache = false,"
                                + " budget_dollars = 0.0008)")
                .tells(CONFIGURATION_LIMIT_EXCEEDED, "of the statement's budget of $0.0008");

        assertThat(sql.model().bill().sum().costUsd())
                .isLessThanOrEqualTo(new BigDecimal("0.0008"))
                .isPositive();
        assertThat(sql.model().calls()).isLessThan(40);
    }

    @Test
    void run_hands_its_table_on(SqlSession sql) {
        sql.query(
                        "SELECT starts_with(_session_id, 'batch-') AS named FROM (RVBBIT RUN"
                                + " 'nest_rows' USING (SELECT 7 AS amount) WITH (meta = true)) r")
                .returns("named\nt");

        assertThat(sql.model().requests().getFirst().lastUserMessage()).contains("7");
        sql.query(
                        "SELECT count(*) AS n FROM cascade_sessions"
                                + ofCaller(sql)
                                + " AND session_id LIKE 'batch-%'")
                .returns("n\n2");
    }

    @Test
    void a_circle_is_found_when_the_file_is_read(SqlSession sql) {
        sql.query("RVBBIT MAP 'nest_loop_a' USING " + ONE)
                .fails(INVALID_PARAMETER_VALUE)
                .says(
                        "nest_loop_b.yaml:4:25: the cascade \"nest_loop_a\" leads back to itself:"
                                + " nest_loop_a.yaml → nest_loop_b.yaml → nest_loop_a.yaml")
                .at("'nest_loop_a'");

        assertThat(sql.model().calls()).isZero();
    }

    @Test
    void a_cascade_that_is_not_there_is_named_with_its_place(SqlSession sql) {
        sql.query("RVBBIT MAP 'nest_nothing' USING " + ONE)
                .fails(UNDEFINED_OBJECT)
                .says("nest_nothing.yaml:4:18: there is no cascade \"nest_wort\"")
                .hint("nest_word");
    }

    @Test
    void explain_counts_the_inner_calls(SqlSession sql) throws Exception {
        JsonNode plan = Explained.explain(sql, "", OUTER);
        String text = String.join("\n", sql.query("EXPLAIN " + OUTER).table().column("QUERY PLAN"));

        assertThat(plan.path("calls").path("min").asLong()).isEqualTo(3);
        assertThat(text)
                .contains("Cell inner: sub_cascade", "Cell inner.word: model gpt-4o-mini, calls 1");
        assertThat(sql.model().calls()).isZero();
    }
}
