package io.rvbbit.it.bench;

import io.rvbbit.it.testkit.StubEndpoint;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * How much of an endpoint's limit is used, and at what price in 429s: one MAP against clients that
 * back off each for itself, on the same stub.
 *
 * <p>Both are counted from {@value #SETTLED} seconds on, when the gateway has learnt the limit from
 * the replies' headers. Run alone by {@code main} with the project's top directory.
 */
final class RateLimitUse {
    private static final int SETTLED = 5;
    private static final int PARALLEL = 64;
    private static final Duration LATENCY = Duration.ofMillis(100);
    private static final Duration FIRST_BACKOFF = Duration.ofMillis(500);
    private static final int DOUBLINGS = 5;

    private final StubEndpoint stub;
    private final int seconds = Integer.getInteger("bench.limitSeconds", 30);

    private RateLimitUse(StubEndpoint stub) {
        this.stub = stub;
    }

    /** What a stub allows per second, and how much of it one call takes. */
    private record Limit(String name, double requests, double tokens, double callsPerSecond) {}

    private record Count(long answered, long calls, long refused) {
        double use(Count before, Limit limit, double seconds) {
            return (answered - before.answered) / (limit.callsPerSecond() * seconds);
        }

        double refusals(Count before) {
            return (double) (refused - before.refused) / Math.max(1, calls - before.calls);
        }
    }

    public static void main(String[] arguments) throws Exception {
        measure(Path.of(arguments[0]).toAbsolutePath()).forEach(System.out::println);
    }

    /** Lines of a table of ratio, measured and goal. */
    static List<String> measure(Path project) throws IOException, InterruptedException {
        List<String> lines = new ArrayList<>();
        try (StubEndpoint stub = StubEndpoint.start()) {
            RateLimitUse bench = new RateLimitUse(stub);
            // "w0001234" is three tokens as a prompt's line and two as an answer.
            for (Limit limit :
                    List.of(
                            new Limit("100 requests/s", 100, 0, 100),
                            new Limit("400 tokens/s", 0, 400, 80))) {
                lines.addAll(bench.compare(limit, project));
            }
        }
        return lines;
    }

    private List<String> compare(Limit limit, Path project)
            throws IOException, InterruptedException {
        double[] ours;
        begin(limit);
        try (GatewayServer gateway = GatewayServer.start(project, Endpoints.of(stub))) {
            String sql =
                    "RVBBIT MAP PARALLEL %d 'first_word' AS word USING (SELECT printf('w%%07d', i) AS text FROM range(%d) r(i)) WITH (limit = none)"
                            .formatted(PARALLEL, (long) (limit.callsPerSecond() * seconds * 2));
            Thread client;
            try (WireProbe probe = gateway.connect()) {
                // It is ended by its client's going away.
                client =
                        Thread.ofVirtual()
                                .name("bench-map")
                                .start(() -> quietly(() -> probe.query(sql)));
                ours = watch(limit);
            }
            client.join(Duration.ofSeconds(10));
        }
        double[] naive;
        begin(limit);
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
                HttpClient http = HttpClient.newHttpClient()) {
            AtomicInteger next = new AtomicInteger();
            for (int i = 0; i < PARALLEL; i++) {
                var _ = clients.submit(() -> quietly(() -> backOffAlone(http, next)));
            }
            naive = watch(limit);
            clients.shutdownNow();
            http.shutdownNow();
        }
        return List.of(
                line(limit.name() + ": use of the limit", ours[0], naive[0], "≥ 0.95"),
                line(limit.name() + ": share of 429s", ours[1], naive[1], "≤ 0.01"));
    }

    private static String line(String what, double ours, double naive, String goal) {
        return String.format(
                Locale.ROOT,
                "| %s after %d s (each for itself: %.3f) | %.3f | %s |",
                what,
                SETTLED,
                naive,
                ours,
                goal);
    }

    private void begin(Limit limit) {
        stub.reset().latency(LATENCY).allows(limit.requests(), limit.tokens());
    }

    /** Use and share of refusals. */
    private double[] watch(Limit limit) throws InterruptedException {
        stub.awaitCalls(1);
        pause(SETTLED);
        Count before = count();
        long began = System.nanoTime();
        pause(seconds - SETTLED);
        Count after = count();
        double took = (System.nanoTime() - began) / 1e9;
        return new double[] {after.use(before, limit, took), after.refusals(before)};
    }

    private Count count() {
        return new Count(stub.bill().sum().calls(), stub.calls(), stub.refused());
    }

    private static void pause(int seconds) {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (System.nanoTime() < until) {
            LockSupport.parkNanos(until - System.nanoTime());
        }
    }

    private interface Work {
        void run() throws Exception;
    }

    private static void quietly(Work work) {
        try {
            work.run();
        } catch (Exception over) {
            // The measurement is over, or the figures show that it went wrong.
        }
    }

    /** The usual advice: exponential backoff with full jitter. */
    private void backOffAlone(HttpClient http, AtomicInteger next)
            throws IOException, InterruptedException {
        while (!Thread.currentThread().isInterrupted()) {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(stub.url() + "/chat/completions"))
                            .POST(
                                    HttpRequest.BodyPublishers.ofString(
                                            "{\"model\":\"bench\",\"messages\":[{\"role\":\"user\",\"content\":\"w%07d\"}]}"
                                                    .formatted(next.incrementAndGet())))
                            .build();
            for (int failures = 0;
                    http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 429;
                    failures++) {
                long most = FIRST_BACKOFF.toNanos() << Math.min(failures, DOUBLINGS);
                LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(most));
            }
        }
    }
}
