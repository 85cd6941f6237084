package io.rvbbit.it.bench;

import io.rvbbit.tracking.BookReader.Scan;
import io.rvbbit.tracking.Books;
import io.rvbbit.tracking.CallerId;
import io.rvbbit.tracking.Event;
import io.rvbbit.tracking.Fallback;
import io.rvbbit.tracking.Fallback.Decision;
import io.rvbbit.tracking.Fallback.Stage;
import io.rvbbit.tracking.UlidSource;
import org.jspecify.annotations.Nullable;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/**
 * What booking a fallback costs the call, and whether one is lost: 1,000 a minute for {@code
 * bench.fallbackSeconds}, then 100 at once.
 *
 * <p>Run alone by {@code main}; without the property it takes ten seconds, and the whole ten
 * minutes with {@code -Dbench.fallbackSeconds=600}.
 */
final class FallbackWork {
    private static final int PER_MINUTE = 1_000;
    private static final int AT_ONCE = 100;
    private static final String ARGS = "{\"review\":\"" + "so good ".repeat(40) + "\"}";

    private final Books books;
    private final UlidSource ulids = new UlidSource(Clock.systemUTC(), new Random());
    private final Set<String> told = new HashSet<>();

    private FallbackWork(Books books) {
        this.books = books;
    }

    public static void main(String[] arguments) throws Exception {
        PrintStream out =
                new PrintStream(
                        new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        measure().forEach(out::println);
    }

    /** Lines of a table of what, measured and goal. */
    static List<String> measure() throws Exception {
        int seconds = Integer.getInteger("bench.fallbackSeconds", 10);
        Path directory = Files.createTempDirectory("rvbbit-fallbacks-");
        try {
            Path file = directory.resolve(Books.FILE);
            List<String> lines = new ArrayList<>();
            FallbackWork work;
            try (Books books = Books.open(file, Clock.systemUTC())) {
                work = new FallbackWork(books);
                long[] paced = work.paced(seconds);
                lines.add(
                        line(
                                "booking a fallback, 1,000 a minute for " + seconds + " s: ms, p99",
                                percentile(paced, 0.99),
                                "< 10"));
                lines.add(
                        line(
                                "the same, the slowest of " + paced.length,
                                percentile(paced, 1),
                                "< 10"));
                long[] together = work.atOnce();
                lines.add(
                        line(
                                "booking " + AT_ONCE + " fallbacks at once: ms, the slowest",
                                percentile(together, 1),
                                "< 10"));
            }
            try (Books again = Books.open(file, Clock.systemUTC())) {
                lines.add(line("fallbacks lost", (double) work.lost(again), "0"));
            }
            return lines;
        } finally {
            Directories.delete(directory);
        }
    }

    private static String line(String what, double value, String goal) {
        return String.format(Locale.ROOT, "| %s | %.3f | %s |", what, value, goal);
    }

    private static double percentile(long[] nanos, double share) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        int at = (int) Math.ceil(share * sorted.length) - 1;
        return sorted[Math.max(0, at)] / 1e6;
    }

    private long[] paced(int seconds) {
        int count = Math.max(1, PER_MINUTE * seconds / 60);
        long step = Duration.ofMinutes(1).toNanos() / PER_MINUTE;
        long[] took = new long[count];
        long begin = System.nanoTime();
        for (int i = 0; i < count; i++) {
            long wait = begin + i * step - System.nanoTime();
            while (wait > 0) {
                LockSupport.parkNanos(wait);
                wait = begin + i * step - System.nanoTime();
            }
            Event event = event();
            long from = System.nanoTime();
            books.record(event);
            took[i] = System.nanoTime() - from;
        }
        return took;
    }

    private long[] atOnce() throws Exception {
        CyclicBarrier ready = new CyclicBarrier(AT_ONCE);
        List<Callable<Long>> calls = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            Event event = event();
            calls.add(() -> {
                ready.await();
                long from = System.nanoTime();
                books.record(event);
                return System.nanoTime() - from;
            });
        }
        long[] took = new long[AT_ONCE];
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Long>> all = threads.invokeAll(calls);
            for (int i = 0; i < AT_ONCE; i++) {
                took[i] = all.get(i).get();
            }
        }
        return took;
    }

    private long lost(Books again) {
        Set<String> missing = new HashSet<>(told);
        long doubled = 0;
        try (Scan rows = again.scan("ai_fallback_events", List.of("ulid"))) {
            for (@Nullable Object @Nullable [] row = rows.next(); row != null; row = rows.next()) {
                if (!missing.remove(String.valueOf(row[0]))) {
                    doubled++;
                }
            }
        }
        return missing.size() + doubled;
    }

    private Event event() {
        String ulid = ulids.next();
        told.add(ulid);
        return new Event.FallbackEnded(
                new Fallback(
                        ulid,
                        new CallerId("sql-clever-fox-abc123"),
                        "udf-merry-owl-abc124",
                        "ada",
                        "sql",
                        "sentiment_of",
                        ARGS,
                        Optional.of(Decision.TEXT),
                        "gpt-x",
                        Duration.ofMillis(700),
                        Stage.NONE,
                        Stage.of(Duration.ofMillis(690), 410),
                        new BigDecimal("0.00123"),
                        "positive",
                        "",
                        "{}"),
                Instant.now());
    }
}
