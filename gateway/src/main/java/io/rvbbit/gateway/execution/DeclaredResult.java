package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.dialect.JsonbColumns;
import io.rvbbit.gateway.dialect.ResultTypes;
import io.rvbbit.gateway.engine.Column;
import io.rvbbit.gateway.engine.EngineType;
import io.rvbbit.gateway.engine.EngineType.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * The types of result columns by the names that the statement itself gives them.
 *
 * <p>Threading: stateless.
 */
final class DeclaredResult {
    private DeclaredResult() {}

    static List<EngineType> types(String sql, List<Column> columns) {
        boolean json = columns.stream().anyMatch(column -> element(column) == Kind.JSON);
        List<Boolean> jsonb = json ? JsonbColumns.of(sql) : List.of();
        List<String> declared = ResultTypes.of(sql);
        List<EngineType> types = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            EngineType type = columns.get(i).type();
            Kind element = element(columns.get(i));
            String name = declared.size() == columns.size() ? declared.get(i) : "";
            boolean array = name.endsWith("[]");
            String one = array ? name.substring(0, name.length() - 2) : name;
            if (element == Kind.JSON && !jsonb.isEmpty()) {
                boolean binary =
                        jsonb.size() == columns.size() ? jsonb.get(i) : JsonbColumns.otherwise(sql);
                types.add(binary ? type.ofNamed(EngineType.JSONB) : type);
            } else if (type.kind() == Kind.DECIMAL && name.isEmpty()) {
                types.add(type.named(EngineType.NUMERIC));
            } else if (name.startsWith("row(") && type.kind() == Kind.STRUCT) {
                types.add(record(type, name.substring("row(".length(), name.length() - 1)));
            } else if (array == (type.kind() == Kind.LIST) && fits(one, element)) {
                types.add(type.ofNamed(one));
            } else {
                types.add(type);
            }
        }
        return types;
    }

    private static EngineType record(EngineType type, String names) {
        List<String> named = List.of(names.split(",", -1));
        List<EngineType> fields = new ArrayList<>(type.children());
        for (int i = 0; i < fields.size() && named.size() == fields.size(); i++) {
            if (named.get(i).equals("unknown") && fields.get(i).kind() == Kind.VARCHAR) {
                fields.set(i, fields.get(i).named("unknown"));
            }
        }
        return new EngineType(type.kind(), type.name(), 0, 0, fields, type.labels());
    }

    private static Kind element(Column column) {
        return column.type().innermost().kind();
    }

    private static boolean fits(String name, Kind kind) {
        int parenthesis = name.indexOf('(');
        return switch (parenthesis < 0 ? name : name.substring(0, parenthesis)) {
            case "varchar", "bpchar", "name" -> kind == Kind.VARCHAR;
            case "oid" -> kind == Kind.BIGINT;
            case "bit", "varbit" -> kind == Kind.BIT;
            case "time" -> kind == Kind.TIME;
            case "timetz" -> kind == Kind.TIME_TZ;
            case "timestamp" -> kind == Kind.TIMESTAMP;
            case "timestamptz" -> kind == Kind.TIMESTAMP_TZ;
            case "numeric" -> kind == Kind.DECIMAL;
            default -> false;
        };
    }
}
