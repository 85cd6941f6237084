package io.rvbbit.gateway.execution;

import java.time.Instant;

/**
 * How long a statement waited for its input query, which runs while rows of it are answered.
 *
 * <p>The span begins with the query and is as long as all waits together. Threading: the session's
 * thread only.
 */
final class InputTime {
    private final StatementSpans spans;
    private final Instant start;
    private long began;
    private long waited;
    private boolean ended;

    InputTime(StatementSpans spans) {
        this.spans = spans;
        this.start = spans.now();
    }

    void begin() {
        began = spans.began();
    }

    void pause() {
        waited += spans.began() - began;
    }

    /** No more is read. */
    void end() {
        if (!ended) {
            ended = true;
            spans.took("gateway", StatementSpans.INPUT, start, waited);
        }
    }
}
