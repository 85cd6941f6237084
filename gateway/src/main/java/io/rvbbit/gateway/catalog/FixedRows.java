package io.rvbbit.gateway.catalog;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/**
 * Relations of {@code pg_catalog} that are the same on every server: casts, operators, and so on.
 *
 * <p>They stand in the instance as tables, one per relation. Threading: immutable.
 */
final class FixedRows {
    private static final String NULL = "\\N";

    private final Map<String, StringBuilder> rows = new LinkedHashMap<>();
    private final SystemRelations system;

    /** Reads lines {@code relation value value …}, in the order of the relation's columns. */
    FixedRows(String lines, SystemRelations system) {
        this.system = system;
        lines.lines()
                .forEach(line -> {
                    int space = line.indexOf(' ');
                    rows.computeIfAbsent(
                                    "pgc." + line.substring(0, space), _ -> new StringBuilder())
                            .append(line, space + 1, line.length())
                            .append('\n');
                });
    }

    /** What fills each relation, by its key. */
    Map<String, String> queries() {
        Map<String, String> queries = new LinkedHashMap<>();
        rows.keySet().forEach(key -> queries.put(key, "SELECT * FROM " + table(key)));
        return queries;
    }

    /** The statements that make the tables. */
    List<String> statements() {
        return rows.entrySet().stream()
                .map(entry -> statement(entry.getKey(), entry.getValue().toString().strip()))
                .toList();
    }

    private String statement(String key, String lines) {
        StringJoiner columns = new StringJoiner(", ");
        int number = 0;
        for (SystemRelations.Column column : system.columns(key)) {
            number++;
            columns.add(
                    "nullif(f[%d], '%s')::%s AS \"%s\""
                            .formatted(
                                    number,
                                    NULL,
                                    SystemRelations.engineType(column.type()),
                                    column.name()));
        }
        return "CREATE TABLE %s AS SELECT %s FROM (SELECT string_split(unnest(string_split('%s', chr(10))), ' ') AS f)"
                .formatted(table(key), columns, lines.replace("'", "''"));
    }

    private static String table(String key) {
        return "rvbbit.pgc._fixed_" + key.substring("pgc.".length());
    }
}
