package io.rvbbit.gateway.engine;

import io.rvbbit.rewriter.Lexer;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.rewriter.Token;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Refuses what DuckDB's own locks leave open to a client.
 *
 * <p>DuckDB, locked, still lets one client detach a catalog from under all others, print profiles
 * to the server's output, switch logging on, write over the database's own file, and read
 * connection variables. The guard looks at tokens, so nothing in a literal, comment or quoted name
 * misleads it. Threading: immutable.
 */
final class ClientGuard {
    private static final Set<String> STATEMENTS =
            Set.of("ATTACH", "DETACH", "INSTALL", "LOAD", "IMPORT", "FORCE");

    private static final Set<String> PRAGMAS =
            Set.of(
                    "table_info",
                    "show_tables",
                    "show_tables_expanded",
                    "show_databases",
                    "show",
                    "database_list",
                    "database_size",
                    "version",
                    "platform",
                    "collations",
                    "functions",
                    "storage_info",
                    "metadata_info");

    private static final Set<String> FUNCTIONS =
            Set.of(
                    "all_profiling_output",
                    "arrow_scan",
                    "arrow_scan_dumb",
                    "copy_database",
                    "disable_logging",
                    "duckdb_log_contexts",
                    "duckdb_logs",
                    "duckdb_variables",
                    "enable_logging",
                    "enable_profile",
                    "enable_profiling",
                    "disable_profile",
                    "disable_profiling",
                    "force_checkpoint",
                    "import_database",
                    "json_execute_serialized_sql",
                    "truncate_duckdb_logs",
                    "write_log");

    // The catalogue rewrite reads our other variables; only this one is a secret.
    private static final String CALLER = "_rvbbit_caller";

    private final ClientPaths paths;
    private final ReservedNames names;

    ClientGuard(EngineConfig config, ReservedNames names) {
        this.paths = new ClientPaths(config);
        this.names = names;
    }

    /**
     * @throws SqlException 42501, 42939 or 42601 at the token that is refused
     */
    void check(List<Token> tokens, String sql) {
        try {
            single(tokens);
            statement(tokens);
            functions(tokens);
            names.check(tokens);
            paths.check(tokens);
        } catch (RefusedToken refused) {
            int at = sql.codePointCount(0, refused.token().start()) + 1;
            throw refused.error().at(at);
        }
    }

    private static void single(List<Token> tokens) {
        if (tokens.getFirst().isEnd() || tokens.getFirst().isOperator(";")) {
            throw new SqlException(SqlState.SYNTAX_ERROR, "there is no statement");
        }
        boolean ended = false;
        for (Token token : tokens) {
            if (ended && !token.isOperator(";") && !token.isEnd()) {
                throw new RefusedToken(
                        token,
                        new SqlException(
                                SqlState.SYNTAX_ERROR,
                                "cannot insert multiple commands into a prepared statement"));
            }
            ended |= token.isOperator(";");
        }
    }

    private static void statement(List<Token> tokens) {
        Token first = tokens.getFirst();
        Token second = tokens.get(1);
        if (first.kind() != Token.Kind.WORD) {
            return;
        }
        String word = first.text().toUpperCase(Locale.ROOT);
        if (STATEMENTS.contains(word)) {
            throw denied(
                    first, word + " is not open to clients", "use CREATE DATABASE and SQL files");
        }
        boolean allowedPragma =
                second.isIdentifier()
                        && PRAGMAS.contains(second.identifier())
                        && !tokens.get(2).isOperator("=");
        if (word.equals("PRAGMA") && !allowedPragma) {
            throw denied(first, "this PRAGMA is not open to clients", "");
        }
        if ((word.equals("SET") || word.equals("RESET"))) {
            if (second.is("GLOBAL")) {
                throw denied(
                        second, "a client changes settings for its session only", "SET SESSION …");
            }
            boolean ours =
                    second.is("VARIABLE")
                            && tokens.get(2).isIdentifier()
                            && isOurs(tokens.get(2).identifier());
            if (ours) {
                throw denied(tokens.get(2), "this variable belongs to the server", "");
            }
        }
    }

    private void functions(List<Token> tokens) {
        for (int i = 0; i + 1 < tokens.size(); i++) {
            Token token = tokens.get(i);
            if (!token.isIdentifier() || !tokens.get(i + 1).isOperator("(")) {
                continue;
            }
            String name = token.identifier().toLowerCase(Locale.ROOT);
            if (FUNCTIONS.contains(name)) {
                throw denied(token, "permission denied for function " + name, "");
            }
            if (name.equals("getvariable") || name.equals("query")) {
                Token argument = tokens.get(i + 2);
                if (!argument.isString() || !tokens.get(i + 3).isOperator(")")) {
                    throw denied(token, name + " takes one string literal here", "");
                }
                literalArgument(name, argument);
            }
        }
    }

    private void literalArgument(String name, Token argument) {
        if (name.equals("query")) {
            check(Lexer.tokens(argument.string()), argument.string());
        } else if (argument.string().toLowerCase(Locale.ROOT).equals(CALLER)) {
            throw denied(argument, "this variable belongs to the server", "");
        }
    }

    private static boolean isOurs(String variable) {
        return variable.toLowerCase(Locale.ROOT).startsWith("_rvbbit");
    }

    static RefusedToken denied(Token token, String message, String hint) {
        SqlException error = new SqlException(SqlState.INSUFFICIENT_PRIVILEGE, message);
        return new RefusedToken(token, hint.isEmpty() ? error : error.hint(hint));
    }

    /** Carries a refusal to where its position is known. */
    static final class RefusedToken extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient Token token;
        private final SqlException error;

        RefusedToken(Token token, SqlException error) {
            super(null, error, false, false);
            this.token = token;
            this.error = error;
        }

        Token token() {
            return token;
        }

        SqlException error() {
            return error;
        }
    }
}
