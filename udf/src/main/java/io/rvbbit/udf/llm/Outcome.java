package io.rvbbit.udf.llm;

import io.rvbbit.tracking.Usage;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How one attempt ended; {@code usage} is null where no reply told it. */
sealed interface Outcome {
    @Nullable Usage usage();

    /** For the books: JSON, without credentials. */
    String responseJson();

    /** A good answer. */
    record Answered(ChatReply reply, @Nullable Usage usage, String responseJson)
            implements Outcome {}

    /**
     * No good answer.
     *
     * @param retryable whether another attempt may help
     * @param unbilled the endpoint has not taken the request up, so it costs nothing
     * @param advice how long the endpoint wants us to wait
     */
    record Failed(
            ModelException cause,
            boolean retryable,
            boolean unbilled,
            @Nullable Usage usage,
            String responseJson,
            Optional<Duration> advice)
            implements Outcome {}
}
