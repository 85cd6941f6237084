package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.catalog.ColumnOrigin;
import io.rvbbit.gateway.catalog.ColumnOrigins;
import io.rvbbit.gateway.catalog.ColumnOrigins.NamedColumn;
import io.rvbbit.gateway.catalog.ResultNames;
import io.rvbbit.gateway.engine.Column;
import io.rvbbit.gateway.engine.EngineType;
import io.rvbbit.gateway.engine.EngineType.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The engine's columns under the names, and with the origins, that PostgreSQL would give them.
 *
 * <p>Threading: stateless.
 */
final class PgColumns {
    private PgColumns() {}

    /**
     * Under their names alone, where the statement is not one that the engine would take; a decimal
     * keeps its digits, which MAP's AS may have given.
     */
    static List<Column> named(String sql, List<Column> columns) {
        List<String> names = ResultNames.of(sql, columns.stream().map(Column::name).toList());
        List<EngineType> types = DeclaredResult.types(sql, columns);
        return IntStream.range(0, columns.size())
                .mapToObj(index -> {
                    Column column = columns.get(index).named(names.get(index));
                    boolean decimal = column.type().kind() == EngineType.Kind.DECIMAL;
                    return decimal ? column : column.typed(types.get(index));
                })
                .toList();
    }

    /** What {@code *} gives has the names that the query in FROM gives it. */
    private static void followStars(
            List<String> names, List<String> engineNames, List<NamedColumn> found) {
        for (int i = 0; i < names.size(); i++) {
            String told = found.get(i).name().replace("\"\"", "\"");
            boolean engines = names.get(i).equals(engineNames.get(i));
            boolean computed = told.equals("?column?") || engineNames.get(i).endsWith(")");
            if (engines && computed && !told.isEmpty()) {
                names.set(i, told);
            }
        }
    }

    /** Under their engine's types, and with the types that they were declared with. */
    static List<Column> loaded(ClientContext client, String sql, List<Column> columns) {
        List<ColumnOrigin> origins = ColumnOrigins.of(sql, columns.size(), client.tableColumns());
        return IntStream.range(0, columns.size())
                .mapToObj(index ->
                        new Column(
                                columns.get(index).name(),
                                columns.get(index).type(),
                                0,
                                0,
                                DeclaredColumn.oid(origins.get(index).declared())))
                .toList();
    }

    static List<Column> described(ClientContext client, String sql, List<Column> columns) {
        Optional<List<NamedColumn>> found =
                ColumnOrigins.named(sql, columns.size(), client.tableColumns());
        List<String> engineNames = columns.stream().map(Column::name).toList();
        List<String> names = new ArrayList<>(ResultNames.of(sql, engineNames));
        found.ifPresent(named -> followStars(names, engineNames, named));
        List<EngineType> types = DeclaredResult.types(sql, columns);
        List<ColumnOrigin> origins =
                found.map(named -> named.stream().map(NamedColumn::origin).toList())
                        .orElse(Collections.nCopies(columns.size(), ColumnOrigin.NONE));
        return IntStream.range(0, columns.size())
                .mapToObj(index ->
                        new Column(
                                names.get(index),
                                origins.get(index).table() != 0
                                        ? DeclaredColumn.typed(
                                                columns.get(index).type(),
                                                types.get(index),
                                                origins.get(index).declared())
                                        : types.get(index),
                                origins.get(index).table(),
                                origins.get(index).attribute(),
                                type(client, columns.get(index), origins.get(index))))
                .toList();
    }

    private static int type(ClientContext client, Column column, ColumnOrigin origin) {
        List<String> labels = column.type().labels();
        return origin.type() == 0 && column.type().kind() == Kind.ENUM && !labels.isEmpty()
                ? client.tableColumns().enumType(labels)
                : origin.type();
    }
}
