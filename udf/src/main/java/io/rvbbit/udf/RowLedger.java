package io.rvbbit.udf;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.tracking.Usage;
import io.rvbbit.udf.cascade.CascadeResult;
import io.rvbbit.udf.cascade.RowError;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts a statement's rows, failures and sessions.
 *
 * <p>Rows are counted by (call, row), so that a row which DuckDB evaluates twice, or several of
 * whose casts fail, counts once. Memory: three bits and two bytes per row, and one object per
 * failed cast. Threading: any thread.
 */
final class RowLedger {
    /** The number of the one row that a RUN gives. */
    private static final int RUN_ROW = 1;

    private final ReentrantLock lock = new ReentrantLock();
    private final Rows[] calls;
    private final Map<String, Long> failedByClass = new HashMap<>();
    private final Set<Integer> truncatedCalls = new HashSet<>();
    private final BitSet readToTheEnd = new BitSet();
    private final RowPace pace;
    private boolean callsFunctions;
    private long rowsIn;
    private long asked;
    private long failures;
    private long answers;
    private long cacheHits;
    private long sessions;
    private long served;
    private BigDecimal shared = BigDecimal.ZERO;
    private BigDecimal stored = BigDecimal.ZERO;
    private long modelCalls;
    private Usage usage = Usage.NONE;

    RowLedger(int callCount, LongSupplier nanoTime) {
        pace = new RowPace(nanoTime);
        calls = new Rows[callCount];
        for (int call = 0; call < callCount; call++) {
            calls[call] = new Rows();
        }
    }

    /** A row of a MAP is within its bound: all rows are, before the first one is answered. */
    void rowRead(int call, long row) {
        int bit = bit(row);
        lock.lock();
        try {
            read(calls[call], bit);
        } finally {
            lock.unlock();
        }
    }

    private void read(Rows rows, int bit) {
        if (!rows.read.get(bit)) {
            rows.read.set(bit);
            rowsIn++;
            asked();
        }
    }

    private void asked() {
        asked++;
        pace.begin();
    }

    /** No further row of this call comes. */
    void inputEnded(int call) {
        lock.lock();
        try {
            readToTheEnd.set(call);
        } finally {
            lock.unlock();
        }
    }

    /**
     * A row of a MAP has its answer; says nothing new about a row that had one.
     *
     * @param answer as its own row has it, who has paid for it
     */
    void rowAnswered(int call, long row, boolean own, Answer answer) {
        int bit = bit(row);
        lock.lock();
        try {
            Rows rows = calls[call];
            read(rows, bit);
            if (!rows.answered.get(bit)) {
                rows.answered.set(bit);
                rows.attempted(bit, answer.attempts());
                count(own);
                if (!own && !answer.cached()) {
                    shared = shared.add(usd(answer.cost()));
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** The statement was given an answer that another had paid for; null where nobody knows it. */
    void served(@Nullable String cost) {
        lock.lock();
        try {
            served++;
            stored = stored.add(usd(cost));
        } finally {
            lock.unlock();
        }
    }

    private static BigDecimal usd(@Nullable String cost) {
        return cost == null ? BigDecimal.ZERO : new BigDecimal(cost);
    }

    Savings savings() {
        lock.lock();
        try {
            return new Savings(cacheHits - served, shared, served, stored);
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
                failures++;
                failedByClass.merge(error.errorClass(), 1L, Long::sum);
            }
            return rows.failedCount;
        } finally {
            lock.unlock();
        }
    }

    /** Whether a row of a MAP has been told to have no value, or one less than it should. */
    boolean hasFailed(int call, long row) {
        int bit = bit(row);
        lock.lock();
        try {
            return calls[call].failed.get(bit);
        } finally {
            lock.unlock();
        }
    }

    /** Attempts at a model that the answer to a row took; a RUN's answer is row 1. */
    int attempts(int call, long row) {
        int bit = bit(row);
        lock.lock();
        try {
            short[] attempts = calls[call].attempts;
            return bit < attempts.length ? Short.toUnsignedInt(attempts[bit]) : 0;
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

    /** A RUN has been given so many rows. */
    void runRead(int call, long rows) {
        lock.lock();
        try {
            if (calls[call].read.isEmpty()) {
                calls[call].read.set(RUN_ROW);
                readToTheEnd.set(call);
                rowsIn += rows;
                asked();
            }
        } finally {
            lock.unlock();
        }
    }

    /** A RUN has its answer; evaluated again, it counts no more. */
    void runAnswered(int call, boolean own, int attempts) {
        lock.lock();
        try {
            Rows run = calls[call];
            if (run.answered.isEmpty()) {
                run.answered.set(RUN_ROW);
                run.attempted(RUN_ROW, attempts);
                count(own);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Function calls have been given so many rows; where there are clauses, theirs are counted. */
    void functionsRead(long rows) {
        lock.lock();
        try {
            callsFunctions = true;
            rowsIn += calls.length == 0 ? rows : 0;
            pace.begin();
        } finally {
            lock.unlock();
        }
    }

    /** A function call has its answer; {@code error} null if it has a value. */
    void functionAnswered(boolean own, @Nullable RowError error) {
        lock.lock();
        try {
            count(own);
            if (error != null) {
                failures++;
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

    /** How many times a function is called shows only when the statement has ended. */
    RowProgress progress() {
        lock.lock();
        try {
            boolean known =
                    calls.length > 0
                            && readToTheEnd.cardinality() == calls.length
                            && !callsFunctions;
            return new RowProgress(
                    known ? OptionalLong.of(asked) : OptionalLong.empty(),
                    answers,
                    failures,
                    cacheHits,
                    known ? pace.secondsFor(asked - answers) : OptionalLong.empty());
        } finally {
            lock.unlock();
        }
    }

    private void count(boolean own) {
        answers++;
        pace.answered();
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
        final BitSet read = new BitSet();
        final BitSet answered = new BitSet();
        final BitSet failed = new BitSet();
        final Map<Long, RowError> castErrors = new HashMap<>();
        short[] attempts = new short[0];
        long failedCount;

        /** More than fit are as many as fit. */
        void attempted(int bit, int count) {
            if (count > 0) {
                if (bit >= attempts.length) {
                    attempts = Arrays.copyOf(attempts, Math.max(bit + 1, 2 * attempts.length));
                }
                attempts[bit] = (short) Math.min(count, 0xffff);
            }
        }
    }
}
