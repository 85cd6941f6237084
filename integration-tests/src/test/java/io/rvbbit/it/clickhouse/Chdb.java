package io.rvbbit.it.clickhouse;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The ClickHouse engine as a library: what the front needs of libchdb.so's C functions.
 *
 * <p>There is one engine in a process, with one directory of data. Threading: any thread; each
 * {@link Session} one thread at a time.
 */
@SuppressWarnings("restricted")
final class Chdb {
    private static final int PIECE = 1 << 18;

    private final SymbolLookup library;
    private final MethodHandle connect;
    private final MethodHandle disconnect;
    private final MethodHandle query;
    private final MethodHandle insert;
    private final MethodHandle append;
    private final MethodHandle finish;
    private final MethodHandle insertError;
    private final MethodHandle endInsert;
    private final MethodHandle error;
    private final MethodHandle buffer;
    private final MethodHandle length;
    private final MethodHandle rowsWritten;
    private final MethodHandle free;
    private final String data;

    /** The engine refused a statement; the message begins with {@code Code: n.} */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }

    /** Where an answer goes; {@code bytes} and {@code rowsWritten} are told before it comes. */
    interface Answer {
        OutputStream begin(long bytes, long rowsWritten) throws IOException;
    }

    /** {@code data}: the directory in which the engine keeps its tables. */
    Chdb(Path libchdb, Path data) {
        this.library = SymbolLookup.libraryLookup(libchdb, Arena.global());
        this.data = "--path=" + data.toAbsolutePath();
        MethodHandle signals =
                function("chdb_set_signal_handlers_enabled", FunctionDescriptor.ofVoid(JAVA_INT));
        call(() -> {
            // Before the first connection: the engine's handlers would take the place of the JVM's,
            // which then hangs at its first null check that fails.
            signals.invokeExact(0);
            return null;
        });
        FunctionDescriptor statement =
                FunctionDescriptor.of(
                        ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS,
                        ADDRESS, ADDRESS, JAVA_LONG);
        connect = function("chdb_connect", FunctionDescriptor.of(ADDRESS, JAVA_INT, ADDRESS));
        disconnect = function("chdb_close_conn", FunctionDescriptor.ofVoid(ADDRESS));
        query = function("chdb_query_with_params_n", statement);
        insert = function("chdb_stream_insert_with_params_n", statement);
        append =
                function(
                        "chdb_stream_append",
                        FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG));
        finish = function("chdb_stream_done", FunctionDescriptor.of(ADDRESS, ADDRESS));
        insertError = function("chdb_stream_insert_error", FunctionDescriptor.of(ADDRESS, ADDRESS));
        endInsert = function("chdb_destroy_insert_stream", FunctionDescriptor.ofVoid(ADDRESS));
        error = function("chdb_result_error", FunctionDescriptor.of(ADDRESS, ADDRESS));
        buffer = function("chdb_result_buffer", FunctionDescriptor.of(ADDRESS, ADDRESS));
        length = function("chdb_result_length", FunctionDescriptor.of(JAVA_LONG, ADDRESS));
        rowsWritten =
                function("chdb_result_rows_written", FunctionDescriptor.of(JAVA_LONG, ADDRESS));
        free = function("chdb_destroy_query_result", FunctionDescriptor.ofVoid(ADDRESS));
    }

    private MethodHandle function(String name, FunctionDescriptor shape) {
        return Linker.nativeLinker().downcallHandle(library.findOrThrow(name), shape);
    }

    Session open() {
        return new Session();
    }

    /** Settings and the current database are a session's own, as they are an HTTP request's. */
    final class Session implements AutoCloseable {
        private final MemorySegment handle;
        private final MemorySegment connection;

        private Session() {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment arguments = arena.allocate(MemoryLayout.sequenceLayout(2, ADDRESS));
                arguments.setAtIndex(ADDRESS, 0, arena.allocateFrom("clickhouse"));
                arguments.setAtIndex(ADDRESS, 1, arena.allocateFrom(data));
                handle = call(() -> (MemorySegment) connect.invokeExact(2, arguments));
                if (handle.address() == 0) {
                    throw new IllegalStateException("the engine does not open " + data);
                }
                connection = handle.reinterpret(ADDRESS.byteSize()).get(ADDRESS, 0);
            }
        }

        /** Any statement but an INSERT with data of its own. */
        void query(String sql, String format, Answer answer) throws Refused, IOException {
            try (Arena arena = Arena.ofConfined()) {
                deliver(begun(query, arena, sql, format), answer);
            }
        }

        /** {@code sql}: an INSERT up to its FORMAT; {@code rows} are its data. */
        void insert(String sql, String format, InputStream rows, Answer answer)
                throws Refused, IOException {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment stream = begun(insert, arena, sql, format);
                try {
                    MemorySegment piece = arena.allocate(PIECE);
                    byte[] read = new byte[PIECE];
                    boolean taken = true;
                    int bytes = rows.readNBytes(read, 0, PIECE);
                    while (taken && bytes > 0) {
                        MemorySegment.copy(read, 0, piece, JAVA_BYTE, 0, bytes);
                        long size = bytes;
                        taken = call(() -> (int) append.invokeExact(stream, piece, size)) == 0;
                        bytes = rows.readNBytes(read, 0, PIECE);
                    }
                    String refusal =
                            text(call(() -> (MemorySegment) insertError.invokeExact(stream)));
                    if (refusal != null) {
                        throw new Refused(refusal);
                    }
                    deliver(call(() -> (MemorySegment) finish.invokeExact(stream)), answer);
                } finally {
                    // Cancels an insert that was not finished.
                    call(() -> {
                        endInsert.invokeExact(stream);
                        return null;
                    });
                }
            }
        }

        private MemorySegment begun(
                MethodHandle statement, Arena arena, String sql, String format) {
            MemorySegment text = arena.allocateFrom(sql);
            MemorySegment name = arena.allocateFrom(format);
            MemorySegment none = MemorySegment.NULL;
            return call(() ->
                    (MemorySegment)
                            statement.invokeExact(
                                    connection,
                                    text,
                                    text.byteSize() - 1,
                                    name,
                                    name.byteSize() - 1,
                                    none,
                                    none,
                                    none,
                                    none,
                                    0L));
        }

        private void deliver(MemorySegment result, Answer answer) throws Refused, IOException {
            try {
                String refusal = text(call(() -> (MemorySegment) error.invokeExact(result)));
                if (refusal != null) {
                    throw new Refused(refusal);
                }
                long bytes = call(() -> (long) length.invokeExact(result));
                long written = call(() -> (long) rowsWritten.invokeExact(result));
                try (OutputStream out = answer.begin(bytes, written)) {
                    if (bytes > 0) {
                        copy(
                                call(() -> (MemorySegment) buffer.invokeExact(result))
                                        .reinterpret(bytes),
                                out);
                    }
                }
            } finally {
                call(() -> {
                    free.invokeExact(result);
                    return null;
                });
            }
        }

        @Override
        public void close() {
            call(() -> {
                disconnect.invokeExact(handle);
                return null;
            });
        }
    }

    private static void copy(MemorySegment from, OutputStream out) throws IOException {
        byte[] piece = new byte[PIECE];
        for (long at = 0; at < from.byteSize(); at += PIECE) {
            int bytes = (int) Math.min(PIECE, from.byteSize() - at);
            MemorySegment.copy(from, JAVA_BYTE, at, piece, 0, bytes);
            out.write(piece, 0, bytes);
        }
    }

    private static @Nullable String text(MemorySegment text) {
        return text.address() == 0
                ? null
                : text.reinterpret(Long.MAX_VALUE).getString(0, StandardCharsets.UTF_8);
    }

    private interface Call<T extends @Nullable Object> {
        T make() throws Throwable;
    }

    private static <T extends @Nullable Object> T call(Call<T> call) {
        try {
            return call.make();
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
