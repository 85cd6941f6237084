package io.rvbbit.udf.llm;

import java.time.Duration;

/** How a thread waits between attempts; a parameter, so that tests need no time. */
@FunctionalInterface
public interface Sleeper {
    Sleeper REAL = Thread::sleep;

    void sleep(Duration duration) throws InterruptedException;
}
