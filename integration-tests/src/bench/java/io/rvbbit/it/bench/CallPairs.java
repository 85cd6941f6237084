package io.rvbbit.it.bench;

import com.sun.management.OperatingSystemMXBean;
import io.rvbbit.tracking.BookReader.Scan;
import io.rvbbit.tracking.BookOptions;
import io.rvbbit.tracking.Books;
import io.rvbbit.tracking.CallerId;
import io.rvbbit.tracking.Event;
import io.rvbbit.tracking.Usage;
import io.rvbbit.tracking.completion.CompletionPolicy;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * How fast the completion of calls gets through a backlog of starts and ends in random order, 5 %
 * of them twice, 1 % without the other half; every pair has to be found.
 *
 * <p>Run alone by {@code main}; {@code bench.callPairs} is a system property.
 */
final class CallPairs {
    private static final String SESSION = "udf-merry-owl-abc124";

    private CallPairs() {}

    public static void main(String[] arguments) throws Exception {
        PrintStream out =
                new PrintStream(
                        new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        measure().forEach(out::println);
    }

    /** Lines of a table of what, measured and goal. */
    static List<String> measure() throws Exception {
        int pairs = Integer.getInteger("bench.callPairs", 300_000);
        Path directory = Files.createTempDirectory("rvbbit-calls-");
        try {
            Path file = directory.resolve("books.duckdb");
            Instant base = Instant.now().minusSeconds(pairs / 1_000 + 1_000);
            List<Event> parts = parts(pairs, base);
            try (Books books =
                    Books.open(file, Clock.systemUTC(), BookOptions.DEFAULT.with(policy(false)))) {
                begin(books, base);
                parts.forEach(books::record);
                end(books, base);
            }
            long began = System.nanoTime();
            long worked = cpuNanos();
            try (Books books =
                    Books.open(file, Clock.systemUTC(), BookOptions.DEFAULT.with(policy(true)))) {
                while (number(books, "depth") > 0) {
                    LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
                }
                double seconds = (System.nanoTime() - began) / 1e9;
                double cpuSeconds = (cpuNanos() - worked) / 1e9;
                long orphans = 2L * (pairs / 200);
                return List.of(
                        String.format(
                                Locale.ROOT,
                                "| completion of calls, pairs per second | %.0f | 50000 |",
                                pairs / seconds),
                        String.format(
                                Locale.ROOT,
                                "| the same, per second of one core | %.0f | |",
                                pairs / cpuSeconds),
                        "| pairs matched of %d | %d | all |"
                                .formatted(pairs - orphans, number(books, "matched")),
                        "| duplicates of %d | %d | all |"
                                .formatted(
                                        parts.size() - 2 * pairs + orphans,
                                        number(books, "duplicates")),
                        "| halves of %d flagged | %d | all |"
                                .formatted(
                                        orphans,
                                        number(books, "starts_without_end")
                                                + number(books, "ends_without_start")
                                                + number(books, "open_ends")));
            }
        } finally {
            Directories.delete(directory);
        }
    }

    private static long cpuNanos() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }

    private static CompletionPolicy policy(boolean worker) {
        CompletionPolicy usual = CompletionPolicy.DEFAULT;
        return new CompletionPolicy(
                worker,
                true,
                usual.timeout(),
                usual.batchSize(),
                usual.batchTimeout(),
                Optional.empty(),
                usual.backfillRate());
    }

    private static List<Event> parts(int pairs, Instant base) {
        List<Event> parts = new ArrayList<>();
        for (int i = 0; i < pairs; i++) {
            String id = "req-" + Integer.toHexString(i * 0x9E3779B1) + "-" + i;
            Instant at = base.plusMillis(i);
            Event start =
                    new Event.AttemptStarted(SESSION, "extract", id, 1, 1, "gpt", "stub", "{}", at);
            Event end =
                    new Event.AttemptEnded(
                            SESSION,
                            "extract",
                            id,
                            1,
                            1,
                            "gpt",
                            "gpt-x",
                            "stub",
                            new Usage(10, 5, new BigDecimal("0.0001")),
                            "{}",
                            "[]",
                            "",
                            Duration.ofMillis(40),
                            at.plusMillis(40));
            if (i % 200 != 3) {
                parts.add(start);
            }
            if (i % 200 != 7) {
                parts.add(end);
            }
            if (i % 20 == 1) {
                parts.add(start);
                parts.add(end);
            }
        }
        Collections.shuffle(parts, new Random(20_261_123));
        return parts;
    }

    private static void begin(Books books, Instant at) {
        CallerId caller = new CallerId("sql-clever-fox-abc123");
        books.record(
                new Event.StatementStarted(
                        caller,
                        "{}",
                        "q",
                        "f",
                        "map",
                        "postgresql_wire",
                        "ada",
                        "",
                        "default",
                        1,
                        at));
        books.record(
                new Event.SessionStarted(
                        SESSION,
                        caller,
                        "",
                        "",
                        0,
                        "extract_brand",
                        "",
                        "",
                        "",
                        "{}",
                        "",
                        0,
                        "",
                        at));
    }

    /** Or the next process would end what has not ended. */
    private static void end(Books books, Instant at) {
        books.record(
                new Event.SessionEnded(
                        SESSION, Event.SessionStatus.COMPLETED, "", "", Duration.ofSeconds(1), at));
        books.record(
                new Event.StatementEnded(
                        new CallerId("sql-clever-fox-abc123"),
                        Event.StatementStatus.COMPLETED,
                        1,
                        1,
                        1,
                        0,
                        Usage.NONE,
                        false,
                        "",
                        Duration.ofSeconds(1),
                        at));
    }

    private static long number(Books books, String column) {
        try (Scan scan = books.scan("completion", List.of(column))) {
            @Nullable Object @Nullable [] row = scan.next();
            if (row == null || !(row[0] instanceof Long number)) {
                throw new IllegalStateException("no " + column);
            }
            return number;
        }
    }
}
