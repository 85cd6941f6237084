package io.rvbbit.gateway.engine;

import io.rvbbit.tracking.BookReader;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Books in memory, with the columns that the acceptance queries read. */
final class SampleBooks implements BookReader {
    static final String CALLER = "sql-clever-fox-abc123";
    static final int LOG_ROWS = 5_000;

    private static final String METADATA =
            """
            {"origin":"sql","triggered_by":"postgres_server","sql":{"query":"nested"},\
            "sql.query":"RVBBIT MAP 'x'","sql.protocol":"postgresql_wire"}\
            """;

    final Set<String> readColumns = new ConcurrentSkipListSet<>();
    final AtomicInteger openScans = new AtomicInteger();

    private final Map<String, BookTable> tables =
            Map.of(
                    "unified_logs",
                    table(
                            "unified_logs",
                            "message_id UUID, timestamp TIMESTAMPTZ, timestamp_iso TIMESTAMPTZ, session_id TEXT,"
                                    + " caller_id TEXT, invocation_metadata_json TEXT, event_type TEXT,"
                                    + " cascade_id TEXT, cell_name TEXT, cost MONEY, tokens_in BIGINT,"
                                    + " tokens_out BIGINT, turn_number INTEGER, cache_hit BOOLEAN, content_json TEXT"),
                    "session_state",
                    table(
                            "session_state",
                            "session_id TEXT, caller_id TEXT, status TEXT, started_at TIMESTAMPTZ"),
                    "cascade_sessions",
                    table(
                            "cascade_sessions",
                            "session_id TEXT, caller_id TEXT, cascade_id TEXT, created_at TIMESTAMPTZ"),
                    "ai_fallback_events",
                    table(
                            "ai_fallback_events",
                            "ulid TEXT, ts TIMESTAMPTZ, service TEXT, method TEXT, decision TEXT, cost_usd MONEY,"
                                    + " latency_ms BIGINT, success BOOLEAN"));

    private static BookTable table(String name, String definition) {
        List<BookColumn> columns = new ArrayList<>();
        for (String column : definition.split(",", -1)) {
            String[] words = column.strip().split(" ", 2);
            columns.add(new BookColumn(words[0], BookType.valueOf(words[1])));
        }
        return new BookTable(name, columns);
    }

    @Override
    public List<BookTable> tables() {
        return List.copyOf(tables.values());
    }

    @Override
    public Scan scanOwn(String table, List<String> columns, String userName) {
        throw new UnsupportedOperationException("these books have one user");
    }

    @Override
    public Scan scan(String table, List<String> columns) {
        readColumns.addAll(columns);
        openScans.incrementAndGet();
        return new Scan() {
            private int row;

            @Override
            public @Nullable Object @Nullable [] next() {
                if (row == (table.equals("unified_logs") ? LOG_ROWS : 200)) {
                    return null;
                }
                @Nullable Object[] values = new Object[columns.size()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = value(columns.get(i), row);
                }
                row++;
                return values;
            }

            @Override
            public void close() {
                openScans.decrementAndGet();
            }
        };
    }

    private static @Nullable Object value(String column, int row) {
        return switch (column) {
            case "message_id" -> "00000000-0000-4000-8000-%012x".formatted(row);
            case "timestamp", "timestamp_iso", "started_at", "created_at", "ts" -> Instant.now();
            case "session_id" -> "udf-brave-otter-00000" + row % 3;
            case "caller_id" -> CALLER;
            case "invocation_metadata_json" -> METADATA;
            case "event_type" -> row % 2 == 0 ? "phase_complete" : "cascade_start";
            case "cost" -> row % 2 == 0 ? new BigDecimal("0.000000000001") : null;
            case "cost_usd" -> new BigDecimal("0.000000000001");
            case "tokens_in", "tokens_out", "latency_ms" -> (long) row;
            case "turn_number" -> 7;
            case "cache_hit" -> true;
            case "success" -> row % 4 != 0;
            case "content_json" -> "{\"$\":\"preview\",\"input\":{\"a.b\":1}}";
            case "service" -> "sql";
            case "cell_name" -> cell(row);
            default -> column + "-value";
        };
    }

    /** NULL, empty, not in ASCII, some very long. */
    private static @Nullable String cell(int row) {
        return switch (row % 4) {
            case 0 -> null;
            case 1 -> "";
            case 2 -> "straße 🦊 " + row;
            default -> row % 1000 == 3 ? "x".repeat(700_000 + row) : "cell " + row;
        };
    }
}
