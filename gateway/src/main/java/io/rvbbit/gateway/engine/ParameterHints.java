package io.rvbbit.gateway.engine;

import io.rvbbit.rewriter.Lexer;
import io.rvbbit.rewriter.Token;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Types of parameters that PostgreSQL would tell from what stands beside them.
 *
 * <p>Threading: stateless.
 */
final class ParameterHints {
    /** A numeric parameter whose digits nobody has told yet. */
    static final String NUMERIC = "DECIMAL";

    private static final int LEAST_SCALE = 10;
    private static final Set<String> SERIES = Set.of("generate_series", "_series", "range");

    private ParameterHints() {}

    /** Gives a type to parameters that have none, where their neighbours tell it. */
    static void fill(String sql, List<String> types) {
        if (!types.contains("")) {
            return;
        }
        List<Token> tokens = Lexer.tokens(sql);
        for (int i = 0; i < tokens.size() - 1; i++) {
            Token token = tokens.get(i);
            if (token.kind() != Token.Kind.PARAMETER
                    || !token.text().matches("\\$\\d{1,5}")
                    || tokens.get(i + 1).isOperator("::")) {
                continue;
            }
            int number = Integer.parseInt(token.text().substring(1));
            if (number < 1 || number > types.size() || !types.get(number - 1).isEmpty()) {
                continue;
            }
            types.set(number - 1, hint(tokens, i));
        }
    }

    private static String hint(List<Token> tokens, int at) {
        Token before = tokens.get(Math.max(0, at - 1));
        Token behind = tokens.get(at + 1);
        if (before.isAny("LIMIT", "OFFSET") || behind.isAny("ROW", "ROWS")) {
            return "BIGINT";
        }
        if (before.isOperator("||") || behind.isOperator("||")) {
            return "VARCHAR";
        }
        if (isArithmetic(behind) && at + 2 < tokens.size()) {
            String type = number(tokens.get(at + 2));
            if (!type.isEmpty()) {
                return type;
            }
        }
        if (isArithmetic(before) && at > 1) {
            String type = number(tokens.get(at - 2));
            if (!type.isEmpty()) {
                return type;
            }
        }
        return inSeries(tokens, at) ? "INTEGER" : "";
    }

    private static boolean isArithmetic(Token token) {
        return token.isOperator("+")
                || token.isOperator("-")
                || token.isOperator("*")
                || token.isOperator("/")
                || token.isOperator("%");
    }

    private static String number(Token token) {
        if (token.kind() != Token.Kind.NUMBER) {
            return "";
        }
        if (token.text().matches("\\d{1,9}")) {
            return "INTEGER";
        }
        return token.text().matches("\\d+") ? "BIGINT" : "DECIMAL(38,10)";
    }

    private static boolean inSeries(List<Token> tokens, int at) {
        int open = at - 1;
        while (open > 0
                && (tokens.get(open).isOperator(",")
                        || tokens.get(open).kind() == Token.Kind.NUMBER
                        || tokens.get(open).kind() == Token.Kind.PARAMETER)) {
            open--;
        }
        return open > 0
                && tokens.get(open).isOperator("(")
                && SERIES.contains(tokens.get(open - 1).text().toLowerCase(Locale.ROOT));
    }

    /** The engine's type for a numeric that meets this type. */
    static String numeric(String met) {
        int scale = LEAST_SCALE;
        if (met.startsWith("DECIMAL(")) {
            String digits = met.substring(met.indexOf(',') + 1, met.indexOf(')'));
            scale = Math.max(scale, Integer.parseInt(digits.strip()));
        }
        return "DECIMAL(38," + scale + ")";
    }

    static String bounded(String type) {
        return type.startsWith("DECIMAL[") ? type.replace("DECIMAL[", "DECIMAL(38,10)[") : type;
    }
}
