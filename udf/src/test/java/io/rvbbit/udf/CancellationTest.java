package io.rvbbit.udf;

import static io.rvbbit.udf.FunctionSession.map;
import static io.rvbbit.udf.FunctionSession.mapSql;
import static io.rvbbit.udf.FunctionSession.meanwhile;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.tracking.CallerId;
import io.rvbbit.udf.budget.StatementBudget;
import io.rvbbit.udf.cascade.Invocation;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CancellationTest {
    private FunctionSession session;

    @BeforeEach
    void open() throws SQLException {
        session = new FunctionSession();
    }

    @AfterEach
    void close() throws SQLException {
        session.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 2048})
    void a_vector_of_hanging_calls_returns_at_once(int parallel) throws Exception {
        CountDownLatch started = new CountDownLatch(parallel);
        session.runner.hangs(started);
        QueryScope scope = session.open(parallel, map(OnError.NULL));
        String sql = mapSql(scope, "SELECT range AS c1 FROM range(2048)");
        Future<Long> ended =
                meanwhile(() -> {
                    assertThatThrownBy(() -> session.rows(sql)).isInstanceOf(SQLException.class);
                    return System.nanoTime();
                });
        assertThat(started.await(30, TimeUnit.SECONDS)).isTrue();

        long begin = System.nanoTime();
        scope.cancel("canceling statement due to user request");
        Duration took = Duration.ofNanos(ended.get(10, TimeUnit.SECONDS) - begin);
        scope.close();

        assertThat(took).isLessThan(Duration.ofMillis(250));
        assertThat(scope.failure()).map(SqlException::state).hasValue(SqlState.QUERY_CANCELED);
        assertThat(scope.cancelled()).hasValue("canceling statement due to user request");
        assertThat(session.runner.invocations).hasSize(parallel);
        assertThat(session.runner.interrupted).hasValue(parallel);
        assertThat(session.runner.running()).isZero();
    }

    @Test
    void a_cancelled_statement_starts_nothing_more() throws SQLException {
        try (QueryScope scope = session.open(4, map(OnError.NULL))) {
            scope.cancel("statement timeout");

            assertThatThrownBy(() -> session.rows(mapSql(scope, "SELECT 1 AS c1")))
                    .isInstanceOf(SQLException.class);
            assertThat(session.runner.invocations).isEmpty();
        }
    }

    @Test
    void the_first_reason_is_kept() throws SQLException {
        try (QueryScope scope = session.open(4, map(OnError.NULL))) {
            scope.fail(new SqlException(SqlState.IO_ERROR, "first"));
            scope.cancel("second");

            assertThat(scope.failure().orElseThrow()).hasMessage("first");
            assertThat(scope.cancelled()).isEmpty();
        }
    }

    @Test
    void closing_ends_a_statement_that_still_runs_and_its_threads() throws Exception {
        CountDownLatch started = new CountDownLatch(4);
        session.runner.hangs(started);
        QueryScope scope = session.open(4, map(OnError.NULL));
        Future<List<String>> rows =
                meanwhile(() -> session.rows(mapSql(scope, "SELECT range AS c1 FROM range(9)")));
        assertThat(started.await(30, TimeUnit.SECONDS)).isTrue();

        scope.close();
        scope.close();

        assertThat(session.runner.running()).isZero();
        assertThat(session.scopes.size()).isZero();
        assertThatThrownBy(() -> rows.get(10, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class);
    }

    @Test
    void calls_run_on_virtual_threads_named_after_their_statement() throws SQLException {
        session.runner.runs((_, id) -> {
            assertThat(Thread.currentThread().isVirtual()).isTrue();
            return FakeRunner.value(id, Thread.currentThread().getName());
        });
        try (QueryScope scope = session.open(1, map(OnError.FAIL))) {
            assertThat(session.rows(mapSql(scope, "SELECT 1 AS c1")))
                    .containsExactly("1|cascade-sql-brave-otter-0000001-0");
        }
    }

    @Test
    void statements_of_one_instance_never_mix() throws Exception {
        int statements = 6;
        CountDownLatch together = new CountDownLatch(statements);
        session.runner.runs((invocation, id) -> {
            if (invocation.sourceRow() == 0) {
                together.countDown();
                assertThat(together.await(30, TimeUnit.SECONDS)).isTrue();
            }
            return FakeRunner.value(id, invocation.caller().value());
        });
        List<CallerId> callers =
                IntStream.range(0, statements)
                        .mapToObj(i -> new CallerId("sql-brave-otter-000001" + i))
                        .toList();
        List<Future<List<String>>> results =
                callers.stream().map(caller -> meanwhile(() -> mapAs(caller))).toList();
        for (int i = 0; i < statements; i++) {
            String caller = callers.get(i).value();
            assertThat(results.get(i).get(60, TimeUnit.SECONDS))
                    .hasSize(2500)
                    .allMatch(row -> row.endsWith("|" + caller));
        }
        assertThat(session.runner.invocations).hasSize(statements * 2500);
        assertThat(session.runner.invocations.stream().map(Invocation::caller).distinct())
                .hasSize(statements);
    }

    private List<String> mapAs(CallerId caller) throws SQLException {
        StatementSpec statement =
                new StatementSpec(
                        caller,
                        List.of(map(OnError.FAIL)),
                        FunctionSession.FUNCTIONS,
                        8,
                        RowWindow.rowsWaiting(8),
                        session.runner,
                        FunctionSession.NOT_USED,
                        session.lookup(),
                        session.tables,
                        StatementBudget.unlimited(),
                        TestJournal.fresh(caller.value()),
                        null);
        try (QueryScope scope = session.scopes.open(statement);
                Connection connection = session.duckdb.duplicate()) {
            List<String> rows =
                    FunctionSession.rows(
                            connection, mapSql(scope, "SELECT range AS c1 FROM range(2500)"));
            assertThat(scope.totals().sessions()).isEqualTo(2500);
            return rows;
        }
    }
}
