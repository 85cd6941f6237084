package io.rvbbit.tracking;

import java.nio.file.Path;
import java.time.Clock;

class AnalyticsTablesTest extends AnalyticsContract {
    @Override
    Books empty(Path directory) {
        return Books.open(directory.resolve("books.duckdb"), Clock.systemUTC());
    }

    @Override
    void drop() {
        // The file goes with its directory.
    }
}
