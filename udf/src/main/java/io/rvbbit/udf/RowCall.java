package io.rvbbit.udf;

import java.util.concurrent.CompletableFuture;

/**
 * A row of a MAP on its way to its answer. Threading: immutable.
 *
 * @param key by which the statement's journal has the answer, once it is there; not for each row
 *     its own
 * @param answer the row's own, or its share of another's
 */
record RowCall(CallKey key, CompletableFuture<Answer> answer) {}
