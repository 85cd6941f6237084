package io.rvbbit.gateway.engine;

import io.rvbbit.rewriter.CodedFault;
import io.rvbbit.rewriter.SqlException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.duckdb.DuckDBColumnType;
import org.duckdb.DuckDBDataChunkReader;
import org.duckdb.DuckDBFunctions;
import org.duckdb.DuckDBReadableVector;
import org.duckdb.DuckDBWritableVector;
import org.jspecify.annotations.Nullable;

/**
 * The functions that find one value in staged relations, as PostgreSQL's system caches do.
 *
 * <p>Each takes a handle of {@link CatalogHandles} and looks through its relations in order. They
 * are volatile, for what they answer is read only when the statement runs. Threading: DuckDB's
 * threads.
 */
final class CatalogLookups {
    private final CatalogStages stages;

    private CatalogLookups(CatalogStages stages) {
        this.stages = stages;
    }

    /** One row's answer; arguments may be null. */
    private interface Lookup {
        @Nullable String find(Places places, @Nullable String[] arguments);
    }

    static void register(Connection connection, CatalogStages stages) throws SQLException {
        CatalogLookups lookups = new CatalogLookups(stages);
        CatalogHandles.register(connection, stages);
        lookups.add(connection, "_rvbbit_look", 1, (places, in) -> places.find(in[0]));
        lookups.add(
                connection, "_rvbbit_name", 1, (places, in) -> CatalogWords.name(places, in[0]));
        lookups.add(
                connection,
                "_rvbbit_reg",
                3,
                (places, in) -> CatalogWords.number(places, in[0], in[1], in[2]));
        lookups.add(
                connection,
                "_rvbbit_format_type",
                2,
                (places, in) -> CatalogWords.type(places, in[0], in[1]));
    }

    private void add(Connection connection, String name, int arguments, Lookup lookup)
            throws SQLException {
        try (var function = DuckDBFunctions.scalarFunction()) {
            function.withName(name);
            for (int i = 0; i <= arguments; i++) {
                function.withParameter(DuckDBColumnType.VARCHAR);
            }
            function.withReturnType(DuckDBColumnType.VARCHAR)
                    .withVolatile()
                    .withVectorizedFunction((in, out) -> eachRow(in, out, arguments, lookup))
                    .register(connection);
        }
    }

    private void eachRow(
            DuckDBDataChunkReader in, DuckDBWritableVector out, int count, Lookup lookup) {
        DuckDBReadableVector handles = in.vector(0);
        DuckDBReadableVector[] vectors = new DuckDBReadableVector[count];
        for (int i = 0; i < count; i++) {
            vectors[i] = in.vector(i + 1);
        }
        @Nullable String[] arguments = new String[count];
        String handle = "";
        Places places = new Places(List.of());
        for (long row = 0; row < in.rowCount(); row++) {
            if (handles.isNull(row)) {
                out.setNull(row);
                continue;
            }
            String wanted = handles.getString(row);
            if (!wanted.equals(handle)) {
                handle = wanted;
                places = places(wanted);
            }
            for (int i = 0; i < count; i++) {
                arguments[i] = vectors[i].isNull(row) ? null : vectors[i].getString(row);
            }
            String found;
            try {
                found = lookup.find(places, arguments);
            } catch (SqlException fault) {
                throw new CodedFault(fault);
            }
            if (found == null) {
                out.setNull(row);
            } else {
                out.setString(row, found);
            }
        }
    }

    private Places places(String handle) {
        String[] words = handle.split(" ", -1);
        CatalogStage stage = stages.stage(Long.parseLong(words[0]));
        List<Place> places = new ArrayList<>();
        for (int i = 1; i < words.length; i++) {
            String[] parts = words[i].split("#", -1);
            places.add(
                    new Place(
                            stage.rows(parts[0]),
                            parts.length > 1 ? Integer.parseInt(parts[1]) : 1));
        }
        return new Places(places);
    }

    /** Where a lookup looks: rows, and the column that it answers with. */
    record Place(CatalogRows rows, int column) {}

    /** The relations of a handle in their order. */
    record Places(List<Place> all) {
        Places {
            all = List.copyOf(all);
        }

        /** The answer of the first relation that has the key; null if none has. */
        @Nullable String find(@Nullable String key) {
            return find(key, 0);
        }

        @Nullable String find(@Nullable String key, int columnsOn) {
            if (key == null) {
                return null;
            }
            for (Place place : all) {
                if (place.rows().contains(key)) {
                    Object value = place.rows().value(key, place.column() + columnsOn);
                    return value == null ? null : value.toString();
                }
            }
            return null;
        }
    }
}
