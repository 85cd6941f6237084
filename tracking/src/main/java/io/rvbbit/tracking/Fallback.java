package io.rvbbit.tracking;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One call of a function that does not exist, as a model answered it or failed to.
 *
 * <p>Threading: immutable.
 *
 * @param ulid of a {@link UlidSource}
 * @param caller whose money it is
 * @param sessionId of the run that answered; empty if it failed before there was one
 * @param userId who called: the user, and admins, see the event
 * @param service the function's schema, {@code sql} where it has none
 * @param method the function's name
 * @param argsJson an object: each argument's name and value, in their order
 * @param decision what the answer is to be; empty if it failed before that was known
 * @param model that answered last; empty where none did
 * @param latency of the whole call
 * @param deciding what telling {@code decision} took; {@link Stage#NONE} if it was known
 * @param generating what the answer took; {@link Stage#NONE} if it was not asked for
 * @param costUsd of both; null where nobody can put a price on them
 * @param result the value as text; empty for a failure, and for SQL NULL
 * @param errorJson {@code {class, sqlstate, message}}; empty for a success
 * @param metadataJson an object; empty for nothing to tell
 */
public record Fallback(
        String ulid,
        CallerId caller,
        String sessionId,
        String userId,
        String service,
        String method,
        String argsJson,
        Optional<Decision> decision,
        String model,
        Duration latency,
        Stage deciding,
        Stage generating,
        @Nullable BigDecimal costUsd,
        String result,
        String errorJson,
        String metadataJson) {
    /** What a function gives; in lower case in the books. */
    public enum Decision {
        TEXT,
        OBJECT
    }

    /**
     * One of the two requests that a call may take.
     *
     * @param latency null if it was not made, as are the tokens
     * @param tokens in and out
     */
    public record Stage(@Nullable Duration latency, @Nullable Long tokens) {
        public static final Stage NONE = new Stage(null, null);

        public static Stage of(Duration latency, long tokens) {
            return new Stage(latency, tokens);
        }
    }

    /** As an object with the names and values of its row in the books; money as text. */
    public String toJson(Instant at) {
        return FallbackEvents.json(new Event.FallbackEnded(this, at));
    }

    public boolean success() {
        return errorJson.isEmpty();
    }
}
