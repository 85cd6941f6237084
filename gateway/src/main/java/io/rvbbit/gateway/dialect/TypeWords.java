package io.rvbbit.gateway.dialect;

/** Names of types. Threading: stateless. */
final class TypeWords {
    private TypeWords() {}

    /** PostgreSQL's name for a type of DuckDB's. */
    static String postgres(String engine) {
        if (engine.endsWith("[]")) {
            String element = engine;
            while (element.endsWith("[]")) {
                element = element.substring(0, element.length() - 2);
            }
            return postgres(element) + "[]";
        }
        int parenthesis = engine.indexOf('(');
        return switch (parenthesis < 0 ? engine : engine.substring(0, parenthesis)) {
            case "BOOLEAN" -> "boolean";
            case "TINYINT", "UTINYINT", "SMALLINT" -> "smallint";
            case "USMALLINT", "INTEGER", "\"NULL\"", "NULL" -> "integer";
            case "UINTEGER", "BIGINT" -> "bigint";
            case "UBIGINT", "HUGEINT", "UHUGEINT", "BIGNUM", "DECIMAL" -> "numeric";
            case "FLOAT" -> "real";
            case "DOUBLE" -> "double precision";
            case "BLOB" -> "bytea";
            case "BIT" -> "bit varying";
            case "DATE" -> "date";
            case "TIME" -> "time without time zone";
            case "TIME WITH TIME ZONE" -> "time with time zone";
            case "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS" ->
                    "timestamp without time zone";
            case "TIMESTAMP WITH TIME ZONE" -> "timestamp with time zone";
            case "INTERVAL" -> "interval";
            case "UUID" -> "uuid";
            case "JSON", "STRUCT", "MAP", "UNION" -> "json";
            default -> "text";
        };
    }
}
