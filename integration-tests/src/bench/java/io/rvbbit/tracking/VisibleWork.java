package io.rvbbit.tracking;

import io.rvbbit.it.clickhouse.ClickHouseServer;
import io.rvbbit.tracking.completion.CompletionPolicy;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;

/**
 * How long an event takes from its recording until the store has it, where nobody asks for it: at a
 * pace of events as a busy MAP writes them, in the embedded store and in ClickHouse.
 *
 * <p>Run alone by {@code main}; {@code bench.visibleEvents} is a system property.
 */
public final class VisibleWork {
    private static final int EVENTS = Integer.getInteger("bench.visibleEvents", 60_000);
    private static final int PER_SECOND = 4_000;
    private static final int GROUP = 40;
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(30);

    private VisibleWork() {}

    /** {@code events}: recorded by then. */
    private record Mark(long events, long at) {}

    public static void main(String[] arguments) throws Exception {
        PrintStream out =
                new PrintStream(
                        new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        measure().forEach(out::println);
    }

    /** Lines of a table of what, measured and goal. */
    public static List<String> measure() throws Exception {
        List<String> lines = new ArrayList<>();
        Path directory = Files.createTempDirectory("rvbbit-visible");
        try {
            try (Books books = Books.open(directory.resolve("books.duckdb"), Clock.systemUTC())) {
                lines.addAll(measure("the embedded store", books));
            }
            try (ClickHouseServer server = ClickHouseServer.start();
                    ClickHouseBooks database =
                            new ClickHouseBooks(
                                    server, Files.createDirectory(directory.resolve("log")));
                    Books books = database.open(CompletionPolicy.DEFAULT, Clock.systemUTC())) {
                lines.addAll(measure("ClickHouse", books));
            } catch (TestAbortedException e) {
                lines.add("| events into ClickHouse | no engine here | |");
            }
        } finally {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        return lines;
    }

    private static List<String> measure(String store, Books books) throws IOException {
        Deque<Mark> marks = new ArrayDeque<>();
        List<Long> lags = new ArrayList<>();
        books.record(EventLogWork.statement());
        long begin = System.nanoTime();
        for (int sent = 0; sent < EVENTS; ) {
            for (int i = 0; i < GROUP; i++) {
                books.record(EventLogWork.event(sent++));
            }
            Books.Metrics now = books.metrics();
            marks.add(new Mark(now.stored() + now.depth(), System.nanoTime()));
            seen(books, marks, lags);
            LockSupport.parkNanos(begin + sent * 1_000_000_000L / PER_SECOND - System.nanoTime());
        }
        long until = System.nanoTime() + PATIENCE;
        while (!marks.isEmpty()) {
            if (System.nanoTime() > until) {
                throw new IOException(store + " does not take the events: " + books.metrics());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            seen(books, marks, lags);
        }
        lags.sort(null);
        return List.of(
                line(store, "p50", lags.get(lags.size() / 2), "-"),
                line(store, "at most", lags.getLast(), "≤ 1.5"));
    }

    private static void seen(Books books, Deque<Mark> marks, List<Long> lags) {
        long stored = books.metrics().stored();
        long now = System.nanoTime();
        while (!marks.isEmpty() && marks.getFirst().events() <= stored) {
            lags.add(now - marks.removeFirst().at());
        }
    }

    private static String line(String store, String which, long nanos, String goal) {
        return String.format(
                Locale.ROOT,
                "| from the event until %s has it, %,d events/s: s, %s | %.2f | %s |",
                store,
                PER_SECOND,
                which,
                nanos / 1e9,
                goal);
    }
}
