package io.rvbbit.tracking;

import java.nio.file.Path;

class CallCompletionTest extends CallCompletionContract {
    @Override
    CallBooks empty(Path directory) throws Exception {
        return new DuckDbCallBooks(directory.resolve("books.duckdb"));
    }
}
