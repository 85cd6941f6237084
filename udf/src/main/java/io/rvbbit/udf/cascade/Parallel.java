package io.rvbbit.udf.cascade;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Work that is done at the same time, each on a virtual thread. */
final class Parallel {
    private Parallel() {}

    /** One piece of the work. */
    @FunctionalInterface
    interface Task<T> {
        T run() throws InterruptedException;
    }

    /**
     * All results, in the order of the tasks; a single task runs on this thread.
     *
     * <p>An interrupt, or the first failure, interrupts those that still run and waits until they
     * have ended, so that what they have to book is booked.
     */
    static <T> List<T> all(String name, List<Task<T>> tasks) throws InterruptedException {
        if (tasks.size() == 1) {
            return List.of(tasks.getFirst().run());
        }
        ExecutorService threads =
                Executors.newThreadPerTaskExecutor(
                        Thread.ofVirtual().name(name + "-", 0).factory());
        // Closing waits for all threads, also if this one is interrupted meanwhile.
        try (threads) {
            return results(threads, tasks);
        }
    }

    private static <T> List<T> results(ExecutorService threads, List<Task<T>> tasks)
            throws InterruptedException {
        List<Future<T>> running = new ArrayList<>();
        for (Task<T> task : tasks) {
            Callable<T> work = task::run;
            running.add(threads.submit(work));
        }
        try {
            List<T> results = new ArrayList<>();
            for (Future<T> each : running) {
                results.add(each.get());
            }
            return results;
        } catch (InterruptedException e) {
            threads.shutdownNow();
            throw e;
        } catch (ExecutionException e) {
            threads.shutdownNow();
            throw rethrown(e.getCause());
        }
    }

    private static RuntimeException rethrown(@Nullable Throwable cause)
            throws InterruptedException {
        return switch (cause) {
            case InterruptedException interrupted -> throw interrupted;
            case RuntimeException known -> known;
            case Error error -> throw error;
            case null, default -> new IllegalStateException(cause);
        };
    }
}
