package io.rvbbit.rewriter;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads what stands behind STDIN or STDOUT, {@code (FORMAT csv, …)} or {@code CSV HEADER …}.
 *
 * <p>Threading: one statement.
 */
final class CopyOptionsParser {
    private final TokenCursor cursor;
    private final CopyOptionsCheck given = new CopyOptionsCheck();

    CopyOptionsParser(TokenCursor cursor) {
        this.cursor = cursor;
    }

    /** COPY BINARY table …, from before PostgreSQL 7.3. */
    void binaryFirst() {
        set("format", "binary", cursor.next());
    }

    CopyOptions read(boolean from) {
        boolean using = cursor.peek().is("USING") && cursor.peek(1).is("DELIMITERS");
        if (using) {
            cursor.next();
        }
        Token old = cursor.peek();
        if (cursor.accept("DELIMITERS")) {
            set("delimiter", string(), old);
        }
        cursor.accept("WITH");
        if (cursor.acceptOperator("(")) {
            generic();
        } else {
            words();
        }
        return given.checked(from);
    }

    private void set(String name, @Nullable Object value, Token at) {
        given.set(name, value, cursor.position(at));
    }

    private void generic() {
        do {
            Token name = cursor.peek();
            if (!name.isIdentifier()) {
                throw cursor.unexpected("an option of COPY");
            }
            cursor.next();
            set(name.identifier(), argument(), name);
        } while (cursor.acceptOperator(","));
        cursor.expectOperator(")", "\",\" or \")\"", "(FORMAT csv, HEADER true)");
    }

    /** A word, string or number as String, a list of them as List, {@code *} as Columns. */
    private @Nullable Object argument() {
        Token token = cursor.peek();
        if (token.isOperator(",") || token.isOperator(")")) {
            return null;
        }
        if (cursor.acceptOperator("*")) {
            return CopyOptions.Columns.ALL;
        }
        if (cursor.acceptOperator("(")) {
            List<String> names = new ArrayList<>();
            do {
                names.add(word());
            } while (cursor.acceptOperator(","));
            cursor.expectOperator(")", "\",\" or \")\"", "(column, …)");
            return names;
        }
        if (token.isOperator("-") || token.isOperator("+")) {
            cursor.next();
            return (token.isOperator("-") ? "-" : "") + word();
        }
        return word();
    }

    private String word() {
        Token token = cursor.peek();
        if (token.isString()) {
            return cursor.next().string();
        }
        if (token.isIdentifier()) {
            return cursor.next().identifier();
        }
        if (token.kind() == Token.Kind.NUMBER) {
            return cursor.next().text();
        }
        throw cursor.unexpected("a value");
    }

    private String string() {
        if (!cursor.peek().isString()) {
            throw cursor.unexpected("a string in single quotes");
        }
        return cursor.next().string();
    }

    private void words() {
        while (cursor.peek().kind() == Token.Kind.WORD && !cursor.peek().is("WHERE")) {
            Token token = cursor.next();
            switch (token.text().toUpperCase(Locale.ROOT)) {
                case "BINARY", "CSV" -> set("format", token.identifier(), token);
                case "FREEZE", "HEADER" -> set(token.identifier(), "true", token);
                case "DELIMITER", "NULL", "QUOTE", "ESCAPE" -> {
                    cursor.accept("AS");
                    set(token.identifier(), string(), token);
                }
                case "ENCODING" -> set("encoding", string(), token);
                case "FORCE" -> force(token);
                default -> {
                    cursor.moveTo(cursor.index() - 1);
                    throw cursor.unexpected("an option of COPY");
                }
            }
        }
    }

    private void force(Token first) {
        if (cursor.accept("QUOTE")) {
            set(
                    "force_quote",
                    cursor.acceptOperator("*") ? CopyOptions.Columns.ALL : list(),
                    first);
        } else if (cursor.accept("NOT") && cursor.accept("NULL")) {
            set("force_not_null", list(), first);
        } else if (cursor.accept("NULL")) {
            set("force_null", list(), first);
        } else {
            throw cursor.unexpected("QUOTE, NOT NULL or NULL");
        }
    }

    private List<String> list() {
        List<String> names = new ArrayList<>();
        do {
            if (!cursor.peek().isIdentifier()) {
                throw cursor.unexpected("a column name");
            }
            names.add(cursor.next().identifier());
        } while (cursor.acceptOperator(","));
        return names;
    }
}
