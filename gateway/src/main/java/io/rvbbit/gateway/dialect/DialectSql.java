package io.rvbbit.gateway.dialect;

import java.util.List;

/**
 * A statement in the engine's dialect.
 *
 * @param text what the engine runs
 * @param before statements that must run first, in the same transaction
 * @param notices what the client is told
 */
public record DialectSql(String text, List<String> before, List<String> notices) {
    public DialectSql {
        before = List.copyOf(before);
        notices = List.copyOf(notices);
    }

    static DialectSql unchanged(String text) {
        return new DialectSql(text, List.of(), List.of());
    }
}
