package io.rvbbit.tracking;

import java.nio.file.Path;
import java.time.Clock;

/** In the embedded store. */
class RunningSpansTest extends RunningSpansContract {
    @Override
    Books empty(Path directory) {
        return Books.open(directory.resolve("books.duckdb"), Clock.systemUTC());
    }
}
