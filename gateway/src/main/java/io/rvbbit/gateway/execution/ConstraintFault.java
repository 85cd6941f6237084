package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.engine.Chunk;
import io.rvbbit.gateway.engine.EngineConnection;
import io.rvbbit.rewriter.Lexer;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlText;
import io.rvbbit.rewriter.Token;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which constraint a change has violated, in PostgreSQL's words: the engine tells keys and checks,
 * but no names.
 *
 * <p>The names come from the catalogue as it is committed. Where several constraints may be meant
 * the fault stays as it is. Threading: the session's thread only.
 */
final class ConstraintFault {
    private static final Pattern KEY =
            Pattern.compile("Key \"(?<key>.*)\" (?<rest>\\S.*)", Pattern.DOTALL);
    private static final Pattern COLUMNS =
            Pattern.compile(
                    "\\((?<own>[^)]*)\\)(?: REFERENCES (?<table>.+?)\\((?<other>[^)]*)\\))?");

    /** A constraint or unique index; {@code definition} as PostgreSQL prints it. */
    private record Constraint(String name, String schema, String table, String definition) {
        private List<String> columns(String group) {
            Matcher matcher = COLUMNS.matcher(definition);
            String listed = matcher.find() ? matcher.group(group) : null;
            return listed == null
                    ? List.of()
                    : Arrays.stream(listed.split(", ", -1)).map(ConstraintFault::unquoted).toList();
        }

        String referenced() {
            Matcher matcher = COLUMNS.matcher(definition);
            String found = matcher.find() ? matcher.group("table") : null;
            return found == null ? "" : unquoted(found.substring(found.lastIndexOf('.') + 1));
        }
    }

    private final ClientContext client;
    private final SqlException fault;
    private final String table;

    private ConstraintFault(ClientContext client, SqlException fault, String table) {
        this.client = client;
        this.fault = fault;
        this.table = table;
    }

    /** The fault with what the catalogue knows of it; any other fault as it is. */
    static SqlException named(ClientContext client, String sql, SqlException fault) {
        boolean constraint =
                switch (fault.state()) {
                    case UNIQUE_VIOLATION, FOREIGN_KEY_VIOLATION, CHECK_VIOLATION -> true;
                    default -> false;
                };
        if (!constraint || fault.detail().isEmpty()) {
            return fault;
        }
        Optional<String> table = target(sql);
        try {
            return table.flatMap(name -> new ConstraintFault(client, fault, name).named())
                    .orElse(fault);
        } catch (SqlException _) {
            // A table that is not committed yet is in no catalogue but its own transaction's.
            return fault;
        }
    }

    private static Optional<String> target(String sql) {
        List<Token> tokens = Lexer.tokensUpToFault(sql);
        int at = 0;
        while (at < tokens.size() && !tokens.get(at).isAny("INSERT", "UPDATE", "DELETE", "COPY")) {
            at++;
        }
        at += at + 1 < tokens.size() && tokens.get(at + 1).isAny("INTO", "FROM") ? 2 : 1;
        if (at >= tokens.size() || !tokens.get(at).isIdentifier()) {
            return Optional.empty();
        }
        int end = at;
        while (end + 2 < tokens.size() && tokens.get(end + 1).isOperator(".")) {
            end += 2;
        }
        return Optional.of(sql.substring(tokens.get(at).start(), tokens.get(end).end()));
    }

    private Optional<SqlException> named() {
        return switch (fault.state()) {
            case UNIQUE_VIOLATION -> unique();
            case FOREIGN_KEY_VIOLATION -> foreign();
            default -> check();
        };
    }

    private Optional<SqlException> unique() {
        Matcher key = KEY.matcher(fault.detail().orElse(""));
        if (!key.matches()) {
            return Optional.empty();
        }
        List<Constraint> indexes =
                read(
                        """
                        SELECT c.relname, n.nspname, t.relname, pg_get_indexdef(i.indexrelid)
                        FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
                          JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace
                        WHERE i.indisunique AND i.indrelid = %s::regclass ORDER BY c.oid\
                        """);
        List<Constraint> named =
                indexes.stream()
                        .filter(index -> values(index.columns("own"), key.group("key")).isPresent())
                        .toList();
        if (named.size() == 1) {
            return Optional.of(
                    duplicate(
                            named.getFirst(),
                            values(named.getFirst().columns("own"), key.group("key"))
                                    .orElseThrow()));
        }
        // What the transaction itself has written is told without names.
        int parts = key.group("key").split(", ", -1).length;
        List<Constraint> fitting =
                indexes.size() == 1
                        ? indexes
                        : indexes.stream()
                                .filter(index -> index.columns("own").size() == parts)
                                .toList();
        return named.isEmpty() && fitting.size() == 1
                ? Optional.of(duplicate(fitting.getFirst(), key.group("key")))
                : Optional.empty();
    }

    private SqlException duplicate(Constraint index, String values) {
        return told(
                index,
                "duplicate key value violates unique constraint \"" + index.name() + "\"",
                "Key (%s)=(%s) already exists."
                        .formatted(String.join(", ", index.columns("own")), values));
    }

    private Optional<SqlException> foreign() {
        Matcher key = KEY.matcher(fault.detail().orElse(""));
        if (!key.matches()) {
            return Optional.empty();
        }
        boolean missing = key.group("rest").startsWith("is not present");
        String side = missing ? "conrelid" : "confrelid";
        List<Constraint> found =
                read(
                                """
                                SELECT c.conname, n.nspname, t.relname, pg_get_constraintdef(c.oid)
                                FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
                                  JOIN pg_namespace n ON n.oid = t.relnamespace
                                WHERE c.contype = 'f' AND c.{side} = %s::regclass ORDER BY c.oid\
                                """
                                        .replace("{side}", side))
                        .stream()
                        .filter(constraint ->
                                values(
                                                constraint.columns(missing ? "other" : "own"),
                                                key.group("key"))
                                        .isPresent())
                        .toList();
        if (found.size() != 1) {
            return Optional.empty();
        }
        Constraint constraint = found.getFirst();
        String values =
                values(constraint.columns(missing ? "other" : "own"), key.group("key"))
                        .orElseThrow();
        String name = constraint.name();
        return Optional.of(
                missing
                        ? told(
                                constraint,
                                "insert or update on table \"%s\" violates foreign key constraint \"%s\""
                                        .formatted(constraint.table(), name),
                                "Key (%s)=(%s) is not present in table \"%s\"."
                                        .formatted(
                                                String.join(", ", constraint.columns("own")),
                                                values,
                                                constraint.referenced()))
                        : told(
                                constraint,
                                "update or delete on table \"%s\" violates foreign key constraint \"%s\" on table \"%s\""
                                        .formatted(
                                                constraint.referenced(), name, constraint.table()),
                                "Key (%s)=(%s) is still referenced from table \"%s\"."
                                        .formatted(
                                                String.join(", ", constraint.columns("other")),
                                                values,
                                                constraint.table())));
    }

    private Optional<SqlException> check() {
        String expression = fault.detail().orElse("");
        return read(
                        """
                        SELECT c.conname, n.nspname, t.relname, pg_get_constraintdef(c.oid)
                        FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
                          JOIN pg_namespace n ON n.oid = t.relnamespace
                        WHERE c.contype = 'c' AND c.conrelid = %s::regclass ORDER BY c.oid\
                        """)
                .stream()
                .filter(constraint ->
                        expression.contains(
                                constraint.definition().replaceFirst("^CHECK \\((.*)\\)$", "$1")))
                .findFirst()
                .map(constraint ->
                        told(
                                constraint,
                                "new row for relation \"%s\" violates check constraint \"%s\""
                                        .formatted(constraint.table(), constraint.name()),
                                expression));
    }

    private SqlException told(Constraint constraint, String message, String detail) {
        return new SqlException(fault.state(), message)
                .detail(detail)
                .context(fault.context().orElse(""))
                .violating(constraint.schema(), constraint.table(), constraint.name());
    }

    /** The values of {@code a: 1, b: 2}; empty where these are not the columns. */
    private static Optional<String> values(List<String> columns, String key) {
        if (columns.isEmpty()) {
            return Optional.empty();
        }
        Matcher matcher =
                Pattern.compile(
                                columns.stream()
                                        .map(column -> Pattern.quote(column + ": ") + "(.*)")
                                        .collect(Collectors.joining(", ")),
                                Pattern.DOTALL)
                        .matcher(key);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        List<String> values = new ArrayList<>();
        for (int i = 1; i <= matcher.groupCount(); i++) {
            values.add(matcher.group(i));
        }
        return Optional.of(String.join(", ", values));
    }

    private static String unquoted(String name) {
        return name.startsWith("\"")
                ? name.substring(1, name.length() - 1).replace("\"\"", "\"")
                : name;
    }

    private List<Constraint> read(String sql) {
        String text = ClientQuery.engineText(client, sql.formatted(SqlText.literal(table)));
        // A failed transaction answers no questions.
        if (client.connection().inTransaction()) {
            try (EngineConnection other = client.connection().sibling()) {
                return read(other, text);
            }
        }
        return read(client.connection(), text);
    }

    private static List<Constraint> read(EngineConnection connection, String sql) {
        List<Constraint> found = new ArrayList<>();
        try (var prepared = connection.prepare(sql, List.of());
                var cursor = prepared.execute(List.of())) {
            for (Chunk chunk = cursor.next(); chunk != null; chunk = cursor.next()) {
                for (int row = 0; row < chunk.rows(); row++) {
                    found.add(
                            new Constraint(
                                    text(chunk, 0, row),
                                    text(chunk, 1, row),
                                    text(chunk, 2, row),
                                    text(chunk, 3, row)));
                }
            }
        }
        return found;
    }

    private static String text(Chunk chunk, int column, int row) {
        return new String(chunk.column(column).getBytes(row), StandardCharsets.UTF_8);
    }
}
