package io.rvbbit.gateway.catalog;

import io.rvbbit.gateway.catalog.ColumnOrigins.NamedColumn;
import io.rvbbit.gateway.catalog.ColumnOrigins.Tables;
import io.rvbbit.rewriter.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the names in a select list may refer to: the entries of one FROM clause.
 *
 * <p>Threading: used by one thread.
 */
final class OriginScope {
    private record Entry(String alias, Optional<List<NamedColumn>> columns) {}

    private static final Set<String> NO_ALIAS =
            Set.of(
                    "join",
                    "left",
                    "right",
                    "inner",
                    "full",
                    "cross",
                    "natural",
                    "on",
                    "using",
                    "asof",
                    "positional",
                    "semi",
                    "anti",
                    "tablesample",
                    "with");

    private final List<Token> tokens;
    private final SqlShape shape;
    private final Tables tables;
    private final Map<String, Optional<List<NamedColumn>>> commonTables;
    private final List<Entry> entries = new ArrayList<>();
    private boolean merged;

    OriginScope(
            List<Token> tokens,
            SqlShape shape,
            Tables tables,
            Map<String, Optional<List<NamedColumn>>> commonTables) {
        this.tokens = tokens;
        this.shape = shape;
        this.tables = tables;
        this.commonTables = commonTables;
    }

    void read(int from, int to) {
        boolean entry = true;
        int at = from;
        while (at < to) {
            Token token = tokens.get(at);
            if (entry && token.isAny("lateral", "only")) {
                at++;
            } else if (entry) {
                at = entry(at, to);
                entry = false;
            } else {
                entry = token.isOperator(",") || token.is("join");
                // Joined columns appear once in *, which the text alone does not tell in full.
                merged |= token.isAny("using", "natural");
                at = shape.close(at) + 1;
            }
        }
    }

    private int entry(int at, int to) {
        if (tokens.get(at).isOperator("(")) {
            int close = shape.close(at);
            Token inner = tokens.get(at + 1);
            if (!inner.isAny("select", "with", "values") && !inner.isOperator("(")) {
                read(at + 1, close);
                return close + 1;
            }
            return alias(
                    close + 1,
                    to,
                    "",
                    new OriginQuery(tokens, shape, tables, commonTables).columns(at + 1, close));
        }
        int end = at + 1;
        while (end + 1 < to && tokens.get(end).isOperator(".")) {
            end += 2;
        }
        String name = name(end - 1);
        if (end < to && tokens.get(end).isOperator("(")) {
            return alias(shape.close(end) + 1, to, name, Optional.empty());
        }
        return alias(end, to, name, table(end - at == 1 ? "" : name(end - 3), name));
    }

    private int alias(int at, int to, String name, Optional<List<NamedColumn>> columns) {
        int word = at < to && tokens.get(at).is("as") ? at + 1 : at;
        if (word >= to || !tokens.get(word).isIdentifier() || NO_ALIAS.contains(name(word))) {
            entries.add(new Entry(name, columns));
            return at;
        }
        boolean renamed = word + 1 < to && tokens.get(word + 1).isOperator("(");
        entries.add(new Entry(name(word), renamed ? Optional.empty() : columns));
        return renamed ? shape.close(word + 1) + 1 : word + 1;
    }

    private Optional<List<NamedColumn>> table(String schema, String name) {
        if (schema.isEmpty() && commonTables.containsKey(name)) {
            return commonTables.get(name);
        }
        String key = (schema.equals("information_schema") ? "pgi." : "pgc.") + name;
        boolean system = schema.isEmpty() || CatalogNames.isSystemSchema(schema);
        if (system && Definitions.INSTANCE.system().contains(key)) {
            return Optional.of(ColumnOrigins.ofSystem(key));
        }
        return tables.columns(schema, name);
    }

    private String name(int at) {
        Token token = tokens.get(at);
        return token.isIdentifier() ? token.identifier() : "";
    }

    /** The columns of a query within an expression, as far as they are none of this scope's. */
    Optional<List<NamedColumn>> subquery(int from, int to) {
        return new OriginQuery(tokens, shape, tables, commonTables).columns(from, to);
    }

    /** All columns, as {@code *} gives them; empty where that can't be told. */
    Optional<List<NamedColumn>> all() {
        List<NamedColumn> columns = new ArrayList<>();
        for (Entry entry : entries) {
            if (merged || entry.columns().isEmpty()) {
                return Optional.empty();
            }
            columns.addAll(entry.columns().get());
        }
        return Optional.of(columns);
    }

    /** The columns of one entry, as {@code alias.*} gives them. */
    Optional<List<NamedColumn>> all(String alias) {
        return entries.stream()
                .filter(entry -> entry.alias().equals(alias))
                .findFirst()
                .flatMap(Entry::columns);
    }

    /** The column of that name; {@link ColumnOrigin#NONE} where none or several may be meant. */
    ColumnOrigin column(String alias, String name) {
        List<ColumnOrigin> found =
                entries.stream()
                        .filter(entry -> alias.isEmpty() || entry.alias().equals(alias))
                        .flatMap(entry -> entry.columns().stream())
                        .flatMap(List::stream)
                        .filter(column -> column.name().equalsIgnoreCase(name))
                        .map(NamedColumn::origin)
                        .toList();
        boolean ambiguous =
                found.size() > 1
                        || (alias.isEmpty()
                                && entries.size() > 1
                                && entries.stream().anyMatch(entry -> entry.columns().isEmpty()));
        return found.isEmpty() || ambiguous ? ColumnOrigin.NONE : found.getFirst();
    }
}
