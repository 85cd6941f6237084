package io.rvbbit.udf.llm;

import io.rvbbit.rewriter.SqlState;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Stops asking a model that is down.
 *
 * <p>After {@value #FAILURES} requests in a row that found nobody, their own retries included, the
 * circuit is open: requests fail at once and fail their statement. After a while one request is let
 * through as a probe, and the others wait for what comes of it: if it is answered, the circuit
 * closes and they go; if nobody answers, they fail. A probe that is given up, because its statement
 * ends, leaves its part to the next. While all goes well nobody takes the lock, under which the
 * state is changed. Threading: any thread.
 */
final class CircuitBreaker {
    static final int FAILURES = 20;
    static final Duration OPEN = Duration.ofSeconds(10);

    private final String name;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition decided = lock.newCondition();
    private volatile int failuresInARow;
    private volatile @Nullable Instant nextProbe;
    private volatile @Nullable Pass probe;

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
     * @param patience how long to wait for what comes of a probe
     * @return to be told how the request ended, and closed in any case
     * @throws ModelException fatal, if the circuit is open
     */
    Pass enter(Duration patience) throws InterruptedException {
        Pass pass = new Pass();
        pass.renew(patience);
        return pass;
    }

    /** What {@link #enter} would throw or wait for, for one who can ask another model. */
    Optional<ModelException> refusal() {
        lock.lock();
        try {
            Instant at = nextProbe;
            boolean refuses = at != null && (probe != null || clock.instant().isBefore(at));
            return refuses ? Optional.of(open("")) : Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /** One request's leave to be sent. Threading: the request's thread. */
    final class Pass implements AutoCloseable {
        private Pass() {}

        /** Whether the request may still be sent: it may have waited for its turn long. */
        boolean holds() {
            return nextProbe == null || probe == this;
        }

        /**
         * Gets leave anew, as {@link CircuitBreaker#enter} does.
         *
         * @throws ModelException fatal, if the circuit is open
         */
        void renew(Duration patience) throws InterruptedException {
            if (nextProbe == null) {
                return;
            }
            lock.lock();
            try {
                long left = patience.toNanos();
                for (Instant at = nextProbe; at != null && probe != this; at = nextProbe) {
                    if (clock.instant().isBefore(at) || (probe != null && left <= 0)) {
                        throw open("");
                    }
                    if (probe == null) {
                        probe = this;
                    } else {
                        left = decided.awaitNanos(left);
                    }
                }
            } finally {
                lock.unlock();
            }
        }

        /** The endpoint has answered, be it with a refusal. */
        void answered() {
            if (failuresInARow == 0 && nextProbe == null) {
                return;
            }
            lock.lock();
            try {
                failuresInARow = 0;
                nextProbe = null;
                decide();
            } finally {
                lock.unlock();
            }
        }

        /**
         * The request has failed for good: its last attempt was this.
         *
         * @return what to throw: {@code failure}, or a fatal one if this opens the circuit
         */
        ModelException failed(ModelException failure) {
            if (failure.errorClass().equals("unavailable")) {
                return unanswered(failure);
            }
            answered();
            return failure;
        }

        private ModelException unanswered(ModelException failure) {
            lock.lock();
            try {
                int failures = failuresInARow + 1;
                failuresInARow = failures;
                if (failures < FAILURES) {
                    return failure;
                }
                if (probe == null || probe == this) {
                    nextProbe = clock.instant().plus(OPEN);
                    decide();
                }
                return open(": " + failure.getMessage());
            } finally {
                lock.unlock();
            }
        }

        /** A probe of which nothing has come is the next one's. */
        @Override
        public void close() {
            if (probe != this) {
                return;
            }
            lock.lock();
            try {
                if (probe == this) {
                    decide();
                }
            } finally {
                lock.unlock();
            }
        }

        private void decide() {
            probe = null;
            decided.signalAll();
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
