package io.rvbbit.udf;

import static io.rvbbit.udf.FakeRunner.failed;
import static io.rvbbit.udf.FakeRunner.first;
import static io.rvbbit.udf.FakeRunner.value;
import static io.rvbbit.udf.FunctionSession.map;
import static io.rvbbit.udf.FunctionSession.mapSql;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.udf.CallSpec.Verb;
import io.rvbbit.udf.cascade.Invocation.Overrides;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

final class StatementFailureTest {
    private FunctionSession session;

    @BeforeEach
    void open() throws SQLException {
        session = new FunctionSession();
    }

    @AfterEach
    void close() throws SQLException {
        session.close();
    }

    /** Row 3 fails, all others are answered. */
    private void thirdRowFails() {
        session.runner.runs((invocation, id) ->
                invocation.sourceRow() == 2 ? failed(id, "timeout") : value(id, first(invocation)));
    }

    @RepeatedTest(20)
    void the_rows_that_were_read_are_counted_whenever_the_statement_ends() throws SQLException {
        session.runner.runs((_, _) -> {
            throw new SqlException(SqlState.EXTERNAL_ROUTINE, "refused");
        });
        try (QueryScope scope = session.open(16, map(OnError.NULL))) {
            fails(scope, FunctionSession.mapSql(scope, 0, "SELECT range AS c1 FROM range(9)", 5));

            assertThat(scope.totals().rowsIn()).isEqualTo(5);
            assertThat(scope.totals().answers()).isZero();
        }
    }

    @RepeatedTest(20)
    void on_error_fail_ends_the_statement_and_names_class_and_row() throws SQLException {
        thirdRowFails();
        try (QueryScope scope = session.open(1, map(OnError.FAIL))) {
            fails(scope, mapSql(scope, "SELECT range AS c1 FROM range(100)"));

            assertThat(failure(scope).state()).isEqualTo(SqlState.EXTERNAL_ROUTINE);
            assertThat(failure(scope))
                    .hasMessage("cascade \"x\" failed on row 3: timeout: no luck with it");
            assertThat(failure(scope).detail()).hasValue("SQLSTATE of the row: 38000, attempts: 3");
        }
    }

    @Test
    void on_error_fail_interrupts_what_still_runs() throws SQLException {
        CountDownLatch started = new CountDownLatch(8);
        session.runner.runs((invocation, id) -> {
            started.countDown();
            if (invocation.sourceRow() == 7) {
                started.await();
                return failed(id, "refused");
            }
            new CountDownLatch(1).await();
            return value(id, "never");
        });
        try (QueryScope scope = session.open(8, map(OnError.FAIL))) {
            fails(scope, mapSql(scope, "SELECT range AS c1 FROM range(500)"));
        }
        assertThat(session.runner.interrupted).hasValue(7);
        assertThat(session.runner.running()).isZero();
    }

    @Test
    void a_key_names_the_row() throws SQLException {
        thirdRowFails();
        CallSpec call =
                new CallSpec(
                        Verb.MAP,
                        FunctionSession.cascade("x", Set.of(), null),
                        OnError.FAIL,
                        Overrides.NONE,
                        10,
                        false,
                        CallSpec.NO_BOUND,
                        List.of("c1"),
                        null,
                        FunctionSession.ALONE);
        try (QueryScope scope = session.open(1, call)) {
            fails(scope, mapSql(scope, "SELECT 'sku' || range AS c1 FROM range(5)"));

            assertThat(failure(scope))
                    .hasMessageContaining("failed on row 3 (c1 = \"sku2\"): timeout");
        }
    }

    @Test
    void on_error_null_gives_null_and_a_summary() throws SQLException {
        session.runner.runs((invocation, id) ->
                switch ((int) (invocation.sourceRow() % 4)) {
                    case 0 -> failed(id, "timeout");
                    case 1 -> failed(id, "schema");
                    default -> value(id, first(invocation));
                });
        try (QueryScope scope = session.open(4, map(OnError.NULL))) {
            List<String> rows = session.rows(mapSql(scope, "SELECT range AS c1 FROM range(9)"));

            assertThat(rows)
                    .containsExactly(
                            "0|null", "1|null", "2|<2>", "3|<3>", "4|null", "5|null", "6|<6>",
                            "7|<7>", "8|null");
            assertThat(scope.totals().failureSummary())
                    .isEqualTo("5 of 9 rows failed: timeout (3), schema (2)");
            assertThat(scope.failure()).isEmpty();
        }
    }

    @Test
    void on_error_column_shows_the_error_of_each_row() throws SQLException {
        thirdRowFails();
        try (QueryScope scope = session.open(4, map(OnError.COLUMN))) {
            String sql =
                    "SELECT a.r, _rvbbit_row_error('%1$s', 0, a.r, a.answer) FROM (SELECT r, _rvbbit_map('%1$s', 0, 'x', r, to_json({c1: r})::VARCHAR) AS answer FROM (SELECT range AS r FROM range(2, 5))) AS a"
                            .formatted(scope.token());
            assertThat(session.rows(sql))
                    .containsExactly(
                            "2|null",
                            "3|{\"class\":\"timeout\",\"sqlstate\":\"38000\","
                                    + "\"message\":\"no luck with it\",\"attempts\":3}",
                            "4|null");
        }
    }

    @Test
    void one_failed_row_more_than_allowed_ends_the_statement() throws SQLException {
        session.runner.runs((_, id) -> failed(id, "timeout"));
        try (QueryScope scope = session.open(1, map(OnError.NULL, 2, null))) {
            fails(scope, mapSql(scope, "SELECT range AS c1 FROM range(100)"));

            assertThat(failure(scope).state()).isEqualTo(SqlState.EXTERNAL_ROUTINE);
            assertThat(failure(scope))
                    .hasMessageMatching(
                            "cascade \"x\" failed on more than 2 rows, last on row \\d+: timeout:"
                                    + " no luck with it");
            assertThat(session.runner.invocations).hasSize(3);
        }
        try (QueryScope scope = session.open(1, map(OnError.NULL, 100, null))) {
            assertThat(session.rows(mapSql(scope, "SELECT range AS c1 FROM range(100)")))
                    .hasSize(100);
        }
    }

    @Test
    void a_fault_of_the_statement_fails_it_whatever_on_error_says() throws SQLException {
        session.runner.runs((_, _) -> {
            throw new SqlException(SqlState.INVALID_AUTHORIZATION, "the key is refused");
        });
        try (QueryScope scope = session.open(1, map(OnError.NULL))) {
            fails(scope, mapSql(scope, "SELECT range AS c1 FROM range(100)"));

            assertThat(failure(scope)).hasMessage("the key is refused");
            assertThat(failure(scope).state()).isEqualTo(SqlState.INVALID_AUTHORIZATION);
            assertThat(session.runner.invocations).hasSize(1);
        }
    }

    @Test
    void a_bug_of_the_runner_is_an_internal_error_without_its_text() throws SQLException {
        session.runner.runs((_, _) -> {
            throw new IllegalStateException("secret");
        });
        try (QueryScope scope = session.open(1, map(OnError.NULL))) {
            fails(scope, mapSql(scope, "SELECT 1 AS c1")).hasMessageNotContaining("secret");

            assertThat(failure(scope).state()).isEqualTo(SqlState.INTERNAL_ERROR);
            assertThat(failure(scope)).hasMessageNotContaining("secret");
            assertThat(failure(scope)).hasRootCauseMessage("secret");
        }
    }

    @Test
    void an_interrupt_that_nobody_asked_for_does_not_hang_the_statement() throws SQLException {
        session.runner.runs((_, _) -> {
            throw new InterruptedException();
        });
        try (QueryScope scope = session.open(1, map(OnError.NULL))) {
            fails(scope, mapSql(scope, "SELECT 1 AS c1"));

            assertThat(failure(scope).state()).isEqualTo(SqlState.INTERNAL_ERROR);
        }
    }

    @Test
    void a_failed_cast_fails_the_statement_under_on_error_fail() throws SQLException {
        try (QueryScope scope = session.open(1, map(OnError.FAIL))) {
            fails(
                    scope,
                    "SELECT _rvbbit_cast_failed('"
                            + scope.token()
                            + "', 0, 9, 'stars', 'INTEGER', 'many')");

            assertThat(failure(scope).state()).isEqualTo(SqlState.EXTERNAL_ROUTINE);
            assertThat(failure(scope))
                    .hasMessage(
                            "cascade \"x\" failed on row 9: cast: column \"stars\": invalid input"
                                    + " for type INTEGER: many");
        }
    }

    @Test
    void rows_beyond_the_servers_maximum_fail_before_any_call() throws SQLException {
        CallSpec call =
                new CallSpec(
                        Verb.MAP,
                        FunctionSession.cascade("x", Set.of(), null),
                        OnError.NULL,
                        Overrides.NONE,
                        3000,
                        true,
                        CallSpec.NO_BOUND,
                        List.of(),
                        null,
                        FunctionSession.ALONE);
        try (QueryScope scope = session.open(4, call)) {
            fails(scope, mapSql(scope, 0, "SELECT range AS c1 FROM range(9000)", 3000));

            assertThat(failure(scope).state()).isEqualTo(SqlState.PROGRAM_LIMIT_EXCEEDED);
            assertThat(session.runner.invocations).isEmpty();
        }
    }

    @Test
    void duckdb_is_told_nothing_but_a_marker() throws SQLException {
        session.runner.runs((_, id) -> failed(id, "timeout"));
        try (QueryScope scope = session.open(1, map(OnError.FAIL))) {
            fails(scope, mapSql(scope, "SELECT 1 AS c1"))
                    .hasMessageContaining("the statement was stopped")
                    .hasMessageNotContaining("\tat ")
                    .hasMessageNotContaining("no luck");
            assertThat(session.rows("SELECT 1")).containsExactly("1");
        }
    }

    @Test
    void a_token_that_nobody_has_is_refused() throws SQLException {
        String dead;
        try (QueryScope scope = session.open(1, map(OnError.FAIL))) {
            dead = scope.token();
        }
        assertThat(dead).matches("[0-9a-f]{32}");
        assertThat(session.scopes.size()).isZero();
        List<String> calls =
                List.of(
                        "_rvbbit_map(%s, 0, 'x', 1, '{}')",
                        "_rvbbit_within(%s, 0, 1, 1)",
                        "_rvbbit_cast_failed(%s, 0, 1, 'a', 'b', 'c')",
                        "_rvbbit_row_error(%s, 0, 1, NULL)",
                        "_rvbbit_batch(%s, 0, 'x')",
                        "_rvbbit_old_row(%s, 1)",
                        "_rvbbit_old_columns(%s, 1)",
                        "_rvbbit_old_answer(%s, 1)",
                        "_rvbbit_old_cast_error(%s, 1, 'a', 'b', 'c')",
                        "_rvbbit_compared(%s, 0, 1, true, '0')",
                        "_rvbbit_run(%s, 'x', '{}', NULL)",
                        "_rvbbit_run_batch(%s, 'x', '[]', 't')",
                        "_rvbbit_prompt(%s, 'x', 'y')");
        for (String call : calls) {
            for (String token :
                    List.of("'" + dead + "'", "NULL", "''", "getvariable('none')::VARCHAR")) {
                assertThatThrownBy(() -> session.rows("SELECT " + call.formatted(token)))
                        .as(call + token)
                        .hasMessageContaining("[rvbbit 42501]")
                        .hasMessageNotContaining(dead);
            }
        }
        assertThat(session.runner.invocations).isEmpty();
    }

    @Test
    void a_clause_that_the_statement_does_not_have_is_refused() throws SQLException {
        for (String call :
                List.of("_rvbbit_map('%s', 1, 'x', 1, '{}')", "_rvbbit_batch('%s', 0, 'x')")) {
            try (QueryScope scope = session.open(1, map(OnError.NULL))) {
                fails(scope, "SELECT " + call.formatted(scope.token()));

                assertThat(failure(scope).state()).isEqualTo(SqlState.INVALID_PARAMETER_VALUE);
            }
        }
    }

    private AbstractThrowableAssert<?, ? extends Throwable> fails(QueryScope scope, String sql) {
        assertThat(scope.failure()).isEmpty();
        return assertThatThrownBy(() -> session.rows(sql)).isInstanceOf(SQLException.class);
    }

    private static SqlException failure(QueryScope scope) {
        return scope.failure().orElseThrow();
    }
}
