package io.rvbbit.gateway.dialect;

import io.rvbbit.rewriter.CodedFault;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.function.Supplier;
import org.duckdb.DuckDBColumnType;
import org.duckdb.DuckDBDataChunkReader;
import org.duckdb.DuckDBFunctions;
import org.duckdb.DuckDBReadableVector;
import org.duckdb.DuckDBScalarFunction;
import org.duckdb.DuckDBWritableVector;
import org.jspecify.annotations.Nullable;

/**
 * The functions that the macros of {@link DialectCatalog} stand on; their names are hidden.
 *
 * <p>Most take and give text. None depends on more than its arguments, so DuckDB may fold them.
 * Threading: DuckDB's threads, several at once; nothing is kept.
 */
public final class DialectFunctions {
    static final String PREFIX = "_rvbbit_pg_";

    private DialectFunctions() {}

    /** Text in, text out; a null argument gives null without a call, a null answer is SQL NULL. */
    @FunctionalInterface
    interface TextFunction {
        @Nullable String apply(String[] arguments);
    }

    @FunctionalInterface
    private interface BooleanFunction {
        boolean apply(String[] arguments);
    }

    public static void register(Connection connection) throws SQLException {
        NumericFunctions.register(connection);
        MomentFunctions.register(connection);
        texts(connection);
        jsons(connection);
        clock(connection);
    }

    private static void texts(Connection connection) throws SQLException {
        text(connection, "regex", 1, in -> PgRegex.translated(in[0]));
        text(connection, "regexp_replace", 4, in -> PgRegex.replace(in[0], in[1], in[2], in[3]));
        text(connection, "similar", 1, in -> PgRegex.similar(in[0], '\\'));
        text(connection, "substring", 2, in -> PgRegex.substring(in[0], in[1]));
        text(connection, "substring_whole", 2, in -> PgRegex.whole(in[0], in[1]));
        text(connection, "substring_similar", 3, in -> PgRegex.similarPart(in[0], in[1], in[2]));
        text(connection, "regexp_match", 3, in -> PgRegex.match(in[0], in[1], in[2]));
        text(connection, "regexp_matches", 3, in -> PgRegex.matches(in[0], in[1], in[2]));
        text(connection, "initcap", 1, in -> Words.initcap(in[0]));
        text(connection, "quote_ident", 1, in -> Words.quoteIdent(in[0]));
        text(connection, "quote_literal", 1, in -> Words.quoteLiteral(in[0]));
        text(connection, "format", 2, in -> Words.format(in[0], in[1]));
        text(connection, "unistr", 1, in -> Words.unistr(in[0]));
        text(connection, "type_name", 1, in -> TypeWords.postgres(in[0]));
        text(connection, "float_text", 1, in -> Values.floatText(in[0]));
        text(connection, "interval_text", 1, in -> Values.intervalText(in[0]));
        text(connection, "interval", 1, in -> Values.engineInterval(in[0]));
        text(connection, "justify", 2, in -> Values.justified(in[0], in[1]));
        text(connection, "boolean", 1, in -> Values.bool(in[0]));
        text(connection, "trimmed", 1, in -> in[0].strip());
        text(connection, "bytea", 1, in -> Values.engineBlob(in[0]));
        text(connection, "blob_text", 1, in -> Values.blobText(in[0]));
        text(connection, "escape", 1, in -> Values.escaped(in[0]));
        text(connection, "array", 1, in -> Values.engineArray(in[0]));
        text(connection, "array_text", 1, in -> Values.arrayText(in[0]));
        text(connection, "to_date", 2, in -> MomentParser.date(in[0], in[1]));
        text(connection, "to_timestamp", 2, in -> MomentParser.timestamp(in[0], in[1]));
        text(connection, "to_number", 2, in -> NumberPicture.parse(in[0], in[1]));
    }

    private static void jsons(Connection connection) throws SQLException {
        text(connection, "json_pointer", 1, in -> JsonPath.pointer(in[0]));
        text(connection, "jsonb", 1, in -> JsonbText.canonical(in[0]));
        text(connection, "json_spaced", 1, in -> JsonbText.spaced(in[0]));
        text(connection, "json_spaced_members", 1, in -> JsonbText.spacedMembers(in[0]));
        text(connection, "json_pretty", 1, in -> JsonbText.pretty(in[0]));
        text(connection, "json_strip", 1, in -> JsonEdit.withoutNulls(in[0]));
        text(connection, "json_typeof", 1, in -> JsonEdit.typeName(in[0]));
        text(connection, "json_concat", 2, in -> JsonEdit.concat(in[0], in[1]));
        text(connection, "json_delete", 2, in -> JsonEdit.delete(in[0], in[1]));
        text(connection, "json_delete_path", 2, in -> JsonEdit.deletePath(in[0], in[1]));
        text(connection, "json_set", 3, in -> JsonEdit.set(in[0], in[1], in[2], true));
        bool(connection, "json_contains", 2, in -> JsonEdit.contains(in[0], in[1]));
        bool(connection, "list_contains", 2, in -> JsonEdit.listContains(in[0], in[1]));
        bool(connection, "json_exists_any", 2, in -> JsonEdit.exists(in[0], in[1], false));
        bool(connection, "json_exists_all", 2, in -> JsonEdit.exists(in[0], in[1], true));
        text(connection, "json_set_existing", 3, in -> JsonEdit.set(in[0], in[1], in[2], false));
        text(
                connection,
                "json_insert_before",
                3,
                in -> JsonEdit.insert(in[0], in[1], in[2], false));
        text(connection, "json_insert_after", 3, in -> JsonEdit.insert(in[0], in[1], in[2], true));
    }

    private static void clock(Connection connection) throws SQLException {
        try (var function = DuckDBFunctions.scalarFunction()) {
            Supplier<OffsetDateTime> now = () -> OffsetDateTime.now(ZoneOffset.UTC);
            function.withName(PREFIX + "clock")
                    .withReturnType(DuckDBColumnType.TIMESTAMP_WITH_TIME_ZONE)
                    .withVolatile()
                    .withFunction(now)
                    .register(connection);
        }
    }

    static void text(Connection connection, String name, int arity, TextFunction body)
            throws SQLException {
        texts(
                connection,
                name,
                arity,
                DuckDBColumnType.VARCHAR,
                (arguments, row, out) -> {
                    String value = body.apply(arguments);
                    if (value == null) {
                        out.setNull(row);
                    } else {
                        out.setString(row, value);
                    }
                });
    }

    private static void bool(Connection connection, String name, int arity, BooleanFunction body)
            throws SQLException {
        texts(
                connection,
                name,
                arity,
                DuckDBColumnType.BOOLEAN,
                (arguments, row, out) -> out.setBoolean(row, body.apply(arguments)));
    }

    private interface RowWriter {
        void write(String[] arguments, long row, DuckDBWritableVector out);
    }

    private static void texts(
            Connection connection, String name, int arity, DuckDBColumnType type, RowWriter writer)
            throws SQLException {
        try (var function = DuckDBFunctions.scalarFunction()) {
            function.withName(PREFIX + name);
            for (int i = 0; i < arity; i++) {
                function.withParameter(DuckDBColumnType.VARCHAR);
            }
            function.withReturnType(type)
                    .withVectorizedFunction(guarded((in, out) -> eachRow(in, out, arity, writer)))
                    .register(connection);
        }
    }

    private static void eachRow(
            DuckDBDataChunkReader in, DuckDBWritableVector out, int arity, RowWriter writer) {
        DuckDBReadableVector[] vectors = new DuckDBReadableVector[arity];
        for (int i = 0; i < arity; i++) {
            vectors[i] = in.vector(i);
        }
        long rows = in.rowCount();
        String[] arguments = new String[arity];
        for (long row = 0; row < rows; row++) {
            boolean whole = true;
            for (int i = 0; i < arity && whole; i++) {
                if (vectors[i].isNull(row)) {
                    whole = false;
                } else {
                    arguments[i] = vectors[i].getString(row);
                }
            }
            if (whole) {
                writer.write(arguments, row, out);
            } else {
                out.setNull(row);
            }
        }
    }

    /** Faults reach the client with their SQLSTATE, which DuckDB hands on as text. */
    static DuckDBScalarFunction guarded(DuckDBScalarFunction body) {
        return (in, out) -> {
            try {
                body.apply(in, out);
            } catch (SqlException fault) {
                throw new CodedFault(fault);
            }
        };
    }

    static SqlException invalid(String message) {
        return new SqlException(SqlState.INVALID_PARAMETER_VALUE, message);
    }
}
