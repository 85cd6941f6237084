package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.engine.EngineType;
import io.rvbbit.gateway.engine.EngineType.Kind;
import java.util.List;

/**
 * The types that columns of tables were declared with and the engine has no name for: {@code
 * varchar(n)}, {@code char(n)}, {@code jsonb} and arrays of them.
 *
 * <p>They are kept as checks of the table, so they follow every change of it. Threading: stateless.
 */
final class DeclaredColumn {
    private DeclaredColumn() {}

    /**
     * The type of a table's column.
     *
     * @param kept the engine's own
     * @param shown what the statement makes of it
     */
    static EngineType typed(EngineType kept, EngineType shown, String declared) {
        if (!declared.isEmpty()) {
            return typed(kept, declared);
        }
        return kept.kind() == Kind.DECIMAL ? kept : shown;
    }

    /** PostgreSQL's number of a declared type; 0 for "". */
    static int oid(String declared) {
        boolean array = declared.endsWith("[]");
        return switch (declared.replaceFirst("[(\\[].*", "")) {
            case "varchar" -> array ? 1015 : 1043;
            case "bpchar" -> array ? 1014 : 1042;
            case "jsonb" -> array ? 3807 : 3802;
            default -> 0;
        };
    }

    /** The engine's type under its declared name; as it is where the two don't go together. */
    static EngineType typed(EngineType type, String declared) {
        if (declared.endsWith("[]") && type.kind() == Kind.LIST) {
            EngineType element =
                    typed(
                            type.children().getFirst(),
                            declared.substring(0, declared.length() - "[]".length()));
            return new EngineType(
                    type.kind(),
                    type.name(),
                    type.width(),
                    type.scale(),
                    List.of(element),
                    List.of());
        }
        if (declared.equals(EngineType.JSONB) && type.kind() == Kind.JSON) {
            return EngineType.of(Kind.JSON, EngineType.JSONB);
        }
        boolean text = declared.startsWith("varchar") || declared.startsWith("bpchar");
        return text && !declared.endsWith("[]") && type.kind() == Kind.VARCHAR
                ? EngineType.of(Kind.VARCHAR, declared)
                : type;
    }
}
