package io.rvbbit.gateway.execution;

import io.rvbbit.rewriter.SqlException;

/**
 * Where a character of the SQL that the engine got stands in what the client wrote.
 *
 * <p>Rewriting replaces some part in the middle: what stands before and behind it keeps its place;
 * a position inside is given up. Positions count whole characters. Threading: immutable.
 *
 * @param offset characters before {@code written} in the client's whole text
 */
record TextPositions(String written, int offset, String rewritten) {

    SqlException inClientText(SqlException failure) {
        if (failure.position() == 0) {
            return failure;
        }
        int position = failure.position();
        if (!written.equals(rewritten)) {
            position = mapped(position);
        }
        return position == 0 ? failure.at(0) : failure.at(position + offset);
    }

    private int mapped(int position) {
        int[] before = written.codePoints().toArray();
        int[] after = rewritten.codePoints().toArray();
        int shorter = Math.min(before.length, after.length);
        int prefix = 0;
        while (prefix < shorter && before[prefix] == after[prefix]) {
            prefix++;
        }
        if (position <= prefix) {
            return position;
        }
        int suffix = 0;
        while (suffix < shorter - prefix
                && before[before.length - 1 - suffix] == after[after.length - 1 - suffix]) {
            suffix++;
        }
        int fromEnd = after.length - position;
        return fromEnd < suffix ? before.length - fromEnd : 0;
    }
}
