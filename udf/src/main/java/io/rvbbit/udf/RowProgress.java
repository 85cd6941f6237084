package io.rvbbit.udf;

import java.util.OptionalLong;

/**
 * How far a statement has come, counted in what it has to answer: rows of a MAP, calls of a
 * function, and one for a RUN however many rows it is given. Threading: immutable.
 *
 * @param total empty while the input has not been read to its end
 * @param done answers that are there, failures included
 * @param failed of those, the ones without a value
 * @param cached of those, the ones that took no session of their own
 * @param etaSeconds at the recent pace; empty while that or the total is not known
 */
public record RowProgress(
        OptionalLong total, long done, long failed, long cached, OptionalLong etaSeconds) {
    /** Of a statement that was refused before it could begin. */
    public static final RowProgress NONE =
            new RowProgress(OptionalLong.empty(), 0, 0, 0, OptionalLong.empty());

    /**
     * @param whole whether the statement got to its end: then what is done is all there was
     */
    public RowProgress ended(boolean whole) {
        boolean known = total.isPresent() || !whole;
        return new RowProgress(
                known ? total : OptionalLong.of(done), done, failed, cached, OptionalLong.of(0));
    }
}
