package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.engine.Chunk;
import io.rvbbit.gateway.engine.EngineConnection;
import io.rvbbit.rewriter.Identifiers;
import io.rvbbit.rewriter.Lexer;
import io.rvbbit.rewriter.Token;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether a statement gives something else each time: by a function, or by what a view, a
 * macro or a column's default calls.
 *
 * <p>Definitions are read again after one may have changed. Threading: the session's thread only.
 */
final class VolatileNames {
    private static final Set<String> FUNCTIONS =
            Set.of(
                    "random",
                    "setseed",
                    "uuid",
                    "gen_random_uuid",
                    "uuidv4",
                    "uuidv7",
                    "nextval",
                    "currval",
                    "now",
                    "clock_timestamp",
                    "statement_timestamp",
                    "transaction_timestamp",
                    "timeofday",
                    "current_timestamp",
                    "current_time",
                    "current_date",
                    "current_localtime",
                    "current_localtimestamp",
                    "get_current_time",
                    "get_current_timestamp",
                    "localtime",
                    "localtimestamp",
                    "today",
                    "txid_current",
                    "read_csv",
                    "read_csv_auto",
                    "read_json",
                    "read_json_auto",
                    "read_parquet",
                    "parquet_scan",
                    "read_text",
                    "read_blob",
                    "glob");
    private static final Set<String> WORDS = Set.of("now", "today", "tomorrow", "yesterday");
    private static final String DEFINITIONS =
            """
            SELECT 'definition', view_name, sql FROM duckdb_views()
            WHERE NOT internal AND database_name NOT IN ('rvbbit', 'examples', 'system')
            UNION ALL
            SELECT 'definition', function_name, macro_definition FROM duckdb_functions()
            WHERE NOT internal AND database_name NOT IN ('rvbbit', 'examples', 'system')
              AND macro_definition IS NOT NULL
            UNION ALL
            SELECT 'default', table_name, column_default FROM duckdb_columns()
            WHERE NOT internal AND database_name NOT IN ('rvbbit', 'examples', 'system')
              AND column_default IS NOT NULL\
            """;

    private record Definition(String name, String text) {}

    private final FunctionUses uses;
    private @Nullable Set<String> definitions;
    private Set<String> defaults = Set.of();
    private long version = -1;

    VolatileNames(FunctionUses uses) {
        this.uses = uses;
    }

    /** Whether the statement may not give the same twice on the same data. */
    boolean in(String statement, EngineConnection connection) {
        if (mentions(statement)) {
            return true;
        }
        Set<String> mentioned = lower(Identifiers.of(statement));
        Set<String> known = read(connection);
        if (mentioned.stream().anyMatch(known::contains)) {
            return true;
        }
        String first = Lexer.tokensUpToFault(statement).getFirst().text();
        boolean fills =
                first.equalsIgnoreCase("INSERT")
                        || first.equalsIgnoreCase("WITH")
                        || first.equalsIgnoreCase("MERGE")
                        || first.equalsIgnoreCase("COPY")
                        || mentioned.contains("default");
        return fills && mentioned.stream().anyMatch(defaults::contains);
    }

    private static boolean mentions(String sql) {
        for (Token token : Lexer.tokensUpToFault(sql)) {
            String word =
                    token.isIdentifier()
                            ? token.identifier().toLowerCase(Locale.ROOT)
                            : token.isString()
                                    ? token.string().strip().toLowerCase(Locale.ROOT)
                                    : "";
            if (token.isIdentifier() ? FUNCTIONS.contains(word) : WORDS.contains(word)) {
                return true;
            }
        }
        return false;
    }

    private Set<String> read(EngineConnection connection) {
        Set<String> known = definitions;
        long now = uses.version();
        if (known != null && now == version) {
            return known;
        }
        List<Definition> found = new ArrayList<>();
        Set<String> filled = new HashSet<>();
        Set<String> changing = new HashSet<>();
        try (var prepared = connection.prepare(DEFINITIONS, List.of());
                var cursor = prepared.execute(List.of())) {
            for (Chunk chunk = cursor.next(); chunk != null; chunk = cursor.next()) {
                for (int row = 0; row < chunk.rows(); row++) {
                    String name = text(chunk, 1, row).toLowerCase(Locale.ROOT);
                    String definition = text(chunk, 2, row);
                    if (text(chunk, 0, row).equals("default")) {
                        if (mentions(definition)) {
                            filled.add(name);
                        }
                    } else if (mentions(definition)) {
                        changing.add(name);
                    } else {
                        found.add(new Definition(name, definition));
                    }
                }
            }
        }
        boolean grows = true;
        while (grows) {
            grows = false;
            for (Definition definition : found) {
                boolean calls =
                        lower(Identifiers.of(definition.text())).stream()
                                .anyMatch(changing::contains);
                grows |= calls && changing.add(definition.name());
            }
        }
        version = now;
        defaults = Set.copyOf(filled);
        definitions = Set.copyOf(changing);
        return Set.copyOf(changing);
    }

    private static Set<String> lower(Set<String> names) {
        return names.stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
    }

    private static String text(Chunk chunk, int column, int row) {
        return chunk.column(column).isNull(row)
                ? ""
                : new String(chunk.column(column).getBytes(row), StandardCharsets.UTF_8);
    }
}
