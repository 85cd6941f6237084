package io.rvbbit.it;

import static io.rvbbit.rewriter.SqlState.CONFIGURATION_LIMIT_EXCEEDED;
import static io.rvbbit.rewriter.SqlState.EXTERNAL_ROUTINE;
import static io.rvbbit.rewriter.SqlState.INVALID_PARAMETER_VALUE;
import static io.rvbbit.rewriter.SqlState.QUERY_CANCELED;
import static io.rvbbit.rewriter.SqlState.UNDEFINED_FUNCTION;
import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What bounds the answers for functions that do not exist; the server has them switched on. */
@GatewayTest(environment = {"RVBBIT_AI_FALLBACK=on", "RVBBIT_AI_FALLBACK_ALLOW=[ok_*, stripe.*]"})
class MissingFunctionGuardsIT {
    @Test
    void the_server_switches_it_on_and_a_session_off(SqlSession sql) {
        sql.execute("SELECT ok_switched(1)");
        assertThat(sql.model().calls()).isEqualTo(2);

        sql.execute("SET rvbbit.ai_fallback = off");
        sql.query("SELECT ok_switched(2)").fails(UNDEFINED_FUNCTION);
        assertThat(sql.model().calls()).isEqualTo(2);
    }

    @Test
    void only_listed_names_are_answered(SqlSession sql) {
        sql.query("SELECT other(1)").fails(UNDEFINED_FUNCTION).hint("ai-fallback-allow");
        sql.query("SELECT paypal.charge(1)").fails(UNDEFINED_FUNCTION);

        assertThat(sql.model().calls()).isZero();
    }

    @Test
    void parameters_are_arguments_and_a_plan_is_used_again(SqlSession sql) throws SQLException {
        try (PreparedStatement statement =
                sql.connection().prepareStatement("SELECT ok_prepared(?::varchar)")) {
            for (String value : new String[] {"a", "b", "a"}) {
                statement.setString(1, value);
                try (ResultSet rows = statement.executeQuery()) {
                    assertThat(rows.next()).isTrue();
                    assertThat(rows.getString(1)).isNotEmpty();
                }
            }
        }
        assertThat(sql.model().calls()).as("a decision and two answers").isEqualTo(3);
    }

    @Test
    void answers_are_kept_for_other_statements(SqlSession sql) {
        sql.execute("SELECT ok_kept('x')");
        long calls = sql.model().calls();
        sql.execute("SELECT ok_kept('x')");
        assertThat(sql.model().calls()).isEqualTo(calls);

        sql.execute("SET rvbbit.ai_fallback_cache = 'false'");
        sql.execute("SELECT ok_kept('x')");
        assertThat(sql.model().calls()).as("decided and answered anew").isEqualTo(calls + 2);
    }

    @Test
    void a_hundred_calls_at_once_are_all_answered(SqlSession sql) {
        sql.execute("SET rvbbit.parallel = 100");
        sql.query("SELECT count(ok_hundred(i)) AS n FROM range(100) r(i)")
                .returns(
                        """
                        n
                        100\
                        """);

        assertThat(sql.model().calls()).isEqualTo(101);
        assertThat(
                        sql.number(
                                "SELECT count(*) FROM ai_fallback_events WHERE method = 'ok_hundred'"))
                .isEqualTo(100);
    }

    @Test
    void the_statement_s_budget_binds(SqlSession sql) {
        sql.execute("SELECT ok_budget(0)");
        sql.execute("SET rvbbit.budget_dollars = 0");
        long before = sql.model().calls();

        sql.query("SELECT ok_budget(1)").fails(CONFIGURATION_LIMIT_EXCEEDED);

        assertThat(sql.model().calls()).isEqualTo(before);
    }

    @Test
    void an_answer_has_a_time(SqlSession sql) {
        sql.execute("SELECT ok_slow(0)");
        sql.execute("SET rvbbit.ai_fallback_timeout = '200ms'");
        sql.model().latency(Duration.ofSeconds(20));

        sql.query("SELECT ok_slow(1)").fails(EXTERNAL_ROUTINE).says("timeout");
    }

    @Test
    void a_decision_can_be_cancelled(SqlSession sql) throws Exception {
        sql.model().latency(Duration.ofSeconds(20));
        try (Statement statement = sql.connection().createStatement()) {
            var canceller =
                    CompletableFuture.runAsync(() -> {
                        try {
                            sql.model().awaitInFlight(1);
                            statement.cancel();
                        } catch (InterruptedException | SQLException e) {
                            throw new IllegalStateException(e);
                        }
                    });
            String state = "";
            try {
                boolean _ = statement.execute("SELECT ok_cancelled(1)");
            } catch (SQLException e) {
                state = e.getSQLState();
            }
            canceller.join();
            assertThat(state).isEqualTo(QUERY_CANCELED.code());
        }
    }

    @Test
    void a_model_without_a_price_is_refused_only_under_a_bound_that_was_set(SqlSession sql) {
        sql.model().reportsCost(false);
        sql.execute("SET rvbbit.ai_fallback_model = 'unpriced'");

        sql.query("SELECT count(ok_unpriced(i)) AS n FROM range(20) r(i)").returns("n\n20");
        assertThat(sql.model().calls()).as("a decision and the answers").isEqualTo(21);

        sql.execute("SET rvbbit.ai_fallback_max_cost = '0.04'");
        sql.query("SELECT ok_unpriced(20)").fails(INVALID_PARAMETER_VALUE).hint("prices:");
        sql.execute("RESET rvbbit.ai_fallback_max_cost");
        sql.execute("SET rvbbit.budget_dollars = 1");
        sql.query("SELECT ok_unpriced(21)").fails(INVALID_PARAMETER_VALUE).hint("prices:");

        assertThat(sql.model().calls()).as("nothing more was sent").isEqualTo(21);
    }
}
