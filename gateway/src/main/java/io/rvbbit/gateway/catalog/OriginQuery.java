package io.rvbbit.gateway.catalog;

import io.rvbbit.gateway.catalog.ColumnOrigins.NamedColumn;
import io.rvbbit.gateway.catalog.ColumnOrigins.Tables;
import io.rvbbit.rewriter.Token;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Reads the select list of one query, or of one part of it, against what its FROM clause offers.
 *
 * <p>Threading: used by one thread.
 */
final class OriginQuery {
    private final List<Token> tokens;
    private final SqlShape shape;
    private final Tables tables;
    private final Map<String, Optional<List<NamedColumn>>> commonTables;

    OriginQuery(
            List<Token> tokens,
            SqlShape shape,
            Tables tables,
            Map<String, Optional<List<NamedColumn>>> commonTables) {
        this.tokens = tokens;
        this.shape = shape;
        this.tables = tables;
        this.commonTables = new HashMap<>(commonTables);
    }

    /** The columns that the query between these tokens gives; empty where that can't be told. */
    Optional<List<NamedColumn>> columns(int start, int end) {
        int from = start;
        int to = end;
        while (from < to && tokens.get(from).isOperator("(") && shape.close(from) == to - 1) {
            from++;
            to--;
        }
        if (from < to && tokens.get(from).is("with")) {
            from = readCommonTables(from, to);
        }
        int operator = first(from, to, "union", "intersect", "except");
        if (operator < to) {
            int right = tokens.get(operator + 1).isAny("all", "distinct") ? 2 : 1;
            return sameTypes(columns(from, operator), columns(operator + right, to));
        }
        return from < to && tokens.get(from).is("select") ? select(from, to) : Optional.empty();
    }

    private Optional<List<NamedColumn>> select(int select, int to) {
        int items = select + 1;
        if (tokens.get(items).is("distinct")) {
            items = tokens.get(items + 1).is("on") ? shape.close(items + 2) + 1 : items + 1;
        } else if (tokens.get(items).is("all")) {
            items++;
        }
        int from = first(items, to, "from");
        while (from < to && tokens.get(from - 1).is("distinct")) {
            from = first(from + 1, to, "from");
        }
        int rest = from < to ? from + 1 : items;
        int end =
                first(
                        rest, to, "where", "group", "having", "window", "order", "limit", "offset",
                        "fetch", "for", "qualify");
        OriginScope scope = new OriginScope(tokens, shape, tables, commonTables);
        if (from < to) {
            scope.read(from + 1, end);
        }
        return items(items, Math.min(from, end), scope);
    }

    /** What RETURNING gives, of the table alone that the statement changes. */
    Optional<List<NamedColumn>> returned(int to) {
        int returning = first(1, to, "returning");
        int name = tokens.getFirst().is("update") ? 1 : 2;
        int end = first(name, returning, "set", "values", "select", "default", "using", "where");
        boolean joins =
                !tokens.getFirst().is("insert")
                        && first(name, returning, "using", "from") < returning;
        if (returning >= to || end == name || joins) {
            return Optional.empty();
        }
        int last = name + 1;
        while (last + 1 < end && tokens.get(last).isOperator(".")) {
            last += 2;
        }
        boolean alias = last < end && !tokens.get(last).isOperator("(");
        OriginScope scope = new OriginScope(tokens, shape, tables, commonTables);
        scope.read(name, alias ? Math.min(end, last + 2) : last);
        return items(returning + 1, to, scope);
    }

    private Optional<List<NamedColumn>> items(int start, int end, OriginScope scope) {
        List<NamedColumn> columns = new ArrayList<>();
        OriginItem reader = new OriginItem(tokens, shape, scope);
        int item = start;
        while (item < end) {
            int next = item;
            while (next < end && !tokens.get(next).isOperator(",")) {
                next = shape.close(next) + 1;
            }
            Optional<List<NamedColumn>> found = reader.columns(item, next);
            if (found.isEmpty()) {
                return Optional.empty();
            }
            columns.addAll(found.get());
            item = next + 1;
        }
        return columns.isEmpty() ? Optional.empty() : Optional.of(columns);
    }

    /** Reads {@code WITH a AS (…), …} and gives the place of the query behind it. */
    private int readCommonTables(int with, int to) {
        int at = with + 1;
        at += tokens.get(at).is("recursive") ? 1 : 0;
        while (at < to && tokens.get(at).isIdentifier()) {
            int nameAt = at;
            String name = tokens.get(at).identifier();
            boolean renamed = tokens.get(at + 1).isOperator("(");
            int open = at + 1;
            while (open < to && !tokens.get(open).is("as")) {
                open = shape.close(open) + 1;
            }
            while (open < to && !tokens.get(open).isOperator("(")) {
                open++;
            }
            if (open >= to) {
                return to;
            }
            commonTables.put(name, Optional.empty());
            Optional<List<NamedColumn>> columns =
                    new OriginQuery(tokens, shape, tables, commonTables)
                            .common(name, open + 1, shape.close(open));
            commonTables.put(name, renamed ? renamed(columns, nameAt + 1) : columns);
            at = shape.close(open) + 1;
            if (at >= to || !tokens.get(at).isOperator(",")) {
                return at;
            }
            at++;
        }
        return at;
    }

    /** One that reads itself has the types of its first part. */
    private Optional<List<NamedColumn>> common(String name, int from, int to) {
        int operator = first(from, to, "union");
        boolean readsItself =
                operator < to
                        && tokens.subList(operator, to).stream()
                                .anyMatch(token ->
                                        token.isIdentifier() && token.identifier().equals(name));
        if (!readsItself) {
            return columns(from, to);
        }
        Optional<List<NamedColumn>> first = columns(from, operator);
        return sameTypes(first, first);
    }

    /** The columns under the names that stand between the brackets. */
    private Optional<List<NamedColumn>> renamed(Optional<List<NamedColumn>> columns, int open) {
        List<String> names =
                tokens.subList(open, shape.close(open)).stream()
                        .filter(Token::isIdentifier)
                        .map(Token::identifier)
                        .toList();
        return columns.filter(all -> all.size() == names.size())
                .map(all ->
                        IntStream.range(0, names.size())
                                .mapToObj(i -> new NamedColumn(names.get(i), all.get(i).origin()))
                                .toList());
    }

    /** A union's column is no table's, but has the type that both sides give it. */
    private static Optional<List<NamedColumn>> sameTypes(
            Optional<List<NamedColumn>> left, Optional<List<NamedColumn>> right) {
        if (left.isEmpty()) {
            return left;
        }
        List<NamedColumn> columns = new ArrayList<>();
        for (int i = 0; i < left.get().size(); i++) {
            NamedColumn column = left.get().get(i);
            boolean both = right.isPresent() && i < right.get().size();
            ColumnOrigin other = both ? right.get().get(i).origin() : ColumnOrigin.NONE;
            columns.add(new NamedColumn(column.name(), column.origin().common(other)));
        }
        return Optional.of(columns);
    }

    /** The first of these words outside brackets, or {@code to}. */
    private int first(int from, int to, String... words) {
        int at = from;
        while (at < to) {
            Token token = tokens.get(at);
            if (token.isAny(words) && (at == 0 || !tokens.get(at - 1).isOperator("."))) {
                return at;
            }
            at = shape.close(at) + 1;
        }
        return to;
    }
}
