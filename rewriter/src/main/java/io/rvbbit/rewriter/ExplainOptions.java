package io.rvbbit.rewriter;

import org.jspecify.annotations.Nullable;

/**
 * The options of EXPLAIN RVBBIT.
 *
 * @param analyze run it and compare
 * @param sample run this many rows, instead of all, and extrapolate; null where not asked for
 */
public record ExplainOptions(boolean analyze, Format format, @Nullable Integer sample) {

    /** How the plan is written: one row per line, or one JSON value. */
    public enum Format {
        TEXT,
        JSON
    }

    /** True if calls are made, and money may be spent. */
    public boolean spends() {
        return analyze || sample != null;
    }
}
