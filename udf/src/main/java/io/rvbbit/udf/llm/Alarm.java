package io.rvbbit.udf.llm;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A clock that rings; a parameter, so that tests need no time.
 *
 * <p>Threading: any thread.
 */
interface Alarm extends AutoCloseable {
    /** Nanoseconds since some beginning, never less than before. */
    long nanos();

    /** Runs {@code bell}, which is short and throws nothing, once {@link #nanos} has come to it. */
    void at(long nanos, Runnable bell);

    @Override
    void close();

    /** Rings as the system's clock says, on a thread of its own. */
    static Alarm system(String thread) {
        ScheduledThreadPoolExecutor bells =
                new ScheduledThreadPoolExecutor(
                        1,
                        bell -> Thread.ofPlatform().daemon().name(thread).unstarted(bell),
                        // Nobody waits any more when the server ends.
                        new ThreadPoolExecutor.DiscardPolicy());
        bells.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        long beginning = System.nanoTime();
        return new Alarm() {
            @Override
            public long nanos() {
                return System.nanoTime() - beginning;
            }

            @Override
            public void at(long nanos, Runnable bell) {
                ScheduledFuture<?> _ = bells.schedule(bell, nanos - nanos(), TimeUnit.NANOSECONDS);
            }

            @Override
            public void close() {
                bells.shutdownNow();
                bells.close();
            }
        };
    }
}
