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
import org.duckdb.DuckDBConnection;
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
    private static final String STORE = "duckdb";

    private final DuckDbFile file;
    private final EventStore store;
    private final EventLog log;
    private final BookWriter writer;
    private final DuckDbBookReader reader;
    private final CompletionWorker completion;
    private final IdSource ids;

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

    private Books(
            DuckDbFile file,
            EventStore store,
            EventLog log,
            BookWriter writer,
            CompletionWorker completion,
            IdSource ids) {
        this.file = file;
        this.store = store;
        this.log = log;
        this.writer = writer;
        this.completion = completion;
        this.reader =
                new DuckDbBookReader(
                        file, log, READ_PATIENCE, new CallRouter(completion, READ_PATIENCE));
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
        Deque<AutoCloseable> opened = new ArrayDeque<>();
        try {
            DuckDbFile file = new DuckDbFile(path);
            opened.push(file);
            DuckDbEventStore store = new DuckDbEventStore(file, policy.dualWrite());
            opened.push(store);
            store.open();
            DuckDbCallStore calls = new DuckDbCallStore(file);
            calls.begin(policy.dualWrite(), clock.instant());
            EventLog log =
                    EventLog.open(
                            logOf(path), EventLog.Bounds.of(limits.logBytes(), limits.maxStall()));
            opened.push(log);
            BookWriter writer =
                    new BookWriter(
                            log,
                            log.start(store.position()),
                            store,
                            clock,
                            BookWriter.Pace.DEFAULT);
            recover(store, log, writer, clock);
            writer.start();
            CompletionWorker completion = new CompletionWorker(calls, policy, clock);
            completion.start();
            return new Books(
                    file, store, log, writer, completion, new WordIdSource(clock, new Random()));
        } catch (SQLException e) {
            close(opened);
            throw unavailable(path, DuckDbFile.firstLine(e), e);
        } catch (IOException e) {
            close(opened);
            throw unavailable(path, String.valueOf(e.getMessage()), e);
        } catch (InterruptedException e) {
            close(opened);
            Thread.currentThread().interrupt();
            throw unavailable(path, "interrupted", e);
        } catch (RuntimeException e) {
            close(opened);
            throw e;
        }
    }

    private static BooksUnavailable unavailable(Path path, String why, Exception cause) {
        return new BooksUnavailable("cannot open the books in " + path + ": " + why, cause);
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

    /** Stores what the last process recorded, and ends what it did not end. */
    private static void recover(EventStore store, EventLog log, BookWriter writer, Clock clock)
            throws SQLException, IOException, InterruptedException {
        EventStore.Unfinished unfinished = store.unfinished();
        writer.restore(unfinished);
        if (log.state().pending() > 0) {
            LOG.info("{} events of the last run are being stored", log.state().pending());
            writer.replay();
            unfinished = store.unfinished();
        }
        Orphans.of(unfinished, clock.instant()).forEach(log::append);
        writer.replay();
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
        List<BookTable> tables = new ArrayList<>(reader.tables());
        tables.add(TrackingTable.table());
        return tables;
    }

    @Override
    public Scan scan(String table, List<String> columns) {
        return table.equals(TrackingTable.NAME)
                ? TrackingTable.scan(columns, metrics())
                : reader.scan(table, columns);
    }

    @Override
    public Scan scanOwn(String table, List<String> columns, String userName) {
        return table.equals(TrackingTable.NAME)
                ? TrackingTable.scan(columns, metrics().withoutError())
                : reader.scanOwn(table, columns, userName);
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
        try {
            DuckDBConnection connection = file.connect();
            try {
                new DuckDbSpending(connection).read(since, spending);
            } finally {
                file.release(connection);
            }
        } catch (SQLException e) {
            throw new BooksUnavailable("cannot read the books: " + DuckDbFile.firstLine(e), e);
        }
    }

    /**
     * What the good calls of a cascade have taken so far, by cell and model; of everybody's
     * statements.
     *
     * @throws BooksUnavailable as {@link #scan}
     */
    public List<CallStatistics> statistics(String cascadeId) {
        return reader.statistics(cascadeId);
    }

    /**
     * Puts together, in the background, the calls of days that the completion worker has not seen:
     * newest first, at the policy's rate; {@code backfill_progress} tells how far it is.
     *
     * @return how many of the days are to be done
     * @throws BooksUnavailable if that cannot be written
     */
    public long backfill(LocalDate first, LocalDate last) {
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
                STORE,
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
        completion.close();
        writer.close();
        log.close();
        store.close();
        file.close();
    }
}
