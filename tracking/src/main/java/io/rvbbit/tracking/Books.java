package io.rvbbit.tracking;

import io.rvbbit.tracking.completion.CompletionPolicy;
import io.rvbbit.tracking.completion.CompletionWorker;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.duckdb.DuckDBConnection;

/**
 * The books: records events, keeps them in a store, and lets them be read.
 *
 * <p>Recording puts an event into a bounded queue; a writer thread turns events into rows and
 * stores them in batches. A read waits until everything recorded before it is stored, so a
 * statement never waits for the store, and a reader always sees the newest (or an error, when the
 * store has stood still for 10 seconds). Opening ends, as orphaned, whatever a process that was
 * killed left running. Threading: any thread.
 */
public final class Books implements EventSink, BookReader, IdSource, AutoCloseable {
    private static final int QUEUE_EVENTS = 100_000;
    private static final long QUEUE_CHARACTERS = 128L * 1_024 * 1_024;
    private static final Duration READ_PATIENCE = Duration.ofSeconds(10);

    private final DuckDbFile file;
    private final EventStore store;
    private final EventQueue queue;
    private final BookWriter writer;
    private final DuckDbBookReader reader;
    private final CompletionWorker completion;
    private final IdSource ids;

    /**
     * @param depth events recorded and not yet stored
     * @param stored events stored, over all processes that wrote to these books
     * @param failures how often the store has refused a batch since the start
     */
    public record Metrics(long depth, long stored, long failures) {}

    private Books(
            DuckDbFile file,
            EventStore store,
            EventQueue queue,
            BookWriter writer,
            CompletionWorker completion,
            IdSource ids) {
        this.file = file;
        this.store = store;
        this.queue = queue;
        this.writer = writer;
        this.completion = completion;
        this.reader =
                new DuckDbBookReader(
                        file, queue, READ_PATIENCE, new CallRouter(completion, READ_PATIENCE));
        this.ids = ids;
    }

    /**
     * Opens the books in a DuckDB file, which is made if it is not there.
     *
     * @throws BooksUnavailable if another process has them open, or they cannot be read
     */
    public static Books open(Path path, Clock clock) {
        return open(path, clock, CompletionPolicy.DEFAULT);
    }

    /** As {@link #open(Path, Clock)}; {@code policy} tells how calls are put together. */
    public static Books open(Path path, Clock clock, CompletionPolicy policy) {
        DuckDbFile file = new DuckDbFile(path);
        try {
            DuckDbEventStore store = new DuckDbEventStore(file, policy.dualWrite());
            store.open();
            DuckDbCallStore calls = new DuckDbCallStore(file);
            calls.begin(policy.dualWrite(), clock.instant());
            Bookkeeper bookkeeper = new Bookkeeper(new SplittableRandom());
            endOrphans(store, bookkeeper, clock);
            EventQueue queue = new EventQueue(QUEUE_EVENTS, QUEUE_CHARACTERS, store.position());
            BookWriter writer = new BookWriter(queue, bookkeeper, store, BookWriter.Pace.DEFAULT);
            writer.start();
            CompletionWorker completion = new CompletionWorker(calls, policy, clock);
            completion.start();
            return new Books(
                    file, store, queue, writer, completion, new WordIdSource(clock, new Random()));
        } catch (SQLException e) {
            file.close();
            throw new BooksUnavailable(
                    "cannot open the books in " + path + ": " + DuckDbFile.firstLine(e), e);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static void endOrphans(EventStore store, Bookkeeper bookkeeper, Clock clock)
            throws SQLException {
        EventStore.Unfinished unfinished = store.unfinished();
        if (unfinished.isEmpty()) {
            return;
        }
        bookkeeper.restore(unfinished);
        List<Event> events = Orphans.of(unfinished, clock.instant());
        store.append(bookkeeper.book(events, store.position() + events.size()));
    }

    @Override
    public void record(Event event) {
        queue.put(event);
    }

    @Override
    public List<BookTable> tables() {
        return reader.tables();
    }

    @Override
    public Scan scan(String table, List<String> columns) {
        return reader.scan(table, columns);
    }

    @Override
    public Scan scanOwn(String table, List<String> columns, String userName) {
        return reader.scanOwn(table, columns, userName);
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
        return new Metrics(queue.depth(), queue.stored(), writer.failures());
    }

    /** Stores what has been recorded, for at most 20 seconds, and closes the file. */
    @Override
    public void close() {
        completion.close();
        writer.close();
        store.close();
        file.close();
    }
}
