package io.rvbbit.it;

import static io.rvbbit.rewriter.SqlState.EXTERNAL_ROUTINE;
import static io.rvbbit.rewriter.SqlState.FEATURE_NOT_SUPPORTED;
import static io.rvbbit.rewriter.SqlState.INSUFFICIENT_PRIVILEGE;
import static io.rvbbit.rewriter.SqlState.INVALID_PARAMETER_VALUE;
import static io.rvbbit.rewriter.SqlState.OBJECT_IN_USE;
import static io.rvbbit.rewriter.SqlState.QUERY_CANCELED;
import static io.rvbbit.rewriter.SqlState.SUCCESSFUL_COMPLETION;
import static io.rvbbit.rewriter.SqlState.UNDEFINED_OBJECT;
import static io.rvbbit.rewriter.SqlState.WARNING;
import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.GatewayProcess;
import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.SqlTable;
import io.rvbbit.it.testkit.StubAnswer;
import io.rvbbit.it.testkit.StubEndpoint;
import io.rvbbit.it.testkit.StubFault;
import io.rvbbit.it.testkit.TestGateway;
import io.rvbbit.it.testkit.Waiting;
import java.io.StringWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.PGConnection;

/** Which statements a REPLAY takes, whose, and how much of one that ended early. */
@GatewayTest(environment = "RVBBIT_CALL_ATTEMPTS=1")
class ReplayedStatementsIT {
    @Test
    void a_failed_statement_is_replayed_as_far_as_it_came(SqlSession sql) {
        sql.execute("SET rvbbit.parallel = 1");
        sql.model().failsOn("c3", StubFault.status(500));
        sql.query(
                        "RVBBIT MAP 'first_word' AS w USING "
                                + Replays.words("c0", "c1", "c2", "c3", "c4", "c5")
                                + " WITH (on_error = 'fail')")
                .fails(EXTERNAL_ROUTINE);
        String caller = sql.lastCaller();
        long paid = sql.model().calls();
        SqlTable replayed =
                sql.query("RVBBIT REPLAY '" + caller + "'")
                        .tells(WARNING, "statement \"" + caller + "\" ended as error: ")
                        .table();
        assertThat(replayed.column("text")).startsWith("c0", "c1", "c2", "c3");
        assertThat(replayed.column("w_old")).startsWith("c0", "c1", "c2", null);
        assertThat(replayed.column("w_new")).isEqualTo(replayed.column("text"));
        assertThat(replayed.column("_changed").subList(0, 4)).containsExactly("f", "f", "f", "t");
        assertThat(sql.model().calls()).isEqualTo(paid + replayed.rows().size());
    }

    @Test
    void a_cancelled_statement_is_replayed_as_far_as_it_came(TestGateway gateway, SqlSession sql)
            throws Exception {
        sql.model()
                .failing(request ->
                        request.lastUserMessage().startsWith("h")
                                ? Optional.of(new StubFault.Hang())
                                : Optional.empty());
        try (SqlSession other = gateway.session();
                ExecutorService threads = Executors.newSingleThreadExecutor()) {
            Future<?> running =
                    threads.submit(() ->
                            other.query(
                                            "RVBBIT MAP PARALLEL 8 'first_word' AS w USING "
                                                    + Replays.words("h0", "a1", "h2", "a3"))
                                    .fails(QUERY_CANCELED));
            sql.model().awaitCalls(4);
            sql.model().awaitInFlight(2);
            String caller =
                    sql.text("SELECT caller_id FROM sql_query_log WHERE status = 'running'");
            Waiting.until(
                    sql,
                    "SELECT rows_done FROM rvbbit.progress WHERE caller_id = '" + caller + "'",
                    "2");
            sql.execute("SELECT rvbbit_cancel('" + caller + "')");
            running.get(60, TimeUnit.SECONDS);
            SqlTable replayed =
                    sql.query("RVBBIT REPLAY '" + caller + "'")
                            .tells(
                                    WARNING,
                                    "ended as cancelled: its 2 answered rows are replayed, 2 more"
                                            + " that it had read are not")
                            .table();
            assertThat(replayed.column("text")).containsExactly("a1", "a3");
            assertThat(replayed.column("w_old")).containsExactly("a1", "a3");
            assertThat(replayed.column("w_new")).containsExactly("a1", "a3");
        }
    }

    @Test
    void what_a_table_was_made_of_is_replayed_without_the_table(SqlSession sql) {
        Replays.otherShouts(sql.model());
        sql.execute(
                "CREATE TABLE made AS RVBBIT MAP 'first_word' AS w USING "
                        + Replays.words("ant", "bee"));
        String caller = sql.lastCaller();
        sql.query("RVBBIT REPLAY '" + caller + "' WITH (model = 'other')")
                .tells(SUCCESSFUL_COMPLETION, "replayed: 2 rows, 0 same, 2 changed")
                .returnsRows(2);
        assertThat(sql.number("SELECT count(*) FROM made WHERE w IN ('ant', 'bee')")).isEqualTo(2);
        sql.execute("DROP TABLE made");
    }

    @Test
    void copy_takes_a_replay_and_other_statements_do_not(TestGateway gateway, SqlSession sql)
            throws Exception {
        Replays.prices(sql.model());
        String caller = Replays.map(sql, "ant");
        try (Connection connection = gateway.connect()) {
            StringWriter copied = new StringWriter();
            connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyOut("COPY (RVBBIT REPLAY '" + caller + "') TO STDOUT", copied);
            assertThat(copied.toString())
                    .isEqualTo("ant\tant\tant\tf\t0.001000000000\t0.001000000000\n");
        }
        sql.query("CREATE TABLE no AS RVBBIT REPLAY '" + caller + "'")
                .fails(FEATURE_NOT_SUPPORTED)
                .at("REPLAY");
    }

    @Test
    void a_replay_is_a_statement_that_can_be_replayed_and_resumed(SqlSession sql) {
        Replays.otherShouts(sql.model());
        String first = Replays.map(sql, "ant", "sun");
        sql.query("RVBBIT REPLAY '" + first + "' WITH (model = 'other')").returnsRows(2);
        String second = sql.lastCaller();
        sql.query("RVBBIT REPLAY '" + second + "'")
                .tells(SUCCESSFUL_COMPLETION, "replayed: 2 rows, 2 same, 0 changed")
                .returnsRows(2);
        assertThat(sql.model().calls()).isEqualTo(6);
        sql.query("RVBBIT RESUME '" + second + "'")
                .tells(SUCCESSFUL_COMPLETION, "resumed: 2 rows as before")
                .tells(SUCCESSFUL_COMPLETION, "replayed: 2 rows, 1 same, 1 changed")
                .returnsRows(2);
        assertThat(sql.lastCaller()).isEqualTo(second);
        assertThat(sql.model().calls()).isEqualTo(6);
    }

    @Test
    void a_resumed_statement_has_the_rows_of_its_last_run(SqlSession sql) {
        Replays.prices(sql.model());
        sql.execute("CREATE TABLE lasting AS SELECT unnest(['ra', 'rb', 'rc']) AS text");
        sql.query("RVBBIT MAP 'first_word' AS w USING (SELECT * FROM lasting)").returnsRows(3);
        String caller = sql.lastCaller();
        sql.execute("DELETE FROM lasting WHERE text = 'ra'");
        sql.execute("RVBBIT RESUME '" + caller + "'");
        sql.query("RVBBIT REPLAY '" + caller + "' WITH (limit = none)")
                .returns(
                        """
                        text | w_old | w_new | _changed | _cost_old | _cost_new
                        rb | rb | rb | f | 0.001000000000 | 0.001000000000
                        rc | rc | rc | f | 0.001000000000 | 0.001000000000\
                        """);
        sql.execute("DROP TABLE lasting");
    }

    @Test
    void what_cannot_be_replayed_says_why(SqlSession sql) {
        sql.query("RVBBIT REPLAY 'nonsense'").fails(UNDEFINED_OBJECT);
        sql.query("RVBBIT REPLAY 'sql-calm-bee-zzzzzz'")
                .fails(UNDEFINED_OBJECT)
                .hint("journal-age");
        sql.query("SELECT rvbbit_run('first_word', {'text': 'x'})").returnsRows(1);
        sql.query("RVBBIT REPLAY '" + sql.lastCaller() + "'").fails(FEATURE_NOT_SUPPORTED);
        sql.query(
                        "RVBBIT MAP 'first_word' AS v USING (SELECT w AS text FROM (RVBBIT MAP"
                                + " 'first_word' AS w USING (SELECT 'x' AS text)) m)")
                .returnsRows(1);
        sql.query("RVBBIT REPLAY '" + sql.lastCaller() + "'").fails(FEATURE_NOT_SUPPORTED);
        String caller = Replays.map(sql, "x");
        sql.query("RVBBIT REPLAY '" + caller + "' WITH (cache = true)")
                .fails(INVALID_PARAMETER_VALUE)
                .at("cache")
                .hint("limit, parallel, model, temperature, max_tokens, budget_dollars");
        sql.query("RVBBIT REPLAY '" + caller + "' WITH (modle = 'x')")
                .fails(INVALID_PARAMETER_VALUE)
                .at("modle")
                .hint("did you mean model?");
        sql.query("RVBBIT REPLAY '" + caller + "' WITH (temperature = 9)")
                .fails(INVALID_PARAMETER_VALUE);
    }

    @Test
    void a_running_statement_is_not_replayed(TestGateway gateway, SqlSession sql) throws Exception {
        CountDownLatch latch = new CountDownLatch(1);
        sql.model().answering(request -> StubAnswer.onceOpen(latch, request));
        try (SqlSession other = gateway.session();
                ExecutorService threads = Executors.newSingleThreadExecutor()) {
            Future<?> running = threads.submit(() -> Replays.map(other, "n1", "n2"));
            try {
                sql.model().awaitCalls(2);
                String caller =
                        sql.text("SELECT caller_id FROM sql_query_log WHERE status = 'running'");
                sql.query("RVBBIT REPLAY '" + caller + "'").fails(OBJECT_IN_USE);
                latch.countDown();
                running.get(60, TimeUnit.SECONDS);
                sql.query("RVBBIT REPLAY '" + caller + "'").returnsRows(2);
            } finally {
                latch.countDown();
            }
        }
    }

    @Test
    void a_role_replays_its_own_statements_alone(@TempDir Path data) throws SQLException {
        // Of the passwords "sesame" and "pencil".
        String users =
                "[{name: boss, admin: true, verifier:"
                        + " 'SCRAM-SHA-256$4096:MDEyMzQ1Njc4OWFiY2RlZg==$hn4FUIkYt7Fy4b6A2QilBRpntUViQLMX9F3hmowbDlg=:VN7TGXR2mKZKoVdTp1SdRWBKnlXaYulCWS/O1xCfZeI='},"
                        + " {name: ann, verifier:"
                        + " 'SCRAM-SHA-256$4096:8wNlHz+R9UyXjUE5nQXcZQ==$jZ6m2mTQtiTKMffJ/vIECsJuKI7dgQ/aR45DF+EWfA4=:TMDxSzLR6jYZxAMM7bvjKDMe3LCw/sVjLwxfmyOq2BQ='}]";
        try (TestGateway gateway =
                        TestGateway.withStub(
                                Map.of("RVBBIT_USERS", users, "RVBBIT_DATA", data.toString()));
                SqlSession boss =
                        gateway.session("default", Map.of("user", "boss", "password", "sesame"));
                SqlSession ann =
                        gateway.session("default", Map.of("user", "ann", "password", "pencil"))) {
            String hers = Replays.map(ann, "x");
            String his = Replays.map(boss, "y");
            ann.query("RVBBIT REPLAY '" + his + "'").fails(INSUFFICIENT_PRIVILEGE);
            boss.query("RVBBIT REPLAY '" + hers + "'").returnsRows(1);
        }
    }

    @Test
    void a_killed_statement_is_replayed_by_the_next_server(@TempDir Path data) throws Exception {
        try (StubEndpoint model = StubEndpoint.start()) {
            model.latency(Duration.ofMillis(30));
            try (GatewayProcess first = GatewayProcess.start(data, model)) {
                CompletableFuture<Void> running =
                        CompletableFuture.runAsync(() -> {
                            try (Connection connection = first.connect();
                                    Statement statement = connection.createStatement()) {
                                statement.execute(
                                        "RVBBIT MAP PARALLEL 4 'first_word' AS w USING (SELECT"
                                                + " 'k' || i AS text FROM range(60) r(i))");
                            } catch (SQLException killed) {
                                assertThat(killed.getMessage()).isNotEmpty();
                            }
                        });
                model.awaitCalls(30);
                first.kill();
                running.join();
            }
            long paid = model.calls();
            try (GatewayProcess second = GatewayProcess.start(data, model);
                    Connection connection = second.connect();
                    Statement statement = connection.createStatement()) {
                String caller;
                try (ResultSet log =
                        statement.executeQuery("SELECT caller_id FROM sql_query_log")) {
                    assertThat(log.next()).isTrue();
                    caller = log.getString(1);
                }
                int rows = 0;
                try (ResultSet replayed =
                        statement.executeQuery("RVBBIT REPLAY '" + caller + "'")) {
                    while (replayed.next()) {
                        assertThat(replayed.getString("w_new"))
                                .isEqualTo(replayed.getString("text"))
                                .isEqualTo(replayed.getString("w_old"));
                        rows++;
                    }
                }
                assertThat(rows).isBetween(20, 34);
                assertThat(model.calls()).isEqualTo(paid + rows);
                assertThat(SqlSession.warnings(statement))
                        .anySatisfy(told ->
                                assertThat(told.getMessage()).contains("ended as orphaned"));
            }
        }
    }
}
