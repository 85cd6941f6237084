package io.rvbbit.udf.cascade;

/**
 * A validator at a cell, and what comes of a value that is not right. Threading: immutable.
 *
 * @param use what it reads of the input and of other cells
 */
record Check(Validator validator, Where where, Mode mode, TemplateUse use) {
    /** What it belongs to. */
    enum Where {
        PRE,
        POST,
        LOOP_UNTIL,
        LOOP_UNTIL_PROMPT;

        boolean isWard() {
            return this == PRE || this == POST;
        }
    }

    /** What comes of a value that is not right. */
    enum Mode {
        /** The cell fails. */
        BLOCKING,
        /** It is booked. */
        ADVISORY,
        /** The answer goes back to the model; the cell fails with the last attempt. */
        RETRY
    }

    boolean retries() {
        return mode == Mode.RETRY;
    }
}
