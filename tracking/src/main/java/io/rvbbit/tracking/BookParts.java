package io.rvbbit.tracking;

import io.rvbbit.tracking.completion.CompletionPolicy;
import io.rvbbit.tracking.completion.CompletionWorker;
import io.rvbbit.tracking.retention.RetentionStore;
import io.rvbbit.tracking.retention.RetentionWorker;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the books are made of, opened in this order: the store's own, the log, the store, and what
 * moves events from one to the other.
 *
 * <p>Threading: opened and closed by one thread.
 */
record BookParts(
        StoreKind kind,
        EventLog log,
        BookDelivery delivery,
        RetentionWorker retention,
        RunningSpans running)
        implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BookParts.class);

    /**
     * What differs from store to store.
     *
     * @param lines gives the store of a line: of what one partition of Kafka's has of one log
     * @param mayPass whether the store can be opened later, after it was refused thus
     * @param completion what puts calls together
     * @param release gives back what the store needs, after it is closed
     */
    record StoreKind(
            String name,
            EventStore store,
            Function<String, EventStore> lines,
            StoreReader reader,
            Predicate<SQLException> mayPass,
            CompletionWorker completion,
            RetentionStore retention,
            AutoCloseable release) {}

    /** As {@link Books#open(Path, Clock, BookOptions)}. */
    static BookParts inFile(Path path, Clock clock, BookOptions options) {
        // Before the log: this is what another process cannot do at the same time.
        DuckDbFile file = new DuckDbFile(path, options.retention().export());
        CompletionPolicy policy = options.completion();
        return open(
                path,
                DuckDbFile::firstLine,
                logOf(path),
                clock,
                options,
                new PartitionShare(),
                file,
                (_, running) -> {
                    DuckDbEventStore store = new DuckDbEventStore(file, policy.dualWrite());
                    store.open();
                    DuckDbCallStore calls = new DuckDbCallStore(file);
                    calls.begin(policy.dualWrite(), clock.instant());
                    CompletionWorker completion = new CompletionWorker(calls, policy, clock);
                    return new StoreKind(
                            "duckdb",
                            store,
                            line -> new DuckDbEventStore(file, policy.dualWrite(), line),
                            traced(
                                    new DuckDbBookReader(
                                            file, new CallRouter(completion, Books.READ_PATIENCE)),
                                    running,
                                    clock),
                            _ -> false,
                            completion,
                            new DuckDbRetention(file),
                            file);
                });
    }

    /** As {@link Books#open(ClickHouseAddress, Path, Clock, BookOptions)}. */
    static BookParts inClickHouse(
            ClickHouseAddress address, Path data, Clock clock, BookOptions options) {
        CompletionPolicy policy = options.completion();
        ClickHouse server = new ClickHouse(address);
        var share = new PartitionShare();
        return open(
                address,
                ClickHouse::reason,
                logOf(data.resolve(Books.FILE)),
                clock,
                options,
                share,
                () -> {},
                (log, running) -> {
                    CompletionWorker completion =
                            new CompletionWorker(
                                    new ClickHouseCallStore(server, log.toString(), share),
                                    policy,
                                    clock);
                    return new StoreKind(
                            "clickhouse",
                            new ClickHouseStore(server, log.toString(), policy.dualWrite(), clock),
                            line -> new ClickHouseStore(server, line, policy.dualWrite(), clock),
                            traced(
                                    new ClickHouseBookReader(
                                            server,
                                            new CallRouter(completion, Books.READ_PATIENCE)),
                                    running,
                                    clock),
                            e -> !ClickHouse.isFinal(e),
                            completion,
                            new ClickHouseRetention(server),
                            () -> {});
                });
    }

    /** Makes a store for the log with this id. */
    private interface StoreMaker {
        StoreKind make(UUID log, RunningSpans running) throws SQLException;
    }

    /** The store with what it has not of traces. */
    private static StoreReader traced(StoreReader store, RunningSpans running, Clock clock) {
        return new WaterfallReader(new RunningSpanReader(store, running, clock), running, clock);
    }

    private static BookParts open(
            Object place,
            Function<SQLException, String> reason,
            Path logPath,
            Clock clock,
            BookOptions given,
            PartitionShare share,
            AutoCloseable release,
            StoreMaker maker) {
        var running = new RunningSpans();
        BookOptions options = given.with(given.traces().withRunning(running));
        Deque<AutoCloseable> opened = new ArrayDeque<>();
        opened.push(release);
        try {
            EventLog log =
                    EventLog.open(
                            logPath,
                            EventLog.Bounds.of(
                                    options.limits().logBytes(), options.limits().maxStall()));
            opened.push(log);
            StoreKind kind = maker.make(log.id(), running);
            opened.push(kind.store());
            BookDelivery delivery =
                    options.kafka().isPresent()
                            ? throughKafka(options, kind, log, logPath, share, clock)
                            : writer(options, kind, log, logPath, clock);
            delivery.start();
            kind.completion().start();
            RetentionWorker retention =
                    new RetentionWorker(kind.retention(), options.retention(), clock);
            retention.start();
            return new BookParts(kind, log, delivery, retention, running);
        } catch (SQLException e) {
            close(opened);
            throw unavailable(place, reason.apply(e), e);
        } catch (IOException e) {
            close(opened);
            throw unavailable(place, String.valueOf(e.getMessage()), e);
        } catch (InterruptedException e) {
            close(opened);
            Thread.currentThread().interrupt();
            throw unavailable(place, "interrupted", e);
        } catch (RuntimeException e) {
            close(opened);
            throw e;
        }
    }

    /** Has the store opened, unless that can only be done later. */
    private static BookWriter writer(
            BookOptions options, StoreKind kind, EventLog log, Path logPath, Clock clock)
            throws SQLException, IOException, InterruptedException {
        // What Kafka has was its to bring; while that is configured no more.
        long position = Math.max(log.oldest(), KafkaCheckpoint.position(logPath));
        SQLException away = null;
        try {
            kind.store().open();
            position = Math.max(position, kind.store().position());
        } catch (SQLException e) {
            away = passing(kind, e);
        }
        BookWriter writer =
                new BookWriter(
                        log,
                        log.start(position),
                        kind.store(),
                        options.traces(),
                        clock,
                        BookWriter.Pace.DEFAULT);
        if (away == null) {
            try {
                writer.open();
            } catch (SQLException e) {
                away = passing(kind, e);
            }
        }
        if (away != null) {
            LOG.warn("the books cannot be opened, which is tried again: {}", away.toString());
        }
        return writer;
    }

    private static KafkaDelivery throughKafka(
            BookOptions options,
            StoreKind kind,
            EventLog log,
            Path logPath,
            PartitionShare share,
            Clock clock)
            throws SQLException, IOException {
        try {
            kind.store().open();
        } catch (SQLException e) {
            LOG.warn(
                    "the books cannot be opened, which is tried again: {}",
                    passing(kind, e).toString());
        }
        return new KafkaDelivery(
                options.kafka().orElseThrow(),
                log,
                logPath,
                kind.store(),
                kind.lines(),
                options.traces(),
                share,
                clock,
                Books.READ_PATIENCE,
                BookWriter.Pace.DEFAULT);
    }

    private static SQLException passing(StoreKind kind, SQLException refusal) throws SQLException {
        if (!kind.mayPass().test(refusal)) {
            throw refusal;
        }
        return refusal;
    }

    private static BooksUnavailable unavailable(Object place, String why, Exception cause) {
        return new BooksUnavailable("cannot open the books in " + place + ": " + why, cause);
    }

    private static void close(Deque<AutoCloseable> opened) {
        for (AutoCloseable part : opened) {
            try {
                part.close();
            } catch (Exception e) {
                LOG.warn("a part of the books does not close", e);
            }
        }
    }

    private static Path logOf(Path path) {
        String name = String.valueOf(path.getFileName());
        int dot = name.lastIndexOf('.');
        return path.resolveSibling((dot > 0 ? name.substring(0, dot) : name) + "-log");
    }

    /** Stores what has been recorded, for at most 20 seconds. */
    @Override
    public void close() {
        Deque<AutoCloseable> parts = new ArrayDeque<>();
        parts.push(kind.release());
        parts.push(kind.store());
        parts.push(log);
        parts.push(delivery);
        parts.push(kind.completion());
        parts.push(retention);
        close(parts);
    }
}
