package io.rvbbit.it.bench;

import io.rvbbit.it.testkit.StubEndpoint;
import io.rvbbit.it.testkit.StubFault;
import io.rvbbit.it.testkit.StubRequest;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What MAP does under load with equal inputs and with an endpoint that fails: counted, not timed.
 *
 * <p>Run alone by {@code main} with the project's top directory; {@code bench.mapRows} is a system
 * property.
 */
final class MapCorrectness {
    private static final int STATEMENTS = 8;
    private static final int SEED = 20_261_123;

    private final StubEndpoint stub;
    private final GatewayServer gateway;
    private final int rows = Integer.getInteger("bench.mapRows", 10_240);
    private final List<String> lines;

    private MapCorrectness(StubEndpoint stub, GatewayServer gateway, List<String> lines) {
        this.stub = stub;
        this.gateway = gateway;
        this.lines = lines;
    }

    public static void main(String[] arguments) throws Exception {
        measure(Path.of(arguments[0]).toAbsolutePath()).forEach(System.out::println);
    }

    /** Lines of a table of count, measured and goal. */
    static List<String> measure(Path project) throws Exception {
        List<String> lines = new ArrayList<>();
        try (StubEndpoint stub = StubEndpoint.start()) {
            Map<String, String> environment = new HashMap<>(Endpoints.of(stub));
            try (GatewayServer gateway = GatewayServer.start(project, environment)) {
                new MapCorrectness(stub, gateway, lines).equalInputs();
            }
            environment.put("RVBBIT_CALL_TIMEOUT", "5s");
            try (GatewayServer gateway = GatewayServer.start(project, environment)) {
                new MapCorrectness(stub, gateway, lines).failingEndpoint();
            }
        }
        return lines;
    }

    private void equalInputs() throws Exception {
        stub.reset().latency(Duration.ofMillis(20));
        int distinct = Math.max(1, rows / STATEMENTS);
        List<Future<Integer>> wrong = new ArrayList<>();
        try (ExecutorService clients = Executors.newFixedThreadPool(STATEMENTS)) {
            for (int i = 0; i < STATEMENTS; i++) {
                // Each begins at another of the inputs, and all go through all of them.
                String sql =
                        ("SELECT text, word FROM (RVBBIT MAP PARALLEL 16 'first_word' AS word USING"
                                        + " (SELECT 'equal-' || ((i * 7 + %d) %% %d) AS text"
                                        + " FROM range(%d) r(i)) WITH (limit = none)) m")
                                .formatted(i * distinct / STATEMENTS, distinct, rows);
                wrong.add(clients.submit(() -> wrong(sql)));
            }
        }
        int sum = 0;
        for (Future<Integer> each : wrong) {
            sum += each.get();
        }
        count(
                "%d MAPs at once, %,d rows each, %,d different inputs in all: calls beyond these"
                        .formatted(STATEMENTS, rows, distinct),
                stub.calls() - distinct,
                "0");
        count("the same: wrong rows", sum, "0");
    }

    private void failingEndpoint() throws Exception {
        Random random = new Random(SEED);
        Map<String, AtomicInteger> attempts = new ConcurrentHashMap<>();
        Set<String> arrived = ConcurrentHashMap.newKeySet();
        stub.reset()
                .latency(Duration.ofMillis(20))
                .failing(request -> {
                    arrived.add(request.headers().getOrDefault("x-client-request-id", "none"));
                    int attempt =
                            attempts.computeIfAbsent(text(request), _ -> new AtomicInteger())
                                    .incrementAndGet();
                    synchronized (random) {
                        return attempt > 2 ? Optional.empty() : fault(random.nextInt(100));
                    }
                });
        int wrong =
                wrong(
                        ("RVBBIT MAP PARALLEL 64 'first_word' AS word USING"
                                        + " (SELECT 'failing-' || i AS text FROM range(%d) r(i))"
                                        + " WITH (limit = none)")
                                .formatted(rows));
        String endpoint =
                "MAP of %,d rows, of the calls 5 %% answered 500, 2 %% never, 1 %% no JSON".formatted(rows);
        count(endpoint + ": wrong rows", wrong, "0");
        count(
                "the same: attempts of a row, at most",
                attempts.values().stream().mapToInt(AtomicInteger::get).max().orElseThrow(),
                "≤ 3");
        count("the same: attempts that lack their start or end in the books", lacking(arrived), "0");
    }

    /** Of the requests that arrived, those that the books don't have from start to end. */
    private int lacking(Set<String> arrived) throws SQLException {
        Set<String> lacking = new HashSet<>(arrived);
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet whole =
                        statement.executeQuery(
                                "SELECT request_id FROM unified_logs WHERE event_type IN"
                                        + " ('turn_start', 'turn_complete', 'turn_error')"
                                        + " GROUP BY 1 HAVING count(*) = 2")) {
            while (whole.next()) {
                lacking.remove(whole.getString(1));
            }
        }
        return lacking.size();
    }

    private static String text(StubRequest request) {
        return request.prompt().strip();
    }

    private static Optional<StubFault> fault(int percent) {
        if (percent < 5) {
            return Optional.of(StubFault.status(500));
        }
        if (percent < 7) {
            return Optional.of(new StubFault.Hang());
        }
        return percent < 8 ? Optional.of(new StubFault.Garbage("{\"choices\":[")) : Optional.empty();
    }

    /** Rows whose word is not their text, and rows too few or too many. */
    private int wrong(String sql) throws SQLException {
        int wrong = 0;
        int came = 0;
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet all = statement.executeQuery(sql)) {
            while (all.next()) {
                came++;
                if (!all.getString(1).equals(all.getString(2))) {
                    wrong++;
                }
            }
        }
        return wrong + Math.abs(came - rows);
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:%d/%s".formatted(gateway.port(), gateway.database()),
                gateway.user(),
                "");
    }

    private void count(String what, long value, String goal) {
        lines.add("| %s | %,d | %s |".formatted(what, value, goal));
    }
}
