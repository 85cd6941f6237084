package io.rvbbit.udf.cascade;

import io.rvbbit.tracking.Usage;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** What the cells of one run and of its sub-cascades come to. Threading: any thread. */
final class RunSum {
    private final @Nullable RunSum outer;
    private final ReentrantLock lock = new ReentrantLock();
    private Usage usage = Usage.NONE;
    private int modelCalls;

    /** {@code outer} gets it too. */
    RunSum(@Nullable RunSum outer) {
        this.outer = outer;
    }

    /** A cell has ended. */
    void add(CellLog.Sum cell) {
        if (outer != null) {
            outer.add(cell);
        }
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
