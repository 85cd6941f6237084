package io.rvbbit.udf.llm;

import java.time.Duration;

/**
 * How a thread waits between attempts; a parameter, so that tests need no time.
 *
 * <p>Threading: any thread; an interrupt ends the wait.
 */
@FunctionalInterface
public interface Sleeper {
    /** Waits as long as the wall clock says. */
    Sleeper SYSTEM = Thread::sleep;

    void sleep(Duration duration) throws InterruptedException;
}
