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
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Tells whether a query reads certain tables and nothing else, from its tree as the engine has
 * parsed it.
 *
 * <p>What it does not know it takes for something else. Threading: immutable; the thread of the
 * connection.
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

    /** Not the same each time, and yet they read nothing. */
    private static final Set<String> MOVING =
            Set.of(
                    "now",
                    "get_current_timestamp",
                    "transaction_timestamp",
                    "current_date",
                    "current_time",
                    "current_timestamp",
                    "today",
                    "random",
                    "uuid",
                    "gen_random_uuid");

    private static final Set<String> MOMENTS = Set.of("now", "today", "tomorrow", "yesterday");

    private final Set<String> tables;
    private final boolean repeatable;

    private TableReader(Set<String> tables, boolean repeatable) {
        this.tables = tables;
        this.repeatable = repeatable;
    }

    /** Of this table alone, and with the same result for the same rows. */
    static boolean isOnlyReaderOf(String table, String sql, EngineConnection connection) {
        return new TableReader(Set.of(lower(table)), true).outside(sql, connection).isEmpty();
    }

    /**
     * The first that a query reads beside these tables, in words; empty if there is nothing.
     *
     * @throws SqlException 42601 if it cannot be read as one query
     */
    static Optional<String> beside(List<String> tables, String sql, EngineConnection connection) {
        Set<String> names = new HashSet<>();
        tables.forEach(table -> names.add(lower(table)));
        return new TableReader(names, false).outside(sql, connection);
    }

    private Optional<String> outside(String sql, EngineConnection connection) {
        List<String> tree =
                texts(
                        "SELECT json_serialize_sql(" + SqlText.literal(sql) + ")::VARCHAR",
                        connection);
        Set<String> functions = new HashSet<>(texts(CONSISTENT, connection));
        functions.removeAll(OUTSIDE);
        functions.addAll(PLAIN);
        if (!repeatable) {
            functions.addAll(MOVING);
        }
        try {
            JsonNode root = JSON.readTree(tree.getFirst());
            if (root.path("error").asBoolean(true)) {
                if (repeatable) {
                    return Optional.of("this query");
                }
                throw new SqlException(
                        SqlState.SYNTAX_ERROR, root.path("error_message").asText("no query"));
            }
            return root.path("statements").size() == 1
                    ? outside(root.path("statements"), Set.of(), functions)
                    : Optional.of("several statements");
        } catch (JsonProcessingException e) {
            throw new SqlException(SqlState.INTERNAL_ERROR, "the tree of a query is unreadable", e);
        }
    }

    private Optional<String> outside(JsonNode node, Set<String> outer, Set<String> functions) {
        Set<String> names = new HashSet<>(outer);
        for (JsonNode each : node.path("cte_map").path("map")) {
            // Its own name, and those of later ones, still are tables in it.
            Optional<String> within = outside(each.path("value"), names, functions);
            if (within.isPresent()) {
                return within;
            }
            names.add(lower(each.path("key")));
        }
        String type = node.path("type").asText();
        boolean table = type.equals("TABLE_FUNCTION");
        Optional<String> own =
                switch (type) {
                    case "BASE_TABLE" -> isOurs(node, names) ? Optional.empty() : table(node);
                    case "TABLE_FUNCTION" -> function(node.path("function"), TABLES);
                    case "SHOW_REF", "COLUMN_DATA" -> Optional.of(type);
                    default -> inconsistent(node, functions);
                };
        boolean sample = !node.path("sample").isMissingNode() && !node.path("sample").isNull();
        if (own.isPresent() || (sample && repeatable)) {
            return own.isPresent() ? own : Optional.of("a sample");
        }
        if (table) {
            // The function itself is known; its arguments are expressions as any.
            return outside(node.path("function").path("children"), names, functions);
        }
        boolean recursive = type.equals("RECURSIVE_CTE_NODE");
        for (Map.Entry<String, JsonNode> child : node.properties()) {
            Set<String> known = names;
            if (recursive && child.getKey().equals("right")) {
                known = new HashSet<>(names);
                known.add(lower(node.path("cte_name")));
            }
            Optional<String> within =
                    child.getKey().equals("cte_map")
                            ? Optional.empty()
                            : outside(child.getValue(), known, functions);
            if (within.isPresent()) {
                return within;
            }
        }
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            Optional<String> within = outside(node.get(i), names, functions);
            if (within.isPresent()) {
                return within;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> table(JsonNode node) {
        return Optional.of(
                Stream.of("catalog_name", "schema_name", "table_name")
                        .map(part -> node.path(part).asText())
                        .filter(part -> !part.isEmpty())
                        .collect(Collectors.joining(".", "table \"", "\"")));
    }

    private static Optional<String> function(JsonNode node, Set<String> known) {
        String name = lower(node.path("function_name"));
        return known.contains(name) ? Optional.empty() : Optional.of("function \"" + name + "\"");
    }

    private Optional<String> inconsistent(JsonNode node, Set<String> functions) {
        return switch (node.path("class").asText()) {
            case "FUNCTION", "WINDOW" -> function(node, functions);
            case "COLUMN_REF" ->
                    repeatable
                                    && node.path("column_names").size() == 1
                                    && NAMES.contains(lower(node.path("column_names").path(0)))
                            ? Optional.of(lower(node.path("column_names").path(0)))
                            : Optional.empty();
            case "CONSTANT" ->
                    repeatable && MOMENTS.contains(lower(node.path("value").path("value")).strip())
                            ? Optional.of("the time")
                            : Optional.empty();
            default -> Optional.empty();
        };
    }

    private boolean isOurs(JsonNode node, Set<String> names) {
        String name = lower(node.path("table_name"));
        String schema = lower(node.path("schema_name"));
        String catalog = lower(node.path("catalog_name"));
        if (schema.isEmpty() && catalog.isEmpty()) {
            return names.contains(name) || tables.contains(name);
        }
        if (catalog.equals("temp") || (catalog.isEmpty() && schema.equals("temp"))) {
            return repeatable && tables.contains(name);
        }
        return tables.contains(
                (catalog.isEmpty() ? "" : catalog + ".")
                        + (schema.isEmpty() ? "" : schema + ".")
                        + name);
    }

    private static String lower(JsonNode text) {
        return lower(text.asText(""));
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
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
