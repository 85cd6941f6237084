package io.rvbbit.gateway.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.rewriter.SqlText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Tells whether a query reads one table and nothing else, from its tree as the engine has parsed
 * it.
 *
 * <p>What it does not know it takes for something else: the answer then is computed once more than
 * it need be. Threading: immutable; the thread of the connection.
 */
final class TableReader {
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Functions that give the same for the same arguments, and are no macro over one that may not.
     */
    private static final String CONSISTENT =
            """
            SELECT lower(function_name) FROM duckdb_functions()
            WHERE function_type IN ('scalar', 'aggregate', 'macro')
              AND database_name NOT IN ('rvbbit', 'examples')
            GROUP BY ALL
            HAVING bool_and(internal AND (stability = 'CONSISTENT' OR (function_type = 'macro'
              AND regexp_matches(function_name, '^(list|array|json_group)_'))))\
            """;

    /** Consistent by the catalogue, and yet they read settings, variables or the environment. */
    private static final Set<String> OUTSIDE =
            Set.of("getvariable", "current_setting", "getenv", "query", "query_table");

    /** Known to the parser or the planner only. */
    private static final Set<String> PLAIN =
            Set.of(
                    "count_star",
                    "row_number",
                    "rank",
                    "dense_rank",
                    "percent_rank",
                    "cume_dist",
                    "ntile",
                    "lag",
                    "lead",
                    "first_value",
                    "last_value",
                    "nth_value",
                    "nullif",
                    "unnest");

    private static final Set<String> TABLES = Set.of("range", "generate_series", "unnest");

    /** Functions that are written as names, and strings that stand for a moment when cast. */
    private static final Set<String> NAMES =
            Set.of(
                    "current_date",
                    "current_time",
                    "current_timestamp",
                    "localtime",
                    "localtimestamp",
                    "current_user",
                    "current_role",
                    "current_schema",
                    "current_catalog",
                    "session_user",
                    "user");

    private static final Set<String> MOMENTS = Set.of("now", "today", "tomorrow", "yesterday");

    private final String table;

    TableReader(String table) {
        this.table = table;
    }

    boolean isOnlyReaderOf(String sql, EngineConnection connection) {
        List<String> tree =
                texts(
                        "SELECT json_serialize_sql(" + SqlText.literal(sql) + ")::VARCHAR",
                        connection);
        Set<String> functions = new HashSet<>(texts(CONSISTENT, connection));
        functions.removeAll(OUTSIDE);
        functions.addAll(PLAIN);
        try {
            JsonNode root = JSON.readTree(tree.getFirst());
            return !root.path("error").asBoolean(true)
                    && root.path("statements").size() == 1
                    && isPure(root.path("statements"), Set.of(), functions);
        } catch (JsonProcessingException e) {
            throw new SqlException(SqlState.INTERNAL_ERROR, "the tree of a query is unreadable", e);
        }
    }

    private boolean isPure(JsonNode node, Set<String> outer, Set<String> functions) {
        Set<String> names = withTables(node, outer);
        boolean pure =
                switch (node.path("type").asText()) {
                    case "BASE_TABLE" -> isOurs(node, names);
                    case "TABLE_FUNCTION" ->
                            TABLES.contains(lower(node.path("function").path("function_name")));
                    case "SHOW_REF", "COLUMN_DATA" -> false;
                    default -> true;
                };
        boolean table = node.path("type").asText().equals("TABLE_FUNCTION");
        pure &= table || isConsistent(node, functions);
        pure &= node.path("sample").isMissingNode() || node.path("sample").isNull();
        if (!pure) {
            return false;
        }
        if (table) {
            // The function itself is known; its arguments are expressions as any.
            return isPure(node.path("function").path("children"), names, functions);
        }
        return node.valueStream().allMatch(child -> isPure(child, names, functions));
    }

    private static boolean isConsistent(JsonNode node, Set<String> functions) {
        return switch (node.path("class").asText()) {
            case "FUNCTION", "WINDOW" -> functions.contains(lower(node.path("function_name")));
            case "COLUMN_REF" ->
                    node.path("column_names").size() != 1
                            || !NAMES.contains(lower(node.path("column_names").path(0)));
            case "CONSTANT" -> !MOMENTS.contains(lower(node.path("value").path("value")).strip());
            default -> true;
        };
    }

    /** The names that WITH gives within this node, and those from around it. */
    private static Set<String> withTables(JsonNode node, Set<String> outer) {
        JsonNode tables = node.path("cte_map").path("map");
        if (tables.isEmpty()) {
            return outer;
        }
        Set<String> names = new HashSet<>(outer);
        tables.forEach(each -> names.add(lower(each.path("key"))));
        return names;
    }

    private boolean isOurs(JsonNode node, Set<String> names) {
        String name = lower(node.path("table_name"));
        String schema = lower(node.path("schema_name"));
        String catalog = lower(node.path("catalog_name"));
        if (schema.isEmpty() && catalog.isEmpty()) {
            return names.contains(name) || name.equals(table.toLowerCase(Locale.ROOT));
        }
        return name.equals(table.toLowerCase(Locale.ROOT))
                && (catalog.equals("temp") || schema.equals("temp"));
    }

    private static String lower(JsonNode text) {
        return text.asText("").toLowerCase(Locale.ROOT);
    }

    private static List<String> texts(String sql, EngineConnection connection) {
        List<String> texts = new ArrayList<>();
        try (EnginePrepared prepared = connection.prepare(sql, List.of());
                ResultCursor cursor = prepared.execute(List.of())) {
            for (Chunk chunk = cursor.next(); chunk != null; chunk = cursor.next()) {
                for (int row = 0; row < chunk.rows(); row++) {
                    texts.add(new String(chunk.column(0).getBytes(row), StandardCharsets.UTF_8));
                }
            }
        }
        return texts;
    }
}
