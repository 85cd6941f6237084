package io.rvbbit.rewriter;

import java.util.List;
import java.util.Optional;

/**
 * Decides whether a query's own top level says how many rows it gives.
 *
 * <p>LIMIT and FETCH FIRST count, also as percentage or parameter; LIMIT ALL, OFFSET, USING SAMPLE
 * and everything inside subqueries, CTEs, literals and comments do not. The words are read by their
 * depth, and JSqlParser reads the structure where it knows the dialect. Threading: stateless.
 */
public final class AutoLimit {
    private enum Words {
        LIMITED,
        UNLIMITED,
        UNCLEAR
    }

    private AutoLimit() {}

    /** True if the query limits itself; the text is read up to what cannot be read. */
    public static boolean hasOwnLimit(String query) {
        List<Token> tokens = Lexer.tokensUpToFault(query);
        if (tokens.stream().noneMatch(token -> token.isAny("LIMIT", "FETCH"))) {
            return false;
        }
        Words words = read(tokens, 0, tokens.size() - 1);
        Optional<Boolean> structure = QueryStructure.isLimited(query, tokens);
        return switch (words) {
            // The two can differ only where JSqlParser takes DuckDB's SQL for something else. LIMIT
            // and FETCH are reserved words there: bare at depth 0 they are the clause (a second
            // LIMIT would cut what was asked for), and where they are not, there is none (believing
            // in one would map a whole table). So the words win whenever they are clear.
            case LIMITED -> true;
            case UNLIMITED -> false;
            // Without either answer we assume no limit: a cut is announced, a bill is not undone.
            case UNCLEAR -> structure.orElse(false);
        };
    }

    private static Words read(List<Token> tokens, int from, int to) {
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
                close + 1 == to || tokens.get(close + 1).isAny("ORDER", "OFFSET", "LIMIT");
        return behind == Words.UNLIMITED && wrapped ? read(tokens, start + 1, close) : behind;
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
