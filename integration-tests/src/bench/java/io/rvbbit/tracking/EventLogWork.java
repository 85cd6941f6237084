package io.rvbbit.tracking;

import java.io.IOException;
import java.io.PrintStream;
import java.io.FileOutputStream;
import java.io.FileDescriptor;
import java.math.BigDecimal;
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
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * What recording costs: events per second that are on the disk, and how long a producer is held up
 * by one event while so many come.
 *
 * <p>Events are those of rows, six each, of about 500 bytes. {@code bench.events} are recorded in
 * each part; the directory is {@code bench.logDirectory}, a temporary one if that is not set.
 */
public final class EventLogWork {
    private static final int EVENTS = Integer.getInteger("bench.events", 1_000_000);
    private static final int PRODUCERS = 2;
    private static final int PACE = Integer.getInteger("bench.eventsPerSecond", 50_000);
    private static final int ROW = 6;
    private static final CallerId CALLER = new CallerId("sql-clever-fox-abc123");
    private static final String MODEL = "gpt-4o-mini-2024-07-18";
    private static final String REQUEST = "req-1b4e28ba-2fa1-11d2-883f-0016d3cca427";
    private static final String TEXT = "{\"choices\":[\"" + "x".repeat(370) + "\"]}";
    private static final String DEFINITION = "cascade_id: extract_brand\n".repeat(60);
    private static final Usage USAGE = new Usage(120, 12, new BigDecimal("0.000012345678"));

    private EventLogWork() {}

    /** The lines of the report. */
    public static List<String> measure() throws Exception {
        Path directory = Path.of(System.getProperty("bench.logDirectory", temporary()));
        List<String> verdicts = new ArrayList<>();
        try {
            double alone = alone(directory.resolve("alone"));
            verdicts.add(line("durable events/s, the log alone", alone, "≥ 50,000"));

            control(verdicts);
            paced(directory.resolve("paced"), verdicts);
            stored(directory.resolve("stored"), verdicts);
        } finally {
            delete(directory);
        }
        return verdicts;
    }

    public static void main(String[] arguments) throws Exception {
        PrintStream out =
                new PrintStream(
                        new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        for (int round = 0; round < Integer.getInteger("bench.rounds", 3); round++) {
            measure().forEach(out::println);
        }
    }

    private static String temporary() throws IOException {
        return Files.createTempDirectory("rvbbit-event-log").toString();
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static String line(String what, double value, String goal) {
        return String.format(Locale.ROOT, "| %s | %,.2f | %s |", what, value, goal);
    }

    /** What all rows belong to. */
    static Event statement() {
        return new Event.StatementStarted(
                CALLER,
                "{}",
                "q",
                "f",
                "map",
                "postgresql_wire",
                "ada",
                "",
                "default",
                1,
                Instant.now());
    }

    /** The six events of a row, one after the other. */
    static Event event(int number) {
        int row = number / ROW;
        String session = "udf-merry-owl-" + (1_000_000 + row);
        Instant now = Instant.now();
        return switch (number % ROW) {
            case 0 ->
                    new Event.SessionStarted(
                            session,
                            CALLER,
                            "",
                            "",
                            0,
                            "extract_brand",
                            "traits/extract_brand.yaml",
                            DEFINITION,
                            "",
                            TEXT,
                            "0f343b0931126a20f133d67c2b018a3b",
                            row,
                            "",
                            now);
            case 1 -> new Event.CellStarted(session, "extract", "llm", now);
            case 2 ->
                    new Event.AttemptStarted(
                            session, "extract", REQUEST, 1, 1, MODEL, "openai", TEXT, now);
            case 3 ->
                    new Event.AttemptEnded(
                            session,
                            "extract",
                            REQUEST,
                            1,
                            1,
                            MODEL,
                            MODEL,
                            "openai",
                            USAGE,
                            TEXT,
                            "",
                            "",
                            Duration.ofMillis(412),
                            now);
            case 4 ->
                    new Event.CellEnded(
                            session,
                            "extract",
                            "llm",
                            TEXT,
                            USAGE,
                            MODEL,
                            "openai",
                            1,
                            Duration.ofMillis(414),
                            "",
                            now);
            default ->
                    new Event.SessionEnded(
                            session,
                            Event.SessionStatus.COMPLETED,
                            TEXT,
                            "",
                            Duration.ofMillis(415),
                            now);
        };
    }

    private interface Producer {
        void produce(int begin, int end, long[] nanos) throws Exception;
    }

    private static long[] produce(Producer producer) throws InterruptedException {
        long[] nanos = new long[EVENTS];
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < PRODUCERS; i++) {
            int begin = EVENTS / ROW * i / PRODUCERS * ROW;
            int end = EVENTS / ROW * (i + 1) / PRODUCERS * ROW;
            threads.add(
                    Thread.ofPlatform()
                            .start(() -> {
                                try {
                                    producer.produce(begin, end, nanos);
                                } catch (Exception e) {
                                    throw new IllegalStateException(e);
                                }
                            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return nanos;
    }

    private static double alone(Path directory) throws Exception {
        try (EventLog log =
                EventLog.open(
                        directory, EventLog.Bounds.of(100_000_000_000L, Duration.ofSeconds(1)))) {
            try (LogReader _ = log.start(0)) {
                long begin = System.nanoTime();
                long[] _ =
                        produce((from, to, _) -> {
                            for (int i = from; i < to; i++) {
                                log.append(event(i));
                            }
                        });
                log.mark(1, (long) EVENTS / ROW * ROW);
                return EVENTS * 1e9 / (System.nanoTime() - begin);
            }
        }
    }

    /** The same without a log: what the machine takes at this pace whatever is done. */
    private static void control(List<String> verdicts) throws Exception {
        LogDefinitions definitions = new LogDefinitions();
        int[] sizes = new int[1];
        EventSink encoder = event -> sizes[0] += EventCodec.event(event, definitions).size();
        long[] nanos = produce((from, to, took) -> pace(encoder, from, to, took));
        latencies("control: encoding alone at %,d events/s", nanos, verdicts);
    }

    private static void paced(Path directory, List<String> verdicts) throws Exception {
        try (EventLog log =
                EventLog.open(
                        directory, EventLog.Bounds.of(100_000_000_000L, Duration.ofSeconds(1)))) {
            try (LogReader _ = log.start(0)) {
                long[] nanos = produce((from, to, took) -> pace(log::append, from, to, took));
                latencies("record at %,d events/s, the log alone", nanos, verdicts);
            }
        }
    }

    /** Events come in small groups, as answers do, at {@link #PACE} over all producers. */
    private static void pace(EventSink sink, int from, int to, long[] took) {
        long begin = System.nanoTime();
        for (int i = from; i < to; i++) {
            long due = begin + (long) (i - from) * 1_000_000_000L * PRODUCERS / PACE;
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(50_000);
            }
            Event event = event(i);
            long start = System.nanoTime();
            sink.record(event);
            took[i] = System.nanoTime() - start;
        }
    }

    private static void stored(Path directory, List<String> verdicts) throws Exception {
        Files.createDirectories(directory);
        try (Books books = Books.open(directory.resolve("books.duckdb"), Clock.systemUTC())) {
            books.record(statement());
            long begin = System.nanoTime();
            long[] nanos = produce((from, to, took) -> pace(books, from, to, took));
            latencies("record at %,d events/s, with the embedded store", nanos, verdicts);
            books.scan("all_data", List.of()).close();
            double seconds = (System.nanoTime() - begin) / 1e9;
            verdicts.add(line("events/s into the embedded store", EVENTS / seconds, "-"));
        }
    }

    private static void latencies(String what, long[] nanos, List<String> verdicts) {
        // The first quarter warms up.
        long[] sorted = Arrays.copyOfRange(nanos, nanos.length / 4, nanos.length);
        Arrays.sort(sorted);
        String name = String.format(Locale.ROOT, what, PACE);
        verdicts.add(line(name + ": p50, µs", at(sorted, 0.5), "-"));
        verdicts.add(line(name + ": p99, µs", at(sorted, 0.99), "≤ 5"));
        verdicts.add(line(name + ": p99.9, µs", at(sorted, 0.999), "-"));
    }

    private static double at(long[] sorted, double share) {
        return sorted[(int) (sorted.length * share)] / 1e3;
    }
}
