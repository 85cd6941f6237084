package io.rvbbit.tracking;

import io.rvbbit.tracking.completion.CompletionPolicy;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

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
    static final Duration READ_PATIENCE = Duration.ofSeconds(10);

    /** What the embedded store is called in the directory of data. */
    public static final String FILE = "books.duckdb";

    private final BookParts parts;
    private final EventLog log;
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

    private Books(BookParts parts, Clock clock) {
        this.parts = parts;
        this.log = parts.log();
        this.ids = new WordIdSource(clock, new Random());
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
    public static Books open(Path path, Clock clock, Limits limits, CompletionPolicy policy) {
        return new Books(BookParts.inFile(path, clock, limits, policy), clock);
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
    public static Books open(
            ClickHouseAddress address,
            Path data,
            Clock clock,
            Limits limits,
            CompletionPolicy policy) {
        return new Books(BookParts.inClickHouse(address, data, clock, limits, policy), clock);
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
        List<BookTable> tables = new ArrayList<>(parts.kind().reader().tables());
        tables.add(TrackingTable.table());
        return tables;
    }

    @Override
    public Scan scan(String table, List<String> columns) {
        if (table.equals(TrackingTable.NAME)) {
            return TrackingTable.scan(columns, metrics());
        }
        awaitStored();
        return parts.kind().reader().scan(table, columns, null);
    }

    @Override
    public Scan scanOwn(String table, List<String> columns, String userName) {
        if (table.equals(TrackingTable.NAME)) {
            return TrackingTable.scan(columns, metrics().withoutError());
        }
        awaitStored();
        return parts.kind().reader().scan(table, columns, userName);
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
        parts.kind().reader().spending(since, spending);
    }

    /**
     * What the good calls of a cascade have taken so far, by cell and model; of everybody's
     * statements.
     *
     * @throws BooksUnavailable as {@link #scan}
     */
    public List<CallStatistics> statistics(String cascadeId) {
        awaitStored();
        return parts.kind().reader().statistics(cascadeId);
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
        try {
            return parts.kind().completion().request(first, last);
        } catch (SQLException e) {
            throw new BooksUnavailable("cannot write the books: " + DuckDbFile.firstLine(e), e);
        }
    }

    public Metrics metrics() {
        EventLog.State state = log.state();
        BookWriter.Refusals refusals = parts.writer().refusals();
        return new Metrics(
                parts.kind().name(),
                state.pending(),
                state.since(),
                state.bytes(),
                log.size(),
                state.stored(),
                parts.writer().eventsPerSecond(),
                state.refusing(),
                parts.writer().lost(),
                refusals.count(),
                refusals.last(),
                refusals.at());
    }

    /** Stores what has been recorded, for at most 20 seconds; what is left stays in the log. */
    @Override
    public void close() {
        parts.close();
    }
}
