package io.rvbbit.it;

import static io.rvbbit.rewriter.SqlState.QUERY_CANCELED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubAnswer;
import io.rvbbit.it.testkit.StubFault;
import io.rvbbit.it.testkit.StubRequest;
import io.rvbbit.it.testkit.TestGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** RESUME of statements whose cascades keep a state: it is a run's, and a run begins anew. */
@GatewayTest(
        settings = {"rvbbit.cache=false", "rvbbit.parallel=1"},
        environment = {
            "RVBBIT_PRICES=[{provider: 127.0.0.1, model: 'priced*', input: 2, output: 10}]",
            "RVBBIT_MODEL=priced"
        })
class ResumeStateIT {
    private static final Path FILE = TestGateway.cascades().resolve("resumed_state.yaml");

    @BeforeEach
    void steps_are_counted_in_the_state(SqlSession sql) throws IOException {
        Files.writeString(
                FILE,
                """
                cascade_id: resumed_state
                state: {steps: 0, note: none}
                cells:
                - name: first
                  instructions: "first {{ input.text }}, {{ state.steps }} {{ state.note }}"
                  state: {steps: "{{ state.steps + 1 }}", note: "{{ output | length }}"}
                - name: second
                  instructions: "second {{ input.text }}, {{ state.steps }} {{ state.note }}"
                  state: {steps: "{{ state.steps + 1 }}"}
                - name: end
                  instructions: "{{ input.text }} took {{ state.steps }}"
                """);
        sql.model().answering(request -> StubAnswer.text(request.lastUserMessage()));
    }

    @AfterEach
    void remove_the_file() throws IOException {
        boolean _ = Files.deleteIfExists(FILE);
    }

    /** The caller of a statement that was cancelled when a request hung. */
    private static String cancelled(TestGateway gateway, String statement, long calls)
            throws Exception {
        try (ExecutorService threads = Executors.newSingleThreadExecutor();
                SqlSession session = gateway.session();
                Statement running = session.connection().createStatement()) {
            Future<SQLException> failure =
                    threads.submit(() ->
                            catchThrowableOfType(
                                    SQLException.class, () -> running.execute(statement)));
            gateway.model().awaitCalls(calls);

            running.cancel();

            assertThat(failure.get(60, TimeUnit.SECONDS).getSQLState())
                    .isEqualTo(QUERY_CANCELED.code());
            return session.lastCaller();
        }
    }

    private static List<String> askedAfter(TestGateway gateway, long calls) {
        return gateway.model().requests().stream()
                .skip(calls)
                .map(StubRequest::lastUserMessage)
                .toList();
    }

    private static void isBooked(SqlSession sql, String caller) {
        sql.query(
                        """
                        SELECT status, attempts, llm_calls_count, total_cost = %s AS exact
                        FROM sql_query_log WHERE caller_id = '%s'\
                        """
                                .formatted(sql.model().bill().sum().costUsd(), caller))
                .returns(
                        "status | attempts | llm_calls_count | exact\ncompleted | 2 | "
                                + sql.model().calls()
                                + " | t");
    }

    @Test
    void a_row_that_was_under_way_begins_with_the_state_as_it_is_at_first(TestGateway gateway)
            throws Exception {
        gateway.model().failsOn("second b", new StubFault.Hang());
        String caller =
                cancelled(
                        gateway,
                        "RVBBIT MAP 'resumed_state' AS said USING (SELECT unnest(['a', 'b', 'c']) AS text)",
                        5);
        gateway.restart(java.util.Map.of());

        try (SqlSession sql = gateway.session()) {
            sql.query("RVBBIT RESUME '" + caller + "'")
                    .returns("text | said\na | a took 2\nb | b took 2\nc | c took 2");

            assertThat(askedAfter(gateway, 5))
                    .containsExactly(
                            "first b, 0 none",
                            "second b, 1 15",
                            "b took 2",
                            "first c, 0 none",
                            "second c, 1 15",
                            "c took 2");
            isBooked(sql, caller);
            sql.query(
                            "SELECT status, count(*) AS n FROM session_state WHERE caller_id = '"
                                    + caller
                                    + "' GROUP BY 1")
                    .returnsInAnyOrder("status | n\ncompleted | 3\ncancelled | 1");
        }
    }

    @Test
    void a_run_over_rows_begins_anew_as_a_whole(TestGateway gateway, SqlSession sql)
            throws Exception {
        Files.writeString(FILE, Files.readString(FILE).replace("input.text", "input.row_count"));
        gateway.model().failsOn("second 2", new StubFault.Hang());
        String caller =
                cancelled(
                        gateway,
                        "RVBBIT RUN 'resumed_state' AS said USING (SELECT unnest(['a', 'b']) AS text)",
                        2);

        sql.query("RVBBIT RESUME '" + caller + "'").returns("said\n2 took 2");

        assertThat(askedAfter(gateway, 2))
                .containsExactly("first 2, 0 none", "second 2, 1 15", "2 took 2");
        isBooked(sql, caller);
    }
}
