package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.engine.Chunk;
import io.rvbbit.gateway.engine.EngineConnection;
import io.rvbbit.rewriter.CommandTag;
import io.rvbbit.rewriter.Identifiers;
import io.rvbbit.rewriter.Lexer;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.rewriter.Statement.PlainStatement;
import io.rvbbit.rewriter.Token;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Tells whether a plain statement calls one of our functions, also through views and macros.
 *
 * <p>Views and macros are read again after a statement that may have changed them, which those that
 * define tables and their like cannot. Threading: any thread.
 */
public final class FunctionUses {
    private static final Set<String> FUNCTIONS = Set.of("rvbbit", "rvbbit_run", "rvbbit_run_batch");
    private static final String DEFINITIONS =
            """
            SELECT view_name AS name, sql AS definition FROM duckdb_views()
            WHERE NOT internal AND database_name NOT IN ('rvbbit', 'examples', 'system')
            UNION ALL
            SELECT function_name, macro_definition FROM duckdb_functions()
            WHERE NOT internal AND database_name NOT IN ('rvbbit', 'examples', 'system')
              AND macro_definition IS NOT NULL\
            """;

    /** Definitions that hold no calls, by the words of the statements that make and drop them. */
    private static final Set<String> CALL_NOTHING =
            Set.of(
                    "CREATE TABLE",
                    "CREATE INDEX",
                    "CREATE SEQUENCE",
                    "CREATE TYPE",
                    "DROP TABLE",
                    "DROP INDEX",
                    "DROP SEQUENCE",
                    "DROP TYPE");

    /** How many definitions there have been, and how many of them may hold calls. */
    record Versions(long all, long calling) {}

    private record Known(long version, Set<String> names) {}

    private record Definition(String name, boolean calls, Set<String> mentions) {}

    private final ConcurrentMap<String, Known> databases = new ConcurrentHashMap<>();

    /** What transactions see, which may be older than what is committed, or not committed yet. */
    private final Map<EngineConnection, Known> transactions =
            Collections.synchronizedMap(new WeakHashMap<>());

    private final AtomicLong version = new AtomicLong();
    private final AtomicLong calling = new AtomicLong();

    /**
     * A statement that makes, changes or drops something has run.
     *
     * @param words of its tag
     */
    void definitionsChanged(String words) {
        version.incrementAndGet();
        if (!CALL_NOTHING.contains(words)) {
            calling.incrementAndGet();
        }
    }

    /** What a transaction has defined since then is now everybody's, or gone. */
    void settled(Versions since) {
        if (version.get() != since.all()) {
            version.incrementAndGet();
        }
        if (calling.get() != since.calling()) {
            calling.incrementAndGet();
        }
    }

    Versions versions() {
        return new Versions(version.get(), calling.get());
    }

    /** Changes whenever definitions may have. */
    long version() {
        return version.get();
    }

    /** Whether running the statement may call a function that costs something. */
    boolean calls(String statement, EngineConnection connection) {
        Set<String> mentioned = Identifiers.of(statement);
        if (callsByName(statement)) {
            return runsItsQuery(statement, mentioned);
        }
        Set<String> names = callers(connection);
        return mentioned.stream().anyMatch(names::contains) && runsItsQuery(statement, mentioned);
    }

    /**
     * Refuses a table or index that would call our functions whenever a row is written: such a
     * write has no caller.
     *
     * @throws SqlException 0A000 at the function's name
     */
    static void refuseInDefinition(PlainStatement statement) {
        String words = CommandTag.of(statement.text()).words();
        if (!Set.of("CREATE TABLE", "ALTER TABLE", "CREATE INDEX").contains(words)) {
            return;
        }
        List<Token> tokens = Lexer.tokensUpToFault(statement.text());
        for (int at = 0; at + 1 < tokens.size(); at++) {
            Token token = tokens.get(at);
            if (token.isIdentifier()
                    && FUNCTIONS.contains(token.identifier().toLowerCase(Locale.ROOT))
                    && tokens.get(at + 1).isOperator("(")) {
                throw new SqlException(
                                SqlState.FEATURE_NOT_SUPPORTED,
                                token.identifier()
                                        + " in the definition of a table or index: not supported")
                        .hint("call it in INSERT or CREATE TABLE … AS SELECT")
                        .at(statement.text().codePointCount(0, token.start()) + 1)
                        .shifted(statement.offset());
            }
        }
    }

    /** One of our names with an argument list; {@code rvbbit.uncosted} is none. */
    private static boolean callsByName(String sql) {
        List<Token> tokens = Lexer.tokensUpToFault(sql);
        for (int at = 0; at + 1 < tokens.size(); at++) {
            Token token = tokens.get(at);
            if (!token.isIdentifier() || !tokens.get(at + 1).isOperator("(")) {
                continue;
            }
            String name = token.identifier().toLowerCase(Locale.ROOT);
            boolean hidden =
                    name.equals("query")
                            && tokens.get(at + 2).isPlainString()
                            && callsByName(tokens.get(at + 2).string());
            if (FUNCTIONS.contains(name) || hidden) {
                return true;
            }
        }
        return false;
    }

    /** Defining a view or showing a plan evaluates nothing. */
    private static boolean runsItsQuery(String statement, Set<String> mentioned) {
        String words = CommandTag.of(statement).words();
        boolean defines = words.startsWith("CREATE") && !words.equals("CREATE TABLE");
        boolean plansOnly = words.equals("EXPLAIN") && !mentioned.contains("analyze");
        return !defines && !words.startsWith("DROP") && !words.startsWith("ALTER") && !plansOnly;
    }

    private Set<String> callers(EngineConnection connection) {
        long now = calling.get();
        boolean inTransaction = connection.inTransaction();
        Known known =
                inTransaction ? transactions.get(connection) : databases.get(connection.database());
        if (known == null || known.version() != now) {
            known = new Known(now, read(connection));
            if (inTransaction) {
                transactions.put(connection, known);
            } else {
                databases.put(connection.database(), known);
            }
        }
        return known.names();
    }

    private static Set<String> read(EngineConnection connection) {
        List<Definition> definitions = new ArrayList<>();
        try (var prepared = connection.prepare(DEFINITIONS, List.of());
                var cursor = prepared.execute(List.of())) {
            for (Chunk chunk = cursor.next(); chunk != null; chunk = cursor.next()) {
                for (int row = 0; row < chunk.rows(); row++) {
                    definitions.add(
                            new Definition(
                                    text(chunk, 0, row).toLowerCase(Locale.ROOT),
                                    callsByName(text(chunk, 1, row)),
                                    Identifiers.of(text(chunk, 1, row))));
                }
            }
        }
        Set<String> found = new HashSet<>();
        boolean grows = true;
        while (grows) {
            grows = false;
            for (Definition definition : definitions) {
                boolean calls =
                        definition.calls()
                                || definition.mentions().stream().anyMatch(found::contains);
                grows |= calls && found.add(definition.name());
            }
        }
        return Set.copyOf(found);
    }

    private static String text(Chunk chunk, int column, int row) {
        return chunk.column(column).isNull(row)
                ? ""
                : new String(chunk.column(column).getBytes(row), StandardCharsets.UTF_8);
    }
}
