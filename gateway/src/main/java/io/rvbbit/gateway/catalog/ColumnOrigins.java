package io.rvbbit.gateway.catalog;

import io.rvbbit.rewriter.Lexer;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.Token;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tells which table's column each column of a query's result is, from the query's text.
 *
 * <p>Follows plain columns and {@code *} through joins, subqueries and common tables, as PostgreSQL
 * does; where a part can't be told, no origin is claimed. Threading: stateless.
 */
public final class ColumnOrigins {
    /** A column of a table or of a part of a query, by name. */
    public record NamedColumn(String name, ColumnOrigin origin) {}

    /** The client's own tables and views. */
    @FunctionalInterface
    public interface Tables {
        /**
         * The columns in their order; empty if there is no such table.
         *
         * @param schema empty where the name has none
         */
        Optional<List<NamedColumn>> columns(String schema, String table);
    }

    private ColumnOrigins() {}

    /** One origin per column; all {@link ColumnOrigin#NONE} where the text does not tell. */
    public static List<ColumnOrigin> of(String sql, int columns, Tables tables) {
        return named(sql, columns, tables)
                .map(found -> found.stream().map(NamedColumn::origin).toList())
                .orElse(Collections.nCopies(columns, ColumnOrigin.NONE));
    }

    /** The same with the columns' names, "" for those that are not told; empty as above. */
    public static Optional<List<NamedColumn>> named(String sql, int columns, Tables tables) {
        Optional<List<NamedColumn>> unknown = Optional.empty();
        if (columns == 0) {
            return unknown;
        }
        List<Token> tokens;
        try {
            tokens = Lexer.tokens(sql);
        } catch (SqlException _) {
            return unknown;
        }
        boolean changes = tokens.getFirst().isAny("insert", "update", "delete");
        if (!changes
                && !tokens.getFirst().isAny("select", "with")
                && !tokens.getFirst().isOperator("(")) {
            return unknown;
        }
        SqlShape shape = SqlShape.of(tokens);
        if (!shape.isBalanced()) {
            return unknown;
        }
        OriginQuery query = new OriginQuery(tokens, shape, tables, Map.of());
        int end = tokens.size() - 1;
        return (changes ? query.returned(end) : query.columns(0, end))
                .filter(found -> found.size() == columns);
    }

    /** The columns of one of the catalogue's own relations, such as {@code pgc.pg_class}. */
    static List<NamedColumn> ofSystem(String key) {
        SystemRelations system = Definitions.INSTANCE.system();
        int table = Integer.parseInt(system.oid(key));
        List<SystemRelations.Column> columns = system.columns(key);
        return java.util.stream.IntStream.range(0, columns.size())
                .mapToObj(index ->
                        new NamedColumn(
                                columns.get(index).name(),
                                new ColumnOrigin(table, index + 1, columns.get(index).type())))
                .toList();
    }
}
