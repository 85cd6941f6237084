package io.rvbbit.rewriter;

/**
 * A statement that is one MAP, taken apart, so that its rows can be answered as they come.
 *
 * <p>Both parts together mean what the rewritten statement means: the output is made by the same
 * SQL, of rows that were read before instead of rows that are being read.
 *
 * @param call index of the MAP
 * @param input gives the input columns, {@code _rvbbit_row} from 1 in ascending order, and {@code
 *     _rvbbit_input}, the row as JSON text
 * @param output gives the statement's columns for the rows {@code $1} to {@code $2} of the stage
 */
public record StreamedMap(int call, String input, String output) {}
