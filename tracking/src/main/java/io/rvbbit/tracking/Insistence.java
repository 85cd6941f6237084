package io.rvbbit.tracking;

import io.rvbbit.tracking.BookDelivery.Refusals;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks again and again until it is answered, with growing pauses.
 *
 * <p>Threading: any thread; the refusals are counted together.
 */
final class Insistence {
    private static final Logger LOG = LoggerFactory.getLogger(Insistence.class);

    private final Duration firstPause;
    private final Duration maxPause;
    private final Clock clock;
    private final CountDownLatch givenUp = new CountDownLatch(1);
    private volatile Refusals refusals = Refusals.NONE;

    /** {@code firstPause} is doubled each time, up to {@code maxPause}. */
    Insistence(Duration firstPause, Duration maxPause, Clock clock) {
        this.firstPause = firstPause;
        this.maxPause = maxPause;
        this.clock = clock;
    }

    /** What may be refused. */
    interface Request<T> {
        T ask() throws Exception;
    }

    /** How a pause is spent. */
    interface Rest {
        void pass(Duration pause) throws InterruptedException;
    }

    /** As {@link #until(Request, Rest)}, with pauses in which nothing is done. */
    <T> T until(Request<T> request) {
        return until(
                request,
                pause -> {
                    boolean _ = givenUp.await(pause.toNanos(), TimeUnit.NANOSECONDS);
                });
    }

    /**
     * What is answered at last.
     *
     * @throws BooksUnavailable only if the books had to close before
     */
    <T> T until(Request<T> request, Rest rest) {
        Duration pause = firstPause;
        while (true) {
            try {
                T answer = request.ask();
                refusals = refusals.answered();
                return answer;
            } catch (InterruptedException e) {
                throw interrupted(e);
            } catch (Abandoned e) {
                throw e;
            } catch (Exception | OutOfMemoryError e) {
                if (hasGivenUp()) {
                    throw new BooksUnavailable("the books had to close", e);
                }
                refused(e);
            }
            try {
                rest.pass(pause);
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
            if (hasGivenUp()) {
                throw new BooksUnavailable("the books had to close");
            }
            Duration doubled = pause.multipliedBy(2);
            pause = doubled.compareTo(maxPause) < 0 ? doubled : maxPause;
        }
    }

    /** What was asked for is not wanted any more; passes through. */
    static final class Abandoned extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Abandoned(String why) {
            super(why, null, false, false);
        }
    }

    /** Counts and tells what was refused. */
    void refused(Throwable why) {
        refusals = refusals.plus(why.toString(), clock.instant());
        LOG.warn("the books cannot be written for now: {}", why.toString());
    }

    private static BooksUnavailable interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new BooksUnavailable("the writer of the books was interrupted", cause);
    }

    void giveUp() {
        givenUp.countDown();
    }

    boolean hasGivenUp() {
        return givenUp.getCount() == 0;
    }

    Refusals refusals() {
        return refusals;
    }
}
