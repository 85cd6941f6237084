package io.rvbbit.gateway.engine;

import com.fasterxml.jackson.databind.JsonNode;
import io.rvbbit.rewriter.SqlException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;

/** A server's databases in a directory of their own, and one connection to {@code default}. */
final class EngineFixture implements AutoCloseable {
    final SampleBooks books = new SampleBooks();
    final EngineConfig config;
    final Databases databases;
    final EngineConnection connection;

    EngineFixture(Path directory) {
        this(directory, EngineExtensions.none());
    }

    EngineFixture(Path directory, EngineExtensions extensions) {
        config = EngineConfig.in(directory);
        databases = Databases.open(config, books, extensions);
        connection = databases.connect(Databases.DEFAULT);
    }

    /** The rows as JSON, or the changed rows' number. */
    static String run(EngineConnection on, String sql, @Nullable Object... parameters) {
        try (EnginePrepared prepared = on.prepare(sql, List.of());
                ResultCursor cursor = prepared.execute(Arrays.asList(parameters))) {
            if (prepared.kind() != EnginePrepared.Kind.ROWS) {
                return Long.toString(cursor.changedRows());
            }
            return JsonRows.read(cursor, 2_000_000).toString();
        }
    }

    String run(String sql, @Nullable Object... parameters) {
        return run(connection, sql, parameters);
    }

    /** The only value of the only row. */
    JsonNode value(String sql, @Nullable Object... parameters) {
        try (EnginePrepared prepared = connection.prepare(sql, List.of());
                ResultCursor cursor = prepared.execute(Arrays.asList(parameters))) {
            return JsonRows.read(cursor, 1).get(0).elements().next();
        }
    }

    SqlException failure(String sql) {
        return failure(connection, sql);
    }

    static SqlException failure(EngineConnection on, String sql) {
        return Assertions.catchThrowableOfType(SqlException.class, () -> run(on, sql));
    }

    @Override
    public void close() {
        connection.close();
        databases.close();
    }
}
