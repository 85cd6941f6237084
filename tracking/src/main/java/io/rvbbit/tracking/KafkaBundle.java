package io.rvbbit.tracking;

import io.rvbbit.tracking.LogRecord.Definition;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Events of one log that go into one partition together: one record of the topic of events, which
 * the brokers take whole or not at all. The form is described in {@code docs/kafka.md}.
 *
 * <p>Threading: immutable.
 *
 * @param origin the event log that the events come from
 * @param events those that can be read, in the order of their positions
 * @param unreadable how many others there are
 * @param why the first of these cannot be read; empty if there is none
 */
record KafkaBundle(UUID origin, List<LoggedEvent> events, int unreadable, String why) {
    private static final int MAGIC = 'R';
    private static final int VERSION = 2;
    private static final int NO_DEFINITION = 0;
    private static final UUID NOBODY = new UUID(0, 0);

    public KafkaBundle {
        events = List.copyOf(events);
    }

    /** A newer gateway has written it; one that knows the version must take it. */
    static final class NewerVersion extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NewerVersion(int version) {
            super("events have version %d, and this gateway knows %d".formatted(version, VERSION));
        }
    }

    /** A bundle that is being filled. Threading: one thread at a time. */
    static final class Filling {
        private final UUID origin;
        private final ByteWriter events = new ByteWriter(0);
        private int count;

        Filling(UUID origin) {
            this.origin = origin;
        }

        int size() {
            return events.end();
        }

        /** {@code event}: as {@link KafkaBundle#bytes} made it. */
        void add(byte[] event) {
            events.number(event.length).raw(event);
            count++;
        }

        byte[] toBytes() {
            return new ByteWriter(0)
                    .single(MAGIC)
                    .single(VERSION)
                    .fixed(origin.getMostSignificantBits())
                    .fixed(origin.getLeastSignificantBits())
                    .number(count)
                    .raw(events.copy())
                    .copy();
        }
    }

    /** An event as it stands in a bundle. */
    static byte[] bytes(LoggedEvent logged) {
        LogRecord record = EventCodec.event(logged.event(), text -> new Definition(1, text));
        ByteWriter to =
                new ByteWriter(0)
                        .number(logged.position())
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

    /** How many events the value says it has; 1 for what is no bundle. */
    static int count(byte @Nullable [] value) {
        if (value == null) {
            return 1;
        }
        try {
            ByteReader from = new ByteReader(value, 0);
            origin(from);
            return Math.clamp(from.number(), 1, value.length);
        } catch (RuntimeException e) {
            return 1;
        }
    }

    /**
     * Reads a value of the topic, as far as it can be read.
     *
     * @throws NewerVersion if it must be left to a newer gateway
     */
    static KafkaBundle of(byte @Nullable [] value) {
        if (value == null) {
            return new KafkaBundle(NOBODY, List.of(), 1, "it has no value");
        }
        ByteReader from = new ByteReader(value, 0);
        UUID origin;
        long count;
        try {
            origin = origin(from);
            count = from.number();
        } catch (NewerVersion e) {
            throw e;
        } catch (RuntimeException e) {
            return new KafkaBundle(NOBODY, List.of(), 1, e.toString());
        }
        List<LoggedEvent> events = new ArrayList<>();
        int unreadable = 0;
        String why = "";
        for (long i = 0; i < count; i++) {
            ByteReader event;
            try {
                event = from.part();
            } catch (RuntimeException e) {
                // Where the next one would begin is not known either.
                unreadable += Math.clamp(count - i, 1, value.length);
                why = why.isEmpty() ? e.toString() : why;
                break;
            }
            try {
                events.add(event(event));
            } catch (RuntimeException e) {
                unreadable++;
                why = why.isEmpty() ? e.toString() : why;
            }
        }
        return new KafkaBundle(origin, events, unreadable, why);
    }

    private static UUID origin(ByteReader from) {
        if (from.single() != MAGIC) {
            throw new IllegalArgumentException("it does not begin as events do");
        }
        int version = from.single();
        if (version > VERSION) {
            throw new NewerVersion(version);
        }
        if (version != VERSION) {
            throw new IllegalArgumentException("events of version " + version + " are not known");
        }
        return new UUID(from.fixed(), from.fixed());
    }

    private static LoggedEvent event(ByteReader from) {
        long position = from.number();
        UUID messageId = new UUID(from.fixed(), from.fixed());
        String definition = from.single() == NO_DEFINITION ? "" : from.text();
        return new LoggedEvent(
                position, messageId, EventCodec.event(from.single(), from, _ -> definition));
    }
}
