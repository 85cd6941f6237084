package io.rvbbit.tracking;

import io.rvbbit.tracking.completion.CompletionPolicy;
import io.rvbbit.tracking.completion.CompletionWorker;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The books: records events, keeps them in a store, and lets them be read.
 *
 * <p>Recording writes an event into a log on disk; a writer thread turns events into rows and
 * stores them in batches. A read waits until everything recorded before it is stored, so a
 * statement never waits for the store, and a reader always sees the newest (or an error, when the
 * store has stood still for 10 seconds). Opening stores what a process that was killed had
 * recorded, and ends, as orphaned, whatever it left running. Threading: any thread.
 */
public final class Books implements EventSink, BookReader, IdSource, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Books.class);
    private static final Duration READ_PATIENCE = Duration.ofSeconds(10);

    /** What the embedded store is called in the directory of data. */
    public static final String FILE = "books.duckdb";

    private final StoreKind kind;
    private final EventLog log;
    private final BookWriter writer;
    private final IdSource ids;

    /**
     * What differs from store to store.
     *
     * @param mayPass whether the store can be opened later, after it was refused thus
     * @param completion what puts calls together; null where that is not done
     * @param release gives back what the store needs, after it is closed
     */
    private record StoreKind(
            String name,
            EventStore store,
            StoreReader reader,
            Predicate<SQLException> mayPass,
            @Nullable CompletionWorker completion,
            AutoCloseable release) {}

    /**
     * What is bounded.
     *
     * @param logBytes of events that may wait for the store before no new call begins
     * @param maxStall how long a new call then waits before its statement fails
     */
    public record Limits(long logBytes, Duration maxStall) {
        public static final Limits DEFAULT = new Limits(10_000_000_000L, Duration.ofSeconds(30));
    }

    /**
     * How the books themselves stand.
     *
     * @param store what kind of store it is
     * @param depth events recorded and not yet stored
     * @param since when the oldest of these happened, to the second; null if there is none
     * @param bytes what they take in the log; {@code logBytes}: what the log takes
     * @param stored events stored, over all processes that wrote to these books
     * @param storedPerSecond over the last ten seconds
     * @param refusing why no new call may begin; empty if it may
     * @param lost events that could not be read from a damaged log
     * @param failures how often the store has refused something since the start
     * @param lastError what it said then, empty if it never did
     */
    public record Metrics(
            String store,
            long depth,
            @Nullable Instant since,
            long bytes,
            long logBytes,
            long stored,
            long storedPerSecond,
            String refusing,
            long lost,
            long failures,
            String lastError,
            @Nullable Instant lastErrorAt) {
        /** For those who may not see what an error says of others' rows. */
        Metrics withoutError() {
            return new Metrics(
                    store,
                    depth,
                    since,
                    bytes,
                    logBytes,
                    stored,
                    storedPerSecond,
                    refusing,
                    lost,
                    failures,
                    "",
                    lastErrorAt);
        }
    }

    private Books(StoreKind kind, EventLog log, BookWriter writer, IdSource ids) {
        this.kind = kind;
        this.log = log;
        this.writer = writer;
        this.ids = ids;
    }

    /** As {@link #open(Path, Clock, Limits, CompletionPolicy)}, as a server does by default. */
    public static Books open(Path path, Clock clock) {
        return open(path, clock, Limits.DEFAULT, CompletionPolicy.DEFAULT);
    }

    /**
     * Opens the books in a DuckDB file, which is made if it is not there, as is the directory of
     * the event log beside it: {@code books-log} for {@code books.duckdb}.
     *
     * @param policy how calls are put together
     * @throws BooksUnavailable if another process has them open, or they cannot be read
     */
    public static Books open(
            Path path, Clock clock, Limits limits, CompletionPolicy policy) {
        // Before the log: this is what another process cannot do at the same time.
        DuckDbFile file = new DuckDbFile(path);
        return open(
                path,
                DuckDbFile::firstLine,
                logOf(path),
                clock,
                limits,
                file,
                _ -> {
                    DuckDbEventStore store = new DuckDbEventStore(file, policy.dualWrite());
                    store.open();
                    DuckDbCallStore calls = new DuckDbCallStore(file);
                    calls.begin(policy.dualWrite(), clock.instant());
                    CompletionWorker completion = new CompletionWorker(calls, policy, clock);
                    return new StoreKind(
                            "duckdb",
                            store,
                            new DuckDbBookReader(file, new CallRouter(completion, READ_PATIENCE)),
                            _ -> false,
                            completion,
                            file);
                });
    }

    /**
     * Opens the books in ClickHouse. If it is away now, they are opened as soon as it is there:
     * until then events wait in the log, and reads fail.
     *
     * @param data the directory in which the event log is: only what the last process that had this
     *     log left running is orphaned
     * @throws BooksUnavailable if ClickHouse does not let us in, or a newer program has written the
     *     books
     */
    public static Books open(ClickHouseAddress address, Path data, Clock clock, Limits limits) {
        ClickHouse server = new ClickHouse(address);
        return open(
                address,
                ClickHouse::reason,
                logOf(data.resolve(FILE)),
                clock,
                limits,
                () -> {},
                log ->
                        new StoreKind(
                                "clickhouse",
                                new ClickHouseStore(server, log.toString()),
                                new ClickHouseBookReader(server),
                                e -> !ClickHouse.isFinal(e),
                                null,
                                () -> {}));
    }

    /** Makes a store for the log with this id. */
    private interface StoreMaker {
        StoreKind make(UUID log) throws SQLException;
    }

    private static Books open(
            Object place,
            Function<SQLException, String> reason,
            Path logPath,
            Clock clock,
            Limits limits,
            AutoCloseable release,
            StoreMaker maker) {
        Deque<AutoCloseable> opened = new ArrayDeque<>();
        opened.push(release);
        try {
            EventLog log =
                    EventLog.open(
                            logPath, EventLog.Bounds.of(limits.logBytes(), limits.maxStall()));
            opened.push(log);
            StoreKind kind = maker.make(log.id());
            opened.push(kind.store());
            BookWriter writer = writer(kind, log, clock);
            writer.start();
            if (kind.completion() != null) {
                kind.completion().start();
            }
            return new Books(kind, log, writer, new WordIdSource(clock, new Random()));
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
    private static BookWriter writer(StoreKind kind, EventLog log, Clock clock)
            throws SQLException, IOException, InterruptedException {
        long position = log.oldest();
        SQLException away = null;
        try {
            kind.store().open();
            position = Math.max(position, kind.store().position());
        } catch (SQLException e) {
            away = passing(kind, e);
        }
        BookWriter writer =
                new BookWriter(
                        log, log.start(position), kind.store(), clock, BookWriter.Pace.DEFAULT);
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

    @Override
    public void record(Event event) {
        log.append(event);
    }

    @Override
    public void awaitRoom() throws InterruptedException {
        log.awaitRoom();
    }

    @Override
    public List<BookTable> tables() {
        List<BookTable> tables = new ArrayList<>(kind.reader().tables());
        tables.add(TrackingTable.table());
        return tables;
    }

    @Override
    public Scan scan(String table, List<String> columns) {
        if (table.equals(TrackingTable.NAME)) {
            return TrackingTable.scan(columns, metrics());
        }
        awaitStored();
        return kind.reader().scan(table, columns, null);
    }

    @Override
    public Scan scanOwn(String table, List<String> columns, String userName) {
        if (table.equals(TrackingTable.NAME)) {
            return TrackingTable.scan(columns, metrics().withoutError());
        }
        awaitStored();
        return kind.reader().scan(table, columns, userName);
    }

    @Override
    public CallerId newCaller(String prefix) {
        return ids.newCaller(prefix);
    }

    @Override
    public String newSession(String prefix) {
        return ids.newSession(prefix);
    }

    /**
     * Tells what was spent since a moment, as far as it is stored.
     *
     * @throws BooksUnavailable if the store cannot be read
     */
    public void readSpending(Instant since, SpendingReader spending) {
        kind.reader().spending(since, spending);
    }

    /**
     * What the good calls of a cascade have taken so far, by cell and model; of everybody's
     * statements.
     *
     * @throws BooksUnavailable as {@link #scan}
     */
    public List<CallStatistics> statistics(String cascadeId) {
        awaitStored();
        return kind.reader().statistics(cascadeId);
    }

    private void awaitStored() {
        try {
            if (!log.awaitStored(READ_PATIENCE)) {
                throw new BooksUnavailable(
                        "the books are behind: "
                                + log.state().pending()
                                + " events are waiting, and none was stored for "
                                + READ_PATIENCE.toMillis()
                                + " ms");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BooksUnavailable("interrupted while waiting for the books", e);
        }
    }

    /**
     * Puts together, in the background, the calls of days that the completion worker has not seen:
     * newest first, at the policy's rate; {@code backfill_progress} tells how far it is.
     *
     * @return how many of the days are to be done
     * @throws BooksUnavailable if that cannot be written
     */
    public long backfill(LocalDate first, LocalDate last) {
        CompletionWorker completion = kind.completion();
        if (completion == null) {
            throw new BooksUnavailable(
                    "calls are not put together where the books are in " + kind.name());
        }
        try {
            return completion.request(first, last);
        } catch (SQLException e) {
            throw new BooksUnavailable("cannot write the books: " + DuckDbFile.firstLine(e), e);
        }
    }

    public Metrics metrics() {
        EventLog.State state = log.state();
        BookWriter.Refusals refusals = writer.refusals();
        return new Metrics(
                kind.name(),
                state.pending(),
                state.since(),
                state.bytes(),
                log.size(),
                state.stored(),
                writer.eventsPerSecond(),
                state.refusing(),
                writer.lost(),
                refusals.count(),
                refusals.last(),
                refusals.at());
    }

    /** Stores what has been recorded, for at most 20 seconds; what is left stays in the log. */
    @Override
    public void close() {
        Deque<AutoCloseable> parts = new ArrayDeque<>();
        parts.push(kind.release());
        parts.push(kind.store());
        parts.push(log);
        parts.push(writer);
        if (kind.completion() != null) {
            parts.push(kind.completion());
        }
        close(parts);
    }
}
