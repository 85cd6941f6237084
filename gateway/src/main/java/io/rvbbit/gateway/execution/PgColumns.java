package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.catalog.ResultNames;
import io.rvbbit.gateway.engine.Column;
import io.rvbbit.gateway.engine.EngineType;
import java.util.List;
import java.util.stream.IntStream;

/** The engine's columns under the names that PostgreSQL would give them. Threading: stateless. */
final class PgColumns {
    private PgColumns() {}

    static List<Column> named(String sql, List<Column> columns) {
        List<String> names = ResultNames.of(sql, columns.stream().map(Column::name).toList());
        List<EngineType> types = DeclaredResult.types(sql, columns);
        return IntStream.range(0, columns.size())
                .mapToObj(index -> new Column(names.get(index), types.get(index)))
                .toList();
    }
}
