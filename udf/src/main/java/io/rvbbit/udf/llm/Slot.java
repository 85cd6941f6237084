package io.rvbbit.udf.llm;

import io.rvbbit.tracking.CallerId;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One attempt's place: first in its model's queue, then among the requests in flight.
 *
 * <p>Threading: the thread that made it; any other may only {@link #grant} it. What it has heard is
 * read by {@link Traffic} when it closes.
 */
final class Slot implements AutoCloseable {
    private final Traffic traffic;
    private final Lane lane;
    private final CallerId caller;
    private final int bytes;
    private final long tokens;
    private final Thread thread = Thread.currentThread();
    private volatile boolean granted;
    private boolean closed;
    private long number;
    private RateHeaders headers = RateHeaders.NONE;
    private @Nullable Outcome outcome;
    private Duration pause = Duration.ZERO;

    /**
     * @param bytes of the body; 0 where tokens do not count
     * @param tokens that the attempt will probably count for
     */
    Slot(Traffic traffic, Lane lane, CallerId caller, int bytes, long tokens) {
        this.traffic = traffic;
        this.lane = lane;
        this.caller = caller;
        this.bytes = bytes;
        this.tokens = tokens;
    }

    /** Waits for its turn; on an interrupt it has left the queue when this throws. */
    void await() throws InterruptedException {
        while (!granted && !Thread.currentThread().isInterrupted()) {
            LockSupport.park(this);
        }
        if (Thread.interrupted()) {
            withdraw();
            throw new InterruptedException("cancelled while waiting to call a model");
        }
    }

    /**
     * It may go.
     *
     * @param departure how many have left for this model, this one included
     */
    void grant(long departure) {
        number = departure;
        granted = true;
        LockSupport.unpark(thread);
    }

    /** Headers of a reply have come. */
    void heard(RateHeaders told) {
        headers = told;
    }

    /**
     * The attempt is over.
     *
     * @param longestPause bound on how long the endpoint may make everybody wait
     */
    void ended(Outcome result, Duration longestPause) {
        outcome = result;
        if (result instanceof Outcome.Failed failed) {
            Duration asked = failed.advice().orElse(Duration.ZERO);
            pause = asked.compareTo(longestPause) > 0 ? longestPause : asked;
        } else if (headers.requests().isSpent() && headers.requests().perMinute() == 0) {
            Duration reset = headers.requests().reset();
            pause = reset.compareTo(longestPause) > 0 ? longestPause : reset;
        }
    }

    /** Gives the place back, with what was charged for it: nothing was sent. */
    void withdraw() {
        if (!closed) {
            closed = true;
            traffic.withdraw(this);
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            traffic.release(this);
        }
    }

    Lane lane() {
        return lane;
    }

    CallerId caller() {
        return caller;
    }

    int bytes() {
        return bytes;
    }

    long tokens() {
        return tokens;
    }

    boolean isGranted() {
        return granted;
    }

    long number() {
        return number;
    }

    RateHeaders headers() {
        return headers;
    }

    @Nullable Outcome outcome() {
        return outcome;
    }

    Duration pause() {
        return pause;
    }
}
