package io.rvbbit.udf.llm;

import io.rvbbit.rewriter.SqlState;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Stops asking a model that is down.
 *
 * <p>After {@value #FAILURES} requests in a row that found nobody, their own retries included, the
 * circuit is open: requests fail at once and fail their statement. After a while one request is let
 * through as a probe; if it is answered, the circuit closes. Threading: any thread.
 */
final class CircuitBreaker {
    static final int FAILURES = 20;
    static final Duration OPEN = Duration.ofSeconds(10);

    private final String name;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private int failuresInARow;
    private @Nullable Instant nextProbe;

    /**
     * @param name of what may be down, for messages
     */
    CircuitBreaker(String name, InstantSource clock) {
        this.name = name;
        this.clock = clock;
    }

    /**
     * Before a request.
     *
     * @throws ModelException fatal, if the circuit is open
     */
    void enter() {
        lock.lock();
        try {
            Instant probe = nextProbe;
            if (probe == null) {
                return;
            }
            Instant now = clock.instant();
            if (now.isBefore(probe)) {
                throw open("");
            }
            nextProbe = now.plus(OPEN);
        } finally {
            lock.unlock();
        }
    }

    /** The endpoint has answered, be it with a refusal. */
    void answered() {
        lock.lock();
        try {
            failuresInARow = 0;
            nextProbe = null;
        } finally {
            lock.unlock();
        }
    }

    /**
     * A request has failed for good: its last attempt was this.
     *
     * @return what to throw
     */
    ModelException failed(ModelException failure) {
        if (failure.errorClass().equals("unavailable")) {
            return unanswered(failure);
        }
        answered();
        return failure;
    }

    /**
     * Nobody has answered.
     *
     * @return what to throw: {@code failure}, or a fatal one if this opens the circuit
     */
    ModelException unanswered(ModelException failure) {
        lock.lock();
        try {
            failuresInARow++;
            if (failuresInARow < FAILURES) {
                return failure;
            }
            nextProbe = clock.instant().plus(OPEN);
            return open(": " + failure.getMessage());
        } finally {
            lock.unlock();
        }
    }

    private ModelException open(String lastFailure) {
        return new ModelException(
                "circuit_open",
                SqlState.EXTERNAL_ROUTINE,
                true,
                "the model endpoint \"%s\" is down, %d requests in a row failed%s"
                        .formatted(name, FAILURES, lastFailure),
                "try again in " + OPEN.toSeconds() + " seconds, or check the endpoint's URL");
    }
}
