/**
 * The books: who caused which cost, and everything that happened on the way to it.
 *
 * <p>Start reading at {@link io.rvbbit.tracking.Books}. An {@link io.rvbbit.tracking.Event} goes to
 * the {@link io.rvbbit.tracking.EventLog} on disk, from there with others to the {@link
 * io.rvbbit.tracking.Bookkeeper}, which finds its caller and makes its row, and with a batch into
 * an {@link io.rvbbit.tracking.EventStore}: a DuckDB file, or ClickHouse. A new store is a class
 * behind that interface and one behind {@link io.rvbbit.tracking.StoreReader}; a new event is a
 * case in {@link io.rvbbit.tracking.LogEntries} and a kind in {@link
 * io.rvbbit.tracking.EventCodec}; a new column is a constant of {@link
 * io.rvbbit.tracking.LogColumn} and a migration.
 *
 * <p>Between log and bookkeeper there may be Kafka: {@link io.rvbbit.tracking.KafkaDelivery} takes
 * the place of {@link io.rvbbit.tracking.BookWriter} then.
 *
 * <p>What must not be here: the client's SQL and how it is understood, the wire, the model calls.
 */
@NullMarked
package io.rvbbit.tracking;

import org.jspecify.annotations.NullMarked;
