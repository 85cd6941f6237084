package io.rvbbit.gateway.catalog;

import io.rvbbit.gateway.engine.BackendFunction;
import io.rvbbit.gateway.engine.Backends;
import io.rvbbit.gateway.engine.Chunk;
import io.rvbbit.gateway.engine.Databases;
import io.rvbbit.gateway.engine.EngineConfig;
import io.rvbbit.gateway.engine.EngineConnection;
import io.rvbbit.gateway.engine.EngineExtensions;
import io.rvbbit.gateway.engine.EnginePrepared;
import io.rvbbit.gateway.engine.ResultCursor;
import io.rvbbit.gateway.engine.SignalFunction;
import io.rvbbit.tracking.Books;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.Stream;

/** A database named {@code shop} in a directory of its own, asked as the gateway asks. */
final class CatalogInstance implements AutoCloseable {
    private static final String DATABASE = "shop";

    /** A result: column names, then rows of text, "NULL" for NULL. */
    record Answer(List<String> columns, List<List<String>> rows) {}

    private final Databases databases;
    private final EngineConnection connection;
    private final Deque<Part> parts = new ArrayDeque<>();

    private interface Part {
        void close();
    }

    CatalogInstance() {
        try {
            Path directory = Files.createTempDirectory("rvbbit-catalog-");
            parts.push(() -> delete(directory));
            Clock clock = Clock.systemUTC();
            Books books = Books.open(directory.resolve("books.duckdb"), clock);
            parts.push(books::close);
            databases = Databases.open(EngineConfig.in(directory), books, extensions(clock));
            parts.push(databases::close);
            databases.create(DATABASE);
            connection = databases.connect(DATABASE);
            parts.push(connection::close);
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    private CatalogInstance(Databases databases) {
        this.databases = databases;
        connection = databases.connect(DATABASE);
        parts.push(connection::close);
    }

    private static EngineExtensions extensions(Clock clock) {
        return new EngineExtensions(
                PgCatalog.bootstrap(),
                PgCatalog.stages(),
                List.of(),
                functions -> {
                    BackendFunction.register(functions, new Backends(clock));
                    SignalFunction.register(functions, (_, _, _) -> false);
                });
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    void searchPath(String path) {
        execute("SET search_path = '" + path + "'");
    }

    CatalogInstance sibling() {
        return new CatalogInstance(databases);
    }

    void setVariable(String name, String expression) {
        connection.setVariable(name, expression);
    }

    /** Prepares the question with its parameters, all text, and asks it whenever it is told. */
    EnginePrepared prepare(String sql) {
        return connection.prepare(CatalogQuery.rewrite(sql), List.of());
    }

    void execute(String sql) {
        run(sql);
    }

    Answer query(String sql) {
        String written = CatalogQuery.rewrite(sql);
        List<String> columns = new ArrayList<>();
        StringJoiner names = new StringJoiner(", ");
        StringJoiner texts = new StringJoiner(", ");
        try (EnginePrepared prepared = connection.prepare(written, List.of())) {
            prepared.columns()
                    .forEach(column -> {
                        String name = "c" + columns.size();
                        columns.add(column.name());
                        names.add(name);
                        texts.add("coalesce(" + name + "::VARCHAR, 'NULL')");
                    });
        }
        return new Answer(
                columns, run("SELECT %s FROM (%s\n) AS t(%s)".formatted(texts, written, names)));
    }

    private List<List<String>> run(String sql) {
        List<List<String>> rows = new ArrayList<>();
        try (EnginePrepared prepared = connection.prepare(sql, List.of());
                ResultCursor cursor = prepared.execute(List.of())) {
            for (Chunk chunk = cursor.next(); chunk != null; chunk = cursor.next()) {
                for (int row = 0; row < chunk.rows(); row++) {
                    List<String> values = new ArrayList<>();
                    for (int i = 0; i < prepared.columns().size(); i++) {
                        values.add(
                                new String(chunk.column(i).getBytes(row), StandardCharsets.UTF_8));
                    }
                    rows.add(values);
                }
            }
        }
        return rows;
    }

    /** The only value of a one-row, one-column answer. */
    String value(String sql) {
        return query(sql).rows().getFirst().getFirst();
    }

    @Override
    public void close() {
        while (!parts.isEmpty()) {
            parts.pop().close();
        }
    }
}
