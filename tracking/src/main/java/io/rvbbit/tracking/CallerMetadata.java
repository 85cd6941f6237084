package io.rvbbit.tracking;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * Where a caller comes from: what {@code invocation_metadata_json} says on each of its rows.
 *
 * <p>The keys {@code sql.query}, {@code sql.query_hash} and {@code sql.protocol} stand twice,
 * nested and flat, because {@code JSONExtractString(x, 'sql.query')} takes one key and not a path.
 * It is made once, when the caller begins, and never changes.
 *
 * <p>Threading: immutable.
 *
 * @param sql null where no SQL is involved
 * @param commandLine null unless a command line is the origin
 * @param trace null unless the statement is traced
 */
public record CallerMetadata(
        String origin,
        String triggeredBy,
        Instant invokedAt,
        @Nullable Sql sql,
        @Nullable CommandLine commandLine,
        @Nullable TraceContext trace) {

    /** UTF-8 bytes of a query that are copied to every row; the query log has it whole. */
    public static final int MAX_QUERY_BYTES = 64 * 1_024;

    /** The protocol of the PostgreSQL port. */
    public static final String WIRE = "postgresql_wire";

    /** The protocol of the HTTP port. */
    public static final String HTTP = "http";

    private static final ObjectMapper JSON = new ObjectMapper();

    /** SQL that came over the PostgreSQL wire. */
    public static CallerMetadata ofWire(Sql sql, Instant invokedAt) {
        return new CallerMetadata("sql", "postgres_server", invokedAt, sql, null, null);
    }

    /** SQL that came over HTTP. */
    public static CallerMetadata ofHttp(Sql sql, Instant invokedAt) {
        return new CallerMetadata("sql", "http_api", invokedAt, sql, null, null);
    }

    /** A command line; {@code sql} is what it sent, or null. */
    public static CallerMetadata ofCommandLine(
            CommandLine commandLine, @Nullable Sql sql, Instant invokedAt) {
        return new CallerMetadata("cli", "rvbbit_cli", invokedAt, sql, commandLine, null);
    }

    /** {@code context}: null for a statement that is not traced. */
    public CallerMetadata withTrace(@Nullable TraceContext context) {
        return new CallerMetadata(origin, triggeredBy, invokedAt, sql, commandLine, context);
    }

    /**
     * The statement behind a caller.
     *
     * @param protocol {@code postgresql_wire} or {@code http}
     * @param limit the most rows that are mapped, null for no limit
     * @param autoLimited whether the gateway put that limit there
     * @param rowCount rows collected by RUN, null for any other statement
     * @param truncated whether RUN left rows out, null for any other statement
     * @param replayOf the statement that a REPLAY asks again, null for any other statement
     */
    public record Sql(
            String query,
            String queryHash,
            String protocol,
            int parallelWorkers,
            @Nullable Long limit,
            boolean autoLimited,
            @Nullable Long rowCount,
            @Nullable Boolean truncated,
            @Nullable CallerId replayOf) {

        public static Sql ofWire(String query, String queryHash, int parallelWorkers) {
            return of(query, queryHash, WIRE, parallelWorkers);
        }

        public static Sql of(String query, String queryHash, String protocol, int parallelWorkers) {
            return new Sql(
                    query, queryHash, protocol, parallelWorkers, null, false, null, null, null);
        }

        public Sql withLimit(@Nullable Long newLimit, boolean injected) {
            return new Sql(
                    query,
                    queryHash,
                    protocol,
                    parallelWorkers,
                    newLimit,
                    injected,
                    rowCount,
                    truncated,
                    replayOf);
        }

        public Sql withReplayOf(@Nullable CallerId statement) {
            return new Sql(
                    query,
                    queryHash,
                    protocol,
                    parallelWorkers,
                    limit,
                    autoLimited,
                    rowCount,
                    truncated,
                    statement);
        }

        /** What RUN knows before its cascade starts. */
        public Sql withCollected(long rows, boolean leftOut) {
            return new Sql(
                    query,
                    queryHash,
                    protocol,
                    parallelWorkers,
                    limit,
                    autoLimited,
                    rows,
                    leftOut,
                    replayOf);
        }
    }

    /**
     * @param command such as {@code sql} or {@code run}
     * @param target the script or cascade file, may be empty
     * @param inputSource where its input came from: {@code argument}, {@code file}, {@code stdin};
     *     empty if it is not said
     */
    public record CommandLine(String command, String target, String inputSource) {}

    public String toJson() {
        ObjectNode json = JSON.createObjectNode();
        if (trace != null) {
            json.putRawValue("trace", new RawValue(trace.toJson()));
        }
        json.put("origin", origin);
        json.put("triggered_by", triggeredBy);
        json.put("invocation_timestamp", invokedAt.truncatedTo(ChronoUnit.MICROS).toString());
        if (sql != null) {
            putSql(json, sql);
        }
        if (commandLine != null) {
            json.putObject("cli")
                    .put("command", commandLine.command())
                    .put("target", commandLine.target())
                    .put("input_source", commandLine.inputSource());
        }
        try {
            return JSON.writeValueAsString(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of strings and numbers has a text", e);
        }
    }

    private static void putSql(ObjectNode json, Sql sql) {
        String query = cut(sql.query());
        ObjectNode nested = json.putObject("sql");
        nested.put("query", query);
        nested.put("query_hash", sql.queryHash());
        nested.put("protocol", sql.protocol());
        if (sql.rowCount() != null) {
            nested.put("row_count", sql.rowCount());
        }
        nested.put("parallel_workers", sql.parallelWorkers());
        nested.put("limit", sql.limit());
        nested.put("auto_limited", sql.autoLimited());
        if (sql.truncated() != null) {
            nested.put("truncated", sql.truncated());
        }
        json.put("sql.query", query);
        json.put("sql.query_hash", sql.queryHash());
        json.put("sql.protocol", sql.protocol());
        if (sql.replayOf() != null) {
            json.put("replay_of", sql.replayOf().value());
        }
        if (query.length() < sql.query().length()) {
            json.put("sql.query_truncated", true);
        }
    }

    /** The longest beginning that has at most {@link #MAX_QUERY_BYTES} and splits no character. */
    private static String cut(String query) {
        if (query.length() <= MAX_QUERY_BYTES / 3) {
            return query;
        }
        byte[] bytes = query.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= MAX_QUERY_BYTES) {
            return query;
        }
        int end = MAX_QUERY_BYTES;
        while ((bytes[end] & 0xC0) == 0x80) {
            end--;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }
}
