package io.rvbbit.udf.cascade;

import java.time.Duration;

/** Waits. Threading: any thread; an interrupt ends the wait. */
@FunctionalInterface
public interface Sleeper {
    /** Waits as long as the wall clock says. */
    Sleeper SYSTEM = Thread::sleep;

    void sleep(Duration duration) throws InterruptedException;
}
