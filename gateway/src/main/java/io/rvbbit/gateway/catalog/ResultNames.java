package io.rvbbit.gateway.catalog;

import io.rvbbit.rewriter.Lexer;
import io.rvbbit.rewriter.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Names the columns of a query as PostgreSQL does: {@code count}, {@code ?column?}.
 *
 * <p>Where the select list does not tell the columns one by one, as with {@code *}, the engine's
 * names stand. Threading: stateless.
 */
public final class ResultNames {
    private ResultNames() {}

    /** {@code engineNames} in the order of the result; gives as many names. */
    public static List<String> of(String sql, List<String> engineNames) {
        List<Token> tokens = Lexer.tokensUpToFault(sql);
        if (tokens.getFirst().is("VALUES")) {
            return IntStream.rangeClosed(1, engineNames.size())
                    .mapToObj(number -> "column" + number)
                    .toList();
        }
        if (!tokens.getFirst().isAny("SELECT", "WITH")) {
            return engineNames;
        }
        SqlShape shape = SqlShape.of(tokens);
        List<SqlShape.Item> items = topItems(tokens, shape);
        if (items.size() != engineNames.size()) {
            return engineNames;
        }
        ColumnNames columns = new ColumnNames(tokens, shape);
        List<String> names = new ArrayList<>();
        for (int index = 0; index < items.size(); index++) {
            SqlShape.Item item = items.get(index);
            if (tokens.get(item.end() - 1).isOperator("*")
                    || tokens.get(item.start()).is("COLUMNS")) {
                return engineNames;
            }
            Optional<String> alias = columns.alias(item).map(name -> name.replace("\"\"", "\""));
            names.add(alias.orElse(engineNames.get(index)));
        }
        return List.copyOf(names);
    }

    /** The select list of the statement's own first SELECT. */
    private static List<SqlShape.Item> topItems(List<Token> tokens, SqlShape shape) {
        int[] depths = new int[tokens.size()];
        int depth = 0;
        int end = tokens.size();
        for (int at = 0; at < tokens.size(); at++) {
            Token token = tokens.get(at);
            if (token.isOperator(")") || token.isOperator("]") || token.isOperator("}")) {
                depth--;
            }
            depths[at] = depth;
            if (token.isOperator("(") || token.isOperator("[") || token.isOperator("{")) {
                depth++;
            }
            if (depth == 0 && end == tokens.size() && token.isAny("UNION", "INTERSECT", "EXCEPT")) {
                end = at;
            }
        }
        int last = end;
        return shape.items().stream()
                .filter(item -> item.end() > item.start() && item.start() < last)
                .filter(item -> depths[item.start()] == 0)
                .sorted((a, b) -> Integer.compare(a.start(), b.start()))
                .toList();
    }
}
