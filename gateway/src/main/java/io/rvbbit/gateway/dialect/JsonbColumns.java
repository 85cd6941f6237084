package io.rvbbit.gateway.dialect;

import io.rvbbit.rewriter.Lexer;
import io.rvbbit.rewriter.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Which JSON columns of a result the client calls {@code jsonb}.
 *
 * <p>The engine has one JSON type, so the statement's own words decide: those of the column where
 * it has some, else those of the whole statement. Threading: stateless.
 */
public final class JsonbColumns {
    private JsonbColumns() {}

    /** One answer per item of the select list; empty if the statement never says jsonb. */
    public static List<Boolean> of(String sql) {
        if (!sql.toLowerCase(Locale.ROOT).contains("jsonb")) {
            return List.of();
        }
        List<Token> tokens = Lexer.tokens(sql);
        Brackets brackets = Brackets.of(tokens);
        if (!brackets.balanced()) {
            return List.of();
        }
        int from = 0;
        while (from < tokens.size() && !tokens.get(from).isAny("SELECT", "RETURNING")) {
            from = brackets.after(from);
        }
        boolean otherwise = says(tokens, 0, tokens.size(), false);
        List<Boolean> items = new ArrayList<>();
        int start = from + 1;
        int at = start;
        while (at < tokens.size() && !ends(tokens.get(at))) {
            if (tokens.get(at).isOperator(",")) {
                items.add(isJsonb(tokens, start, at, otherwise));
                start = at + 1;
            }
            at = brackets.after(at);
        }
        items.add(isJsonb(tokens, start, Math.min(at, tokens.size()), otherwise));
        return items;
    }

    /** Whether a column of JSON is jsonb where nothing tells its item. */
    public static boolean otherwise(String sql) {
        return says(Lexer.tokens(sql), 0, Integer.MAX_VALUE, false);
    }

    private static boolean ends(Token token) {
        return token.isEnd()
                || token.isAny("FROM", "WHERE", "GROUP", "ORDER", "HAVING", "LIMIT", "UNION")
                || token.isAny("EXCEPT", "INTERSECT", "WINDOW", "OFFSET", "FETCH");
    }

    private static boolean isJsonb(List<Token> tokens, int from, int to, boolean otherwise) {
        if (says(tokens, from, to, false)) {
            return true;
        }
        return otherwise && !says(tokens, from, to, true);
    }

    /** Whether a type or function of the family is named; of the plain one if {@code plain}. */
    private static boolean says(List<Token> tokens, int from, int to, boolean plain) {
        for (int i = from; i < Math.min(to, tokens.size()); i++) {
            if (tokens.get(i).kind() != Token.Kind.WORD) {
                continue;
            }
            String word = tokens.get(i).text().toLowerCase(Locale.ROOT);
            boolean binary = word.startsWith("jsonb") || word.equals("to_jsonb");
            boolean text = !binary && (word.startsWith("json") || word.endsWith("to_json"));
            if (plain ? text : binary) {
                return true;
            }
        }
        return false;
    }

    /** A value's text as {@code jsonb} has it. */
    public static String canonical(String text) {
        return JsonbText.canonical(text);
    }
}
