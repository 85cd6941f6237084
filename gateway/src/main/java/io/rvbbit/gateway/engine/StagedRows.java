package io.rvbbit.gateway.engine;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.rvbbit.rewriter.SqlText;
import io.rvbbit.udf.cascade.SqlSource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Rows in a temporary table of a connection of their own; closing drops all of it.
 *
 * <p>Threading: any thread; queries run one after the other.
 */
public final class StagedRows implements AutoCloseable {
    /** Reading a query's text takes milliseconds; the rest is waiting for the connection. */
    private static final Duration ANALYSIS = Duration.ofMinutes(1);

    private final RawConnection store;
    private final String table;
    private final long rowCount;
    private final boolean truncated;
    private final String rowsHash;
    private final QueryThreads threads;
    private final ReentrantLock lock = new ReentrantLock();
    private boolean closed;

    private StagedRows(
            RawConnection store,
            String table,
            long rowCount,
            boolean truncated,
            String rowsHash,
            QueryThreads threads) {
        this.store = store;
        this.table = table;
        this.rowCount = rowCount;
        this.truncated = truncated;
        this.rowsHash = rowsHash;
        this.threads = threads;
    }

    /** Takes the connection over, in which the table is. */
    static StagedRows of(
            RawConnection store, String table, boolean truncated, QueryThreads threads) {
        RowsHash hash = new RowsHash();
        try (RawPrepared all =
                        store.prepareOurs(
                                "FROM temp.main." + SqlText.identifier(table), List.of());
                ResultCursor cursor = all.execute(List.of())) {
            hash.addAll(cursor);
        }
        return new StagedRows(store, table, hash.rows(), truncated, hash.hex(), threads);
    }

    /** The name under which {@link #sql} sees the rows. */
    public String table() {
        return table;
    }

    public long rowCount() {
        return rowCount;
    }

    /** Whether the query had more rows than were kept. */
    public boolean truncated() {
        return truncated;
    }

    /** SHA-256 over column names, types and values in order, in hex. */
    public String rowsHash() {
        return rowsHash;
    }

    /** Reads the table by its name, and the database as any SQL cell does. */
    public SqlSource sql() {
        return new SqlSource() {
            @Override
            public ArrayNode query(
                    String sql, List<@Nullable Object> parameters, Duration timeout, int maxRows)
                    throws InterruptedException {
                return run(sql, parameters, timeout, query -> query.rows(maxRows));
            }

            @Override
            public void check(String sql, Duration timeout) throws InterruptedException {
                var _ = run(sql, List.of(), timeout, ReadOnlyQuery::check);
            }

            @Override
            public Optional<String> readsBeside(String sql, List<String> tables)
                    throws InterruptedException {
                return locked(() -> TableReader.beside(tables, sql, store), () -> {}, ANALYSIS);
            }
        };
    }

    private <T> T run(
            String sql,
            List<@Nullable Object> parameters,
            Duration timeout,
            Function<ReadOnlyQuery, T> work)
            throws InterruptedException {
        AtomicReference<ReadOnlyQuery> running = new AtomicReference<>();
        return locked(
                () -> {
                    ReadOnlyQuery query = new ReadOnlyQuery(store, sql, parameters);
                    running.set(query);
                    try {
                        return work.apply(query);
                    } finally {
                        query.forbidInterrupts();
                    }
                },
                () -> {
                    ReadOnlyQuery query = running.get();
                    if (query != null) {
                        query.interrupt();
                    }
                },
                timeout);
    }

    /** Does what it is given while nothing else uses the connection. */
    private <T> T locked(Supplier<T> work, Runnable interrupt, Duration timeout)
            throws InterruptedException {
        return threads.run(
                () -> {
                    lock.lock();
                    try {
                        if (closed) {
                            throw new IllegalStateException("the staged rows are gone");
                        }
                        return work.get();
                    } finally {
                        lock.unlock();
                    }
                },
                interrupt,
                timeout);
    }

    /** Waits for a query that still runs; closing twice is allowed. */
    @Override
    public void close() {
        lock.lock();
        try {
            if (!closed) {
                closed = true;
                store.close();
            }
        } finally {
            lock.unlock();
        }
    }
}
