package io.rvbbit.gateway.dialect;

import io.rvbbit.rewriter.Token;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code TRUNCATE} and {@code DROP} of several objects, one statement for each.
 *
 * <p>Threading: stateless.
 */
final class ObjectCommands {
    private ObjectCommands() {}

    static DialectSql rewrite(String sql, List<Token> tokens) {
        if (IndexDefinition.isOne(tokens)) {
            return DialectSql.unchanged(IndexDefinition.rewrite(sql, tokens));
        }
        return tokens.getFirst().is("TRUNCATE") ? truncate(sql, tokens) : drop(sql, tokens);
    }

    private static DialectSql truncate(String sql, List<Token> tokens) {
        int at = tokens.get(1).is("TABLE") ? 2 : 1;
        int end = at;
        int last = tokens.size() - 1;
        while (end < last && !tokens.get(end).isAny("RESTART", "CONTINUE", "CASCADE", "RESTRICT")) {
            end++;
        }
        List<String> statements = new ArrayList<>();
        for (String name : names(sql, tokens, at, end)) {
            statements.add("TRUNCATE " + name);
        }
        List<String> notices =
                end < last && tokens.get(end).is("RESTART")
                        ? List.of("sequences go on where they are: RESTART IDENTITY is ignored")
                        : List.of();
        return split(sql, statements, notices);
    }

    private static DialectSql drop(String sql, List<Token> tokens) {
        int at = tokens.get(1).is("MATERIALIZED") ? 3 : 2;
        boolean concurrently = tokens.get(at).is("CONCURRENTLY");
        String head = sql.substring(0, tokens.get(at - 1).end()) + " ";
        at += concurrently ? 1 : 0;
        if (tokens.get(at).is("IF")) {
            head += "IF EXISTS ";
            at += 2;
        }
        int last = tokens.size() - 1;
        int end = at;
        while (end < last && !tokens.get(end).isAny("CASCADE", "RESTRICT")) {
            end++;
        }
        List<String> names = names(sql, tokens, at, end);
        if (names.size() < 2 && !concurrently) {
            return DialectSql.unchanged(sql);
        }
        String tail = end < last ? " " + tokens.get(end).text() : "";
        List<String> statements = new ArrayList<>();
        for (String name : names) {
            statements.add(head + name + tail);
        }
        return split(sql, statements, List.of());
    }

    private static DialectSql split(String sql, List<String> statements, List<String> notices) {
        if (statements.isEmpty()) {
            return DialectSql.unchanged(sql);
        }
        int last = statements.size() - 1;
        return new DialectSql(statements.get(last), statements.subList(0, last), notices);
    }

    private static List<String> names(String sql, List<Token> tokens, int from, int to) {
        List<String> names = new ArrayList<>();
        int start = tokens.get(from).is("ONLY") ? from + 1 : from;
        for (int i = start; i <= to; i++) {
            if ((i == to || tokens.get(i).isOperator(",")) && start < i) {
                names.add(sql.substring(tokens.get(start).start(), tokens.get(i - 1).end()));
                start = i + 1;
            }
        }
        return names;
    }
}
