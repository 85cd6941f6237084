package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.udf.cascade.Cell.PromptCell;
import io.rvbbit.udf.llm.ModelException;
import io.rvbbit.udf.llm.ModelReply;
import io.rvbbit.udf.llm.ModelRequest;
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
    private final Toolbox tools;
    private final HandoffDesk desk;
    private final List<Message> messages = new ArrayList<>();
    private final int begun;
    private int turn;

    /** {@code opening}: what stands before everything else. */
    Conversation(
            PromptCell cell,
            CellRun run,
            Models.Resolved resolved,
            StepRunner.Limits limits,
            Toolbox tools,
            HandoffDesk desk,
            List<Message> opening) {
        this.messages.addAll(opening);
        this.begun = opening.size();
        this.cell = cell;
        this.run = run;
        this.resolved = resolved;
        this.limits = limits;
        this.tools = tools;
        this.desk = desk;
        desk.begin();
    }

    /** Whether {@code rules.max_turns} leaves the model another answer. */
    boolean mayGoOn() {
        return cell.allowsTurnAfter(turn);
    }

    /** Questions and answers, without the opening and without what tools were told. */
    List<Message> said() {
        return messages.subList(begun, messages.size()).stream()
                .filter(each -> each.toolCallId().isEmpty())
                .filter(each -> each.toolCalls() == null || !each.content().isBlank())
                .map(each -> new Message(each.role(), each.content()))
                .toList();
    }

    /**
     * Says {@code next} after all that was said so far; what is answered belongs to it too.
     *
     * <p>Where the answer is that tools be called, they are, and the model goes on from what they
     * gave.
     *
     * @throws RowFailure of class turns, if it wants to call once more when its turns are used up;
     *     of class handoff, if it chooses a next cell that it cannot have
     */
    String ask(Message next) throws InterruptedException {
        messages.add(next);
        desk.again();
        int choices = 0;
        while (true) {
            ModelReply reply = send();
            JsonNode toolCalls = reply.toolCalls();
            if (toolCalls == null || (tools.isEmpty() && !desk.isOpen())) {
                messages.add(new Message("assistant", reply.content()));
                if (desk.isOpen() && OfflineModel.PROVIDER.equals(resolved.client().provider())) {
                    desk.chooseByExample(run.invocation());
                }
                return reply.content();
            }
            ArrayNode calls = Toolbox.withIds(toolCalls);
            ArrayNode others = tools.isEmpty() ? calls.arrayNode() : desk.notItsOwn(calls);
            if (!others.isEmpty() && !mayGoOn()) {
                throw outOfTurns();
            }
            messages.add(new Message("assistant", reply.content(), calls, ""));
            messages.addAll(tools.answers(others));
            messages.addAll(desk.answers(calls, others));
            if (others.isEmpty()) {
                if (desk.isSettledBy(reply.content())) {
                    return reply.content();
                }
                if (++choices >= HandoffDesk.MOST_REQUESTS || !mayGoOn()) {
                    desk.ended();
                    return reply.content();
                }
            }
        }
    }

    private RowFailure outOfTurns() {
        return new RowFailure(
                "turns",
                SqlState.EXTERNAL_ROUTINE,
                "the model of cell %s still calls tools in turn %d, the last that rules.max_turns allows"
                        .formatted(Names.quoted(cell.name()), turn));
    }

    private List<ModelRequest.Tool> offered() {
        List<ModelRequest.Tool> all = new ArrayList<>(tools.definitions());
        all.addAll(desk.tools());
        return all;
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
                                    offered(),
                                    limits),
                            run.log());
        } catch (ModelException e) {
            throw RowFailure.of(e);
        }
    }
}
