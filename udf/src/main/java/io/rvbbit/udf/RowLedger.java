package io.rvbbit.udf;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.tracking.Usage;
import io.rvbbit.udf.cascade.CascadeResult;
import io.rvbbit.udf.cascade.RowError;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Counts a statement's rows, failures and sessions.
 *
 * <p>Rows are counted by (call, row), so that a row which DuckDB evaluates twice, or several of
 * whose casts fail, counts once. Memory: two bits per row, and one object per failed cast.
 * Threading: any thread.
 */
final class RowLedger {
    private final ReentrantLock lock = new ReentrantLock();
    private final Rows[] calls;
    private final Map<String, Long> failedByClass = new HashMap<>();
    private final Set<Integer> truncatedCalls = new HashSet<>();
    private long rowsIn;
    private long answers;
    private long cacheHits;
    private long sessions;
    private long modelCalls;
    private Usage usage = Usage.NONE;

    RowLedger(int callCount) {
        calls = new Rows[callCount];
        for (int call = 0; call < callCount; call++) {
            calls[call] = new Rows();
        }
    }

    /** A row of a MAP has its answer; says nothing new about a row that had one. */
    void rowAnswered(int call, long row, boolean own) {
        int bit = bit(row);
        lock.lock();
        try {
            if (!calls[call].answered.get(bit)) {
                calls[call].answered.set(bit);
                count(1, own);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * A row of a MAP or a RUN has no value.
     *
     * @return failed rows of this call so far, this one included
     */
    long rowFailed(int call, long row, RowError error) {
        int bit = bit(row);
        lock.lock();
        try {
            Rows rows = calls[call];
            if (!rows.failed.get(bit)) {
                rows.failed.set(bit);
                rows.failedCount++;
                failedByClass.merge(error.errorClass(), 1L, Long::sum);
            }
            return rows.failedCount;
        } finally {
            lock.unlock();
        }
    }

    /** Remembers a row's first failed cast: no answer of a cascade tells of it. */
    void castFailed(int call, long row, RowError error) {
        lock.lock();
        try {
            calls[call].castErrors.putIfAbsent(row, error);
        } finally {
            lock.unlock();
        }
    }

    Optional<RowError> castError(int call, long row) {
        lock.lock();
        try {
            return Optional.ofNullable(calls[call].castErrors.get(row));
        } finally {
            lock.unlock();
        }
    }

    /** A RUN over so many rows has its answer; evaluated again, it counts no more. */
    void runAnswered(int call, long rows, boolean own) {
        lock.lock();
        try {
            if (calls[call].answered.isEmpty()) {
                calls[call].answered.set(0);
                count(rows, own);
            }
        } finally {
            lock.unlock();
        }
    }

    /** A function call over so many rows has its answer; {@code error} null if it has a value. */
    void functionAnswered(long rows, boolean own, @Nullable RowError error) {
        lock.lock();
        try {
            count(rows, own);
            if (error != null) {
                failedByClass.merge(error.errorClass(), 1L, Long::sum);
            }
        } finally {
            lock.unlock();
        }
    }

    void sessionEnded(CascadeResult result) {
        lock.lock();
        try {
            sessions++;
            modelCalls += result.modelCalls();
            usage = usage.plus(result.usage());
        } finally {
            lock.unlock();
        }
    }

    void truncated(int call) {
        lock.lock();
        try {
            truncatedCalls.add(call);
        } finally {
            lock.unlock();
        }
    }

    QueryTotals totals() {
        lock.lock();
        try {
            return new QueryTotals(
                    rowsIn,
                    answers,
                    failedByClass,
                    cacheHits,
                    sessions,
                    modelCalls,
                    usage,
                    truncatedCalls);
        } finally {
            lock.unlock();
        }
    }

    private void count(long rows, boolean own) {
        rowsIn += rows;
        answers++;
        if (!own) {
            cacheHits++;
        }
    }

    private static int bit(long row) {
        if (row < 0 || row > Integer.MAX_VALUE - 1) {
            throw new SqlException(
                    SqlState.PROGRAM_LIMIT_EXCEEDED, "row number " + row + " is out of range");
        }
        return (int) row;
    }

    private static final class Rows {
        final BitSet answered = new BitSet();
        final BitSet failed = new BitSet();
        final Map<Long, RowError> castErrors = new HashMap<>();
        long failedCount;
    }
}
