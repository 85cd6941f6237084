package io.rvbbit.tracking;

import java.nio.file.Path;

class CallBackfillTest extends CallBackfillContract {
    @Override
    CallBooks empty(Path directory) throws Exception {
        return new DuckDbCallBooks(directory.resolve("books.duckdb"));
    }
}
