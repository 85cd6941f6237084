package io.rvbbit.tracking;

import java.util.function.IntFunction;

/** The start of a session as bytes: after the cell that runs it, where one does. */
final class SessionStarts {
    private SessionStarts() {}

    /** {@code definition}: the number of the cascade's text. */
    static void write(Event.SessionStarted event, int definition, ByteWriter to) {
        if (!event.parentCell().isEmpty()) {
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

    static Event read(String parentCell, ByteReader from, IntFunction<String> definitions) {
        return new Event.SessionStarted(
                from.text(),
                new CallerId(from.text()),
                from.text(),
                parentCell,
                (int) from.signed(),
                from.text(),
                from.text(),
                definitions.apply(from.small()),
                from.text(),
                from.text(),
                from.signed(),
                from.text(),
                from.time());
    }
}
