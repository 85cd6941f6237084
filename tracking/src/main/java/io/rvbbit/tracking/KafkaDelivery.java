package io.rvbbit.tracking;

import io.rvbbit.tracking.BookWriter.Pace;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves events from the log through Kafka to the store.
 *
 * <p>The way there and the way back are independent: this gateway sends the events of its own log,
 * and stores those of the partitions that the group gives it, whoever sent them. Threading: as the
 * interface says.
 */
final class KafkaDelivery implements BookDelivery {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaDelivery.class);

    private final EventLog log;
    private final KafkaShipper shipper;
    private final KafkaIntake intake;
    private final KafkaProgress progress;
    private final KafkaRejects rejects;
    private final PartitionShare share;
    private final KafkaCheckpoint checkpoint;
    private final Insistence sending;
    private final Insistence storing;
    private final Pace pace;

    /**
     * @param logPath the directory of the log
     * @param lines gives the store of a line, as the intake names it
     * @param share is told which partitions this gateway has
     * @param pace of the store's batches
     */
    KafkaDelivery(
            KafkaAddress address,
            EventLog log,
            Path logPath,
            EventStore store,
            Function<String, EventStore> lines,
            TraceOptions traces,
            PartitionShare share,
            Clock clock,
            Duration patience,
            Pace pace)
            throws IOException {
        this.log = log;
        this.pace = pace;
        KafkaClients clients = new KafkaClients(address);
        KafkaTopics topics = KafkaTopics.of(address);
        this.sending = new Insistence(pace.firstPause(), pace.maxPause(), clock);
        this.storing = new Insistence(pace.firstPause(), pace.maxPause(), clock);
        this.progress =
                new KafkaProgress(
                        new KafkaOffsets(clients, topics, address.group()), topics, patience);
        this.share = share;
        this.rejects = new KafkaRejects(clients, topics.rejected());
        var purge = new KafkaPurge(clients, KafkaPurge.INTERVAL);
        this.intake =
                new KafkaIntake(
                        clients, topics, progress, rejects, purge, share, lines, traces, storing,
                        pace);
        this.checkpoint = new KafkaCheckpoint(logPath);
        long position = Math.max(log.oldest(), KafkaCheckpoint.position(logPath));
        this.shipper =
                new KafkaShipper(
                        log,
                        log.start(position),
                        store,
                        new KafkaOutbox(
                                address, clients, topics, checkpoint, progress, purge, log.id()),
                        progress,
                        sending,
                        intake::start,
                        clock,
                        shipping(pace));
    }

    /** Nobody gains by waiting before what is sent: the batches are made behind Kafka. */
    private static Pace shipping(Pace pace) {
        return new Pace(
                pace.maxEvents(),
                pace.maxBytes(),
                Duration.ofMillis(10),
                pace.firstPause(),
                pace.maxPause(),
                pace.drain());
    }

    @Override
    public void start() {
        shipper.start();
    }

    @Override
    public boolean awaitStored(Duration patience) throws InterruptedException {
        return shipper.awaitBegun(patience)
                && log.awaitStored(patience)
                && progress.awaitStored(
                        patience, patience.multipliedBy(KafkaProgress.MOST_PATIENCE));
    }

    @Override
    public Refusals refusals() {
        return sending.refusals().plus(storing.refusals());
    }

    @Override
    public long eventsPerSecond() {
        return shipper.eventsPerSecond();
    }

    @Override
    public long lost() {
        return shipper.lost() + intake.lost();
    }

    @Override
    public Books.Transport transport() {
        return new Books.Transport("kafka", share.size(), intake.unconsumed(), rejects.count());
    }

    /** Sends what is in the log, waits for it to be stored, and leaves the group. */
    @Override
    public void close() {
        log.seal();
        shipper.close();
        long left = log.state().pending();
        if (left > 0) {
            LOG.warn("{} events are not sent; they stay in the log for the next start", left);
        }
        try {
            if (!progress.awaitStored(pace.drain(), pace.drain())) {
                LOG.warn("not stored yet, and left in Kafka: {}", progress.left());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        intake.close();
        progress.close();
        checkpoint.close();
    }
}
