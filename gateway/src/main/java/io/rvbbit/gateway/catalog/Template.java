package io.rvbbit.gateway.catalog;

import io.rvbbit.rewriter.Lexer;
import io.rvbbit.rewriter.Token;
import java.util.ArrayList;
import java.util.List;

/**
 * A function whose body reads relations of the catalogue, so that it is written into the statement.
 *
 * <p>Parameters start with an underscore, as do the columns that a body reads: an argument's own
 * names can never be captured. Threading: immutable.
 */
record Template(List<String> parameters, String body) {
    Template {
        parameters = List.copyOf(parameters);
    }

    /** Reads {@code (a, b) AS body, (a) AS body}. */
    static List<Template> parse(String overloads) {
        List<Token> tokens = Lexer.tokens(overloads);
        SqlShape shape = SqlShape.of(tokens);
        List<Template> templates = new ArrayList<>();
        int at = 0;
        while (at < tokens.size() - 1) {
            int close = shape.close(at);
            List<String> parameters = new ArrayList<>();
            for (int i = at + 1; i < close; i++) {
                if (tokens.get(i).isIdentifier()) {
                    parameters.add(tokens.get(i).text());
                }
            }
            int start = close + 2;
            int end = start;
            while (end < tokens.size() - 1 && !tokens.get(end).isOperator(",")) {
                end = shape.close(end) + 1;
            }
            templates.add(
                    new Template(
                            parameters,
                            overloads.substring(
                                    tokens.get(start).start(), tokens.get(end - 1).end())));
            at = end + 1;
        }
        return templates;
    }

    /** The body with the arguments' text in place of the parameters. */
    String apply(List<String> arguments) {
        StringBuilder sql = new StringBuilder("(");
        int copied = 0;
        for (Token token : Lexer.tokens(body)) {
            int parameter = token.isIdentifier() ? parameters.indexOf(token.text()) : -1;
            if (parameter >= 0) {
                sql.append(body, copied, token.start())
                        .append('(')
                        .append(arguments.get(parameter))
                        .append(')');
                copied = token.end();
            }
        }
        return sql.append(body, copied, body.length()).append(')').toString();
    }
}
