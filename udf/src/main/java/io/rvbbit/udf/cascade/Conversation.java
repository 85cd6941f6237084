package io.rvbbit.udf.cascade;

import io.rvbbit.udf.cascade.Cell.PromptCell;
import io.rvbbit.udf.llm.ModelException;
import io.rvbbit.udf.llm.ModelReply;
import io.rvbbit.udf.llm.ModelRequest.Message;
import io.rvbbit.udf.llm.Models;

import java.util.ArrayList;
import java.util.List;

/**
 * One conversation of a cell with a model, from its first message on.
 *
 * <p>Faults of transport are the client's to retry. Threading: one thread.
 */
final class Conversation {
    private final PromptCell cell;
    private final CellRun run;
    private final Models.Resolved resolved;
    private final StepRunner.Limits limits;
    private final List<Message> messages = new ArrayList<>();
    private int turn;

    Conversation(PromptCell cell, CellRun run, Models.Resolved resolved, StepRunner.Limits limits) {
        this.cell = cell;
        this.run = run;
        this.resolved = resolved;
        this.limits = limits;
    }

    /** Requests so far. */
    int turns() {
        return turn;
    }

    /** Says {@code next} after all that was said so far; what is answered belongs to it too. */
    String ask(Message next) throws InterruptedException {
        messages.add(next);
        run.log().turn(++turn);
        try {
            ModelReply reply =
                    resolved.client()
                            .send(
                                    PromptRequest.of(
                                            cell,
                                            run.invocation(),
                                            resolved.model(),
                                            messages,
                                            limits),
                                    run.log());
            messages.add(new Message("assistant", reply.content()));
            return reply.content();
        } catch (ModelException e) {
            throw RowFailure.of(e);
        }
    }
}
