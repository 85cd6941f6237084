package io.rvbbit.udf.cascade;

/**
 * Runs one session of a cascade: the seam between functions and pipelines.
 *
 * <p>Threading: any thread, blocking; meant for virtual threads.
 */
public interface CascadeRunner {
    /**
     * Runs the cells in order and tells the books.
     *
     * @return also for a row that failed: its {@link CascadeResult#error} says why
     * @throws io.rvbbit.rewriter.SqlException for a fault of the statement: it fails whatever
     *     {@code on_error} says
     * @throws InterruptedException if the statement was cancelled; the session has then been booked
     *     as cancelled
     */
    CascadeResult run(Invocation invocation) throws InterruptedException;
}
