package io.rvbbit.gateway.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.duckdb.DuckDBColumnType;

/**
 * A relation of the catalogue that is read from the engine once and then kept for its connection.
 *
 * @param name such as {@code pgc._relation}
 * @param types lists travel as text and are cast where they are read
 * @param query what fills it, over the engine's own functions and other such relations
 * @param shared whether it is the same in every database, so that it is kept once
 */
record CatalogRelation(
        String name,
        List<String> columns,
        List<DuckDBColumnType> types,
        String query,
        boolean shared) {
    private static final Pattern STAGE =
            Pattern.compile("STAGE (SHARED )?(\\S+)\\(([^)]*)\\) AS (.*)", Pattern.DOTALL);

    CatalogRelation {
        columns = List.copyOf(columns);
        types = List.copyOf(types);
    }

    /** Reads {@code STAGE [SHARED] name(column TYPE, …) AS query}. */
    static CatalogRelation parse(String stage) {
        Matcher parts = STAGE.matcher(stage);
        if (!parts.matches()) {
            throw new IllegalArgumentException("not a staged relation: " + stage);
        }
        List<String> columns = new ArrayList<>();
        List<DuckDBColumnType> types = new ArrayList<>();
        StringJoiner values = new StringJoiner(", ");
        StringJoiner aliases = new StringJoiner(", ");
        for (String column : parts.group(3).split(",", -1)) {
            String[] words = column.strip().split(" ", -1);
            DuckDBColumnType type =
                    switch (words[1]) {
                        case "BIGINT" -> DuckDBColumnType.BIGINT;
                        case "BOOLEAN" -> DuckDBColumnType.BOOLEAN;
                        default -> DuckDBColumnType.VARCHAR;
                    };
            String alias = "c" + columns.size();
            aliases.add(alias);
            values.add("CAST(" + alias + " AS " + type.name() + ")");
            columns.add(words[0]);
            types.add(type);
        }
        return new CatalogRelation(
                parts.group(2),
                columns,
                types,
                "SELECT " + values + " FROM (" + parts.group(4) + ") AS _filled(" + aliases + ")",
                parts.group(1) != null);
    }
}
