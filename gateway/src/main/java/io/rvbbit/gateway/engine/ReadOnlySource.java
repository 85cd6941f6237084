package io.rvbbit.gateway.engine;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.rvbbit.udf.cascade.SqlSource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * SQL cells that read a session's database, each on a connection of its own.
 *
 * <p>Threading: any thread.
 */
final class ReadOnlySource implements SqlSource {
    /** Reading a query's text takes milliseconds; the rest is waiting for a thread. */
    private static final Duration ANALYSIS = Duration.ofMinutes(1);

    private final Supplier<EngineConnection> connections;
    private final QueryThreads threads;

    ReadOnlySource(Supplier<EngineConnection> connections, QueryThreads threads) {
        this.connections = connections;
        this.threads = threads;
    }

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
    public boolean readsOnly(String sql, String table) throws InterruptedException {
        return analysis(connection -> TableReader.isOnlyReaderOf(table, sql, connection));
    }

    @Override
    public Optional<String> readsBeside(String sql, List<String> tables)
            throws InterruptedException {
        return analysis(connection -> TableReader.beside(tables, sql, connection));
    }

    private <T> T analysis(Function<EngineConnection, T> look) throws InterruptedException {
        return threads.run(
                () -> {
                    try (EngineConnection connection = connections.get()) {
                        return look.apply(connection);
                    }
                },
                () -> {},
                ANALYSIS);
    }

    private <T> T run(
            String sql,
            List<@Nullable Object> parameters,
            Duration timeout,
            Function<ReadOnlyQuery, T> work)
            throws InterruptedException {
        AtomicReference<ReadOnlyQuery> running = new AtomicReference<>();
        return threads.run(
                () -> {
                    try (EngineConnection connection = connections.get()) {
                        ReadOnlyQuery query = new ReadOnlyQuery(connection, sql, parameters);
                        running.set(query);
                        try {
                            return work.apply(query);
                        } finally {
                            query.forbidInterrupts();
                        }
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
}
