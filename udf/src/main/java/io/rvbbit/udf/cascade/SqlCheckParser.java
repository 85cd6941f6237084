package io.rvbbit.udf.cascade;

import io.rvbbit.rewriter.Lexer;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.Token;
import io.rvbbit.udf.cascade.SourceNode.Place;
import io.rvbbit.udf.cascade.SourceNode.Scalar;
import io.rvbbit.udf.cascade.Validator.SqlValidator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads a validator's SQL expression, as far as that goes without an engine.
 *
 * <p>Threading: one thread.
 */
final class SqlCheckParser {
    private SqlCheckParser() {}

    /** {@code what} it belongs to, for messages. */
    static SqlValidator read(SourceFile file, String what, String name, Scalar text) {
        String expression = text.text().strip();
        List<Token> tokens;
        try {
            tokens = Lexer.tokens(expression);
        } catch (SqlException e) {
            throw file.wrong(text.place(), none(what) + e.getMessage());
        }
        if (tokens.size() == 1) {
            throw file.wrong(text.place(), none(what) + "it is empty");
        }
        int depth = 0;
        for (Token token : tokens) {
            depth += token.isOperator("(") ? 1 : token.isOperator(")") ? -1 : 0;
            boolean more = token.isOperator(";") || token.kind() == Token.Kind.PARAMETER;
            if (depth < 0 || more || (token.isEnd() && depth > 0)) {
                throw file.wrong(
                        place(text, expression, token),
                        none(what)
                                + (token.isEnd()
                                        ? "a ) is missing"
                                        : Names.quoted(token.text()) + " cannot stand here"));
            }
        }
        return new SqlValidator(name, "", file.placeOf(text), expression);
    }

    private static String none(String what) {
        return what + " holds no SQL expression: ";
    }

    private static Place place(Scalar text, String expression, Token token) {
        long lines = expression.substring(0, token.start()).chars().filter(c -> c == '\n').count();
        int line = text.firstLine() + (int) lines;
        return line == text.place().line() ? text.place() : new Place(line, 1);
    }

    /** What an expression reads of the input; {@code ofInput}: the input is its output. */
    static TemplateUse use(SqlValidator validator, boolean ofInput) {
        Set<String> inputs = new TreeSet<>();
        boolean whole = false;
        List<Token> tokens = Lexer.tokens(validator.expression());
        for (int i = 0; i < tokens.size(); i++) {
            boolean qualified = i > 0 && tokens.get(i - 1).isOperator(".");
            if (!tokens.get(i).isIdentifier() || qualified) {
                continue;
            }
            String name = tokens.get(i).identifier();
            whole |= ofInput && name.equals("output");
            if (!name.equals("input")) {
                continue;
            }
            boolean path = tokens.get(i + 1).isOperator(".") && tokens.get(i + 2).isIdentifier();
            whole |= !path;
            if (path) {
                Token field = tokens.get(i + 2);
                boolean quoted = field.kind() == Token.Kind.QUOTED_IDENTIFIER;
                inputs.add(quoted ? field.identifier() : field.text());
            }
        }
        return new TemplateUse(inputs, inputs, whole, Map.of());
    }
}
