package io.rvbbit.it.bench;

import io.rvbbit.it.testkit.StubEndpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How near MAP comes to what its calls alone take.
 *
 * <p>Efficiency is the time that p lanes of calls need at best, by the time that MAP took: 1 means
 * that nothing is waited for but the model. The controls are the same statement as one engine call,
 * in which each vector of 2,048 rows waits for its slowest (the barrier), and with one call at a
 * time; and, without latency, a client that only sends the same requests. Run alone by {@code main}
 * with the project's top directory; {@code bench.mapRows} and {@code bench.rounds} are system
 * properties.
 */
final class MapWork {
    private static final String STREAMED = "MAP";
    private static final String BARRIER = "vectors";
    private static final String WIDE = "4,096 rows waiting";
    private static final String SEQUENTIAL = "one call at a time";
    private static final int SEED = 20_261_123;
    private static final int MOST_TO_WARM_UP = 50;
    private static final int ENOUGH_ROUNDS = 5;
    private static final double SHORTER = 0.98;

    /** Of a log-normal distribution with median 1 and 99 of 100 values below 10. */
    private static final double SIGMA = Math.log(10) / 2.326348;

    private final StubEndpoint stub;
    private final GatewayServer gateway;
    private final int rows = Integer.getInteger("bench.mapRows", 10_240);
    private final int rounds = Integer.getInteger("bench.rounds", 5);
    private final AtomicInteger statements = new AtomicInteger();
    private final List<String> lines = new ArrayList<>();

    private MapWork(StubEndpoint stub, GatewayServer gateway) {
        this.stub = stub;
        this.gateway = gateway;
    }

    public static void main(String[] arguments) throws Exception {
        measure(Path.of(arguments[0]).toAbsolutePath()).forEach(System.out::println);
    }

    /** Lines of a table of ratio, measured and goal. */
    static List<String> measure(Path project) throws IOException, InterruptedException {
        try (StubEndpoint stub = StubEndpoint.start();
                GatewayServer gateway = GatewayServer.start(project, Endpoints.of(stub))) {
            MapWork work = new MapWork(stub, gateway);
            work.warmUp();
            work.overhead();
            work.firstRow();
            work.fixedLatency(64, Duration.ofMillis(100), "≥ 0.97");
            work.fixedLatency(1_000, Duration.ofMillis(200), "≥ 0.90");
            work.heavyTail(64, Duration.ofMillis(200), "≥ 0.93");
            return List.copyOf(work.lines);
        }
    }

    /** The compiler's time would be measured else: it ends when rounds become no shorter. */
    private void warmUp() throws IOException {
        stub.reset();
        double shortest = Double.MAX_VALUE;
        int noShorter = 0;
        for (int round = 0; round < MOST_TO_WARM_UP && noShorter < ENOUGH_ROUNDS; round++) {
            long began = System.nanoTime();
            map(STREAMED, 64, rows);
            double took = System.nanoTime() - began;
            noShorter = took < SHORTER * shortest ? 0 : noShorter + 1;
            shortest = Math.min(shortest, took);
        }
        for (int round = 0; round < ENOUGH_ROUNDS; round++) {
            map(BARRIER, 64, rows);
        }
    }

    private void fixedLatency(int parallel, Duration latency, String goal) throws IOException {
        stub.reset().latency(latency);
        int few = Math.max(1, rows / 512);
        Measurement measured =
                new Measurement()
                        .with(STREAMED, () -> map(STREAMED, parallel, rows))
                        .with(BARRIER, () -> map(BARRIER, parallel, rows))
                        .with(SEQUENTIAL, () -> map(SEQUENTIAL, 1, few))
                        .run(rounds);
        int turns = (rows + parallel - 1) / parallel;
        double ideal = turns * latency.toNanos() / 1e9;
        lines.add(
                line(
                        "MAP of %,d rows, %,d calls of %d ms at a time: efficiency (vectors: %.3f; one call at a time: %.4f)"
                                .formatted(
                                        rows,
                                        parallel,
                                        latency.toMillis(),
                                        ideal / measured.median(BARRIER),
                                        ideal / (measured.median(SEQUENTIAL) / few * rows)),
                        ideal / measured.median(STREAMED),
                        goal));
    }

    private void heavyTail(int parallel, Duration median, String goal) throws IOException {
        double streamed = heavyTail(STREAMED, parallel, median);
        double wide = heavyTail(WIDE, parallel, median);
        double barrier = heavyTail(BARRIER, parallel, median);
        lines.add(
                line(
                        "MAP of %,d rows, %d at a time, latency log-normal, median %d ms, p99 %d ms: efficiency with rvbbit.rows_waiting = 4096 (by default: %.3f; vectors: %.3f)"
                                .formatted(
                                        rows,
                                        parallel,
                                        median.toMillis(),
                                        median.toMillis() * 10,
                                        streamed,
                                        barrier),
                        wide,
                        goal));
    }

    /** One round: it takes as long as all others together. */
    private double heavyTail(String form, int parallel, Duration median) throws IOException {
        Random random = new Random(SEED);
        AtomicLong sum = new AtomicLong();
        stub.reset()
                .latency(() -> {
                    double factor;
                    synchronized (random) {
                        factor = Math.exp(SIGMA * random.nextGaussian());
                    }
                    long nanos = (long) (median.toNanos() * factor);
                    sum.addAndGet(nanos);
                    return Duration.ofNanos(nanos);
                });
        long began = System.nanoTime();
        map(form, parallel, rows);
        return (double) sum.get() / parallel / (System.nanoTime() - began);
    }

    private void firstRow() throws IOException {
        Duration latency = Duration.ofMillis(100);
        stub.reset().latency(latency);
        List<Double> streamed = new ArrayList<>();
        List<Double> barrier = new ArrayList<>();
        for (int round = 0; round < Math.max(3, rounds); round++) {
            streamed.add(firstRow(STREAMED) / (double) latency.toNanos());
            barrier.add(firstRow(BARRIER) / (double) latency.toNanos());
        }
        lines.add(
                line(
                        "first row of a MAP of %,d rows, 64 calls of 100 ms at a time, in calls' latencies (vectors: %.1f)"
                                .formatted(rows, middle(barrier)),
                        middle(streamed),
                        "≤ 1.3"));
    }

    private static double middle(List<Double> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
    }

    private long firstRow(String form) throws IOException {
        try (WireProbe probe = session(form)) {
            long began = System.nanoTime();
            probe.ask(sql(64, rows));
            probe.untilFirstRow();
            return System.nanoTime() - began;
        }
    }

    private void overhead() throws IOException {
        stub.reset();
        try (RawClient raw = new RawClient(stub.url(), 64)) {
            raw.send(10 * rows);
            Measurement measured =
                    new Measurement()
                            .with(STREAMED, () -> map(STREAMED, 64, rows))
                            .with("raw", () -> raw.send(rows))
                            .run(rounds);
            lines.add(
                    line(
                            "MAP of %,d rows, 64 calls at a time, no latency: µs a row over a client that only sends (which takes %.0f)"
                                    .formatted(rows, measured.median("raw") / rows * 1e6),
                            (measured.median(STREAMED) - measured.median("raw")) / rows * 1e6,
                            "≤ 80"));
        }
    }

    private void map(String form, int parallel, int count) throws IOException {
        try (WireProbe probe = session(form)) {
            long came = probe.query(sql(parallel, count));
            if (came != count) {
                throw new IOException("a MAP of %d rows gave %d".formatted(count, came));
            }
        }
    }

    private WireProbe session(String form) throws IOException {
        WireProbe probe = gateway.connect();
        probe.query("SET rvbbit.streaming = " + (form.equals(BARRIER) ? "off" : "on"));
        if (form.equals(WIDE)) {
            probe.query("SET rvbbit.rows_waiting = 4096");
        }
        return probe;
    }

    /** No two statements have an input in common. */
    private String sql(int parallel, int count) {
        return "RVBBIT MAP PARALLEL %d 'first_word' AS word USING (SELECT 's%d-' || i AS text FROM range(%d) r(i)) WITH (limit = none)"
                .formatted(parallel, statements.incrementAndGet(), count);
    }

    private static String line(String what, double value, String goal) {
        return String.format(Locale.ROOT, "| %s | %.3f | %s |", what, value, goal);
    }
}
