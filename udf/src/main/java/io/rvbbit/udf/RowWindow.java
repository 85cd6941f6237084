package io.rvbbit.udf;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The rows of a MAP between their reading and their leaving: answered in any order, let go in
 * theirs.
 *
 * <p>Rows go in as long as there is {@link #hasRoom room}; the statement's permits decide how many
 * of them run at a time. Finished rows wait here for those before them, at most max(16 n, 1,024) of
 * them (n is PARALLEL), so a slow row holds up its successors but not the calls behind it. Whoever
 * reads in portions says so by {@link #demand}: then no more than 2 n rows are begun ahead of what
 * was asked for. Threading: the thread that runs the statement, and DuckDB's own for {@link
 * #envelope}, never both at once.
 */
public final class RowWindow {
    /** Rows that may wait for their turn however small n is. */
    private static final int LEAST_AHEAD = 1_024;

    private static final int AHEAD_PER_CALL = 16;
    private static final int AHEAD_OF_DEMAND_PER_CALL = 2;

    private final QueryScope scope;
    private final int call;
    private final int parallel;
    private final Deque<CompletableFuture<Answer>> waiting = new ArrayDeque<>();
    private final List<String> taken = new ArrayList<>();
    private long firstTaken = 1;
    private long demanded = Long.MAX_VALUE;

    RowWindow(QueryScope scope, int call) {
        this.scope = scope;
        this.call = call;
        this.parallel = scope.statement().parallel();
    }

    /** From here on, no more than so many rows are wanted beyond those that were taken. */
    public void demand(long rows) {
        demanded = rows > Long.MAX_VALUE - nextTaken() ? Long.MAX_VALUE : nextTaken() + rows;
    }

    /** Whether a further row may be begun now; always, where none is. */
    public boolean hasRoom() {
        if (waiting.isEmpty()) {
            return true;
        }
        long next = nextTaken() + waiting.size();
        boolean asked =
                demanded == Long.MAX_VALUE
                        || next < demanded + (long) AHEAD_OF_DEMAND_PER_CALL * parallel;
        return asked && waiting.size() < Math.max(LEAST_AHEAD, AHEAD_PER_CALL * parallel);
    }

    /** No further row comes. */
    public void inputEnded() {
        scope.ledger().inputEnded(call);
    }

    public boolean isEmpty() {
        return waiting.isEmpty();
    }

    /**
     * Begins to answer the next row.
     *
     * @param row its number, from 1; rows come in order and none is left out
     * @param inputJson the row as the text of a JSON object
     * @throws StatementStopped if the statement has ended
     */
    public void add(long row, String inputJson) {
        if (row != nextTaken() + waiting.size()) {
            throw new SqlException(
                    SqlState.INTERNAL_ERROR,
                    "row %d of a MAP came where row %d was due"
                            .formatted(row, nextTaken() + waiting.size()));
        }
        scope.checkRunning();
        try {
            waiting.addLast(scope.calls().row(call, row, inputJson));
        } catch (SqlException failure) {
            scope.fail(failure);
            throw failure;
        }
    }

    /** Whether the oldest row is done. */
    public boolean isReady() {
        return !waiting.isEmpty() && waiting.getFirst().isDone();
    }

    /** Whether the very first row is done, which shall not wait for others to begin. */
    public boolean isFirstDue() {
        return firstTaken == 1 && taken.isEmpty() && isReady() && waiting.size() >= 2 * parallel;
    }

    /**
     * Waits for the oldest row, of which there is one.
     *
     * @throws StatementStopped if the statement has ended
     */
    public void await() {
        Answer _ = scope.await(waiting.getFirst());
    }

    /**
     * Waits for the oldest row, and lets it go together with those behind it that are done.
     *
     * <p>Their envelopes stand ready until the next call.
     *
     * @return how many were let go, at least 1 and at most {@code most}
     * @throws StatementStopped if the statement has ended
     */
    public int take(int most) {
        firstTaken = nextTaken();
        taken.clear();
        taken.add(scope.await(waiting.removeFirst()).envelope());
        while (taken.size() < most && !waiting.isEmpty() && waiting.getFirst().isDone()) {
            taken.add(scope.await(waiting.removeFirst()).envelope());
        }
        return taken.size();
    }

    /** The number of the first row that was let go last. */
    public long firstTaken() {
        return firstTaken;
    }

    /** The envelope of a row that was let go last. */
    String envelope(long row) {
        long index = row - firstTaken;
        if (index < 0 || index >= taken.size()) {
            throw new SqlException(
                    SqlState.INTERNAL_ERROR, "row " + row + " of a MAP has not been answered");
        }
        return taken.get((int) index);
    }

    private long nextTaken() {
        return firstTaken + taken.size();
    }
}
