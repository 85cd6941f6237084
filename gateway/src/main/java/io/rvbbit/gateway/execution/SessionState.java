package io.rvbbit.gateway.execution;

import io.rvbbit.rewriter.Identifiers;
import io.rvbbit.rewriter.SqlText;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What catalogue views tell of the session itself: the engine finds it in connection variables.
 *
 * <p>Threading: the session's thread only.
 */
final class SessionState {
    private static final Set<String> VIEWS =
            Set.of("pg_settings", "pg_prepared_statements", "pg_cursors");

    private final ClientContext client;

    SessionState(ClientContext client) {
        this.client = client;
    }

    static boolean isMentioned(String statement) {
        Set<String> names = Identifiers.of(statement);
        return VIEWS.stream().anyMatch(names::contains);
    }

    /** Tells the engine how things are now; it must be told before a statement is prepared. */
    void tell() {
        client.connection()
                .setVariable("_rvbbit_settings", settings(new SettingCommands(client).shown()));
        client.connection()
                .setVariable(
                        "_rvbbit_prepared",
                        list(
                                client.preparedNames().shown().stream()
                                        .map(SessionState::prepared)
                                        .toList()));
        client.connection()
                .setVariable(
                        "_rvbbit_cursors",
                        list(client.cursors().shown().stream().map(SessionState::cursor).toList()));
    }

    private static String settings(Map<String, String> all) {
        return all.entrySet().stream()
                .map(entry ->
                        SqlText.literal(entry.getKey()) + ": " + SqlText.literal(entry.getValue()))
                .collect(Collectors.joining(", ", "MAP {", "}"));
    }

    private static String list(List<String> rows) {
        return rows.isEmpty() ? "NULL" : "[" + String.join(", ", rows) + "]";
    }

    private static String prepared(PreparedNames.Shown shown) {
        String types =
                shown.types().stream()
                        .map(SqlText::literal)
                        .collect(Collectors.joining(", ", "[", "]::VARCHAR[]"));
        return "{name: %s, statement: %s, prepare_time: %s::TIMESTAMPTZ, parameter_types: %s, from_sql: %s}"
                .formatted(
                        SqlText.literal(shown.name()),
                        SqlText.literal(shown.statement()),
                        SqlText.literal(shown.since().toString()),
                        types,
                        shown.fromSql());
    }

    private static String cursor(Cursors.Shown shown) {
        return "{name: %s, statement: %s, is_holdable: %s, is_binary: %s, is_scrollable: %s, creation_time: %s::TIMESTAMPTZ}"
                .formatted(
                        SqlText.literal(shown.name()),
                        SqlText.literal(shown.statement()),
                        shown.holds(),
                        shown.binary(),
                        shown.scrolls(),
                        SqlText.literal(shown.since().toString()));
    }
}
