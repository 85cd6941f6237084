package io.rvbbit.tracking;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
    private static final Logger LOG = LoggerFactory.getLogger(Books.class);
    private static final int QUEUE_EVENTS = 100_000;
    private static final long QUEUE_CHARACTERS = 128L * 1_024 * 1_024;
    private static final Duration READ_PATIENCE = Duration.ofSeconds(10);

    private final EventStore store;
    private final StoreReader reader;
    private final Runnable release;
    private final EventQueue queue;
    private final BookWriter writer;
    private final IdSource ids;

    /**
     * @param depth events recorded and not yet stored
     * @param stored events stored, over all processes that wrote to these books
     * @param failures how often the store has refused a batch since the start
     */
    public record Metrics(long depth, long stored, long failures) {}

    private Books(
            EventStore store,
            StoreReader reader,
            Runnable release,
            EventQueue queue,
            BookWriter writer,
            IdSource ids) {
        this.store = store;
        this.reader = reader;
        this.release = release;
        this.queue = queue;
        this.writer = writer;
        this.ids = ids;
    }

    /**
     * Opens the books in a DuckDB file, which is made if it is not there.
     *
     * @throws BooksUnavailable if another process has them open, or they cannot be read
     */
    public static Books open(Path path, Clock clock) {
        DuckDbFile file = new DuckDbFile(path);
        try {
            return open(
                    new DuckDbEventStore(file),
                    new DuckDbBookReader(file),
                    file::close,
                    _ -> false,
                    clock);
        } catch (SQLException e) {
            file.close();
            throw new BooksUnavailable(
                    "cannot open the books in " + path + ": " + DuckDbFile.firstLine(e), e);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /**
     * Opens the books in ClickHouse. If it is away now, they are opened as soon as it is there:
     * until then events wait, and reads fail.
     *
     * @param data the directory in which it is noted who writes: only what the last process on
     *     these data left running is orphaned
     * @throws BooksUnavailable if ClickHouse does not let us in, or a newer program has written the
     *     books
     */
    public static Books open(ClickHouseAddress address, Path data, Clock clock) {
        ClickHouse server = new ClickHouse(address);
        try {
            String log = LogId.of(data.resolve("books.id"));
            return open(
                    new ClickHouseStore(server, log, UUID.randomUUID().toString()),
                    new ClickHouseBookReader(server),
                    () -> {},
                    e -> !ClickHouse.isFinal(e),
                    clock);
        } catch (SQLException e) {
            throw new BooksUnavailable(
                    "cannot open the books in " + address + ": " + ClickHouse.reason(e), e);
        }
    }

    /** {@code mayPass}: whether the store can be opened later, after it was refused thus. */
    private static Books open(
            EventStore store,
            StoreReader reader,
            Runnable release,
            Predicate<SQLException> mayPass,
            Clock clock)
            throws SQLException {
        Bookkeeper bookkeeper = new Bookkeeper(new SplittableRandom());
        StoreOpening opening = new StoreOpening(store, bookkeeper, clock);
        long position = 0;
        BookWriter.Opening later = () -> 0;
        try {
            position = opening.open();
        } catch (SQLException e) {
            store.close();
            if (!mayPass.test(e)) {
                throw e;
            }
            LOG.warn("the books cannot be opened, which is tried again: {}", e.toString());
            later = opening;
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
        EventQueue queue = new EventQueue(QUEUE_EVENTS, QUEUE_CHARACTERS, position);
        BookWriter writer =
                new BookWriter(later, queue, bookkeeper, store, BookWriter.Pace.DEFAULT);
        writer.start();
        return new Books(
                store, reader, release, queue, writer, new WordIdSource(clock, new Random()));
    }

    @Override
    public void record(Event event) {
        queue.put(event);
    }

    @Override
    public List<BookTable> tables() {
        return BookTables.ALL;
    }

    @Override
    public Scan scan(String table, List<String> columns) {
        awaitStored();
        return reader.scan(table, columns, null);
    }

    @Override
    public Scan scanOwn(String table, List<String> columns, String userName) {
        awaitStored();
        return reader.scan(table, columns, userName);
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
        reader.spending(since, spending);
    }

    /**
     * What the good calls of a cascade have taken so far, by cell and model; of everybody's
     * statements.
     *
     * @throws BooksUnavailable as {@link #scan}
     */
    public List<CallStatistics> statistics(String cascadeId) {
        awaitStored();
        return reader.statistics(cascadeId);
    }

    private void awaitStored() {
        try {
            if (!queue.awaitStored(READ_PATIENCE)) {
                throw new BooksUnavailable(
                        "the books are behind: "
                                + queue.depth()
                                + " events are waiting, and none was stored for "
                                + READ_PATIENCE.toMillis()
                                + " ms");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BooksUnavailable("interrupted while waiting for the books", e);
        }
    }

    public Metrics metrics() {
        return new Metrics(queue.depth(), writer.stored(), writer.failures());
    }

    /** Stores what has been recorded, for at most 20 seconds, and closes the store. */
    @Override
    public void close() {
        writer.close();
        store.close();
        release.run();
    }
}
