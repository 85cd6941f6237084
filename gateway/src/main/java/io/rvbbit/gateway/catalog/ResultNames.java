package io.rvbbit.gateway.catalog;

import io.rvbbit.rewriter.Lexer;
import io.rvbbit.rewriter.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Names the columns of a query as PostgreSQL does: {@code count}, {@code ?column?}.
 *
 * <p>Where the select list does not tell the columns, as with two {@code *}, the engine's names
 * stand. Threading: stateless.
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
        long stars = items.stream().filter(item -> isStar(tokens, item)).count();
        int starColumns = engineNames.size() - items.size() + 1;
        if (stars > 1
                || (stars == 0 && starColumns != 1)
                || starColumns < 0
                || items.stream().anyMatch(item -> tokens.get(item.start()).is("COLUMNS"))) {
            return engineNames;
        }
        ColumnNames columns = new ColumnNames(tokens, shape);
        List<String> names = new ArrayList<>();
        for (SqlShape.Item item : items) {
            if (isStar(tokens, item)) {
                names.addAll(engineNames.subList(names.size(), names.size() + starColumns));
            } else {
                String engineName = engineNames.get(names.size());
                names.add(
                        columns.alias(item)
                                .map(name -> name.replace("\"\"", "\""))
                                .orElse(engineName));
            }
        }
        return List.copyOf(names);
    }

    private static boolean isStar(List<Token> tokens, SqlShape.Item item) {
        Token last = tokens.get(item.end() - 1);
        return last.isOperator("*") || tokens.get(item.start()).isOperator("*");
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
