package io.rvbbit.udf.cascade;

import io.rvbbit.udf.cascade.Cell.PromptCell;
import io.rvbbit.udf.llm.ModelRequest.Message;
import org.jspecify.annotations.Nullable;

/**
 * One cell's part of a run: what it is given, and where it tells what it did.
 *
 * @param session of the run
 * @param sum of the run
 * @param asked what a model is asked; null where the cell's own instructions say it
 */
record CellRun(
        Invocation invocation,
        String session,
        RunNames names,
        CellLog log,
        RunSum sum,
        @Nullable String asked) {
    CellRun(Invocation invocation, String session, RunNames names, CellLog log, RunSum sum) {
        this(invocation, session, names, log, sum, null);
    }

    CellRun toldTo(CellLog other) {
        return new CellRun(invocation, session, names, other, sum, asked);
    }

    CellRun asking(String question) {
        return new CellRun(invocation, session, names, log, sum, question);
    }

    /** The one message that begins a conversation. */
    Message question(PromptCell cell) throws InterruptedException {
        return asked == null ? PromptRequest.question(cell, names) : new Message("user", asked);
    }
}
