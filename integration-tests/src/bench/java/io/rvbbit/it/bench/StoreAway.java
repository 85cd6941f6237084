package io.rvbbit.it.bench;

import io.rvbbit.it.testkit.StubEndpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What MAP loses while the store of its books is away.
 *
 * <p>Two gateways on one stub take turns: one keeps its books in the file, the other's are in a
 * ClickHouse that does not answer. Run alone by {@code main} with the project's top directory.
 */
final class StoreAway {
    private static final String THERE = "store there";
    private static final String AWAY = "store away";
    private static final Duration LATENCY = Duration.ofMillis(50);
    private static final int PARALLEL = 64;

    private final int rows = Integer.getInteger("bench.mapRows", 10_240);
    private final AtomicInteger statements = new AtomicInteger();

    private StoreAway() {}

    public static void main(String[] arguments) throws Exception {
        measure(Path.of(arguments[0]).toAbsolutePath()).forEach(System.out::println);
    }

    /** Lines of a table of ratio, measured and goal. */
    static List<String> measure(Path project) throws IOException, InterruptedException {
        try (StubEndpoint stub = StubEndpoint.start();
                // It takes no connection: the backlog is full with the first one.
                ServerSocket nobody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Map<String, String> away = new HashMap<>(Endpoints.of(stub));
            String _ =
                    away.put(
                            "RVBBIT_CLICKHOUSE_URL",
                            "http://127.0.0.1:%d/rvbbit".formatted(nobody.getLocalPort()));
            try (GatewayServer one = GatewayServer.start(project, Endpoints.of(stub));
                    GatewayServer other = GatewayServer.start(project, away)) {
                stub.latency(LATENCY);
                StoreAway work = new StoreAway();
                Measurement measured =
                        new Measurement()
                                .with(THERE, () -> work.map(one))
                                .with(AWAY, () -> work.map(other))
                                .run(Integer.getInteger("bench.rounds", 5));
                return List.of(
                        String.format(
                                Locale.ROOT,
                                "| MAP of %,d rows, %d calls of %d ms at a time: time with the books' store away / with it there | %.3f | ≤ 1.05 |",
                                work.rows,
                                PARALLEL,
                                LATENCY.toMillis(),
                                measured.median(AWAY) / measured.median(THERE)));
            }
        }
    }

    private void map(Server server) throws IOException {
        try (WireProbe probe = server.connect()) {
            long came =
                    probe.query(
                            "RVBBIT MAP PARALLEL %d 'first_word' AS word USING (SELECT 'a%d-' || i AS text FROM range(%d) r(i)) WITH (limit = none)"
                                    .formatted(PARALLEL, statements.incrementAndGet(), rows));
            if (came != rows) {
                throw new IOException("a MAP of %d rows gave %d".formatted(rows, came));
            }
        }
    }
}
