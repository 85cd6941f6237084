package io.rvbbit.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.GatewayProcess;
import io.rvbbit.it.testkit.StubEndpoint;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The server, and the completion worker in it, is killed at random moments: afterwards every call
 * of which the log has a part is there whole, and once.
 */
class CallsKillIT {
    private static final int KILLS = Integer.getInteger("soak.kills", 3);
    private static final long SEED = Long.getLong("soak.seed", System.nanoTime());

    @Test
    void every_call_is_whole_once_after_kills_at_random_moments(@TempDir Path data)
            throws Exception {
        RandomGenerator random = RandomGeneratorFactory.getDefault().create(SEED);
        try (StubEndpoint model = StubEndpoint.start()) {
            model.latency(() -> Duration.ofMillis(3));
            GatewayProcess gateway = GatewayProcess.start(data, model);
            try {
                for (int round = 0; round < KILLS; round++) {
                    long before = model.calls();
                    CompletableFuture<Boolean> reading =
                            work(gateway, "SELECT count(*) FROM calls_complete", 100);
                    CompletableFuture<Boolean> running =
                            work(
                                    gateway,
                                    "RVBBIT MAP PARALLEL 6 'first_word' USING (SELECT 'r"
                                            + round
                                            + "-' || i AS text FROM range(2000) r(i))",
                                    1);
                    model.awaitCalls(before + 50 + random.nextInt(400));
                    gateway.kill();
                    running.join();
                    reading.join();

                    gateway = GatewayProcess.start(data, model);
                    String where = "round " + round + " of seed " + SEED;
                    assertThat(
                                    value(
                                            gateway,
                                            "SELECT count(*) || ' ' || count(DISTINCT id) || ' ' || count(ended_at)"
                                                    + " FROM calls_complete"))
                            .as(where)
                            .isEqualTo(
                                    value(
                                            gateway,
                                            "SELECT count(DISTINCT id) || ' ' || count(DISTINCT id) || ' '"
                                                    + " || count(DISTINCT id) FROM call_parts"));
                    assertThat(
                                    value(
                                            gateway,
                                            "SELECT (SELECT coalesce(sum(cost), 0) FROM calls_complete)"
                                                    + " - (SELECT coalesce(sum(attempt_cost), 0) FROM unified_logs)"))
                            .as(where)
                            .isEqualTo("0.000000000000");
                }
                assertThat(value(gateway, "SELECT count(*) > 0 FROM calls_complete"))
                        .isEqualTo("t");
                assertThat(
                                value(
                                        gateway,
                                        "SELECT duplicates || ' ' || starts_without_end || ' ' || ends_without_start || ' ' || match_rate FROM rvbbit.completion"))
                        .isEqualTo("0 0 0 1.000000000000");
            } finally {
                gateway.close();
            }
        }
    }

    /** Ends, too, when the server goes. */
    private static CompletableFuture<Boolean> work(GatewayProcess gateway, String sql, int times) {
        return CompletableFuture.supplyAsync(() -> {
            try (Connection connection = gateway.connect();
                    Statement statement = connection.createStatement()) {
                for (int i = 0; i < times; i++) {
                    statement.execute(sql);
                }
                return true;
            } catch (SQLException killed) {
                return false;
            }
        });
    }

    private static String value(GatewayProcess gateway, String sql) throws SQLException {
        try (Connection connection = gateway.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }
}
