package io.rvbbit.tracking;

import io.rvbbit.tracking.BookReader.Condition;
import io.rvbbit.tracking.BookReader.Scan;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import org.duckdb.DuckDBConnection;

/**
 * How long it takes to read what one caller has done, of many events in the embedded store; the
 * control reads the same rows by the caller's name alone, in turns with it.
 *
 * <p>Run alone by {@code main}; {@code bench.rollupEvents} is a system property.
 */
public final class CallerWork {
    private static final int EVENTS_OF_CALLER = 1_000;
    private static final int INSERT = 1_000_000;
    private static final int QUERIES = 60;

    private CallerWork() {}

    public static void main(String[] arguments) throws Exception {
        PrintStream out =
                new PrintStream(
                        new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        measure().forEach(out::println);
    }

    /** Lines of a table of what, measured and goal. */
    public static List<String> measure() throws Exception {
        int events = Integer.getInteger("bench.rollupEvents", 10_000_000);
        Path directory = Files.createTempDirectory("rvbbit-callers-");
        Path path = directory.resolve("books.duckdb");
        try {
            fill(path, events);
            long[] found = new long[QUERIES];
            long[] control = new long[QUERIES];
            try (DuckDbFile copy = copy(path, directory);
                    Books books = Books.open(path, Clock.systemUTC())) {
                DuckDBConnection connection = copy.connect();
                Random random = new Random(11);
                for (int i = 0; i < QUERIES; i++) {
                    String caller = caller(random.nextInt(events / EVENTS_OF_CALLER));
                    long began = System.nanoTime();
                    BigDecimal cost = read(books, caller);
                    found[i] = System.nanoTime() - began;
                    began = System.nanoTime();
                    BigDecimal same = readByName(connection, caller);
                    control[i] = System.nanoTime() - began;
                    if (cost.signum() == 0 || cost.compareTo(same) != 0) {
                        throw new IllegalStateException(caller + ": " + cost + ", not " + same);
                    }
                }
            }
            Arrays.sort(found);
            Arrays.sort(control);
            return List.of(
                    line("events of one caller of %,d, p95 ms".formatted(events), p95(found), "50"),
                    line("the same by its name alone, p95 ms", p95(control), ""),
                    line("the one by the other", p95(found) / p95(control), ""));
        } finally {
            try (var files = Files.list(directory)) {
                for (Path file : files.toList()) {
                    delete(file);
                }
            }
            Files.delete(directory);
        }
    }

    private static void delete(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            try (var files = Files.list(file)) {
                for (Path inner : files.toList()) {
                    delete(inner);
                }
            }
        }
        Files.delete(file);
    }

    private static DuckDbFile copy(Path path, Path directory) throws IOException {
        return new DuckDbFile(Files.copy(path, directory.resolve("copy.duckdb")));
    }

    private static BigDecimal read(Books books, String caller) {
        BigDecimal sum = BigDecimal.ZERO;
        try (Scan scan =
                books.scan(
                        "all_data",
                        List.of("cost"),
                        Optional.empty(),
                        List.of(new Condition("caller_id", "=", List.of(caller))))) {
            for (var row = scan.next(); row != null; row = scan.next()) {
                sum = row[0] instanceof BigDecimal cost ? sum.add(cost) : sum;
            }
        }
        return sum;
    }

    private static BigDecimal readByName(DuckDBConnection connection, String caller)
            throws SQLException {
        BigDecimal sum = BigDecimal.ZERO;
        for (String what : List.of("count(*)", "cost")) {
            try (PreparedStatement select =
                    connection.prepareStatement(
                            "SELECT " + what + " FROM event_log WHERE caller_id = ?")) {
                select.setString(1, caller);
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        BigDecimal cost = what.equals("cost") ? rows.getBigDecimal(1) : null;
                        sum = cost == null ? sum : sum.add(cost);
                    }
                }
            }
        }
        return sum;
    }

    private static String caller(long number) {
        String[] words = {"calm", "bold", "merry", "clever", "rapid"};
        return "sql-%s-fox-%08d".formatted(words[(int) (number * 7 % words.length)], number);
    }

    /** As the writer leaves them: callers one after the other, each in one batch or two. */
    private static void fill(Path path, int events) throws SQLException {
        Books.open(path, Clock.systemUTC()).close();
        try (DuckDbFile file = new DuckDbFile(path)) {
            DuckDBConnection connection = file.connect();
            for (int first = 0; first < events; first += INSERT) {
                execute(connection, insert(first, Math.min(INSERT, events - first)));
            }
            execute(
                    connection,
                    """
                    INSERT INTO caller_place
                    SELECT md5_number_lower(caller_id), min(message_id), max(message_id)
                    FROM event_log GROUP BY caller_id ORDER BY 2\
                    """);
            execute(connection, "CHECKPOINT");
        }
    }

    private static void execute(DuckDBConnection connection, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            boolean _ = statement.execute();
        }
    }

    private static String insert(int first, int count) {
        return """
        INSERT INTO event_log BY NAME
        SELECT printf('%%08x-%%04x-7000-8000-%%012x', (1790000000000 + i * 10) >> 16,
                (1790000000000 + i * 10) & 65535, i)::UUID AS message_id,
            make_timestamptz(1790000000000000 + i * 10000) AS "timestamp",
            'udf-merry-owl-' || i // 6 AS session_id, '' AS trace_id, '' AS parent_id,
            '' AS parent_session_id,
            format('sql-{}-fox-{:08d}', ['calm', 'bold', 'merry', 'clever', 'rapid']
                [1 + (i // %d * 7 %% 5)], i // %1$d) AS caller_id,
            ['cascade_start', 'phase_start', 'turn_start', 'turn_complete', 'phase_complete',
                'cascade_complete'][1 + i %% 6] AS event_type,
            '' AS node_type, '' AS role, 'brand' AS cascade_id, '' AS cascade_file,
            'extract' AS cell_name, 'gpt' AS model, 'gpt' AS model_requested, 'stub' AS provider,
            'req-' || i // 6 AS request_id, 'completed' AS status, false AS cache_hit,
            '' AS input_hash, '' AS content_json, '' AS full_request_json,
            '' AS full_response_json, '' AS tool_calls_json, '' AS error_json,
            '{}' AS metadata_json, CASE WHEN i %% 6 = 4 THEN 0.001 END AS cost
        FROM range(%d, %d) r(i)\
        """
                .formatted(EVENTS_OF_CALLER, first, first + count);
    }

    private static double p95(long[] nanos) {
        return nanos[nanos.length * 95 / 100] / 1e6;
    }

    private static String line(String what, double measured, String goal) {
        return String.format(Locale.ROOT, "| %s | %.2f | %s |", what, measured, goal);
    }
}
