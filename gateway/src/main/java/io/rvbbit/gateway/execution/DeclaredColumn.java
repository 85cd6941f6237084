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

    /** The engine's type under its declared name; as it is where the two don't go together. */
    static EngineType typed(EngineType type, String declared) {
        if (declared.endsWith("[]") && type.kind() == Kind.LIST) {
            EngineType element =
                    typed(
                            type.children().getFirst(),
                            declared.substring(0, declared.length() - "[]".length()));
            return new EngineType(
                    type.kind(), type.name(), type.width(), type.scale(), List.of(element), List.of());
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
