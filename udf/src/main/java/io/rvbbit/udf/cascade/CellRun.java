package io.rvbbit.udf.cascade;

import io.rvbbit.udf.cascade.Cell.PromptCell;
import io.rvbbit.udf.llm.ModelRequest.Message;

import org.jspecify.annotations.Nullable;

/**
 * One cell's part of a run: what it is given, and where it tells what it did.
 *
 * @param session of the run
 * @param asked what a model is asked; null where the cell's own instructions say it
 */
record CellRun(
        Invocation invocation,
        String session,
        RunNames names,
        CellLog log,
        @Nullable String asked) {
    CellRun(Invocation invocation, String session, RunNames names, CellLog log) {
        this(invocation, session, names, log, null);
    }

    CellRun toldTo(CellLog other) {
        return new CellRun(invocation, session, names, other, asked);
    }

    CellRun asking(String question) {
        return new CellRun(invocation, session, names, log, question);
    }

    /** The one message that begins a conversation. */
    Message question(PromptCell cell) throws InterruptedException {
        return asked == null ? PromptRequest.question(cell, names) : new Message("user", asked);
    }
}
