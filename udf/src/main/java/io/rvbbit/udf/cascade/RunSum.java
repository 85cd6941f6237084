package io.rvbbit.udf.cascade;

import io.rvbbit.tracking.Usage;

import java.util.concurrent.locks.ReentrantLock;

/** What the cells of one run come to. Threading: any thread. */
final class RunSum {
    private final ReentrantLock lock = new ReentrantLock();
    private Usage usage = Usage.NONE;
    private int modelCalls;

    /** A cell has ended. */
    void add(CellLog.Sum cell) {
        Usage told = cell.usage();
        lock.lock();
        try {
            usage = told == null ? usage : usage.plus(told);
            modelCalls += cell.attempts();
        } finally {
            lock.unlock();
        }
    }

    Usage usage() {
        lock.lock();
        try {
            return usage;
        } finally {
            lock.unlock();
        }
    }

    /** Attempts that were sent. */
    int modelCalls() {
        lock.lock();
        try {
            return modelCalls;
        } finally {
            lock.unlock();
        }
    }
}
