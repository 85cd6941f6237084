package io.rvbbit.udf;

import io.rvbbit.rewriter.Options.CachePolicy;
import io.rvbbit.udf.cascade.Cascade;
import io.rvbbit.udf.cascade.Invocation.Overrides;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One RVBBIT clause of a statement, checked and ready to be called. Threading: immutable.
 *
 * @param bound rows that are read at most; {@link #NO_BOUND} where there is none
 * @param boundIsMaximum the bound is the server's own, so a row beyond it is an error, never a
 *     silent cut
 * @param maxFailedRows one more failed row fails the statement; {@link #NO_BOUND} where any number
 *     may
 * @param keyColumns input columns that name a row in messages and on the books
 * @param readColumns input columns that reach the cascade; null if all do
 * @param cache what may be taken from other statements and given to them
 */
public record CallSpec(
        Verb verb,
        Cascade cascade,
        OnError onError,
        Overrides overrides,
        long bound,
        boolean boundIsMaximum,
        long maxFailedRows,
        List<String> keyColumns,
        @Nullable Set<String> readColumns,
        CachePolicy cache) {
    public static final long NO_BOUND = Long.MAX_VALUE;

    public enum Verb {
        MAP,
        RUN
    }

    public CallSpec {
        keyColumns = List.copyOf(keyColumns);
        readColumns = readColumns == null ? null : Set.copyOf(readColumns);
        if (bound < 0 || maxFailedRows < 0) {
            throw new IllegalArgumentException("bounds are never negative");
        }
    }
}
