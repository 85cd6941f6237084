package io.rvbbit.tracking;

import static io.rvbbit.tracking.BookReader.BookType.BIGINT;
import static io.rvbbit.tracking.BookReader.BookType.INTEGER;
import static io.rvbbit.tracking.BookReader.BookType.TEXT;
import static io.rvbbit.tracking.BookReader.BookType.TIMESTAMPTZ;

import io.rvbbit.tracking.BookReader.BookType;
import io.rvbbit.tracking.retention.RetentionWorker.Outcome;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The table {@code retention}: how long each table is kept, and what has been removed since the
 * start. Threading: immutable.
 */
final class RetentionTable {
    static final StateTable<Outcome> TABLE =
            new StateTable<>(
                    "retention",
                    List.of(
                            entry("table_name", TEXT, outcome -> outcome.table().tableName()),
                            entry("days", INTEGER, Outcome::days),
                            entry("removed_rows", BIGINT, Outcome::removed),
                            entry("last_run_at", TIMESTAMPTZ, Outcome::lastRun),
                            entry("last_error", TEXT, Outcome::lastError)));

    private RetentionTable() {}

    private static StateTable.Entry<Outcome> entry(
            String name, BookType type, Function<Outcome, @Nullable Object> value) {
        return new StateTable.Entry<>(name, type, value);
    }
}
