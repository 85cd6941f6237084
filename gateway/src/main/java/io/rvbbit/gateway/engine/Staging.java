package io.rvbbit.gateway.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.rewriter.SqlText;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.duckdb.RawDriver;
import org.jspecify.annotations.Nullable;

/**
 * Makes the table that RUN's cascade reads: on a connection that only its session has.
 *
 * <p>Rows come as vectors from the client's own connection, so uncommitted ones are there and types
 * are exact. Threading: any thread that may run SQL; the query's own thread while it is read.
 */
public final class Staging {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final QueryThreads threads;

    Staging(QueryThreads threads) {
        this.threads = threads;
    }

    /**
     * Runs the query and keeps up to {@code bound} of its rows.
     *
     * @param query prepared on the client's connection; stays the caller's
     * @param table any name: nothing else is in the place where the table is made
     * @throws SqlException 42701 for two columns of one name
     */
    public StagedRows stage(
            EnginePrepared query, List<@Nullable Object> parameters, String table, long bound) {
        RawPrepared prepared = raw(query);
        checkNames(query.columns());
        RawConnection store = prepared.connection().openSibling();
        try {
            boolean truncated;
            try (RawCursor rows = prepared.executeUncast(parameters);
                    TemporaryTable target = TemporaryTable.create(store, table, query.columns())) {
                truncated = copy(rows, target, bound);
            }
            return StagedRows.of(store, table, truncated, threads);
        } catch (RuntimeException fault) {
            store.close();
            throw fault;
        }
    }

    /**
     * Makes a table of an array of objects, its types inferred; an empty one has a column {@code
     * value}.
     *
     * @param connection of the database that the cascade's SQL cells read besides
     * @throws SqlException 22023 if it is not an array of objects
     */
    public StagedRows stage(EngineConnection connection, String rowsJson, String table) {
        JsonNode rows = objects(rowsJson);
        RawConnection store = raw(connection.sibling());
        try {
            String name = SqlText.identifier(table);
            String json = SqlText.literal(rowsJson);
            String structure = structure(store, json, fitsLong(rows) ? "BIGINT" : "HUGEINT");
            if (structure.isEmpty()) {
                store.run("CREATE TEMP TABLE " + name + " (value JSON)");
            } else {
                store.run(
                        "CREATE TEMP TABLE %s AS SELECT item.* FROM (SELECT unnest(from_json(%s, %s)) AS item)"
                                .formatted(name, json, SqlText.literal(structure)));
            }
            return StagedRows.of(store, table, false, threads);
        } catch (RuntimeException fault) {
            store.close();
            throw fault;
        }
    }

    /** True if there were more rows. */
    private static boolean copy(RawCursor rows, TemporaryTable target, long bound) {
        long left = bound;
        for (ByteBuffer chunk = rows.fetch(); chunk != null; chunk = rows.fetch()) {
            try {
                int here = RawDriver.rows(chunk);
                if (here > left) {
                    RawDriver.truncate(chunk, (int) left);
                }
                if (left > 0) {
                    target.append(chunk);
                }
                left -= here;
                if (left < 0) {
                    return true;
                }
            } finally {
                RawDriver.destroyChunk(chunk);
            }
        }
        return false;
    }

    private static void checkNames(List<Column> columns) {
        Set<String> seen = new HashSet<>();
        for (Column column : columns) {
            if (!seen.add(column.name().toLowerCase(Locale.ROOT))) {
                throw new SqlException(
                                SqlState.DUPLICATE_COLUMN,
                                "column \"" + column.name() + "\" is there twice")
                        .hint("give it an alias");
            }
        }
    }

    private static JsonNode objects(String rowsJson) {
        try {
            JsonNode rows = JSON.readTree(rowsJson);
            if (rows.isArray() && rows.valueStream().allMatch(JsonNode::isObject)) {
                return rows;
            }
        } catch (JsonProcessingException fault) {
            throw new SqlException(
                    SqlState.INVALID_PARAMETER_VALUE, "the rows are not JSON", fault);
        }
        throw new SqlException(
                SqlState.INVALID_PARAMETER_VALUE, "the rows are not an array of JSON objects");
    }

    private static boolean fitsLong(JsonNode node) {
        return node.isIntegralNumber()
                ? node.canConvertToLong()
                : node.valueStream().allMatch(Staging::fitsLong);
    }

    // DuckDB infers unsigned types for what happens to be positive, wider ones where signs differ,
    // and NULL for what is always null; all surprise whoever computes with them.
    private static String structure(RawConnection store, String json, String integers) {
        try (RawPrepared prepared =
                        store.prepareOurs(
                                "SELECT json_structure(" + json + ")::VARCHAR", List.of());
                ResultCursor cursor = prepared.execute(List.of())) {
            Chunk chunk = cursor.next();
            if (chunk == null) {
                return "";
            }
            JsonNode structure = JSON.readTree(chunk.column(0).getBytes(0));
            boolean objects = structure.path(0).isObject() && !structure.path(0).isEmpty();
            return objects
                    ? structure
                            .toString()
                            .replaceAll(
                                    "([:\\[])\"(?:BIGINT|UBIGINT|HUGEINT)\"",
                                    "$1\"" + integers + "\"")
                            .replaceAll("([:\\[])\"NULL\"", "$1\"VARCHAR\"")
                    : "";
        } catch (java.io.IOException fault) {
            throw new SqlException(
                    SqlState.INTERNAL_ERROR, "the structure of the rows is unreadable", fault);
        }
    }

    private static RawPrepared raw(EnginePrepared prepared) {
        if (prepared instanceof RawPrepared ours) {
            return ours;
        }
        throw new IllegalArgumentException("a statement of another engine: " + prepared);
    }

    private static RawConnection raw(EngineConnection connection) {
        if (connection instanceof RawConnection ours) {
            return ours;
        }
        throw new IllegalArgumentException("a connection of another engine: " + connection);
    }
}
