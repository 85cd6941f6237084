package io.rvbbit.udf;

import io.rvbbit.rewriter.SqlState;
import io.rvbbit.udf.cascade.RowError;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Until when a row waits for another statement's answer. Threading: immutable.
 *
 * @param limit null: for ever
 */
record Deadline(@Nullable Duration limit, long startNanos) {
    static Deadline after(@Nullable Duration limit) {
        return new Deadline(limit, System.nanoTime());
    }

    <T> T await(CompletableFuture<T> answer) throws InterruptedException, TimeoutException {
        try {
            return limit == null
                    ? answer.get()
                    : answer.get(
                            startNanos + limit.toNanos() - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a shared answer never fails", e);
        }
    }

    /** The error of a row that has waited so long. */
    RowError passed() {
        return new RowError(
                "timeout",
                SqlState.QUERY_CANCELED,
                "the cascade took longer than "
                        + (limit == null ? 0 : limit.toMillis())
                        + " ms in another statement",
                0);
    }
}
