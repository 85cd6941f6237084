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
        boolean json = columns.stream().anyMatch(column -> column.type().kind() == Kind.JSON);
        List<Boolean> jsonb = json ? JsonbColumns.of(sql) : List.of();
        boolean named = columns.stream().anyMatch(column -> mayHaveName(column.type().kind()));
        List<String> declared = named ? ResultTypes.of(sql) : List.of();
        List<EngineType> types = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            EngineType type = columns.get(i).type();
            String name = declared.size() == columns.size() ? declared.get(i) : "";
            if (type.kind() == Kind.JSON && !jsonb.isEmpty()) {
                boolean binary =
                        jsonb.size() == columns.size() ? jsonb.get(i) : JsonbColumns.otherwise(sql);
                types.add(binary ? EngineType.of(Kind.JSON, EngineType.JSONB) : type);
            } else if (type.kind() == Kind.DECIMAL && !name.startsWith("numeric(")) {
                types.add(type.named(EngineType.NUMERIC));
            } else if (name.startsWith("row(") && type.kind() == Kind.STRUCT) {
                types.add(record(type, name.substring("row(".length(), name.length() - 1)));
            } else if (!name.isEmpty() && fits(name, type.kind())) {
                types.add(EngineType.of(type.kind(), name));
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

    private static boolean mayHaveName(Kind kind) {
        return kind == Kind.VARCHAR
                || kind == Kind.BIGINT
                || kind == Kind.BIT
                || kind == Kind.DECIMAL
                || kind == Kind.STRUCT;
    }

    private static boolean fits(String name, Kind kind) {
        return switch (kind) {
            case VARCHAR ->
                    !name.equals("oid")
                            && !name.startsWith("bit")
                            && !name.startsWith("row(")
                            && !name.startsWith("numeric");
            case BIGINT -> name.equals("oid");
            case BIT -> name.startsWith("bit");
            default -> false;
        };
    }
}
