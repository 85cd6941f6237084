package io.rvbbit.gateway.engine;

import io.rvbbit.gateway.engine.EngineType.Kind;
import io.rvbbit.rewriter.Lexer;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.rewriter.Token;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.duckdb.DuckDBResultSetMetaData;
import org.duckdb.RawDriver;
import org.duckdb.StatementReturnType;

/**
 * Prepares a statement so that its parameters and columns are known before it runs.
 *
 * <p>Where DuckDB cannot infer a parameter's type it says nothing about the result either, so such
 * parameters are cast: to text, as PostgreSQL does, or to the next type with which the statement
 * makes sense. Threading: the session's thread only.
 */
final class StatementPreparer {
    private static final List<String> GUESSES =
            List.of("VARCHAR", "BIGINT", "DOUBLE", "VARCHAR[]", "BIGINT[]", "DOUBLE[]");
    private static final String UNKNOWN = "INVALID";

    private final Connection connection;

    StatementPreparer(Connection connection) {
        this.connection = connection;
    }

    Preparation prepare(String sql, List<String> givenTypes) {
        return prepare(sql, givenTypes, true);
    }

    /** With these types alone, whatever the parameters meet. */
    Preparation prepareExactly(String sql, List<String> types) {
        return prepare(sql, types, false);
    }

    private Preparation prepare(String sql, List<String> givenTypes, boolean settling) {
        List<Token> tokens = Lexer.tokens(sql);
        int end = tokens.size() - 1;
        while (end > 0 && tokens.get(end - 1).isOperator(";")) {
            end--;
        }
        String text = end == 0 ? sql : sql.substring(0, tokens.get(end - 1).end());
        Placeholders placeholders = Placeholders.in(text);
        List<String> types = new ArrayList<>(givenTypes);
        while (types.size() < placeholders.highest()) {
            types.add("");
        }
        ParameterHints.fill(text, types);
        if (settling) {
            settle(placeholders, tokens, types);
        }
        Attempt attempt = withKnownTypes(placeholders, tokens, types);
        try {
            return describe(attempt, placeholders, types, tokens.getFirst().text());
        } catch (SQLException fault) {
            RawDriver.release(attempt.statement());
            throw attempt.translate(fault);
        } catch (RuntimeException fault) {
            RawDriver.release(attempt.statement());
            throw fault;
        }
    }

    /**
     * A numeric of no declared scale takes as many digits as what it meets, and never fewer than
     * PostgreSQL's users expect to keep; an array as many dimensions as what it meets.
     */
    private void settle(Placeholders placeholders, List<Token> tokens, List<String> types) {
        if (types.stream().noneMatch(StatementPreparer::hangsOnOthers)) {
            return;
        }
        List<String> open = new ArrayList<>(types);
        open.replaceAll(type -> hangsOnOthers(type) ? "" : type);
        List<String> inferred = List.of();
        try {
            Attempt attempt = attempt(placeholders, tokens, open);
            try {
                inferred = RawDriver.parameterTypes(attempt.description());
            } finally {
                RawDriver.release(attempt.statement());
            }
        } catch (SQLException | SqlException _) {
            // Without its type the statement means nothing; with it, any fault will show again.
        }
        for (int i = 0; i < placeholders.numbers().size(); i++) {
            int number = placeholders.numbers().get(i);
            String met = i < inferred.size() ? inferred.get(i) : "";
            String type = types.get(number - 1);
            if (type.equals(ParameterHints.NUMERIC)) {
                types.set(number - 1, ParameterHints.numeric(met));
            } else if (ArrayTypes.sameElements(type, met)) {
                types.set(number - 1, met);
            }
        }
        types.replaceAll(ParameterHints::bounded);
    }

    private static boolean hangsOnOthers(String type) {
        return type.equals(ParameterHints.NUMERIC) || ArrayTypes.dimensions(type) > 0;
    }

    private Attempt withKnownTypes(
            Placeholders placeholders, List<Token> tokens, List<String> types) {
        Attempt first;
        try {
            first = attempt(placeholders, tokens, types);
        } catch (SqlException fault) {
            List<Integer> untyped =
                    placeholders.numbers().stream()
                            .filter(number -> types.get(number - 1).isEmpty())
                            .toList();
            if (untyped.isEmpty() || fault.state() != SqlState.UNDEFINED_FUNCTION) {
                throw fault;
            }
            return guessed(placeholders, tokens, types, untyped);
        }
        List<String> before = List.copyOf(types);
        List<Integer> open = first.openParameters(placeholders, types);
        if (open.isEmpty() && !first.isOpen() && types.equals(before)) {
            return first;
        }
        RawDriver.release(first.statement());
        if (open.isEmpty()) {
            return attempt(placeholders, tokens, types);
        }
        return guessed(placeholders, tokens, types, open);
    }

    private Attempt guessed(
            Placeholders placeholders, List<Token> tokens, List<String> types, List<Integer> open) {
        SqlException reason = null;
        for (String guess : GUESSES) {
            open.forEach(number -> types.set(number - 1, guess));
            try {
                return attempt(placeholders, tokens, types);
            } catch (SqlException fault) {
                reason = reason == null ? fault : reason;
            }
        }
        throw Objects.requireNonNull(reason);
    }

    private Attempt attempt(Placeholders placeholders, List<Token> tokens, List<String> types) {
        Placeholders.Edited edited = inSession(placeholders.with(types), tokens);
        try {
            ByteBuffer statement = RawDriver.prepare(connection, edited.text());
            try {
                return new Attempt(edited, statement, RawDriver.describe(statement));
            } catch (SQLException fault) {
                RawDriver.release(statement);
                throw fault;
            }
        } catch (SQLException fault) {
            throw DuckDbErrors.translate(String.valueOf(fault.getMessage()), edited::position);
        }
    }

    // A plain SET of DuckDB's reaches every connection of the database; PostgreSQL's does not.
    private static Placeholders.Edited inSession(Placeholders.Edited edited, List<Token> tokens) {
        boolean sets = tokens.getFirst().isAny("SET", "RESET");
        if (!sets || tokens.get(1).isAny("SESSION", "LOCAL", "GLOBAL", "VARIABLE")) {
            return edited;
        }
        return edited.insert(tokens.getFirst().end(), " SESSION");
    }

    private Preparation describe(
            Attempt attempt, Placeholders placeholders, List<String> types, String firstWord)
            throws SQLException {
        List<Column> columns =
                attempt.isOpen() && !placeholders.numbers().isEmpty()
                        ? withNulls(placeholders, types)
                        : attempt.columns();
        EnginePrepared.Kind kind = attempt.kind();
        ByteBuffer readable = attempt.statement();
        RowShape shape = RowShape.plain(columns);
        if (kind == EnginePrepared.Kind.ROWS) {
            columns = withEnumValues(columns, attempt, placeholders.numbers().size());
            shape = RowShape.readable(columns);
            if (shape.anyCast()) {
                readable = RawDriver.prepare(connection, casting(attempt.edited().text(), shape));
            }
        }
        List<String> inferred = RawDriver.parameterTypes(attempt.description());
        for (int i = 0; i < inferred.size(); i++) {
            int number = placeholders.numbers().get(i);
            if (types.get(number - 1).isEmpty()) {
                types.set(number - 1, inferred.get(i));
            }
        }
        types.replaceAll(type -> type.isEmpty() ? "VARCHAR" : type);
        return new Preparation(
                attempt.statement(),
                readable,
                shape,
                kind,
                List.copyOf(types),
                placeholders.numbers(),
                attempt.countsRows(),
                firstWord,
                attempt.edited());
    }

    // Functions such as to_json leave the result open until values are bound, although all types
    // are known. The same statement over NULLs of those types has the same columns.
    private List<Column> withNulls(Placeholders placeholders, List<String> types)
            throws SQLException {
        ByteBuffer statement = RawDriver.prepare(connection, placeholders.withNulls(types));
        try {
            DuckDBResultSetMetaData description = RawDriver.describe(statement);
            List<Column> columns = new ArrayList<>();
            for (int i = 1; i <= description.getColumnCount(); i++) {
                columns.add(
                        new Column(
                                description.getColumnName(i),
                                TypeNames.parse(description.getColumnTypeName(i))));
            }
            return List.copyOf(columns);
        } finally {
            RawDriver.release(statement);
        }
    }

    private static String casting(String sql, RowShape shape) {
        List<String> aliases = new ArrayList<>();
        List<String> values = new ArrayList<>();
        for (int i = 0; i < shape.columns().size(); i++) {
            aliases.add("c" + i);
            values.add(shape.isCast(i) ? "c" + i + "::" + shape.carriers().get(i) : "c" + i);
        }
        return "SELECT %s FROM (%s\n) AS _rows(%s)"
                .formatted(String.join(", ", values), sql, String.join(", ", aliases));
    }

    // The description of a statement calls every ENUM just ENUM; DESCRIBE names its values.
    private List<Column> withEnumValues(List<Column> columns, Attempt attempt, int parameters)
            throws SQLException {
        if (columns.stream().noneMatch(column -> namesEnum(column.type()))) {
            return columns;
        }
        List<String> names = describedTypes(attempt, parameters);
        List<Column> exact = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            Column column = columns.get(i);
            exact.add(
                    i < names.size() && namesEnum(column.type())
                            ? new Column(column.name(), TypeNames.parse(names.get(i)))
                            : column);
        }
        return exact;
    }

    private static boolean namesEnum(EngineType type) {
        return (type.kind() == Kind.ENUM && type.labels().isEmpty())
                || type.children().stream().anyMatch(StatementPreparer::namesEnum);
    }

    private List<String> describedTypes(Attempt attempt, int parameters) throws SQLException {
        List<String> names = new ArrayList<>();
        try (var statement = connection.prepareStatement("DESCRIBE " + attempt.edited().text())) {
            for (int i = 1; i <= parameters; i++) {
                statement.setObject(i, null);
            }
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    names.add(rows.getString("column_type"));
                }
            }
        } catch (SQLException fault) {
            // INSERT … RETURNING and their like cannot be described: their ENUMs come as text.
            if (RawDriver.inTransaction(connection)) {
                throw fault;
            }
            return List.of();
        }
        return names;
    }

    /** One way to write the statement, prepared. */
    private record Attempt(
            Placeholders.Edited edited, ByteBuffer statement, DuckDBResultSetMetaData description) {

        SqlException translate(SQLException fault) {
            return DuckDbErrors.translate(String.valueOf(fault.getMessage()), edited::position);
        }

        /** Whether DuckDB left the result open because of a parameter, perhaps used twice. */
        boolean isOpen() {
            return typeName(1).equals("UNKNOWN");
        }

        /**
         * The numbers of the parameters whose type nobody knows.
         *
         * <p>Where the result is open because of them, the other types found are fixed too.
         */
        List<Integer> openParameters(Placeholders placeholders, List<String> types) {
            List<Integer> open = new ArrayList<>();
            try {
                List<String> inferred = RawDriver.parameterTypes(description);
                if (inferred.size() != placeholders.numbers().size()) {
                    RawDriver.release(statement);
                    throw new SqlException(SqlState.SYNTAX_ERROR, "syntax error at or near \"?\"")
                            .hint("parameters are written $1, $2, …");
                }
                for (int i = 0; i < inferred.size(); i++) {
                    int number = placeholders.numbers().get(i);
                    boolean ours = types.get(number - 1).isEmpty();
                    if (ours && inferred.get(i).equals(UNKNOWN)) {
                        open.add(number);
                    } else if (ours && (isOpen() || ArrayTypes.isCastInSteps(inferred.get(i)))) {
                        types.set(number - 1, inferred.get(i));
                    }
                }
            } catch (SQLException fault) {
                RawDriver.release(statement);
                throw translate(fault);
            }
            return open;
        }

        List<Column> columns() throws SQLException {
            Map<String, EngineType> parsed = new HashMap<>();
            List<Column> columns = new ArrayList<>();
            for (int i = 1; i <= description.getColumnCount(); i++) {
                EngineType type = parsed.computeIfAbsent(typeName(i), TypeNames::parse);
                columns.add(new Column(description.getColumnName(i), type));
            }
            return Collections.unmodifiableList(columns);
        }

        private String typeName(int column) {
            try {
                return description.getColumnTypeName(column);
            } catch (SQLException fault) {
                throw translate(fault);
            }
        }

        EnginePrepared.Kind kind() {
            StatementReturnType type = description.getReturnType();
            return switch (type) {
                case QUERY_RESULT -> EnginePrepared.Kind.ROWS;
                case CHANGED_ROWS -> EnginePrepared.Kind.CHANGED_ROWS;
                case NOTHING -> EnginePrepared.Kind.NOTHING;
            };
        }

        boolean countsRows() throws SQLException {
            return kind() != EnginePrepared.Kind.ROWS
                    && description.getColumnCount() == 1
                    && description.getColumnTypeName(1).equals("BIGINT");
        }
    }
}
