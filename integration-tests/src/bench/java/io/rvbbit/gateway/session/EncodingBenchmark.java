package io.rvbbit.gateway.session;

import io.rvbbit.gateway.engine.Chunk;
import io.rvbbit.gateway.engine.Databases;
import io.rvbbit.gateway.engine.EngineConfig;
import io.rvbbit.gateway.engine.EngineConnection;
import io.rvbbit.gateway.engine.EngineExtensions;
import io.rvbbit.gateway.engine.EnginePrepared;
import io.rvbbit.gateway.engine.ResultCursor;
import io.rvbbit.gateway.execution.Settings;
import io.rvbbit.gateway.wire.Format;
import io.rvbbit.gateway.wire.RowBuffer;
import io.rvbbit.it.bench.Directories;
import io.rvbbit.tracking.Books;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** One of DuckDB's chunks as DataRow messages; the time is per row of one column. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // set up once the parameters are known
public class EncodingBenchmark {
    private static final int ROWS = 2_048;

    /** A column of the rows {@code i}. */
    public enum Value {
        INT8("i::BIGINT * 1000003"),
        FLOAT8("i * 1.5::DOUBLE"),
        VARCHAR("'value number ' || i"),
        TIMESTAMP("TIMESTAMP '2020-01-01 00:00:00.5' + to_seconds(i)"),
        NUMERIC("(i * 1.01)::DECIMAL(12,2)");

        private final String expression;

        Value(String expression) {
            this.expression = expression;
        }
    }

    @Param public Value value;
    @Param public Format format;

    private final RowBuffer out = new RowBuffer();
    private Path directory;
    private Books books;
    private Databases databases;
    private EngineConnection connection;
    private EnginePrepared prepared;
    private ResultCursor cursor;
    private Chunk chunk;
    private RowEncoder encoder;

    @Setup
    public void open() throws IOException {
        directory = Files.createTempDirectory("rvbbit-bench-");
        books = Books.open(directory.resolve("books.duckdb"), Clock.systemUTC());
        databases = Databases.open(EngineConfig.in(directory), books, EngineExtensions.none());
        connection = databases.connect(Databases.DEFAULT);
        prepared =
                connection.prepare(
                        "SELECT %s FROM range(%d) AS r(i)".formatted(value.expression, ROWS),
                        List.of());
        cursor = prepared.execute(List.of());
        @Nullable Chunk first = cursor.next();
        if (first == null || first.rows() != ROWS) {
            throw new IllegalStateException("not one chunk of %d rows".formatted(ROWS));
        }
        chunk = first;
        encoder = new RowEncoder(cursor.columns(), List.of(format), new Settings("bench", 1));
    }

    @TearDown
    public void close() {
        cursor.close();
        prepared.close();
        connection.close();
        databases.close();
        books.close();
        Directories.delete(directory);
    }

    @Benchmark
    @OperationsPerInvocation(ROWS)
    public int rows() {
        for (int row = 0; row < ROWS; row++) {
            encoder.encode(chunk, row, out);
        }
        RowBuffer.Rows rows = out.take();
        out.reuse(rows);
        return rows.length();
    }
}
