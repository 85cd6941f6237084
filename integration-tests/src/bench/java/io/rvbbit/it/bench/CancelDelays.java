package io.rvbbit.it.bench;

import io.rvbbit.it.testkit.StubEndpoint;
import io.rvbbit.it.testkit.StubFault;
import io.rvbbit.it.testkit.TestGateway;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How long after a cancel the last call leaves, and how long until those in flight are given up.
 *
 * <p>Of a statement's calls at a time, half hang and half take 20 ms, so that new ones leave all
 * the time. Run alone by {@code main}; sizes are the system properties {@code bench.rounds} and
 * {@code bench.parallel}. Gateway, endpoint and client share one process and its processors.
 */
public final class CancelDelays {
    private static final PrintStream OUT =
            new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    private static final int WARM_UP = 3;
    private static final int PARALLEL = Integer.getInteger("bench.parallel", 64);
    private static final int HANGING = PARALLEL / 2;
    private static final String INPUT = "(SELECT 'w' || i AS text FROM range(20000) r(i))";

    private final TestGateway gateway;
    private final AtomicLong lastArrival = new AtomicLong();
    private final List<String> report = new ArrayList<>();

    private CancelDelays(TestGateway gateway) {
        this.gateway = gateway;
    }

    /** How the statement is stopped. */
    private interface Stop {
        void send(Statement running, Connection other) throws SQLException;
    }

    /** Milliseconds after the cancel. */
    private record Delays(double lastCall, double givenUp, double told) {}

    /** Arguments are not looked at. */
    public static void main(String[] arguments) throws Exception {
        measure().forEach(OUT::println);
        System.exit(0);
    }

    /** Lines of a table of what, measured and goal. */
    static List<String> measure() throws Exception {
        try (TestGateway gateway = TestGateway.withStub(Map.of())) {
            CancelDelays delays = new CancelDelays(gateway);
            Stop request = (running, _) -> running.cancel();
            Stop caller = (_, other) -> ask(other, "rvbbit_cancel(caller_id)");
            Stop process = (_, other) -> ask(other, "pg_cancel_backend(process_id)");
            String map =
                    "RVBBIT MAP PARALLEL %d 'first_word' USING %s WITH (limit = none, cache = false)"
                            .formatted(PARALLEL, INPUT);
            delays.measure("CancelRequest, MAP", map, request);
            delays.measure(
                    "CancelRequest, CREATE TABLE AS", "CREATE TEMP TABLE t AS " + map, request);
            delays.measure("rvbbit_cancel, MAP", map, caller);
            delays.measure("pg_cancel_backend, MAP", map, process);
            return List.copyOf(delays.report);
        }
    }

    private static void ask(Connection connection, String call) throws SQLException {
        try (PreparedStatement statement =
                        connection.prepareStatement(
                                "SELECT "
                                        + call
                                        + " FROM rvbbit.statements WHERE status = 'running'");
                ResultSet _ = statement.executeQuery()) {
            // It is told; what it answered shows in what the statement does.
        }
    }

    private void measure(String what, String sql, Stop stop) throws Exception {
        int rounds = Integer.getInteger("bench.rounds", 5);
        List<Delays> all = new ArrayList<>();
        for (int round = -WARM_UP; round < rounds; round++) {
            Delays delays = once(sql, stop);
            if (round >= 0) {
                all.add(delays);
            }
        }
        line(what, "the last call arrives", all.stream().map(Delays::lastCall).toList(), "≤ 50");
        line(what, "none is in flight", all.stream().map(Delays::givenUp).toList(), "≤ 250");
        line(what, "the client is told", all.stream().map(Delays::told).toList(), "");
    }

    private void line(String what, String until, List<Double> delays, String goal) {
        report.add(
                "| cancel of %d calls by %s: ms until %s, median (range) | %s | %s |"
                        .formatted(PARALLEL, what, until, shown(delays), goal));
    }

    private Delays once(String sql, Stop stop) throws Exception {
        StubEndpoint model = gateway.model().reset().latency(Duration.ofMillis(20));
        model.failing(request -> {
            long now = System.nanoTime();
            lastArrival.accumulateAndGet(now, Math::max);
            return request.number() <= HANGING
                    ? Optional.of(new StubFault.Hang())
                    : Optional.empty();
        });
        try (ExecutorService threads = Executors.newSingleThreadExecutor();
                Connection connection = gateway.connect();
                Connection other = gateway.connect();
                Statement statement = connection.createStatement()) {
            Future<Long> told =
                    threads.submit(() -> {
                        try {
                            statement.execute(sql);
                        } catch (SQLException cancelled) {
                            return System.nanoTime();
                        }
                        throw new IllegalStateException("the statement got to its end");
                    });
            model.awaitCalls(10L * PARALLEL);
            long began = System.nanoTime();
            stop.send(statement, other);
            model.awaitInFlight(0);
            long givenUp = System.nanoTime();
            long end = told.get();
            return new Delays(
                    millis(began, lastArrival.get()), millis(began, givenUp), millis(began, end));
        }
    }

    private static double millis(long from, long to) {
        return Math.max(0, to - from) / 1e6;
    }

    private static String shown(List<Double> values) {
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        return String.format(
                Locale.ROOT,
                "%.1f (%.1f–%.1f)",
                sorted.get(sorted.size() / 2),
                sorted.getFirst(),
                sorted.getLast());
    }
}
