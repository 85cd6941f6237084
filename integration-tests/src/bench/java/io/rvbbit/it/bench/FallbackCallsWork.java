package io.rvbbit.it.bench;

import io.rvbbit.it.testkit.StubAnswer;
import io.rvbbit.it.testkit.StubEndpoint;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What calling a function that does not exist takes beside the model: 100 rows at once, each an own
 * call of 200 ms, after the one that decides what the function gives.
 *
 * <p>Run alone by {@code main} with the project's top directory.
 */
final class FallbackCallsWork {
    private static final int CALLS = 100;
    private static final Duration LATENCY = Duration.ofMillis(200);

    private FallbackCallsWork() {}

    public static void main(String[] arguments) throws Exception {
        PrintStream out =
                new PrintStream(
                        new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        measure(Path.of(arguments[0]).toAbsolutePath()).forEach(out::println);
    }

    /** Lines of a table of what, measured and goal. */
    static List<String> measure(Path project) throws IOException, InterruptedException {
        int rounds = Integer.getInteger("bench.rounds", 5);
        try (StubEndpoint stub = StubEndpoint.start()) {
            Map<String, String> environment = new HashMap<>(Endpoints.of(stub));
            String _ = environment.put("RVBBIT_AI_FALLBACK", "on");
            try (GatewayServer gateway = GatewayServer.start(project, environment);
                    WireProbe probe = gateway.connect()) {
                stub.latency(LATENCY);
                stub.answering(request ->
                        StubAnswer.text(
                                request.prompt().contains("Decide from its name")
                                        ? "{\"decision\": \"text\", \"type\": \"VARCHAR\"}"
                                        : "yes"));
                long _ = probe.query("SET rvbbit.parallel = " + CALLS);
                long _ = probe.query("SELECT warm_of('warm')");
                List<Double> added = new ArrayList<>();
                for (int round = 0; round < rounds; round++) {
                    added.add(addedMillis(probe, round));
                }
                Collections.sort(added);
                long booked =
                        probe.query("SELECT ulid FROM ai_fallback_events WHERE method = 'warm_of'");
                long expected = 1L + (long) rounds * CALLS;
                return List.of(
                        line(
                                "100 fallbacks at once: ms beside the model's, per call",
                                added.get(added.size() / 2),
                                "< 10"),
                        line("of " + expected + " fallbacks, not booked", (double) (expected - booked), "0"));
            }
        }
    }

    private static String line(String what, double value, String goal) {
        return String.format(Locale.ROOT, "| %s | %.2f | %s |", what, value, goal);
    }

    private static double addedMillis(WireProbe probe, int round) throws IOException {
        long begin = System.nanoTime();
        long came =
                probe.query(
                        "SELECT warm_of('r%d-' || i) FROM generate_series(1, %d) AS g(i)"
                                .formatted(round, CALLS));
        if (came != CALLS) {
            throw new IOException("%d calls gave %d rows".formatted(CALLS, came));
        }
        return (System.nanoTime() - begin - LATENCY.toNanos()) / 1e6 / CALLS;
    }
}
