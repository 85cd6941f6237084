package io.rvbbit.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.GatewayProcess;
import io.rvbbit.it.testkit.StubBill;
import io.rvbbit.it.testkit.StubEndpoint;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The server is killed at a random moment of a statement, and the next one resumes it: no row is
 * missing or there twice, only what was in flight is paid for again, and the books have every call
 * of it once.
 *
 * <p>So often as {@code soak.kills} says, each time on the data that the kill before has left.
 */
class KillIT {
    private static final int KILLS = Integer.getInteger("soak.kills", 3);
    private static final long SEED = Long.getLong("soak.seed", System.nanoTime());
    private static final int ROWS = 90;
    private static final int DISTINCT = 60;
    private static final int PARALLEL = 6;

    private static final String CALLS =
            """
            SELECT request_id, max(attempt_cost) AS cost,
                count(*) FILTER (event_type = 'turn_start') AS starts,
                count(*) FILTER (event_type <> 'turn_start') AS ends
            FROM unified_logs
            WHERE event_type IN ('turn_start', 'turn_complete', 'turn_error')
            GROUP BY request_id\
            """;

    private final RandomGenerator random = RandomGeneratorFactory.getDefault().create(SEED);

    @Test
    void kills_at_random_moments_cost_what_was_in_flight(@TempDir Path data) throws Exception {
        try (StubEndpoint model = StubEndpoint.start()) {
            RandomGenerator latencies = RandomGeneratorFactory.getDefault().create(SEED + 1);
            model.latency(() -> Duration.ofMillis(1 + nextInt(latencies, 30)));
            GatewayProcess gateway = GatewayProcess.start(data, model);
            try {
                for (int round = 0; round < KILLS; round++) {
                    String where = "round " + round + " of seed " + SEED;
                    long before = model.calls();
                    CompletableFuture<String> running = run(gateway, map(round));
                    model.awaitCalls(before + 1 + random.nextInt(DISTINCT));
                    gateway.kill();
                    String caller = running.join();

                    gateway = GatewayProcess.start(data, model);
                    assertThat(resumed(gateway, caller)).as(where).isEqualTo(expected(round));
                    assertThat(model.calls() - before)
                            .as(where)
                            .isBetween((long) DISTINCT, (long) DISTINCT + PARALLEL);
                    expectBooks(gateway, model, (round + 1) * PARALLEL);
                }
            } finally {
                gateway.close();
            }
        }
    }

    /**
     * Every request that the model got is on the books once, with its end and what it cost.
     *
     * @param unknown so many replies may have come to nobody
     */
    private static void expectBooks(GatewayProcess gateway, StubEndpoint model, int unknown)
            throws SQLException {
        Map<String, BigDecimal> costs = new HashMap<>();
        Set<String> uncosted = new HashSet<>();
        try (Connection connection = gateway.connect();
                Statement statement = connection.createStatement();
                ResultSet calls = statement.executeQuery(CALLS)) {
            while (calls.next()) {
                String id = calls.getString("request_id");
                assertThat(calls.getInt("starts")).as(id).isEqualTo(1);
                assertThat(calls.getInt("ends")).as(id).isEqualTo(1);
                BigDecimal cost = calls.getBigDecimal("cost");
                if (cost == null) {
                    uncosted.add(id);
                } else {
                    costs.put(id, cost);
                }
            }
        }
        assertThat(uncosted).hasSizeLessThanOrEqualTo(unknown);
        for (StubBill.Item paid : model.bill().items()) {
            if (!uncosted.contains(paid.requestId())) {
                assertThat(costs.remove(paid.requestId())).isEqualByComparingTo(paid.costUsd());
            }
        }
        assertThat(costs).isEmpty();
    }

    private static int nextInt(RandomGenerator shared, int bound) {
        synchronized (shared) {
            return shared.nextInt(bound);
        }
    }

    /** Every round has inputs of its own, each of them once or twice. */
    private static String map(int round) {
        return "RVBBIT MAP PARALLEL %d 'first_word' AS w USING (SELECT i, 'r%d-' || (i %% %d) AS text FROM range(%d) r(i) ORDER BY i)"
                .formatted(PARALLEL, round, DISTINCT, ROWS);
    }

    private static List<String> expected(int round) {
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            String text = "r" + round + "-" + i % DISTINCT;
            rows.add(i + " " + text + " " + text);
        }
        return rows;
    }

    /** The caller that the server told, once the statement has ended or the server is gone. */
    private static CompletableFuture<String> run(GatewayProcess gateway, String map) {
        return CompletableFuture.supplyAsync(() -> {
            try (Connection connection = gateway.connect();
                    Statement statement = connection.createStatement()) {
                statement.execute("SET rvbbit.cache = false");
                try {
                    statement.execute(map);
                } catch (SQLException killed) {
                    assertThat(killed.getMessage()).isNotEmpty();
                }
                return String.valueOf(statement.getWarnings().getMessage())
                        .replace("caller_id ", "");
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static List<String> resumed(GatewayProcess gateway, String caller) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = gateway.connect();
                Statement statement = connection.createStatement()) {
            try (ResultSet result = statement.executeQuery("RVBBIT RESUME '" + caller + "'")) {
                while (result.next()) {
                    rows.add(
                            result.getString("i")
                                    + " "
                                    + result.getString("text")
                                    + " "
                                    + result.getString("w"));
                }
            }
        }
        return rows;
    }
}
