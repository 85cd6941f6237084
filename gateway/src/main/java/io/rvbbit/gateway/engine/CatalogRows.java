package io.rvbbit.gateway.engine;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.duckdb.DuckDBColumnType;
import org.duckdb.DuckDBWritableVector;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a {@link CatalogRelation} as they were when it was read.
 *
 * <p>Threading: any thread; the rows never change.
 */
final class CatalogRows {
    private final CatalogRelation relation;
    private final List<@Nullable Object[]> rows;
    private volatile @Nullable Map<String, @Nullable Object[]> byKey;

    private CatalogRows(CatalogRelation relation, List<@Nullable Object[]> rows) {
        this.relation = relation;
        this.rows = rows;
    }

    static CatalogRows read(CatalogRelation relation, ResultCursor cursor) {
        List<@Nullable Object[]> rows = new ArrayList<>();
        for (Chunk chunk = cursor.next(); chunk != null; chunk = cursor.next()) {
            for (int row = 0; row < chunk.rows(); row++) {
                @Nullable Object[] values = new Object[relation.columns().size()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = value(chunk.column(i), row, relation.types().get(i));
                }
                rows.add(values);
            }
        }
        return new CatalogRows(relation, rows);
    }

    private static @Nullable Object value(Vector vector, int row, DuckDBColumnType type) {
        if (vector.isNull(row)) {
            return null;
        }
        return switch (type) {
            case BIGINT -> vector.getLong(row);
            case BOOLEAN -> vector.getLong(row) != 0;
            default -> new String(vector.getBytes(row), StandardCharsets.UTF_8);
        };
    }

    int size() {
        return rows.size();
    }

    void write(int row, int column, DuckDBWritableVector out, long place) {
        switch (rows.get(row)[column]) {
            case null -> out.setNull(place);
            case Long number -> out.setLong(place, number);
            case Boolean truth -> out.setBoolean(place, truth);
            case Object text -> out.setString(place, text.toString());
        }
    }

    /** The value in the row whose first column is that text; null if there is no such row. */
    @Nullable Object value(String key, int column) {
        @Nullable Object @Nullable [] row = index().get(key);
        return row == null ? null : row[column];
    }

    /** Whether a row's first column is that text. */
    boolean contains(String key) {
        return index().containsKey(key);
    }

    private Map<String, @Nullable Object[]> index() {
        Map<String, @Nullable Object[]> index = byKey;
        if (index == null) {
            index = HashMap.newHashMap(rows.size());
            for (@Nullable Object[] row : rows) {
                index.put(String.valueOf(row[0]), row);
            }
            byKey = index;
        }
        return index;
    }

    CatalogRelation relation() {
        return relation;
    }
}
