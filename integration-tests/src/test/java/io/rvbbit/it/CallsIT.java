package io.rvbbit.it;

import static io.rvbbit.rewriter.SqlState.INSUFFICIENT_PRIVILEGE;
import static io.rvbbit.rewriter.SqlState.INVALID_PARAMETER_VALUE;
import static io.rvbbit.rewriter.SqlState.RESERVED_NAME;
import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.gateway.access.ScramVerifier;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubBill;
import io.rvbbit.it.testkit.StubFault;
import io.rvbbit.it.testkit.TestGateway;
import io.rvbbit.it.testkit.Waiting;
import java.math.BigDecimal;
import java.security.SecureRandom;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** Every attempt at a model is one call, whole, with its cost, readable on the same port. */
class CallsIT {
    private static final String MAP =
            "RVBBIT MAP PARALLEL 8 'first_word' USING (SELECT '%s' || i AS text FROM range(40) r(i))";
    private static final List<String> TABLES =
            List.of("call_parts", "calls_complete", "calls_merged", "backfill_progress");

    private static String today() {
        return LocalDate.now(ZoneOffset.UTC).toString();
    }

    private static BigDecimal billed(SqlSession sql) {
        return sql.model().bill().items().stream()
                .map(StubBill.Item::costUsd)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    @Test
    void calls_are_complete_right_after_their_statement_and_cost_what_was_billed()
            throws Exception {
        try (TestGateway gateway =
                        TestGateway.withStub(Map.of("RVBBIT_MIGRATION_CUTOFF_DATE", today()));
                SqlSession sql = gateway.session()) {
            // No row is refused as often as it is tried.
            Set<String> refused = ConcurrentHashMap.newKeySet();
            sql.model()
                    .failing(request ->
                            request.number() % 5 == 2 && refused.add(request.lastUserMessage())
                                    ? Optional.of(StubFault.status(503))
                                    : Optional.empty());
            sql.execute(MAP.formatted("a"));
            sql.execute(MAP.formatted("b"));

            long attempts = sql.model().requests().size();
            assertThat(attempts).isGreaterThan(80);
            for (String table : List.of("calls", "calls_complete", "calls_merged")) {
                assertThat(sql.number("SELECT count(DISTINCT id) FROM " + table))
                        .as(table)
                        .isEqualTo(attempts);
                assertThat(sql.number("SELECT count(*) FROM " + table)).isEqualTo(attempts);
                assertThat(sql.decimal("SELECT sum(cost) FROM " + table))
                        .as(table)
                        .isEqualByComparingTo(billed(sql));
            }
            assertThat(sql.query("SELECT id FROM calls").table().column("id"))
                    .containsExactlyInAnyOrderElementsOf(
                            sql.model().requests().stream()
                                    .map(request -> request.headers().get("x-client-request-id"))
                                    .toList());
            sql.query(
                            "SELECT DISTINCT cascade_id, project_id, model_requested, exception = '' AS good,"
                                    + " ended_at >= started_at AS ordered FROM calls WHERE status = 'completed'")
                    .returns(
                            """
                            cascade_id | project_id | model_requested | good | ordered
                            first_word | default    | stub-model      | t    | t\
                            """);
            // A 503 tells no cost.
            assertThat(
                            sql.number(
                                    "SELECT count(*) FROM calls WHERE status = 'uncosted' AND cost IS NULL"
                                            + " AND exception LIKE '{%'"))
                    .isEqualTo(attempts - 80);
            assertThat(sql.number("SELECT count(*) FROM call_parts")).isEqualTo(2 * attempts);
            for (String view :
                    List.of(
                            "spend_by_hour",
                            "cost_by_cascade",
                            "cost_by_model",
                            "cost_by_statement")) {
                assertThat(sql.decimal("SELECT sum(cost) FROM rvbbit." + view))
                        .as(view)
                        .isEqualByComparingTo(billed(sql));
            }
            sql.query(
                            "SELECT depth, open_starts, open_ends, matched = "
                                    + attempts
                                    + " AS whole, duplicates, match_rate, errors FROM rvbbit.completion")
                    .returns(
                            """
                            depth | open_starts | open_ends | whole | duplicates | match_rate     | errors
                            0     | 0           | 0         | t     | 0          | 1.000000000000 | 0\
                            """);
        }
    }

    @Test
    void a_call_that_runs_is_there_and_one_that_is_late_is_flagged_until_it_ends()
            throws Exception {
        try (TestGateway gateway =
                        TestGateway.withStub(
                                Map.of(
                                        "RVBBIT_MIGRATION_CUTOFF_DATE",
                                        today(),
                                        "RVBBIT_COMPLETION_TIMEOUT",
                                        "300ms",
                                        "RVBBIT_COMPLETION_BATCH_TIMEOUT",
                                        "50ms"));
                SqlSession sql = gateway.session();
                SqlSession other = gateway.session()) {
            sql.model().latency(java.time.Duration.ofSeconds(4));
            Thread running =
                    Thread.ofVirtual().start(() -> sql.query(MAP.formatted("late")).table());
            Waiting.until(other, "SELECT count(*) >= 8 FROM calls WHERE status = 'running'", "t");
            Waiting.until(
                    other, "SELECT count(*) FROM calls_complete WHERE status = 'timeout'", "8");
            assertThat(other.number("SELECT count(*) FROM rvbbit.uncosted"))
                    .isGreaterThanOrEqualTo(8);
            sql.model().latency(java.time.Duration.ofMillis(1));
            running.join();

            Waiting.until(other, "SELECT count(*) FROM calls WHERE status = 'completed'", "40");
            other.query("SELECT DISTINCT status FROM calls").returns("status\ncompleted");
            assertThat(other.number("SELECT count(*) FROM rvbbit.uncosted")).isZero();
            assertThat(other.number("SELECT late FROM rvbbit.completion"))
                    .isGreaterThanOrEqualTo(8);
            assertThat(other.decimal("SELECT sum(cost) FROM calls"))
                    .isEqualByComparingTo(billed(other));
        }
    }

    @Test
    void the_same_calls_are_read_before_the_switch_back_and_after() throws Exception {
        String read =
                "SELECT count(*) AS n, count(DISTINCT id) AS ids, sum(cost) AS cost, min(started_at) AS first FROM calls";
        try (TestGateway gateway =
                TestGateway.withStub(Map.of("RVBBIT_MIGRATION_CUTOFF_DATE", today()))) {
            String before;
            try (SqlSession sql = gateway.session()) {
                sql.execute(MAP.formatted("one"));
                before = String.valueOf(sql.query(read).table().rows());
            }
            gateway.restart(Map.of("RVBBIT_COMPLETION_WORKER", "off"));
            try (SqlSession sql = gateway.session()) {
                assertThat(String.valueOf(sql.query(read).table().rows())).isEqualTo(before);
                sql.execute(MAP.formatted("two"));
                assertThat(sql.number("SELECT count(*) FROM calls")).isEqualTo(80);
                assertThat(sql.number("SELECT count(*) FROM calls_complete")).isEqualTo(40);
            }
            gateway.restart(Map.of("RVBBIT_COMPLETION_WORKER", "on", "RVBBIT_DUAL_WRITE", "off"));
            try (SqlSession sql = gateway.session()) {
                sql.execute(MAP.formatted("three"));
                assertThat(sql.number("SELECT count(*) FROM calls")).isEqualTo(120);
                assertThat(sql.number("SELECT count(*) FROM calls_complete")).isEqualTo(40);
            }
            gateway.restart(Map.of("RVBBIT_DUAL_WRITE", "on"));
            try (SqlSession sql = gateway.session()) {
                assertThat(sql.number("SELECT count(*) FROM calls")).isEqualTo(120);
                assertThat(sql.number("SELECT count(*) FROM calls_complete")).isEqualTo(80);
                sql.query("SELECT rvbbit_backfill('" + today() + "', '" + today() + "') AS days")
                        .returns("days\n1");
                Waiting.until(sql, "SELECT status FROM backfill_progress", "completed");
                assertThat(sql.number("SELECT count(DISTINCT id) FROM calls")).isEqualTo(120);
                sql.query(
                                "SELECT completion_source, count(*) AS n FROM calls_complete"
                                        + " WHERE completion_source = 'backfill' GROUP BY 1")
                        .returns("completion_source | n\nbackfill | 40");
                assertThat(sql.decimal("SELECT sum(cost) FROM calls"))
                        .isEqualByComparingTo(billed(sql));
            }
        }
    }

    @Test
    void a_role_sees_its_own_calls_and_only_an_admin_backfills() throws Exception {
        try (TestGateway gateway = TestGateway.withStub(Map.of())) {
            gateway.restart(
                    Map.of(
                            "RVBBIT_MIGRATION_CUTOFF_DATE",
                            today(),
                            "RVBBIT_USERS",
                            "[{name: boss, admin: true, verifier: '%s'}, {name: ann, verifier: '%s'}, {name: bob, verifier: '%s'}]"
                                    .formatted(
                                            verifier("boss"), verifier("ann"), verifier("bob"))));
            String backfill =
                    "SELECT rvbbit_backfill('" + today() + "', '" + today() + "') AS days";
            try (SqlSession ann = session(gateway, "ann");
                    SqlSession bob = session(gateway, "bob");
                    SqlSession boss = session(gateway, "boss")) {
                ann.execute(MAP.formatted("ann"));
                bob.execute("RVBBIT MAP 'first_word' USING (SELECT 'bob' AS text)");
                for (String table : List.of("calls", "calls_complete", "calls_merged")) {
                    assertThat(ann.number("SELECT count(*) FROM " + table)).isEqualTo(40);
                    assertThat(bob.number("SELECT count(*) FROM " + table)).isEqualTo(1);
                    assertThat(boss.number("SELECT count(*) FROM " + table)).isEqualTo(41);
                }
                assertThat(bob.number("SELECT count(*) FROM call_parts")).isEqualTo(2);
                bob.query(backfill).fails(INSUFFICIENT_PRIVILEGE);
                boss.query(backfill).returns("days\n1");
                assertThat(bob.number("SELECT count(*) FROM backfill_progress")).isZero();
                assertThat(bob.number("SELECT count(*) FROM rvbbit.completion")).isZero();
                assertThat(boss.number("SELECT count(*) FROM backfill_progress")).isEqualTo(1);
                boss.query("SELECT rvbbit_backfill('2026-01-02', '2026-01-01')")
                        .fails(INVALID_PARAMETER_VALUE);
                boss.query("SELECT rvbbit_backfill('2026-01-02', '9000-01-01')")
                        .fails(INVALID_PARAMETER_VALUE);
            }
        }
    }

    @Test
    void nobody_writes_the_calls() throws Exception {
        try (TestGateway gateway = TestGateway.withStub(Map.of());
                SqlSession sql = gateway.session()) {
            sql.execute("RVBBIT MAP 'first_word' USING (SELECT 'x' AS text)");
            for (String table : TABLES) {
                for (String write :
                        List.of(
                                "DELETE FROM %s",
                                "DELETE FROM rvbbit.main.%s",
                                "UPDATE %s SET status = 'x'",
                                "INSERT INTO %s SELECT * FROM %<s",
                                "DROP VIEW rvbbit.main.%s",
                                "TRUNCATE %s")) {
                    String statement = write.formatted(table);
                    assertThat((Throwable) sql.query(statement).failure())
                            .as(statement)
                            .isNotNull();
                }
                sql.query("CREATE TABLE " + table + " (id VARCHAR)").fails(RESERVED_NAME);
            }
            sql.execute("CREATE TABLE calls (id INTEGER)");
            sql.execute("INSERT INTO calls VALUES (1), (2)");
            assertThat(sql.number("SELECT count(*) FROM calls")).isEqualTo(2);
            assertThat(sql.number("SELECT count(*) FROM rvbbit.calls")).isEqualTo(1);
        }
    }

    private static String verifier(String password) {
        return ScramVerifier.of(password, new SecureRandom()).text();
    }

    private static SqlSession session(TestGateway gateway, String user) {
        return gateway.session("default", Map.of("user", user, "password", user));
    }
}
