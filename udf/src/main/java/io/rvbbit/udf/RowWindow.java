package io.rvbbit.udf;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a MAP between their reading and their leaving: answered in any order, let go in
 * theirs.
 *
 * <p>Rows go in as long as there is {@link #room}; the statement's permits decide how many of them
 * run at a time. Finished rows wait here for those before them, at most as many as the statement
 * says, so a slow row holds up its successors but not the calls behind it. Whoever reads in
 * portions says so by {@link #demand}: then no more than 2 n rows (n is PARALLEL) are begun ahead
 * of what was asked for.
 *
 * <p>Memory: no further row is begun while inputs of {@value #MOST_BYTES} bytes are unanswered, and
 * answers beyond as many bytes wait for their turn in the journal. Threading: the thread that runs
 * the statement, and DuckDB's own for {@link #envelope}, never both at once; answers arrive on any
 * thread.
 */
public final class RowWindow {
    /** Rows that may wait for their turn however small n is. */
    private static final int LEAST_WAITING = 1_024;

    private static final int WAITING_PER_CALL = 16;
    private static final int AHEAD_OF_DEMAND_PER_CALL = 2;
    private static final int MOST_AT_ONCE = 2_048;

    /** What part of the window is worth a statement. */
    private static final int MUCH = 8;

    /** While nobody knows yet what a row weighs. */
    private static final int FIRST_ROWS = 64;

    /** What a statement's window may hold of inputs, and once more of answers. */
    static final long MOST_BYTES = 64L << 20;

    /** Of rows that are begun or let go at a time, after the first. */
    private static final long BYTES_AT_ONCE = 8L << 20;

    private final QueryScope scope;
    private final int call;
    private final int parallel;
    private final int most;
    private final long mostBytes;
    private final Deque<CompletableFuture<Waiting>> waiting = new ArrayDeque<>();
    private final List<String> taken = new ArrayList<>();
    private final AtomicLong inputBytes = new AtomicLong();
    private final AtomicLong answerBytes = new AtomicLong();
    private long firstTaken = 1;
    private long takenBytes;
    private long demanded = Long.MAX_VALUE;
    private long begunRows;
    private long begunBytes;

    /**
     * A row that has its answer.
     *
     * @param answer null where it is only in the journal
     * @param own whether the row paid for it, or shares it with one that did
     * @param bytes that it weighs on the heap
     */
    private record Waiting(@Nullable Answer answer, CallKey key, boolean own, long bytes) {}

    /**
     * @param mostBytes of unanswered inputs, and once more of answers that wait
     */
    RowWindow(QueryScope scope, int call, long mostBytes) {
        this.scope = scope;
        this.call = call;
        this.mostBytes = mostBytes;
        this.parallel = scope.statement().parallel();
        this.most = scope.statement().rowsWaiting();
    }

    /** How many rows may wait for their turn where nobody says so. */
    public static int rowsWaiting(int parallel) {
        return Math.max(LEAST_WAITING, WAITING_PER_CALL * parallel);
    }

    /** From here on, no more than so many rows are wanted beyond those that were taken. */
    public void demand(long rows) {
        demanded = rows > Long.MAX_VALUE - nextTaken() ? Long.MAX_VALUE : nextTaken() + rows;
    }

    /** How many further rows may be begun now; always some, where none is. */
    public int room() {
        int least = waiting.isEmpty() ? 1 : 0;
        if (inputBytes.get() >= mostBytes) {
            return least;
        }
        long rows = (long) most - waiting.size();
        if (demanded != Long.MAX_VALUE) {
            long ahead = demanded + (long) AHEAD_OF_DEMAND_PER_CALL * parallel;
            rows = Math.min(rows, ahead - nextTaken() - waiting.size());
        }
        return (int) Math.max(least, Math.min(rows, mostAtOnce()));
    }

    /** As {@link #room}, but none where there is only a little, for whoever reads by statements. */
    public int muchRoom() {
        int room = room();
        boolean much = waiting.isEmpty() || room >= Math.min(mostAtOnce(), most / MUCH);
        return much ? room : 0;
    }

    /** As many as the rows so far let one expect to weigh little. */
    private long mostAtOnce() {
        if (begunRows == 0) {
            return FIRST_ROWS;
        }
        long each = Math.max(1, begunBytes / begunRows);
        return Math.clamp(BYTES_AT_ONCE / each, 1, MOST_AT_ONCE);
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
        long bytes = Answer.bytes(inputJson);
        inputBytes.addAndGet(bytes);
        begunBytes += bytes;
        begunRows++;
        try {
            RowCall begun = scope.calls().row(call, row, inputJson);
            waiting.addLast(
                    begun.answer()
                            .thenApply(answer -> {
                                inputBytes.addAndGet(-bytes);
                                return arrived(begun.key(), answer);
                            }));
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
        Waiting _ = scope.await(waiting.getFirst());
    }

    private Waiting arrived(CallKey key, Answer answer) {
        long bytes = answer.bytes();
        if (answerBytes.addAndGet(bytes) <= mostBytes) {
            return new Waiting(answer, key, !answer.cached(), bytes);
        }
        answerBytes.addAndGet(-bytes);
        return new Waiting(null, key, !answer.cached(), 0);
    }

    /**
     * Waits for the oldest row, and lets it go together with those behind it that are done.
     *
     * <p>Their envelopes stand ready until the next call.
     *
     * @return how many were let go, at least 1
     * @throws StatementStopped if the statement has ended
     */
    public int take() {
        letGo();
        takeDone();
        return taken.size();
    }

    /**
     * As {@link #take}, but the envelopes stand ready until {@link #letGo}.
     *
     * @return how many stand ready, if they are many or there is nothing to wait for; else 0
     */
    public int gather() {
        takeDone();
        boolean much =
                waiting.isEmpty()
                        || taken.size() >= Math.min(MOST_AT_ONCE, most / MUCH)
                        || takenBytes >= BYTES_AT_ONCE;
        return much ? taken.size() : 0;
    }

    /** Forgets the envelopes that stand ready. */
    public void letGo() {
        firstTaken = nextTaken();
        taken.clear();
        takenBytes = 0;
    }

    private void takeDone() {
        takeOldest();
        while (taken.size() < MOST_AT_ONCE
                && takenBytes < BYTES_AT_ONCE
                && !waiting.isEmpty()
                && waiting.getFirst().isDone()) {
            takeOldest();
        }
    }

    private void takeOldest() {
        Waiting done = scope.await(waiting.removeFirst());
        answerBytes.addAndGet(-done.bytes());
        Answer answer = done.answer();
        if (answer == null) {
            Answer kept = scope.statement().journal().get(done.key()).orElseThrow();
            answer = done.own() ? kept : kept.shared();
        }
        String envelope = answer.envelope();
        taken.add(envelope);
        takenBytes += Answer.bytes(envelope);
    }

    /** What the answers weigh that wait on the heap. */
    long waitingBytes() {
        return answerBytes.get();
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
