package io.rvbbit.rewriter;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * PostgreSQL's word for what a statement did, as CommandComplete carries it.
 *
 * @param words such as {@code CREATE TABLE}
 * @param counting whether the number of rows follows
 */
public record CommandTag(String words, boolean counting) {
    private static final Set<String> QUERIES =
            Set.of("SELECT", "FROM", "VALUES", "TABLE", "PIVOT", "UNPIVOT", "RVBBIT");
    private static final Set<String> SHOWING = Set.of("SHOW", "DESCRIBE", "DESC", "SUMMARIZE");
    private static final Set<String> COUNTING =
            Set.of("INSERT", "UPDATE", "DELETE", "MERGE", "COPY", "FETCH", "MOVE");
    private static final Set<String> BETWEEN =
            Set.of(
                    "OR",
                    "REPLACE",
                    "TEMP",
                    "TEMPORARY",
                    "PERSISTENT",
                    "LOCAL",
                    "GLOBAL",
                    "UNLOGGED",
                    "RECURSIVE",
                    "UNIQUE");

    /** The tag of one statement; {@code SELECT} where the words say nothing else. */
    public static CommandTag of(String statement) {
        List<Token> tokens = Lexer.tokensUpToFault(statement);
        int at = 0;
        while (tokens.get(at).isOperator("(")) {
            at++;
        }
        at = CommonTables.at(tokens, at).map(CommonTables::end).orElse(at);
        String verb = word(tokens, at);
        if (QUERIES.contains(verb) || tokens.get(at).kind() != Token.Kind.WORD) {
            return new CommandTag("SELECT", true);
        }
        if (COUNTING.contains(verb)) {
            return new CommandTag(verb, true);
        }
        if (SHOWING.contains(verb)) {
            return new CommandTag("SHOW", false);
        }
        String next = word(tokens, Math.min(at + 1, tokens.size() - 1));
        return switch (verb) {
            case "CREATE" -> created(tokens, at + 1);
            case "ALTER", "DROP" -> new CommandTag(verb + object(tokens, at + 1), false);
            case "END" -> new CommandTag("COMMIT", false);
            case "ABORT" -> new CommandTag("ROLLBACK", false);
            case "START" -> new CommandTag("START TRANSACTION", false);
            case "TRUNCATE" -> new CommandTag("TRUNCATE TABLE", false);
            case "DISCARD", "DEALLOCATE" ->
                    new CommandTag(next.equals("ALL") ? verb + " ALL" : verb, false);
            case "DECLARE" -> new CommandTag("DECLARE CURSOR", false);
            case "CLOSE" -> new CommandTag("CLOSE CURSOR", false);
            default -> new CommandTag(verb, false);
        };
    }

    /** What CommandComplete says; INSERT has the object id 0 before its count. */
    public String complete(long rows) {
        if (!counting) {
            return words;
        }
        return words + (words.equals("INSERT") ? " 0 " : " ") + rows;
    }

    private static CommandTag created(List<Token> tokens, int from) {
        String object = object(tokens, from);
        // PostgreSQL answers CREATE TABLE AS as the query that it ran.
        return object.equals(" TABLE") && isTableAs(tokens, from)
                ? new CommandTag("SELECT", true)
                : new CommandTag("CREATE" + object, false);
    }

    private static boolean isTableAs(List<Token> tokens, int from) {
        int depth = 0;
        for (int at = from; at < tokens.size(); at++) {
            Token token = tokens.get(at);
            if (depth == 0 && token.is("AS")) {
                return true;
            }
            depth += token.isOperator("(") ? 1 : token.isOperator(")") ? -1 : 0;
        }
        return false;
    }

    private static String object(List<Token> tokens, int from) {
        int at = from;
        while (BETWEEN.contains(word(tokens, at))) {
            at++;
        }
        String object = word(tokens, at);
        return switch (object) {
            case "" -> "";
            // DuckDB's macros are PostgreSQL's functions.
            case "MACRO" -> " FUNCTION";
            case "MATERIALIZED" -> " MATERIALIZED VIEW";
            default -> " " + object;
        };
    }

    private static String word(List<Token> tokens, int at) {
        Token token = tokens.get(at);
        return token.kind() == Token.Kind.WORD ? token.text().toUpperCase(Locale.ROOT) : "";
    }
}
