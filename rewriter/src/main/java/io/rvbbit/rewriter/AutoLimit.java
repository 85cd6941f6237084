package io.rvbbit.rewriter;

import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * Decides whether a query's own top level says how many rows it gives.
 *
 * <p>LIMIT and FETCH FIRST count, also as percentage or parameter; LIMIT ALL, OFFSET, USING SAMPLE
 * and everything inside subqueries, CTEs, literals and comments do not. The words are read by their
 * depth; where they are not clear, JSqlParser reads the structure if it knows the dialect.
 * Threading: stateless.
 */
public final class AutoLimit {
    private enum Words {
        LIMITED,
        UNLIMITED,
        UNCLEAR
    }

    private static final Pattern DIGITS = Pattern.compile("\\d{1,18}");

    /** Parentheses around the whole query that are looked through. */
    private static final int DEEPEST = 64;

    private AutoLimit() {}

    /** True if the query limits itself; the text is read up to what cannot be read. */
    public static boolean hasOwnLimit(String query) {
        List<Token> tokens = Lexer.tokensUpToFault(query);
        if (tokens.stream().noneMatch(token -> token.isAny("LIMIT", "FETCH"))) {
            return false;
        }
        return switch (read(tokens)) {
            // LIMIT and FETCH are reserved words in DuckDB: bare at depth 0 they are the clause,
            // and
            // where they are not, there is none. JSqlParser differs where it takes DuckDB's SQL for
            // something else, or gives the LIMIT behind a UNION to its last branch. Either mistake
            // hurts (a second LIMIT cuts what was asked for; believing in one that is not there
            // maps a whole table), so clear words decide.
            case LIMITED -> true;
            case UNLIMITED -> false;
            // Without either answer we assume no limit: a cut is announced, a bill is not undone.
            case UNCLEAR -> QueryStructure.isLimited(query, tokens).orElse(false);
        };
    }

    /** The number behind the query's own LIMIT; empty where it is none that can be read here. */
    static OptionalLong ownLimit(String query) {
        if (!hasOwnLimit(query)) {
            return OptionalLong.empty();
        }
        List<Token> tokens = Lexer.tokensUpToFault(query);
        OptionalLong found = OptionalLong.empty();
        int depth = 0;
        for (int at = 0; at + 2 < tokens.size(); at++) {
            depth += change(tokens.get(at));
            if (depth == 0 && tokens.get(at).is("LIMIT") && !isName(tokens, at)) {
                Token number = tokens.get(at + 1);
                Token next = tokens.get(at + 2);
                boolean whole = next.isEnd() || next.isOperator(";") || next.is("OFFSET");
                found =
                        whole && DIGITS.matcher(number.text()).matches()
                                ? OptionalLong.of(Long.parseLong(number.text()))
                                : OptionalLong.empty();
            }
        }
        return found;
    }

    private static Words read(List<Token> tokens) {
        int from = 0;
        int to = tokens.size() - 1;
        for (int depth = 0; depth < DEEPEST; depth++) {
            int start = CommonTables.at(tokens, from).map(CommonTables::end).orElse(from);
            if (start >= to || !tokens.get(start).isOperator("(")) {
                return topLevel(tokens, start, to);
            }
            int close = CommonTables.closing(tokens, start);
            if (close < 0 || close >= to) {
                return Words.UNCLEAR;
            }
            Words behind = topLevel(tokens, close + 1, to);
            // (SELECT … LIMIT 5) is limited, also when it is only sorted; a UNION of such is not.
            boolean wrapped =
                    close + 1 == to
                            || tokens.get(close + 1).isAny("ORDER", "OFFSET", "LIMIT", "FETCH");
            if (behind != Words.UNLIMITED || !wrapped) {
                return behind;
            }
            from = start + 1;
            to = close;
        }
        return Words.UNCLEAR;
    }

    private static Words topLevel(List<Token> tokens, int from, int to) {
        int depth = 0;
        Words answer = Words.UNLIMITED;
        for (int at = from; at < to; at++) {
            Token token = tokens.get(at);
            depth += change(token);
            if (depth == 0 && !isName(tokens, at)) {
                Words here = clause(token, tokens.get(at + 1));
                answer = here == Words.UNLIMITED ? answer : here;
            }
        }
        return answer;
    }

    private static Words clause(Token word, Token next) {
        if (word.is("FETCH") && next.isAny("FIRST", "NEXT")) {
            return Words.LIMITED;
        }
        if (!word.is("LIMIT") || next.isAny("ALL", "NULL")) {
            return Words.UNLIMITED;
        }
        return switch (next.kind()) {
            case NUMBER, PARAMETER, STRING, WORD, QUOTED_IDENTIFIER -> Words.LIMITED;
            case OPERATOR ->
                    next.isOperator("(") || next.isOperator("?") || next.isOperator("-")
                            ? Words.LIMITED
                            : Words.UNCLEAR;
            case END, SPACE, COMMENT -> Words.UNCLEAR;
        };
    }

    // After AS or a dot even a reserved word is a name.
    private static boolean isName(List<Token> tokens, int at) {
        return at > 0 && (tokens.get(at - 1).is("AS") || tokens.get(at - 1).isOperator("."));
    }

    private static int change(Token token) {
        if (token.isOperator("(") || token.isOperator("[") || token.isOperator("{")) {
            return 1;
        }
        boolean closes = token.isOperator(")") || token.isOperator("]") || token.isOperator("}");
        return closes ? -1 : 0;
    }
}
