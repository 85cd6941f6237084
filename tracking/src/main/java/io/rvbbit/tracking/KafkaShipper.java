package io.rvbbit.tracking;

import io.rvbbit.tracking.BookWriter.Pace;
import io.rvbbit.tracking.EventStore.Unfinished;
import io.rvbbit.tracking.LogReader.Taken;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves events from the log to Kafka, in order; the log advances when the brokers have
 * acknowledged.
 *
 * <p>What is one delivery stands in the log before it is sent, and is on the disk, so a delivery
 * that is repeated, by this process or the next one, is the same again. Before anything new is sent
 * the last process's events are, and what it left running is ended: that waits for the store.
 * Threading: owns the thread {@code books-shipper}; the rest is any thread.
 */
final class KafkaShipper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaShipper.class);

    private final EventLog log;
    private final LogReader reader;
    private final EventStore store;
    private final KafkaOutbox outbox;
    private final KafkaProgress progress;
    private final Insistence insistence;
    private final Runnable ready;
    private final Clock clock;
    private final Pace pace;
    private final DeliveryRate rate = new DeliveryRate();
    private final SessionCallers callers;
    private final long recordedBefore;
    private final CountDownLatch begun = new CountDownLatch(1);
    private final Thread thread;

    /**
     * @param store where the rows of all this log's events are looked for
     * @param ready told once topics and store are there
     */
    KafkaShipper(
            EventLog log,
            LogReader reader,
            EventStore store,
            KafkaOutbox outbox,
            KafkaProgress progress,
            Insistence insistence,
            Runnable ready,
            Clock clock,
            Pace pace) {
        this.log = log;
        this.reader = reader;
        this.store = store;
        this.outbox = outbox;
        this.progress = progress;
        this.insistence = insistence;
        this.ready = ready;
        this.clock = clock;
        this.pace = pace;
        this.callers = new SessionCallers(this::pastCaller);
        this.recordedBefore = log.state().recorded();
        this.thread = Thread.ofPlatform().name("books-shipper").daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Sends what is in the sealed log, within {@link Pace#drain}, and ends the thread. */
    @Override
    public void close() {
        try {
            thread.join(pace.drain());
            insistence.giveUp();
            thread.join(pace.drain());
        } catch (InterruptedException e) {
            insistence.giveUp();
            Thread.currentThread().interrupt();
        }
    }

    long eventsPerSecond() {
        return rate.perSecond(System.nanoTime());
    }

    /** Events that the log has lost to damage. */
    long lost() {
        return reader.lost();
    }

    private void run() {
        try (reader;
                outbox) {
            begin();
            while (true) {
                ReadyEvents ready = log.awaitEvents(pace.maxEvents(), pace.maxDelay());
                if (ready.isEmpty()) {
                    return;
                }
                ship(ready);
            }
        } catch (BooksUnavailable e) {
            LOG.debug("the books had to close before all was sent", e);
        } catch (IOException e) {
            LOG.error("the event log cannot be read; nothing more is sent", e);
            insistence.refused(e);
        } catch (InterruptedException e) {
            LOG.error("the shipper of the books was interrupted; nothing more is sent");
            Thread.currentThread().interrupt();
        }
    }

    private void begin() throws IOException, InterruptedException {
        insistence.until(() -> {
            outbox.open();
            store.open();
            long position = store.position();
            reader.skip(position);
            log.skip(position);
            return true;
        });
        ready.run();
        // What the last process sent must be stored: only then does the store know what it left.
        insistence.until(progress::awaitEverything);
        Unfinished unfinished = insistence.until(store::unfinished);
        for (Row<SessionColumn> session : unfinished.sessions()) {
            callers.running(
                    session.text(SessionColumn.SESSION_ID), session.text(SessionColumn.CALLER_ID));
        }
        if (recordedBefore > log.state().stored()) {
            LOG.info("events of the last run are being sent");
            shipUntil(recordedBefore);
            insistence.until(progress::awaitSent);
            unfinished = insistence.until(store::unfinished);
        }
        try {
            Orphans.of(unfinished, clock.instant()).forEach(log::append);
        } catch (IllegalStateException e) {
            LOG.debug("the books are closed; the next process ends what was left", e);
        }
        begun.countDown();
    }

    /** Waits until what the last process left is in the log; false if it takes so long. */
    boolean awaitBegun(Duration longest) throws InterruptedException {
        return begun.await(longest.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void shipUntil(long through) throws IOException, InterruptedException {
        while (log.state().stored() < through) {
            ReadyEvents ready = log.awaitEvents(pace.maxEvents(), Duration.ZERO);
            ship(ready.marked() ? ready : ready.until(through));
        }
    }

    private void ship(ReadyEvents ready) throws IOException, InterruptedException {
        Taken taken =
                ready.marked()
                        ? reader.read(ready.through(), Integer.MAX_VALUE, Long.MAX_VALUE)
                        : reader.read(ready.through(), pace.maxEvents(), pace.maxBytes());
        if (!ready.marked()) {
            log.mark(taken.from(), taken.through());
        }
        log.taken(taken.through());
        if (!taken.events().isEmpty()) {
            outbox.begin();
            for (LoggedEvent logged : taken.events()) {
                outbox.add(logged, callers.of(logged.event()));
            }
            insistence.until(outbox::send);
            outbox.advance(taken.through());
            rate.stored(System.nanoTime(), taken.through() - taken.from() + 1);
        }
        log.advance(taken.through(), reader.bytes());
    }

    private String pastCaller(String session) {
        return insistence
                .until(() -> store.endedSession(session))
                .map(row -> row.text(SessionColumn.CALLER_ID))
                .orElse("");
    }
}
