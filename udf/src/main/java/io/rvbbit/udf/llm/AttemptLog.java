package io.rvbbit.udf.llm;

import io.rvbbit.tracking.Usage;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Hears of every request that leaves and how it ended. Threading: the sending thread. */
public interface AttemptLog {
    /**
     * Waits while no further request may leave because it could not be booked.
     *
     * @throws io.rvbbit.rewriter.SqlException 53100 if that lasts too long
     */
    default void awaitRoom() throws InterruptedException {
        // A log without bounds always has room.
    }

    /**
     * A request is about to leave.
     *
     * @param requestJson the body as sent, without credentials
     */
    void started(String requestId, String modelRequested, String provider, String requestJson);

    /**
     * The request has been answered, refused or given up.
     *
     * @param usage null where no reply told it: the attempt is uncosted; not {@link Usage#priced}
     *     where the reply told tokens but neither it nor a price tells the cost
     * @param errorJson {@code {class, sqlstate, message}}, and {@code billed: false} where the
     *     endpoint has not taken the request up; empty for a good answer
     */
    void ended(
            String requestId,
            String model,
            @Nullable Usage usage,
            String responseJson,
            String toolCallsJson,
            String errorJson,
            Duration duration);

    /** What took too long, if the sending thread was interrupted for that; empty: cancelled. */
    default Optional<String> late() {
        return Optional.empty();
    }

    /** The next attempt waits this long first, for this reason. */
    void retrying(Duration wait, String reason);
}
