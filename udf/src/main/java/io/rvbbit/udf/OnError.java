package io.rvbbit.udf;

/** What a row's error does to its statement. */
public enum OnError {
    /** The statement fails with 38000 and no new call starts. */
    FAIL,
    /** The row's value is NULL; a warning counts such rows. */
    NULL,
    /** As {@link #NULL}, and the statement shows the error in a column of its own. */
    COLUMN
}
