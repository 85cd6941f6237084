package io.rvbbit.tracking;

import io.rvbbit.it.clickhouse.ClickHouseServer;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.opentest4j.TestAbortedException;

/**
 * How long it takes to ask ClickHouse what one caller, or what each hour, has come to, of many
 * events; 26.7 engine behind a test front, or a real server as the tests have it.
 *
 * <p>Run alone by {@code main}; {@code bench.rollupEvents} is a system property.
 */
public final class RollupWork {
    private static final int EVENTS_OF_CALLER = 1_000;
    private static final int INSERT = 1_000_000;
    private static final int QUERIES = 100;

    private RollupWork() {}

    public static void main(String[] arguments) throws Exception {
        PrintStream out =
                new PrintStream(
                        new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        measure().forEach(out::println);
    }

    /** Lines of a table of what, measured and goal. */
    public static List<String> measure() throws Exception {
        int events = Integer.getInteger("bench.rollupEvents", 10_000_000);
        try (ClickHouseServer server = ClickHouseServer.start();
                ClickHouseBooks books = new ClickHouseBooks(server, Path.of(""))) {
            try (ClickHouseStore store =
                    new ClickHouseStore(
                            new ClickHouse(books.address()),
                            TwoStores.LOG,
                            true,
                            Clock.systemUTC())) {
                store.open();
            }
            for (int first = 0; first < events; first += INSERT) {
                books.execute(insert(first, Math.min(INSERT, events - first)));
            }
            List<String> lines = new ArrayList<>();
            try (Connection connection = server.connect(books.database())) {
                Random random = new Random(11);
                lines.add(
                        line(
                                "control: SELECT 1 of the same server, p95 ms",
                                "",
                                connection,
                                () -> "SELECT 1"));
                lines.add(
                        line(
                                "sums of one caller of %d events, p95 ms".formatted(events),
                                "50",
                                connection,
                                () ->
                                        "SELECT * FROM caller_totals WHERE caller_id = 'sql-clever-fox-%d'"
                                                .formatted(
                                                        random.nextInt(
                                                                events / EVENTS_OF_CALLER))));
                lines.add(
                        line(
                                "spend_by_hour of these, p95 ms",
                                "1000",
                                connection,
                                () -> "SELECT * FROM spend_by_hour"));
                lines.add(
                        line(
                                "cost_by_model of these, with p95_ms, p95 ms",
                                "1000",
                                connection,
                                () -> "SELECT * FROM cost_by_model"));
            }
            return lines;
        } catch (TestAbortedException e) {
            return List.of("| rollups in ClickHouse | no engine here | |");
        }
    }

    /** Six events a call, as the gateway writes them, of one call a second. */
    private static String insert(int first, int count) {
        return """
        INSERT INTO unified_logs (message_id, timestamp, session_id, caller_id, event_type,
            cascade_id, cell_name, model, provider, request_id, status, duration_ms,
            attempt_tokens_in, attempt_tokens_out, attempt_cost, tokens_in, tokens_out, cost, summed)
        SELECT generateUUIDv4(), toDateTime64('2026-10-01 00:00:00', 6, 'UTC') + intDiv(n, 6),
            concat('udf-merry-owl-', toString(intDiv(n, 6))),
            concat('sql-clever-fox-', toString(intDiv(n, %d))),
            ['cascade_start', 'phase_start', 'turn_start', 'turn_complete', 'phase_complete',
                'cascade_complete'][n %% 6 + 1] AS type,
            concat('cascade', toString(intDiv(n, 1000) %% 7)), 'extract',
            concat('model', toString(intDiv(n, 6) %% 3)), 'stub', toString(intDiv(n, 6)), 'completed',
            cityHash64(n) %% 5000,
            if(type = 'turn_complete', 10, NULL), if(type = 'turn_complete', 5, NULL),
            if(type = 'turn_complete', 0.001, NULL), if(type = 'phase_complete', 10, NULL),
            if(type = 'phase_complete', 5, NULL), if(type = 'phase_complete', 0.001, NULL), true
        FROM (SELECT number + %d AS n FROM numbers(%d))\
        """
                .formatted(EVENTS_OF_CALLER, first, count);
    }

    private interface Query {
        String next();
    }

    private static String line(String what, String goal, Connection connection, Query query)
            throws SQLException {
        long[] nanos = new long[QUERIES];
        for (int i = 0; i < QUERIES; i++) {
            long began = System.nanoTime();
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery(query.next())) {
                int found = 0;
                while (rows.next()) {
                    found++;
                }
                if (found == 0) {
                    throw new IllegalStateException("nothing in " + what);
                }
            }
            nanos[i] = System.nanoTime() - began;
        }
        Arrays.sort(nanos);
        return String.format(
                Locale.ROOT, "| %s | %.1f | %s |", what, nanos[QUERIES * 95 / 100] / 1e6, goal);
    }
}
