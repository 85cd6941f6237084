package io.rvbbit.rewriter;

import io.rvbbit.rewriter.Token.Kind;

/** A column type in {@code AS (name type, …)}: kept exactly as written, understood by DuckDB. */
final class TypeText {
    private TypeText() {}

    /** Passes the type here, up to the comma or parenthesis that ends the column. */
    static String read(TokenCursor cursor, String column) {
        Token first = cursor.peek();
        if (!first.isIdentifier()) {
            throw cursor.unexpected("a type for the column \"" + column + "\"")
                    .hint("AS (name type, …), or AS name for one text column");
        }
        int depth = 0;
        while (true) {
            Token token = cursor.peek();
            boolean ends = token.isOperator(",") || token.isOperator(")");
            if (ends && depth == 0) {
                return cursor.text(first.start(), cursor.previous().end());
            }
            if (!isPartOfType(token) || (depth == 0 && isConstraint(token))) {
                throw cursor.unexpected("a name and a type only in AS (…)")
                        .hint("AS (name type, …); NULL is what a missing value becomes");
            }
            depth += change(token);
            cursor.next();
        }
    }

    private static int change(Token token) {
        if (token.isOperator("(") || token.isOperator("[")) {
            return 1;
        }
        return token.isOperator(")") || token.isOperator("]") ? -1 : 0;
    }

    private static boolean isPartOfType(Token token) {
        return switch (token.kind()) {
            case WORD, QUOTED_IDENTIFIER, NUMBER, STRING -> true;
            case OPERATOR -> "()[],.".contains(token.text());
            case PARAMETER, SPACE, COMMENT, END -> false;
        };
    }

    private static boolean isConstraint(Token token) {
        return token.kind() == Kind.WORD
                && token.isAny(
                        "NOT",
                        "NULL",
                        "DEFAULT",
                        "PRIMARY",
                        "UNIQUE",
                        "CHECK",
                        "REFERENCES",
                        "COLLATE",
                        "GENERATED",
                        "AS",
                        "USING");
    }
}
