package io.rvbbit.tracking;

import io.rvbbit.tracking.BookWriter.Pace;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * A partition of the events that this gateway takes to the store, with what it has fetched of it.
 *
 * <p>Threading: the thread that reads the partitions.
 */
final class KafkaPartition implements AutoCloseable {
    private static final long UNMARKED = -1;

    private final TopicPartition name;
    private final Deque<ConsumerRecord<byte[], byte[]>> fetched = new ArrayDeque<>();
    private final Map<UUID, KafkaLine> lines = new HashMap<>();
    private long next;
    private long marked;
    private long bytes;
    private long events;
    private long arrivedAt;
    private boolean uncommitted;
    private boolean lost;

    /**
     * @param next offset of the first record that the store does not have
     * @param mark what the group was told with it, see {@link #mark}
     */
    KafkaPartition(TopicPartition name, long next, String mark) {
        this.name = name;
        this.next = next;
        this.marked = mark.isEmpty() ? UNMARKED : Long.parseLong(mark);
    }

    TopicPartition name() {
        return name;
    }

    long next() {
        return next;
    }

    /** Events that are fetched and not stored. */
    long events() {
        return events;
    }

    /** Whether there may be something to store. */
    boolean isBusy() {
        return !fetched.isEmpty() || isMarked();
    }

    /** The line of a log; {@code opened} makes it. */
    KafkaLine line(UUID origin, Function<UUID, KafkaLine> opened) {
        KafkaLine line = lines.get(origin);
        if (line == null) {
            line = opened.apply(origin);
            lines.put(origin, line);
        }
        return line;
    }

    /** Takes what was fetched. */
    void add(Collection<ConsumerRecord<byte[], byte[]>> records, long now) {
        for (ConsumerRecord<byte[], byte[]> record : records) {
            if (fetched.isEmpty()) {
                arrivedAt = now;
            }
            bytes += record.serializedValueSize();
            events += KafkaBundle.count(record.value());
            fetched.addLast(record);
        }
    }

    /** What is before this offset is not there any more, nor is a batch that began there. */
    void skipTo(long first) {
        fetched.clear();
        bytes = 0;
        events = 0;
        marked = UNMARKED;
        next = first;
        uncommitted = true;
    }

    /** Between the last batch and this offset there was nothing but what Kafka wrote for itself. */
    void passed(long position) {
        if (fetched.isEmpty() && !isMarked() && position > next) {
            next = position;
            uncommitted = true;
        }
    }

    /**
     * Whether there is a batch.
     *
     * @param position the offset that is fetched next
     * @param hurried whether somebody waits for it
     */
    boolean isReady(long position, boolean hurried, long now, Pace pace) {
        if (isMarked()) {
            return position > marked;
        }
        return !fetched.isEmpty()
                && (hurried
                        || events >= pace.maxEvents()
                        || bytes >= pace.maxBytes()
                        || now - arrivedAt >= pace.maxDelay().toNanos());
    }

    boolean isMarked() {
        return marked != UNMARKED;
    }

    /** The records of the next batch; when it is marked, exactly those. */
    List<ConsumerRecord<byte[], byte[]>> batch(Pace pace) {
        List<ConsumerRecord<byte[], byte[]>> batch = new ArrayList<>();
        long size = 0;
        long count = 0;
        for (ConsumerRecord<byte[], byte[]> record : fetched) {
            boolean in =
                    isMarked()
                            ? record.offset() <= marked
                            : count < pace.maxEvents() && size < pace.maxBytes();
            if (!in) {
                break;
            }
            size += record.serializedValueSize();
            count += KafkaBundle.count(record.value());
            batch.add(record);
        }
        return batch;
    }

    /** The group knows that the next batch ends there. */
    void mark(long through) {
        marked = through;
    }

    /** The store has the marked batch. */
    void stored(long now) {
        next = marked + 1;
        marked = UNMARKED;
        uncommitted = true;
        while (!fetched.isEmpty() && fetched.getFirst().offset() < next) {
            ConsumerRecord<byte[], byte[]> stored = fetched.removeFirst();
            bytes -= stored.serializedValueSize();
            events -= KafkaBundle.count(stored.value());
        }
        arrivedAt = now;
    }

    /** Whether the group does not know yet that the last batch is stored. */
    boolean isUncommitted() {
        return uncommitted;
    }

    void committed() {
        uncommitted = false;
    }

    /** Another gateway has it, or may have. */
    boolean isLost() {
        return lost;
    }

    @Override
    public void close() {
        lost = true;
        lines.values().forEach(KafkaLine::close);
        lines.clear();
    }
}
