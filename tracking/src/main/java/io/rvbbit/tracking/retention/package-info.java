/**
 * How long the books are kept.
 *
 * <p>Here lives what may be removed, when that is done, and how it is kept as Parquet before. What
 * must not live here: how a store removes rows; each has a class for it behind {@link
 * io.rvbbit.tracking.retention.RetentionStore}. Start reading at {@link
 * io.rvbbit.tracking.retention.RetentionWorker}.
 */
@NullMarked
package io.rvbbit.tracking.retention;

import org.jspecify.annotations.NullMarked;
