package io.rvbbit.tracking;

import static java.time.temporal.ChronoUnit.SECONDS;

import io.rvbbit.tracking.completion.CompletionWorker;
import io.rvbbit.tracking.retention.RetainedTable;
import io.rvbbit.tracking.retention.RetentionWorker;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
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
    private static final long MOST_RESERVE = 16 << 20;

    /** What the embedded store is called in the directory of data. */
    public static final String FILE = "books.duckdb";

    private volatile Consumer<Event> observer = _ -> {};
    private final BookParts parts;
    private final EventLog log;
    private final IdSource ids;

    /**
     * What is bounded.
     *
     * @param logBytes of events that may wait for the store before nothing new begins
     * @param maxStall how long what is new then waits before its statement fails
     */
    public record Limits(long logBytes, Duration maxStall) {
        public static final Limits DEFAULT = new Limits(10_000_000_000L, Duration.ofSeconds(30));
    }

    /**
     * What lies between the log and the store.
     *
     * @param name empty if nothing does
     * @param partitions of it that this gateway takes to the store
     * @param unconsumed what of these the store does not have yet: events, and records not fetched
     * @param rejected events that could not be read, and were set aside, since the start
     */
    public record Transport(String name, int partitions, long unconsumed, long rejected) {
        static final Transport NONE = new Transport("", 0, 0, 0);
    }

    /**
     * How the books themselves stand.
     *
     * @param store what kind of store it is
     * @param depth events recorded and not yet stored
     * @param since when the oldest of these happened, to the second; null if there is none
     * @param bytes what they take in the log; {@code logBytes}: what the log takes; {@code bound}:
     *     with how many of {@code bytes} nothing new begins
     * @param stored events stored, over all processes that wrote to these books
     * @param storedPerSecond over the last ten seconds
     * @param refusing why nothing new may begin; empty if it may
     * @param waiting how much that is new waits for that
     * @param lost events that could not be read from a damaged log
     * @param failures how often the store has refused something since the start
     * @param lastError what it said then, empty if it never did
     * @param away since when it has refused everything; null if it does not
     * @param transport what lies between the log and the store
     */
    public record Metrics(
            String store,
            long depth,
            @Nullable Instant since,
            long bytes,
            long logBytes,
            long bound,
            long stored,
            long storedPerSecond,
            String refusing,
            long waiting,
            long lost,
            long failures,
            String lastError,
            @Nullable Instant lastErrorAt,
            @Nullable Instant away,
            Transport transport) {
        /** For those who may not see what an error says of others' rows. */
        Metrics withoutError() {
            return new Metrics(
                    store,
                    depth,
                    since,
                    bytes,
                    logBytes,
                    bound,
                    stored,
                    storedPerSecond,
                    refusing,
                    waiting,
                    lost,
                    failures,
                    "",
                    lastErrorAt,
                    away,
                    transport);
        }
    }

    private Books(BookParts parts, Clock clock) {
        this.parts = parts;
        this.log = parts.log();
        this.ids = new WordIdSource(clock, new Random());
    }

    /** As {@link #open(Path, Clock, BookOptions)}, with the defaults. */
    public static Books open(Path path, Clock clock) {
        return open(path, clock, BookOptions.DEFAULT);
    }

    /**
     * Opens the books in a DuckDB file, which is made if it is not there, as is the directory of
     * the event log beside it: {@code books-log} for {@code books.duckdb}.
     *
     * @throws BooksUnavailable if another process has them open, or they cannot be read
     */
    public static Books open(Path path, Clock clock, BookOptions options) {
        return new Books(BookParts.inFile(path, clock, options), clock);
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
            ClickHouseAddress address, Path data, Clock clock, BookOptions options) {
        return new Books(BookParts.inClickHouse(address, data, clock, options), clock);
    }

    @Override
    public void record(Event event) {
        log.append(event);
        observer.accept(event);
    }

    /** Shows every event that is recorded from now on to one more, on the recording thread. */
    public void observe(Consumer<Event> another) {
        observer = observer.andThen(another);
    }

    /**
     * Shows among the spans that run also what these statements do themselves, as long as it is
     * given; asked on any thread.
     */
    public void showSteps(Supplier<List<LiveStep>> steps) {
        parts.running().show(steps);
    }

    /** What the completion worker of this gateway has done. */
    public CompletionWorker.Reading completion() {
        return parts.kind().completion().reading();
    }

    @Override
    public String refusing() {
        String why = log.refusing();
        if (why.isEmpty()) {
            return "";
        }
        Instant away = parts.delivery().refusals().away();
        return away == null
                ? why
                : why + "; the store has been away since " + away.truncatedTo(SECONDS);
    }

    @Override
    public boolean awaitRoom(CallerId caller, CompletableFuture<?> stopped)
            throws InterruptedException {
        try {
            return log.awaitRoom(stopped);
        } catch (BooksFull e) {
            String why = refusing();
            throw why.isEmpty() ? e : new BooksFull(why);
        }
    }

    /**
     * Whether something that has ended before it began, and so can't wait for room, is still taken:
     * also beyond the bound, but neither without bound nor from a disk that has no more.
     *
     * @param bytes that its events take, at most
     */
    public boolean hasReserve(long bytes) {
        LogState state = log.state();
        return bytes <= state.room()
                && state.bytes() <= log.bound() + Math.min(log.bound() / 8, MOST_RESERVE);
    }

    @Override
    public List<BookTable> tables() {
        List<BookTable> tables = new ArrayList<>(parts.kind().reader().tables());
        tables.add(TrackingTable.TABLE.table());
        tables.add(RetentionTable.TABLE.table());
        return tables;
    }

    @Override
    public Scan scan(String table, List<String> columns) {
        return scan(table, columns, Optional.empty(), List.of());
    }

    @Override
    public Scan scanOwn(String table, List<String> columns, String userName) {
        return scan(table, columns, Optional.of(userName), List.of());
    }

    @Override
    public Scan scan(
            String table, List<String> columns, Optional<String> user, List<Condition> conditions) {
        return state(table, columns, user.isEmpty())
                .orElseGet(() -> {
                    awaitStored();
                    return parts.kind()
                            .reader()
                            .scan(table, columns, user.orElse(null), conditions);
                });
    }

    /** {@code errors}: whether what the store said may be seen. */
    private Optional<Scan> state(String table, List<String> columns, boolean errors) {
        if (table.equals(TrackingTable.TABLE.name())) {
            Metrics state = errors ? metrics() : metrics().withoutError();
            return Optional.of(TrackingTable.TABLE.scan(columns, List.of(state)));
        }
        if (table.equals(RetentionTable.TABLE.name())) {
            return Optional.of(
                    RetentionTable.TABLE.scan(
                            columns, errors ? parts.retention().outcomes() : List.of()));
        }
        return Optional.empty();
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
     * Tells what was spent since a moment, as far as it is stored; what is on its way through Kafka
     * is waited for.
     *
     * @throws BooksUnavailable if the store cannot be read
     */
    public void readSpending(Instant since, SpendingReader spending) {
        if (!parts.delivery().transport().name().isEmpty()) {
            // A member of the group that was killed is missed only after a while.
            awaitStored(READ_PATIENCE.multipliedBy(3));
        }
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
        awaitStored(READ_PATIENCE);
    }

    private void awaitStored(Duration patience) {
        try {
            if (!parts.delivery().awaitStored(patience)) {
                throw new BooksUnavailable(
                        "the books are behind: "
                                + (log.state().pending()
                                        + parts.delivery().transport().unconsumed())
                                + " events are waiting, and none was stored for "
                                + patience.toMillis()
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

    /**
     * Removes what has been kept long enough, now.
     *
     * @return how many rows
     * @throws BooksUnavailable if that does not succeed; what was removed until then is
     */
    public long retain() {
        return removed(RetentionWorker::run);
    }

    /**
     * Removes the rows of a table that are older than some days, at least one.
     *
     * @return how many rows
     * @throws BooksUnavailable as {@link #retain()}
     */
    public long retain(RetainedTable table, int days) {
        return removed(worker -> worker.run(table, days));
    }

    private interface Removal {
        long by(RetentionWorker worker) throws SQLException, IOException;
    }

    private long removed(Removal removal) {
        awaitStored();
        try {
            return removal.by(parts.retention());
        } catch (SQLException e) {
            throw new BooksUnavailable("cannot write the books: " + DuckDbFile.firstLine(e), e);
        } catch (IOException e) {
            throw new BooksUnavailable("cannot export old rows of the books: " + e, e);
        }
    }

    /** How long a table is kept; 0 for ever. */
    public int retentionDays(RetainedTable table) {
        return parts.retention().policy().days(table);
    }

    public Metrics metrics() {
        LogState state = log.state();
        BookDelivery.Refusals refusals = parts.delivery().refusals();
        return new Metrics(
                parts.kind().name(),
                state.pending(),
                state.since(),
                state.bytes(),
                log.size(),
                log.bound(),
                state.stored(),
                parts.delivery().eventsPerSecond(),
                refusing(),
                log.waiting(),
                parts.delivery().lost(),
                refusals.count(),
                refusals.last(),
                refusals.at(),
                refusals.away(),
                parts.delivery().transport());
    }

    /** Stores what has been recorded, for at most 20 seconds; what is left stays in the log. */
    @Override
    public void close() {
        parts.close();
    }
}
