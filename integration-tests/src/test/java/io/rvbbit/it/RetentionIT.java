package io.rvbbit.it;

import static io.rvbbit.rewriter.SqlState.INSUFFICIENT_PRIVILEGE;
import static io.rvbbit.rewriter.SqlState.INVALID_PARAMETER_VALUE;
import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.gateway.access.ScramVerifier;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.TestGateway;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long the books are kept, as an administrator sees it. */
class RetentionIT {
    @TempDir Path directory;

    @Test
    void what_is_young_stays_and_the_table_tells_what_was_done() throws Exception {
        try (TestGateway gateway =
                        TestGateway.withStub(
                                Map.of(
                                        "RVBBIT_RETENTION_DAYS_UNIFIED_LOGS",
                                        "30",
                                        "RVBBIT_RETENTION_EXPORT",
                                        directory.toString()));
                SqlSession sql = gateway.session()) {
            sql.execute(
                    "RVBBIT MAP 'first_word' USING (SELECT 'a' || i AS text FROM range(3) r(i))");
            long events = sql.number("SELECT count(*) FROM unified_logs");

            assertThat(sql.number("SELECT rvbbit_retention_run()")).isZero();
            assertThat(sql.number("SELECT rvbbit_retention_run('trace_spans', 7)")).isZero();
            assertThat(sql.number("SELECT rvbbit_retention_run('unified_logs')")).isZero();

            assertThat(sql.number("SELECT count(*) FROM unified_logs")).isEqualTo(events);
            sql.query(
                            "SELECT table_name, days, removed_rows, last_run_at IS NOT NULL AS ran, last_error"
                                    + " FROM rvbbit.retention WHERE days > 0 ORDER BY 1")
                    .returns(
                            """
                            table_name   | days | removed_rows | ran | last_error
                            bodies       | 90   | 0            | t   |
                            trace_spans  | 30   | 0            | t   |
                            unified_logs | 30   | 0            | t   |\
                            """);
        }
    }

    @Test
    void mistakes_are_told_with_what_would_be_right() throws Exception {
        try (TestGateway gateway = TestGateway.withStub(Map.of());
                SqlSession sql = gateway.session()) {
            sql.query("SELECT rvbbit_retention_run('products', 7)")
                    .fails(INVALID_PARAMETER_VALUE)
                    .says("\"products\" is not kept for a time of its own")
                    .hint(
                            "what is: unified_logs, bodies, session_state, sql_query_log,"
                                    + " calls_complete, estimates, ai_fallback_events, trace_spans");
            for (int days : new int[] {0, -1}) {
                sql.query("SELECT rvbbit_retention_run('trace_spans', %d)".formatted(days))
                        .fails(INVALID_PARAMETER_VALUE)
                        .says("rows are kept for a day at least")
                        .hint("give a number of days from 1 on");
            }
        }
    }

    @Test
    void only_an_admin_removes_rows() throws Exception {
        try (TestGateway gateway = TestGateway.withStub(Map.of())) {
            gateway.restart(
                    Map.of(
                            "RVBBIT_USERS",
                            "[{name: root, admin: true, verifier: '%s'}, {name: ann, verifier: '%s'}]"
                                    .formatted(verifier("root"), verifier("ann"))));
            try (SqlSession ann = session(gateway, "ann");
                    SqlSession root = session(gateway, "root")) {
                ann.query("SELECT rvbbit_retention_run('trace_spans', 7)")
                        .fails(INSUFFICIENT_PRIVILEGE)
                        .says("permission denied: only an admin removes rows of the books");
                assertThat(ann.number("SELECT count(*) FROM rvbbit.retention")).isZero();
                assertThat(root.number("SELECT rvbbit_retention_run('trace_spans', 7)")).isZero();
                assertThat(root.number("SELECT count(*) FROM rvbbit.retention")).isEqualTo(8);
            }
        }
    }

    private static String verifier(String password) {
        return ScramVerifier.of(password, new SecureRandom()).text();
    }

    private static SqlSession session(TestGateway gateway, String user) {
        return gateway.session("default", Map.of("user", user, "password", user));
    }
}
