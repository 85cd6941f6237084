package io.rvbbit.tracking;

/** {@link Event.SpanEnded} as bytes. Threading: stateless. */
final class SpanEvents {
    private SpanEvents() {}

    /** Behind the id of the span, if it has one already. */
    static void write(ByteWriter to, Event.SpanEnded event) {
        to.text(event.caller().value())
                .text(event.service())
                .text(event.operation())
                .text(event.metadataJson())
                .text(event.errorJson())
                .duration(event.duration());
    }

    static Event.SpanEnded read(ByteReader from, String spanId) {
        return new Event.SpanEnded(
                new CallerId(from.text()),
                spanId,
                from.text(),
                from.text(),
                from.text(),
                from.text(),
                from.duration(),
                from.time());
    }
}
