package io.rvbbit.rewriter;

import io.rvbbit.rewriter.Statement.PromoteStatement;
import java.util.List;

/**
 * Reads {@code RVBBIT PROMOTE FUNCTION name TO 'file' [WITH (redact = true)]}.
 *
 * <p>Threading: one parse.
 */
final class PromoteParser {
    private static final String FORM =
            "RVBBIT PROMOTE FUNCTION name TO 'traits/name.yaml' [WITH (redact = true)]";
    private static final String REDACT = "redact";

    private final Script.Part part;
    private final TokenCursor cursor;

    /** {@code cursor} is before RVBBIT. */
    PromoteParser(Script.Part part, TokenCursor cursor) {
        this.part = part;
        this.cursor = cursor;
    }

    PromoteStatement parse() {
        cursor.moveTo(2);
        if (!cursor.accept("FUNCTION")) {
            throw cursor.unexpected("FUNCTION after PROMOTE", FORM, "FUNCTION");
        }
        Token name = cursor.peek();
        Target.TableName function;
        try {
            function = cursor.expectName("the function's name");
        } catch (SqlException e) {
            throw e.hint(FORM);
        }
        if (function.parts().size() > 2) {
            throw new SqlException(
                            SqlState.SYNTAX_ERROR,
                            "a function has a name and at most a schema, not \""
                                    + function.text()
                                    + "\"")
                    .at(cursor.position(name))
                    .hint(FORM);
        }
        if (!cursor.accept("TO")) {
            throw cursor.unexpected("TO after the function's name", FORM, "TO");
        }
        Token file = cursor.peek();
        if (!file.isString() || file.string().isBlank()) {
            throw cursor.unexpected("a file's name in single quotes").hint(FORM);
        }
        cursor.next();
        boolean redact = redact();
        if (!cursor.peek().isEnd()) {
            throw cursor.unexpected("WITH (…) or the end of the statement", FORM, "WITH");
        }
        List<String> parts = function.parts();
        return new PromoteStatement(
                part.text(),
                part.offset(),
                parts.size() == 2 ? parts.getFirst() : "",
                parts.getLast(),
                file.string().strip(),
                cursor.position(name),
                cursor.position(file),
                redact);
    }

    private boolean redact() {
        if (!cursor.accept("WITH")) {
            return false;
        }
        cursor.expectOperator("(", "\"(\" after WITH", FORM);
        Token key = cursor.peek();
        if (!key.isIdentifier()) {
            throw cursor.unexpected("a key in WITH (…)").hint("keys: " + REDACT);
        }
        cursor.next();
        if (!key.identifier().equals(REDACT)) {
            String nearest =
                    NearestName.of(key.identifier(), List.of(REDACT))
                            .map(near -> "did you mean " + near + "? ")
                            .orElse("");
            throw new SqlException(
                            SqlState.INVALID_PARAMETER_VALUE,
                            "unknown key \"" + key.identifier() + "\" in WITH (…)")
                    .at(cursor.position(key))
                    .hint(nearest + "keys: " + REDACT);
        }
        cursor.expectOperator("=", "\"=\" after the key \"" + REDACT + "\"", FORM);
        boolean redact = OptionValue.read(cursor, REDACT).flag();
        cursor.expectOperator(")", "\")\" after the value", FORM);
        return redact;
    }
}
