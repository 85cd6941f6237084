package io.rvbbit.rewriter;

import io.rvbbit.rewriter.Rewritten.Staging;

/**
 * What a call would be given, as SQL that calls nothing.
 *
 * <p>Answers of other clauses that its query reads are NULL in it. Threading: immutable.
 */
public sealed interface CallInput {
    /** Index of the clause. */
    int call();

    /** Whether the clause's query may read what another clause answers: then this is a guess. */
    boolean readsAnswers();

    /**
     * The rows of a MAP.
     *
     * @param sql gives {@code _rvbbit_row}, the row's number from 1 in ascending order, and {@code
     *     _rvbbit_input}, the row as JSON text; at most {@code bound + 1} rows, the last of which
     *     tells that there are more
     */
    record Rows(int call, boolean readsAnswers, String sql, long bound) implements CallInput {}

    /** The rows of a RUN. */
    record Batch(int call, boolean readsAnswers, Staging staging) implements CallInput {}
}
