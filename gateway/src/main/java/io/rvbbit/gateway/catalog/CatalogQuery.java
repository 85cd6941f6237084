package io.rvbbit.gateway.catalog;

import io.rvbbit.rewriter.Lexer;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.Token;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;

/**
 * Rewrites what a client asks PostgreSQL's catalogue into SQL over our own definitions of it.
 *
 * <p>The rewrite works on tokens: literals, comments and quoted names are never mistaken for SQL,
 * and a table, column or alias of the client's that merely looks like a catalogue name stays what
 * it is. The relations that a statement reads become common table expressions in front of it. The
 * result depends on the text alone, so what was written last is kept. Threading: any thread.
 */
public final class CatalogQuery {
    private static final Set<String> TRIGGERS = triggers();
    private static final int LONGEST = TRIGGERS.stream().mapToInt(String::length).max().orElse(0);

    /** Statements kept, and the longest that is: a tool's are few and seldom long. */
    private static final int KEPT = 512;

    private static final int LONGEST_KEPT = 8_192;

    private static final Map<String, String> WRITTEN =
            Collections.synchronizedMap(
                    new LinkedHashMap<>(KEPT, 0.75f, true) {
                        private static final long serialVersionUID = 1L;

                        @Override
                        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
                            return size() > KEPT;
                        }
                    });

    private CatalogQuery() {}

    /**
     * The statement in DuckDB's SQL; the same instance if it touches nothing of the catalogue.
     *
     * @param sql one statement without its closing semicolon, parameters as {@code $1 …}
     */
    public static String rewrite(String sql) {
        if (!mentionsCatalog(sql)) {
            return sql;
        }
        String known = WRITTEN.get(sql);
        if (known != null) {
            return known;
        }
        String written = write(sql);
        if (sql.length() <= LONGEST_KEPT) {
            WRITTEN.put(sql, written);
        }
        return written;
    }

    private static String write(String sql) {
        List<Token> tokens;
        try {
            tokens = Lexer.tokens(sql);
        } catch (SqlException _) {
            // Whatever is broken about the text, the engine says it with the position in that text.
            return sql;
        }
        SqlShape shape = SqlShape.of(tokens);
        if (!shape.isBalanced() || !new CatalogNames(tokens, shape).present()) {
            return sql;
        }
        CatalogWriter writer = new CatalogWriter(sql, tokens, shape);
        String body = writer.write();
        return withRelations(body, writer.relations());
    }

    /** The query with the relations that it reads in front of it. */
    static String withRelations(String body, Collection<String> read) {
        Collection<String> relations = withDependencies(read);
        return relations.isEmpty() ? body : commonTables(body, relations);
    }

    private static Set<String> withDependencies(Collection<String> names) {
        Set<String> ordered = new LinkedHashSet<>();
        names.forEach(name -> add(name, ordered));
        return ordered;
    }

    private static void add(String key, Set<String> ordered) {
        if (ordered.contains(key)) {
            return;
        }
        for (String reference : Definitions.commonTables(Definitions.INSTANCE.inlined(key))) {
            add(reference, ordered);
        }
        ordered.add(key);
    }

    private static String commonTables(String body, Collection<String> relations) {
        StringJoiner tables = new StringJoiner(", ");
        for (String key : relations) {
            tables.add(
                    CatalogWriter.commonTable(key)
                            + " AS MATERIALIZED ("
                            + Definitions.INSTANCE.inlined(key)
                            + ")");
        }
        return WithClause.insert(body, tables.toString());
    }

    /**
     * A scan without garbage: only words as long as a catalogue name are looked at more closely.
     */
    private static boolean mentionsCatalog(String sql) {
        int length = sql.length();
        int at = 0;
        while (at < length) {
            if (!isWordCharacter(sql.charAt(at))) {
                at++;
                continue;
            }
            int start = at;
            while (at < length && isWordCharacter(sql.charAt(at))) {
                at++;
            }
            if (at - start > 2 && at - start <= LONGEST && isTrigger(sql, start, at)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isTrigger(String sql, int start, int end) {
        char first = (char) (sql.charAt(start) | 0x20);
        return switch (first) {
            case 'p', 'i', 'r', 'f', 'v', 'o', 'c', 'q', 'h', 's', 'a', 't', 'g', '_' ->
                    TRIGGERS.contains(sql.substring(start, end).toLowerCase(java.util.Locale.ROOT));
            default -> false;
        };
    }

    private static boolean isWordCharacter(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '_';
    }

    private static Set<String> triggers() {
        Set<String> words = new HashSet<>(CatalogNames.KEYWORDS);
        words.addAll(RegCast.TYPES);
        words.add("pg_catalog");
        words.add("information_schema");
        words.addAll(CatalogNames.functions());
        words.addAll(CatalogNames.relations());
        return Set.copyOf(words);
    }
}
