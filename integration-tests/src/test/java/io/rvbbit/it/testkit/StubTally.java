package io.rvbbit.it.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** Counts requests as they come and go. Threading: any thread. */
final class StubTally {
    private static final int MAX_KEPT = 100_000;
    private static final long MAX_WAIT_SECONDS = 30;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<StubRequest> requests = new ArrayList<>();
    private long calls;
    private long givenUp;
    private int inFlight;
    private int maxInFlight;

    /** Counts anew; requests that are still open stay open. */
    void reset() {
        lock.lock();
        try {
            requests.clear();
            calls = 0;
            givenUp = 0;
            maxInFlight = inFlight;
        } finally {
            lock.unlock();
        }
    }

    StubRequest arrived(Map<String, String> headers, JsonNode body) {
        lock.lock();
        try {
            StubRequest request = new StubRequest(++calls, headers, body);
            if (requests.size() < MAX_KEPT) {
                requests.add(request);
            }
            inFlight++;
            maxInFlight = Math.max(maxInFlight, inFlight);
            changed.signalAll();
            return request;
        } finally {
            lock.unlock();
        }
    }

    void left() {
        lock.lock();
        try {
            inFlight--;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void gaveUp() {
        lock.lock();
        try {
            givenUp++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    long calls() {
        lock.lock();
        try {
            return calls;
        } finally {
            lock.unlock();
        }
    }

    int inFlight() {
        lock.lock();
        try {
            return inFlight;
        } finally {
            lock.unlock();
        }
    }

    int maxInFlight() {
        lock.lock();
        try {
            return maxInFlight;
        } finally {
            lock.unlock();
        }
    }

    long givenUp() {
        lock.lock();
        try {
            return givenUp;
        } finally {
            lock.unlock();
        }
    }

    List<StubRequest> requests() {
        lock.lock();
        try {
            return List.copyOf(requests);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for a condition over this tally.
     *
     * @throws IllegalStateException after half a minute, naming {@code what} did not come
     */
    void await(BooleanSupplier condition, String what) throws InterruptedException {
        long left = TimeUnit.SECONDS.toNanos(MAX_WAIT_SECONDS);
        lock.lock();
        try {
            while (!condition.getAsBoolean()) {
                if (left <= 0) {
                    throw new IllegalStateException(
                            "waited for %s; there are %d calls, %d in flight, %d given up"
                                    .formatted(what, calls, inFlight, givenUp));
                }
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }
}
