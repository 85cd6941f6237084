package io.rvbbit.udf;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Runs work on virtual threads, at most n at a time, begun in the order in which it was given.
 *
 * <p>A thread that is done goes on with what waits, so waiting work has no thread yet. After {@link
 * #stop} what waits still runs, interrupted from the start: it is expected to notice. Threading:
 * any thread.
 */
final class Lanes {
    private final ExecutorService threads;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private int free;

    /**
     * @param name of the threads, which get a number each
     */
    Lanes(String name, int lanes) {
        this.free = lanes;
        this.threads =
                Executors.newThreadPerTaskExecutor(
                        Thread.ofVirtual().name(name + "-", 0).factory());
    }

    /**
     * Runs it when its turn comes.
     *
     * @param work throws nothing
     * @throws RejectedExecutionException after {@link #stop}
     */
    void run(Runnable work) {
        give(work, false);
    }

    /** As {@link #run}, before everything that waits: its turn had come once. */
    void runNext(Runnable work) {
        give(work, true);
    }

    /**
     * Runs it at once, for it does nothing but wait.
     *
     * @throws RejectedExecutionException after {@link #stop}
     */
    void beside(Runnable wait) {
        threads.execute(wait);
    }

    private void give(Runnable work, boolean first) {
        if (threads.isShutdown()) {
            throw new RejectedExecutionException("the statement has ended");
        }
        lock.lock();
        try {
            if (free == 0) {
                if (first) {
                    waiting.addFirst(work);
                } else {
                    waiting.addLast(work);
                }
                return;
            }
            free--;
        } finally {
            lock.unlock();
        }
        try {
            threads.execute(() -> drive(work));
        } catch (RejectedExecutionException stopped) {
            drive(() -> {});
            throw stopped;
        }
    }

    private void drive(Runnable first) {
        for (Runnable work = first; work != null; work = next()) {
            work.run();
        }
    }

    /** What runs next in this lane; null if nothing waits, and then the lane is free. */
    private @Nullable Runnable next() {
        lock.lock();
        try {
            Runnable work = waiting.poll();
            if (work == null) {
                free++;
            }
            return work;
        } finally {
            lock.unlock();
        }
    }

    /** Takes no more and interrupts what runs. */
    void stop() {
        threads.shutdownNow();
    }

    /** After {@link #stop}: waits for the threads; false if some still run after that time. */
    boolean awaitEnd(long milliseconds) throws InterruptedException {
        return threads.awaitTermination(milliseconds, TimeUnit.MILLISECONDS);
    }
}
