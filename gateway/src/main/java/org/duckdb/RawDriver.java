package org.duckdb;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ParameterMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Statements, results and vectors of DuckDB's C interface, as the driver's natives give them.
 *
 * <p>The public JDBC paths cut a result off silently when it fails in mid-stream, cannot interrupt
 * a fetch, and read nested types by one native call per value; these natives do none of that. Every
 * handle is a direct buffer that points into native memory: using one after it was destroyed, or
 * from another thread while its connection works, crashes the process. The classes of {@code
 * io.rvbbit.gateway.engine} own the handles and guard their lives. Threading: as JDBC, one thread
 * at a time per connection, except {@link #interrupt}.
 */
public final class RawDriver {
    private RawDriver() {}

    /** Prepares without executing; give back with {@link #release}. */
    public static ByteBuffer prepare(Connection connection, String sql) throws SQLException {
        DuckDBConnection duckdb = connection.unwrap(DuckDBConnection.class);
        duckdb.connRefLock.lock();
        try {
            duckdb.checkOpen();
            return DuckDBNative.duckdb_jdbc_prepare(
                    duckdb.connRef, sql.getBytes(StandardCharsets.UTF_8));
        } finally {
            duckdb.connRefLock.unlock();
        }
    }

    /** Fails with an internal error where parameter numbers are not 1, 2, 3 … */
    public static DuckDBResultSetMetaData describe(ByteBuffer statement) throws SQLException {
        return DuckDBNative.duckdb_jdbc_prepared_statement_meta(statement);
    }

    /** The parameters' types by position; {@code INVALID} where DuckDB could not infer one. */
    public static List<String> parameterTypes(DuckDBResultSetMetaData description)
            throws SQLException {
        List<String> types = new ArrayList<>();
        ParameterMetaData parameters = description.param_meta;
        for (int i = 1; i <= parameters.getParameterCount(); i++) {
            types.add(parameters.getParameterTypeName(i));
        }
        return types;
    }

    public static void release(ByteBuffer statement) {
        DuckDBNative.duckdb_jdbc_release(statement);
    }

    /** Starts the statement and gives its result, streamed where DuckDB can. */
    @SuppressWarnings("NullAway")
    public static ByteBuffer execute(ByteBuffer statement, @Nullable Object[] parameters)
            throws SQLException {
        // The native takes null for SQL NULL, which its signature cannot say.
        return DuckDBNative.duckdb_jdbc_execute_capi(statement, parameters);
    }

    /** The next chunk, or null at the end or after a fault: {@link #error} tells which. */
    public static @Nullable ByteBuffer fetch(ByteBuffer result) {
        return DuckDBBindings.duckdb_fetch_chunk(result);
    }

    /** What ended the stream too early; empty where it is whole. */
    public static String error(ByteBuffer result) {
        return text(DuckDBBindings.duckdb_result_error(result));
    }

    public static void destroyResult(ByteBuffer result) {
        DuckDBBindings.duckdb_destroy_result(result);
    }

    public static int rows(ByteBuffer chunk) {
        return (int) DuckDBBindings.duckdb_data_chunk_get_size(chunk);
    }

    /** Forgets the rows beyond the first ones. */
    public static void truncate(ByteBuffer chunk, int rows) {
        DuckDBBindings.duckdb_data_chunk_set_size(chunk, rows);
    }

    public static ByteBuffer vector(ByteBuffer chunk, int column) {
        return DuckDBBindings.duckdb_data_chunk_get_vector(chunk, column);
    }

    public static void destroyChunk(ByteBuffer chunk) {
        DuckDBBindings.duckdb_destroy_data_chunk(chunk);
    }

    /** The values, {@code bytes} long, in the machine's byte order. */
    public static ByteBuffer data(ByteBuffer vector, long bytes) {
        return DuckDBBindings.duckdb_vector_get_data(vector, bytes).order(ByteOrder.nativeOrder());
    }

    /** One bit per row, set where there is a value; null where every row has one. */
    public static @Nullable ByteBuffer validity(ByteBuffer vector, long rows) {
        ByteBuffer bits = DuckDBBindings.duckdb_vector_get_validity(vector, rows);
        return bits == null ? null : bits.order(ByteOrder.nativeOrder());
    }

    public static ByteBuffer listChild(ByteBuffer vector) {
        return DuckDBBindings.duckdb_list_vector_get_child(vector);
    }

    /** How many elements all lists of the vector have together. */
    public static int listSize(ByteBuffer vector) {
        return (int) DuckDBBindings.duckdb_list_vector_get_size(vector);
    }

    public static ByteBuffer arrayChild(ByteBuffer vector) {
        return DuckDBBindings.duckdb_array_vector_get_child(vector);
    }

    public static ByteBuffer structChild(ByteBuffer vector, int field) {
        return DuckDBBindings.duckdb_struct_vector_get_child(vector, field);
    }

    /** The values of an ENUM vector, in the order of their codes. */
    public static String[] enumValues(ByteBuffer vector) {
        ByteBuffer type = DuckDBBindings.duckdb_vector_get_column_type(vector);
        try {
            int size = (int) DuckDBBindings.duckdb_enum_dictionary_size(type);
            String[] values = new String[size];
            for (int code = 0; code < size; code++) {
                values[code] = text(DuckDBBindings.duckdb_enum_dictionary_value(type, code));
            }
            return values;
        } finally {
            DuckDBBindings.duckdb_destroy_logical_type(type);
        }
    }

    /** Ends whatever the connection runs or streams. Threading: any thread. */
    public static void interrupt(Connection connection) throws SQLException {
        DuckDBConnection duckdb = connection.unwrap(DuckDBConnection.class);
        duckdb.connRefLock.lock();
        try {
            if (!duckdb.isClosed()) {
                duckdb.interrupt();
            }
        } finally {
            duckdb.connRefLock.unlock();
        }
    }

    /** Whether DuckDB itself, not the driver, has an explicit transaction open. */
    public static boolean inTransaction(Connection connection) throws SQLException {
        DuckDBConnection duckdb = connection.unwrap(DuckDBConnection.class);
        duckdb.connRefLock.lock();
        try {
            duckdb.checkOpen();
            return !DuckDBNative.duckdb_jdbc_get_auto_commit(duckdb.connRef);
        } finally {
            duckdb.connRefLock.unlock();
        }
    }

    /** Opens an appender; give back with {@link #closeAppender}. */
    public static ByteBuffer appender(
            Connection connection, String catalog, String schema, String table)
            throws SQLException {
        DuckDBConnection duckdb = connection.unwrap(DuckDBConnection.class);
        ByteBuffer[] out = new ByteBuffer[1];
        duckdb.connRefLock.lock();
        try {
            duckdb.checkOpen();
            int state =
                    DuckDBBindings.duckdb_appender_create_ext(
                            duckdb.connRef, utf8(catalog), utf8(schema), utf8(table), out);
            ByteBuffer appender = out[0];
            if (state != 0) {
                String message =
                        appender == null
                                ? "no appender"
                                : text(DuckDBBindings.duckdb_appender_error(appender));
                if (appender != null) {
                    DuckDBBindings.duckdb_appender_destroy(appender);
                }
                throw new SQLException(message);
            }
            return appender;
        } finally {
            duckdb.connRefLock.unlock();
        }
    }

    /** Copies a chunk's rows; the chunk stays its owner's. */
    public static void append(ByteBuffer appender, ByteBuffer chunk) throws SQLException {
        check(DuckDBBindings.duckdb_append_data_chunk(appender, chunk), appender);
    }

    /** Writes what was appended and gives the appender back, also when that fails. */
    public static void closeAppender(ByteBuffer appender) throws SQLException {
        try {
            check(DuckDBBindings.duckdb_appender_close(appender), appender);
        } finally {
            DuckDBBindings.duckdb_appender_destroy(appender);
        }
    }

    /** Gives an appender back that nobody expects to have written anything. */
    public static void abandonAppender(ByteBuffer appender) {
        int _ = DuckDBBindings.duckdb_appender_destroy(appender);
    }

    /** A chunk of the appender's column types; give back with {@link #destroyChunk}. */
    public static ByteBuffer chunkFor(ByteBuffer appender, int columns) {
        ByteBuffer[] types = new ByteBuffer[columns];
        for (int i = 0; i < columns; i++) {
            types[i] = DuckDBBindings.duckdb_appender_column_type(appender, i);
        }
        try {
            return DuckDBBindings.duckdb_create_data_chunk(types);
        } finally {
            for (ByteBuffer type : types) {
                DuckDBBindings.duckdb_destroy_logical_type(type);
            }
        }
    }

    /** Forgets all rows of a chunk that was filled by hand. */
    public static void reset(ByteBuffer chunk) {
        DuckDBBindings.duckdb_data_chunk_reset(chunk);
    }

    /** One bit per row, all set, for a vector that is being filled. */
    public static ByteBuffer writableValidity(ByteBuffer vector, long rows) {
        DuckDBBindings.duckdb_vector_ensure_validity_writable(vector);
        return DuckDBBindings.duckdb_vector_get_validity(vector, rows)
                .order(ByteOrder.nativeOrder());
    }

    /** Copies one value into a VARCHAR or BLOB vector. */
    public static void assignBytes(ByteBuffer vector, long row, byte[] bytes) {
        DuckDBBindings.duckdb_vector_assign_string_element_len(vector, row, bytes);
    }

    /**
     * Copies texts, one behind the other in {@code bytes}, into the first rows of a vector.
     *
     * @param lengths one per row; -1 for NULL
     * @param size bytes of all texts together
     */
    public static void assignStrings(ByteBuffer vector, byte[] bytes, long[] lengths, int size) {
        DuckDBBindings.duckdb_vector_assign_string_elements(vector, 0, bytes, lengths, size);
    }

    private static void check(int state, ByteBuffer appender) throws SQLException {
        if (state != 0) {
            throw new SQLException(text(DuckDBBindings.duckdb_appender_error(appender)));
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte @Nullable [] utf8) {
        return utf8 == null ? "" : new String(utf8, StandardCharsets.UTF_8);
    }
}
