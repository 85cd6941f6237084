package io.rvbbit.tracking;

import io.rvbbit.tracking.BookReader.Condition;
import io.rvbbit.tracking.BookReader.Scan;
import io.rvbbit.tracking.Event.StatementStatus;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What tracing costs: a span where it happens, a span where it is booked, and reading the waterfall
 * of many. Run alone by {@code main}.
 */
public final class TraceWork {
    private static final int SPANS = 10_000;
    private static final int OTHER_TRACES = 20;
    private static final int READS = 40;
    private static final int RECORDS = 200_000;
    private static final int SESSIONS = 20_000;
    private static final CallerId CALLER = new CallerId("sql-clever-fox-abc123");

    private TraceWork() {}

    public static void main(String[] arguments) throws Exception {
        PrintStream out =
                new PrintStream(
                        new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        for (int round = 0; round < Integer.getInteger("bench.rounds", 3); round++) {
            measure().forEach(out::println);
        }
    }

    /** Lines of a table of what, measured and goal. */
    public static List<String> measure() throws Exception {
        Path directory = Files.createTempDirectory("rvbbit-traces");
        List<String> lines = new ArrayList<>();
        try {
            producer(directory.resolve("producer.duckdb"), lines);
            booking(lines);
            waterfall(directory.resolve("waterfall.duckdb"), lines);
        } finally {
            delete(directory);
        }
        return lines;
    }

    /** The two steps that have no events of their own; all other spans cost a statement nothing. */
    private static void producer(Path path, List<String> lines) {
        try (Books books = Books.open(path, Clock.systemUTC())) {
            new Story(books, CALLER.value())
                    .traced(TraceContext.of(CALLER, true, false))
                    .statement("q");
            long[] nanos = new long[RECORDS];
            for (int i = 0; i < RECORDS; i++) {
                long began = System.nanoTime();
                books.record(
                        new Event.SpanEnded(
                                CALLER,
                                "",
                                "gateway",
                                "rewrite",
                                "",
                                "",
                                Duration.ofNanos(i),
                                Instant.now()));
                nanos[i] = System.nanoTime() - began;
            }
            Arrays.sort(nanos);
            lines.add(
                    line(
                            "a span that the session's thread records, µs, median",
                            nanos[RECORDS / 2] / 1e3,
                            "≤ 2"));
            lines.add(line("the same, 99th percentile", nanos[RECORDS / 100 * 99] / 1e3, ""));
        }
    }

    private static void booking(List<String> lines) {
        double best = Double.MAX_VALUE;
        double without = Double.MAX_VALUE;
        double with = Double.MAX_VALUE;
        for (int round = 0; round < 7; round++) {
            without = Math.min(without, booked(false));
            with = Math.min(with, booked(true));
            best = Math.min(best, with - without);
        }
        lines.add(line("a span that the books' writer makes of events, µs", with - without, "≤ 2"));
    }

    /** Microseconds for each of the three spans of a row. */
    private static double booked(boolean traced) {
        List<Event> events = new ArrayList<>();
        Story story = new Story(events::add, CALLER.value());
        if (traced) {
            story.traced(TraceContext.of(CALLER, true, false));
        }
        story.statement("q");
        for (int i = 0; i < SESSIONS; i++) {
            story.row("udf-merry-owl-" + (1_000_000 + i), i, Story.usage(10, 2, "0.5"));
        }
        Bookkeeper bookkeeper = new Bookkeeper(Bookkeeper.Past.NONE);
        Numbering numbering = new Numbering();
        long began = System.nanoTime();
        int spans = numbering.book(bookkeeper, events).spans().size();
        long took = System.nanoTime() - began;
        if (spans != (traced ? 3 * SESSIONS : 0)) {
            throw new IllegalStateException(spans + " spans");
        }
        return took / 1e3 / (3 * SESSIONS);
    }

    private static void waterfall(Path path, List<String> lines) {
        try (Books books = Books.open(path, Clock.systemUTC())) {
            for (int i = 0; i < OTHER_TRACES; i++) {
                trace(books, "sql-calm-bee-" + (100_000 + i));
            }
            trace(books, CALLER.value());
            double[] spans = read(books, "trace_spans");
            double[] waterfall = read(books, "trace_waterfall");
            lines.add(
                    line(
                            "waterfall of 10,000 spans, ms, median of 40",
                            waterfall[READS / 2],
                            "≤ 50"));
            lines.add(line("the same, 95th percentile", waterfall[READS / 20 * 19], ""));
            lines.add(
                    line("control: the same spans as they are, ms, median", spans[READS / 2], ""));
        }
    }

    /** A statement, and sessions of a cell and an attempt each. */
    private static void trace(Books books, String caller) {
        TraceStory story = new TraceStory(books, caller, Instant.now());
        story.statement();
        for (int i = 0; i < SPANS / 3; i++) {
            String session = "udf-" + caller + "-" + i;
            long start = i % 64 + i / 64 * 100L;
            story.session(session, i, start);
            story.cell(session, "ask", start);
            story.attempt(session, "ask", "r" + session, "", start + 1, start + 80);
            story.cellEnds(session, "ask", "", start, start + 82);
            story.sessionEnds(session, Event.SessionStatus.COMPLETED, "", start, start + 85);
        }
        story.statementEnds(StatementStatus.COMPLETED, SPANS / 3 / 64 * 100L + 200);
    }

    private static double[] read(Books books, String table) {
        List<String> columns =
                books.tables().stream()
                        .filter(one -> one.name().equals(table))
                        .flatMap(one -> one.columns().stream())
                        .map(BookReader.BookColumn::name)
                        .toList();
        double[] milliseconds = new double[READS];
        for (int i = 0; i < READS; i++) {
            long began = System.nanoTime();
            int rows = 0;
            try (Scan scan =
                    books.scan(
                            table,
                            columns,
                            Optional.empty(),
                            List.of(new Condition("caller_id", "=", List.of(CALLER.value()))))) {
                while (scan.next() != null) {
                    rows++;
                }
            }
            milliseconds[i] = (System.nanoTime() - began) / 1e6;
            if (rows < SPANS) {
                throw new IllegalStateException(rows + " rows");
            }
        }
        Arrays.sort(milliseconds);
        return milliseconds;
    }

    private static String line(String what, double value, String goal) {
        return String.format(Locale.ROOT, "| %s | %,.2f | %s |", what, value, goal);
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
