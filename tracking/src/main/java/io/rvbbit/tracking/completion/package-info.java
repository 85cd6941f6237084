/**
 * Whole calls: the start and the end of each attempt at a model, put together.
 *
 * <p>A start and an end are separate records, which may come in any order, twice, or not at all.
 * The {@link io.rvbbit.tracking.completion.CompletionWorker} asks the store again and again to put
 * together what has come; what is older than the worker is the backfill's, day by day.
 */
@NullMarked
package io.rvbbit.tracking.completion;

import org.jspecify.annotations.NullMarked;
