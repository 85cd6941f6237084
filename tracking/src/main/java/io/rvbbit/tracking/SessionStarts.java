package io.rvbbit.tracking;

import java.util.function.IntFunction;

/**
 * The start of a session as bytes: after the hash of a cascade that may run others with the cell
 * that runs it, or after that cell alone, where there are any.
 */
final class SessionStarts {
    private SessionStarts() {}

    /** {@code definition}: the number of the cascade's text. */
    static void write(Event.SessionStarted event, int definition, ByteWriter to) {
        boolean composed = !event.contentHash().isEmpty();
        if (composed) {
            to.text(event.contentHash());
        }
        if (composed || !event.parentCell().isEmpty()) {
            to.text(event.parentCell());
        }
        to.text(event.sessionId())
                .text(event.caller().value())
                .text(event.parentSessionId())
                .signed(event.depth())
                .text(event.cascadeId())
                .text(event.cascadeFile())
                .number(definition)
                .text(event.inputJson())
                .text(event.inputHash())
                .signed(event.sourceRowIndex())
                .text(event.rowKeyJson());
    }

    static Event read(
            String contentHash,
            String parentCell,
            ByteReader from,
            IntFunction<String> definitions) {
        return new Event.SessionStarted(
                from.text(),
                new CallerId(from.text()),
                from.text(),
                parentCell,
                (int) from.signed(),
                from.text(),
                from.text(),
                definitions.apply(from.small()),
                contentHash,
                from.text(),
                from.text(),
                from.signed(),
                from.text(),
                from.time());
    }
}
