package io.rvbbit.tracking;

import io.rvbbit.tracking.EventStore.Batch;
import io.rvbbit.tracking.LogReader.Taken;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves events from the log into the store, batch by batch, in order.
 *
 * <p>What a batch is stands in the log before the store sees it. A batch that the store refuses is
 * repeated, identically and for ever, with growing pauses, also by the next process; the store
 * knows a batch it already has, so nothing is lost or doubled. Meanwhile the log grows. Threading:
 * owns the thread {@code books-writer}, and before it is started {@link #replay} is one thread's;
 * the rest is any thread.
 */
final class BookWriter implements Bookkeeper.Past, BookDelivery {
    private static final Logger LOG = LoggerFactory.getLogger(BookWriter.class);

    private final EventLog log;
    private final LogReader reader;
    private final Bookkeeper bookkeeper;
    private final EventStore store;
    private final Clock clock;
    private final Pace pace;
    private final Insistence insistence;
    private final Thread thread;
    private final DeliveryRate rate = new DeliveryRate();
    private final long recordedBefore;
    private boolean restored;
    private boolean orphansTold;
    private boolean opened;
    private @Nullable Batch unstored;
    private volatile Refusals unreadable = Refusals.NONE;

    /**
     * @param maxEvents of one batch
     * @param maxBytes that these events take in the log, roughly
     * @param maxDelay how long an event waits for others while nobody reads
     * @param firstPause after a failure; doubled each time, up to {@code maxPause}
     * @param drain how long closing waits for the store
     */
    record Pace(
            int maxEvents,
            long maxBytes,
            Duration maxDelay,
            Duration firstPause,
            Duration maxPause,
            Duration drain) {
        static final Pace DEFAULT =
                new Pace(
                        10_000,
                        16L << 20,
                        Duration.ofMillis(800),
                        Duration.ofMillis(20),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(10));
    }

    BookWriter(EventLog log, LogReader reader, EventStore store, Clock clock, Pace pace) {
        this(log, reader, store, TraceOptions.NONE, clock, pace);
    }

    BookWriter(
            EventLog log,
            LogReader reader,
            EventStore store,
            TraceOptions traces,
            Clock clock,
            Pace pace) {
        this.bookkeeper = new Bookkeeper(this, traces);
        this.log = log;
        this.reader = reader;
        this.store = store;
        this.clock = clock;
        this.pace = pace;
        this.insistence = new Insistence(pace.firstPause(), pace.maxPause(), clock);
        this.recordedBefore = log.state().recorded();
        this.thread = Thread.ofPlatform().name("books-writer").daemon().unstarted(this::run);
    }

    /**
     * Opens the store, stores what the last process recorded, and ends what it did not end. If that
     * fails it may be tried again, and goes on where it failed; the thread does so if nobody has
     * before {@link #start}.
     */
    void open() throws SQLException, IOException, InterruptedException {
        if (!restored) {
            store.open();
            long position = store.position();
            reader.skip(position);
            log.skip(position);
            bookkeeper.restore(store.unfinished());
            restored = true;
        }
        if (recordedBefore > log.state().stored()) {
            LOG.info("events of the last run are being stored");
            replay(recordedBefore);
        }
        if (!orphansTold) {
            Orphans.of(store.unfinished(), clock.instant()).forEach(log::append);
            orphansTold = true;
        }
        replay(log.state().recorded());
        opened = true;
    }

    private void replay(long through) throws SQLException, IOException, InterruptedException {
        while (unstored != null || log.state().stored() < through) {
            Batch batch = unstored;
            if (batch == null) {
                ReadyEvents ready = log.awaitEvents(pace.maxEvents(), Duration.ZERO);
                batch = next(ready.marked() ? ready : ready.until(through));
            }
            if (batch != null) {
                unstored = batch;
                store.append(batch);
                unstored = null;
                advance(batch);
            }
        }
    }

    @Override
    public void start() {
        thread.start();
    }

    @Override
    public boolean awaitStored(Duration patience) throws InterruptedException {
        return log.awaitStored(patience);
    }

    @Override
    public Refusals refusals() {
        return insistence.refusals().plus(unreadable);
    }

    @Override
    public long eventsPerSecond() {
        return rate.perSecond(System.nanoTime());
    }

    @Override
    public long lost() {
        return reader.lost();
    }

    @Override
    public Books.Transport transport() {
        return Books.Transport.NONE;
    }

    /** Stores what is in the log, within {@link Pace#drain}, and ends the thread. */
    @Override
    public void close() {
        log.seal();
        boolean interrupted = !joined(pace.drain());
        if (thread.isAlive()) {
            insistence.giveUp();
            interrupted |= !joined(pace.drain());
        }
        long left = log.state().pending();
        if (left > 0) {
            LOG.warn("{} events are not stored; they stay in the log for the next start", left);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean joined(Duration bound) {
        try {
            thread.join(bound);
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    private void run() {
        try (reader) {
            boolean _ =
                    opened
                            || insistence.until(() -> {
                                open();
                                return true;
                            });
            while (true) {
                ReadyEvents ready = log.awaitEvents(pace.maxEvents(), pace.maxDelay());
                if (ready.isEmpty()) {
                    return;
                }
                Batch batch = next(ready);
                if (batch != null) {
                    long began = System.nanoTime();
                    boolean _ =
                            insistence.until(() -> {
                                store.append(batch);
                                return true;
                            });
                    tellDelivery(batch, Duration.ofNanos(System.nanoTime() - began));
                    advance(batch);
                }
            }
        } catch (BooksUnavailable e) {
            LOG.debug("the books had to close before all was stored", e);
        } catch (IOException e) {
            LOG.error("the event log cannot be read; nothing more is stored", e);
            unreadable = Refusals.NONE.plus(e.toString(), clock.instant());
        } catch (InterruptedException e) {
            LOG.error("the writer of the books was interrupted; nothing more is stored");
            Thread.currentThread().interrupt();
        }
    }

    /** Null if not one of the events could be read. */
    private @Nullable Batch next(ReadyEvents ready) throws IOException, InterruptedException {
        Taken taken =
                ready.marked()
                        ? reader.read(ready.through(), Integer.MAX_VALUE, Long.MAX_VALUE)
                        : reader.read(ready.through(), pace.maxEvents(), pace.maxBytes());
        if (!ready.marked()) {
            log.mark(taken.from(), taken.through());
        }
        log.taken(taken.through());
        if (taken.events().isEmpty()) {
            log.advance(taken.through(), reader.bytes());
            return null;
        }
        return bookkeeper.book(taken.events(), taken.from(), taken.through());
    }

    /** Statements that are traced have a span for their way to the store, once they have ended. */
    private void tellDelivery(Batch batch, Duration took) {
        for (Row<SpanColumn> span : batch.spans()) {
            if (Integer.valueOf(0).equals(span.get(SpanColumn.DEPTH))) {
                try {
                    log.append(
                            new Event.SpanEnded(
                                    new CallerId(span.text(SpanColumn.CALLER_ID)),
                                    "",
                                    "store",
                                    "store_delivery",
                                    "{\"events\":" + (batch.position() - batch.from() + 1) + "}",
                                    "",
                                    took,
                                    clock.instant()));
                } catch (IllegalStateException closed) {
                    LOG.debug("the books close; a delivery has no span", closed);
                }
            }
        }
    }

    private void advance(Batch batch) {
        bookkeeper.stored();
        rate.stored(System.nanoTime(), batch.position() - batch.from() + 1);
        log.advance(batch.position(), reader.bytes());
    }

    @Override
    public Optional<Row<SessionColumn>> session(String sessionId) {
        return insistence.until(() -> store.endedSession(sessionId));
    }

    @Override
    public Optional<Row<StatementColumn>> statement(CallerId caller) {
        return insistence.until(() -> store.endedStatement(caller));
    }
}
