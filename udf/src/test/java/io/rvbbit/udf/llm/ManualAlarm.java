package io.rvbbit.udf.llm;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;

/** Time that passes when the test says so. Threading: any thread. */
final class ManualAlarm implements Alarm {
    private record Bell(long at, Runnable ring) {}

    private final Queue<Bell> bells = new PriorityQueue<>(Comparator.comparingLong(Bell::at));
    private long now;

    @Override
    public synchronized long nanos() {
        return now;
    }

    @Override
    public synchronized void at(long nanos, Runnable bell) {
        bells.add(new Bell(nanos, bell));
    }

    /** Rings everything that is due on the way, each at its time. */
    void advance(Duration time) {
        long end = nanos() + time.toNanos();
        while (true) {
            Bell due;
            synchronized (this) {
                due = bells.peek();
                if (due == null || due.at() > end) {
                    now = end;
                    return;
                }
                bells.remove();
                now = Math.max(now, due.at());
            }
            due.ring().run();
        }
    }

    synchronized int bells() {
        return bells.size();
    }

    @Override
    public void close() {}
}
