package io.rvbbit.rewriter;

/**
 * A statement that stores the rows of a MAP, taken apart, so that they can be answered as a stream
 * before it runs.
 *
 * <p>All parts together mean what the rewritten statement means: the rows are made by the same SQL,
 * a few at a time. Parameters of the statement stand in {@code input}, and in {@code statement} at
 * most before the rows.
 *
 * @param call index of the MAP
 * @param input gives what is put into the stage: the input columns, and {@code _rvbbit_row} from 1
 *     in ascending order
 * @param unanswered gives {@code _rvbbit_row} and the row as JSON text, for the rows {@code $1} to
 *     {@code $2} of the stage
 * @param output gives the answered rows, in the columns of the MAP, for the rows {@code $1} to
 *     {@code $2} of the stage
 * @param statement what the client wrote, with a query of the answered rows instead of the MAP
 */
public record StoredMap(
        int call, String input, String unanswered, String output, String statement) {}
