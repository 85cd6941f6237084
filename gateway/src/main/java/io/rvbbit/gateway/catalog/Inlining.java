package io.rvbbit.gateway.catalog;

import io.rvbbit.rewriter.Lexer;
import io.rvbbit.rewriter.Token;
import java.util.ArrayList;
import java.util.List;

/** Turns {@code rvbbit.pgc.name} of our own definitions into what stands for it in a statement. */
final class Inlining {
    private Inlining() {}

    /** The text with common tables for relations and with templates written out. */
    static String relations(String sql) {
        List<Token> tokens = Lexer.tokens(sql);
        return copy(sql, tokens, SqlShape.of(tokens), 0, tokens.size() - 1);
    }

    private static String copy(String sql, List<Token> tokens, SqlShape shape, int from, int to) {
        StringBuilder out = new StringBuilder();
        int copied = from < tokens.size() ? tokens.get(from).start() : 0;
        for (int i = from; i < to; i++) {
            if (!tokens.get(i).is("rvbbit")
                    || !tokens.get(i + 1).isOperator(".")
                    || i + 4 >= tokens.size()) {
                continue;
            }
            String key = tokens.get(i + 2).text() + "." + tokens.get(i + 4).text();
            out.append(sql, copied, tokens.get(i).start());
            if (tokens.get(i + 5).isOperator("(") && Definitions.INSTANCE.isFunction(key)) {
                int close = shape.close(i + 5);
                List<String> arguments = new ArrayList<>();
                for (SqlShape.Item argument : arguments(tokens, shape, i + 5)) {
                    arguments.add(copy(sql, tokens, shape, argument.start(), argument.end()));
                }
                out.append(call(key, arguments));
                copied = tokens.get(close).end();
                i = close;
            } else if (Definitions.INSTANCE.isRelation(key)) {
                out.append(CatalogWriter.commonTable(key));
                copied = tokens.get(i + 4).end();
                i += 4;
            } else {
                // One of the tables that stand in the instance.
                copied = tokens.get(i).start();
            }
        }
        int end = to > from ? tokens.get(to - 1).end() : copied;
        return copied < end ? out.append(sql, copied, end).toString() : out.toString();
    }

    /** A call of one of our functions with those arguments. */
    static String call(String key, List<String> arguments) {
        return Definitions.INSTANCE
                .template(key, arguments.size())
                .map(template -> relations(template.apply(arguments)))
                .orElseGet(() -> "rvbbit." + key + "(" + String.join(", ", arguments) + ")");
    }

    /** The arguments between the parenthesis at that token and its partner. */
    static List<SqlShape.Item> arguments(List<Token> tokens, SqlShape shape, int open) {
        List<SqlShape.Item> arguments = new ArrayList<>();
        int close = shape.close(open);
        int start = open + 1;
        for (int i = open + 1; i < close; i = shape.close(i) + 1) {
            if (tokens.get(i).isOperator(",")) {
                arguments.add(new SqlShape.Item(start, i));
                start = i + 1;
            }
        }
        if (start < close) {
            arguments.add(new SqlShape.Item(start, close));
        }
        return arguments;
    }
}
