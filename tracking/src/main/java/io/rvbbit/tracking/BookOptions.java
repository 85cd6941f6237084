package io.rvbbit.tracking;

import io.rvbbit.tracking.completion.CompletionPolicy;
import io.rvbbit.tracking.retention.RetentionPolicy;
import java.util.Optional;

/**
 * How books are kept. Threading: immutable.
 *
 * @param limits what is bounded
 * @param completion how calls are put together
 * @param retention how long rows are kept
 * @param kafka what events go through to the store; empty: they go to it directly
 * @param traces what becomes of spans
 */
public record BookOptions(
        Books.Limits limits,
        CompletionPolicy completion,
        RetentionPolicy retention,
        Optional<KafkaAddress> kafka,
        TraceOptions traces) {
    public static final BookOptions DEFAULT =
            new BookOptions(
                    Books.Limits.DEFAULT,
                    CompletionPolicy.DEFAULT,
                    RetentionPolicy.DEFAULT,
                    Optional.empty(),
                    TraceOptions.NONE);

    public BookOptions with(CompletionPolicy other) {
        return new BookOptions(limits, other, retention, kafka, traces);
    }

    public BookOptions with(RetentionPolicy other) {
        return new BookOptions(limits, completion, other, kafka, traces);
    }

    public BookOptions with(Optional<KafkaAddress> other) {
        return new BookOptions(limits, completion, retention, other, traces);
    }

    public BookOptions with(TraceOptions other) {
        return new BookOptions(limits, completion, retention, kafka, other);
    }
}
