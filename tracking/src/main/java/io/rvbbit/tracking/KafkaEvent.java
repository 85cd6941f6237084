package io.rvbbit.tracking;

import io.rvbbit.tracking.LogRecord.Definition;
import java.util.UUID;

/**
 * An event as it stands in the topic of events; the form is described in {@code docs/kafka.md}.
 *
 * <p>Threading: immutable.
 *
 * @param origin the event log that the event comes from
 * @param after the position of the event before it in the same delivery and partition; 0 for none
 */
record KafkaEvent(UUID origin, long after, LoggedEvent logged) {
    private static final int MAGIC = 'R';
    private static final int VERSION = 1;
    private static final int NO_DEFINITION = 0;

    long position() {
        return logged.position();
    }

    /** A newer gateway has written it; one that knows the version must take it. */
    static final class NewerVersion extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NewerVersion(int version) {
            super("an event has version %d, and this gateway knows %d".formatted(version, VERSION));
        }
    }

    byte[] toBytes() {
        LogRecord record = EventCodec.event(logged.event(), text -> new Definition(1, text));
        ByteWriter to =
                new ByteWriter(0)
                        .single(MAGIC)
                        .single(VERSION)
                        .fixed(origin.getMostSignificantBits())
                        .fixed(origin.getLeastSignificantBits())
                        .number(logged.position())
                        .number(after)
                        .fixed(logged.messageId().getMostSignificantBits())
                        .fixed(logged.messageId().getLeastSignificantBits());
        Definition definition = record.definition();
        if (definition == null) {
            to.single(NO_DEFINITION);
        } else {
            to.single(definition.number()).text(definition.text());
        }
        return to.raw(record.payload()).copy();
    }

    /**
     * Reads a value of the topic.
     *
     * @throws NewerVersion if it must be left to a newer gateway
     * @throws RuntimeException of another kind if it is no event
     */
    static KafkaEvent of(byte[] bytes) {
        ByteReader from = new ByteReader(bytes, 0);
        if (from.single() != MAGIC) {
            throw new IllegalArgumentException("it does not begin as an event does");
        }
        int version = from.single();
        if (version != VERSION) {
            throw new NewerVersion(version);
        }
        UUID origin = new UUID(from.fixed(), from.fixed());
        long position = from.number();
        long after = from.number();
        UUID messageId = new UUID(from.fixed(), from.fixed());
        String definition = from.single() == NO_DEFINITION ? "" : from.text();
        Event event = EventCodec.event(from.single(), from, _ -> definition);
        return new KafkaEvent(origin, after, new LoggedEvent(position, messageId, event));
    }
}
