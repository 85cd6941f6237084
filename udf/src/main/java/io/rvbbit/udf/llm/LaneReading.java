package io.rvbbit.udf.llm;

import java.time.Instant;
import java.util.Optional;

/**
 * How much of a model is in use.
 *
 * @param inFlight attempts that have left
 * @param waiting attempts that wait for their turn
 * @param window attempts at a time; {@link Integer#MAX_VALUE} while no 429 has bounded them
 * @param requestsPerMinute 0 while no limit is known, as with {@code tokensPerMinute}
 * @param pausedUntil when the endpoint may be asked again, if it has said so
 */
public record LaneReading(
        String provider,
        String model,
        int inFlight,
        int waiting,
        int window,
        long requestsPerMinute,
        long tokensPerMinute,
        Optional<Instant> pausedUntil) {}
