package io.rvbbit.tracking;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

class BooksKillTest extends BookKillContract {
    @TempDir Path directory;

    private Path file() {
        return directory.resolve("books.duckdb");
    }

    @Override
    List<String> place() {
        return List.of(file().toString());
    }

    @Override
    Books open() {
        return Books.open(file(), Clock.systemUTC());
    }

    @Override
    Path log() {
        return directory.resolve("books-log");
    }
}
