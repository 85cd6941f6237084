package io.rvbbit.gateway.catalog;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Every relation of PostgreSQL 15's two system schemas with its columns, filled here or not.
 *
 * <p>Threading: immutable.
 */
final class SystemRelations {
    /** A column and the OID of its type. */
    record Column(String name, int type) {}

    private final Map<String, List<Column>> columns = new HashMap<>();
    private final Map<String, String> oids = new HashMap<>();

    /** Reads lines {@code schema name oid kind rowtype column:type,…}. */
    SystemRelations(String lines) {
        lines.lines()
                .map(line -> line.split(" ", -1))
                .forEach(fields -> {
                    String key = key(fields[0], fields[1]);
                    columns.put(
                            key,
                            Stream.of(fields[5].split(",", -1))
                                    .map(SystemRelations::column)
                                    .toList());
                    oids.put(key, fields[2]);
                });
    }

    private static Column column(String text) {
        String[] parts = text.replace("!", "").split(":", -1);
        return new Column(parts[0], Integer.parseInt(parts[1]));
    }

    private static String key(String schema, String name) {
        return (schema.equals("pg_catalog") ? "pgc." : "pgi.") + name;
    }

    boolean contains(String key) {
        return columns.containsKey(key);
    }

    List<Column> columns(String key) {
        return columns.getOrDefault(key, List.of());
    }

    /** The relation's own number in pg_class. */
    String oid(String key) {
        return oids.getOrDefault(key, "0");
    }

    Map<String, List<Column>> all() {
        return Map.copyOf(columns);
    }

    /** A query without rows that has the relation's columns: nothing in the engine corresponds. */
    String empty(String key) {
        return columns(key).stream()
                .map(column ->
                        "NULL::" + engineType(column.type()) + " AS \"" + column.name() + '"')
                .collect(Collectors.joining(", ", "SELECT ", " WHERE false"));
    }

    /** The engine's type for a column of that type. */
    static String engineType(int oid) {
        return switch (oid) {
            case 16 -> "BOOLEAN";
            case 20, 24, 26, 27, 28, 29, 2205, 2206, 4089, 3220 -> "BIGINT";
            case 21 -> "SMALLINT";
            case 22, 1005 -> "SMALLINT[]";
            case 23 -> "INTEGER";
            case 30, 1028, 1008, 2211 -> "BIGINT[]";
            case 700 -> "FLOAT";
            case 701 -> "DOUBLE";
            case 1002, 1009, 1034, 1003, 1015 -> "VARCHAR[]";
            case 1021 -> "FLOAT[]";
            case 1000 -> "BOOLEAN[]";
            case 1114 -> "TIMESTAMP";
            case 1184 -> "TIMESTAMPTZ";
            case 1185 -> "TIMESTAMPTZ[]";
            case 1186 -> "INTERVAL";
            case 1700 -> "DECIMAL(38,6)";
            case 17 -> "BLOB";
            default -> "VARCHAR";
        };
    }
}
