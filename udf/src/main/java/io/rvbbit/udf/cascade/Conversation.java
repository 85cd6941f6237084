package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;

import io.rvbbit.udf.cascade.Cell.PromptCell;
import io.rvbbit.udf.llm.ModelException;
import io.rvbbit.udf.llm.ModelReply;
import io.rvbbit.udf.llm.ModelRequest.Message;
import io.rvbbit.udf.llm.Models;
import io.rvbbit.udf.llm.OfflineModel;

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
    private final HandoffDesk desk;
    private final List<Message> messages = new ArrayList<>();
    private int turn;

    Conversation(
            PromptCell cell,
            CellRun run,
            Models.Resolved resolved,
            StepRunner.Limits limits,
            HandoffDesk desk) {
        this.cell = cell;
        this.run = run;
        this.resolved = resolved;
        this.limits = limits;
        this.desk = desk;
        desk.begin();
    }

    /** Requests so far. */
    int turns() {
        return turn;
    }

    /**
     * Says {@code next} after all that was said so far; what is answered belongs to it too.
     *
     * @throws RowFailure if the model chooses a next cell that it cannot have
     */
    String ask(Message next) throws InterruptedException {
        messages.add(next);
        for (int request = 1; ; request++) {
            ModelReply reply = send();
            JsonNode calls = reply.toolCalls();
            if (calls == null || !desk.isOpen()) {
                messages.add(new Message("assistant", reply.content()));
                if (desk.isOpen() && OfflineModel.PROVIDER.equals(resolved.client().provider())) {
                    desk.chooseByExample(run.invocation());
                }
                return reply.content();
            }
            messages.add(new Message("assistant", reply.content(), calls, ""));
            messages.addAll(desk.answers(calls));
            if (desk.isSettledBy(reply.content())) {
                return reply.content();
            }
            if (request >= HandoffDesk.MOST_REQUESTS || !mayGoOn()) {
                desk.ended();
                return reply.content();
            }
        }
    }

    private boolean mayGoOn() {
        return cell.rules().allowsTurnAfter(turn);
    }

    private ModelReply send() throws InterruptedException {
        run.log().turn(++turn);
        try {
            return resolved.client()
                    .send(
                            PromptRequest.of(
                                    cell,
                                    run.invocation(),
                                    resolved.model(),
                                    messages,
                                    desk.tools(),
                                    limits),
                            run.log());
        } catch (ModelException e) {
            throw RowFailure.of(e);
        }
    }
}
