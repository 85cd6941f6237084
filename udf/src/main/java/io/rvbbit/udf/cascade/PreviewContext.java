package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import io.rvbbit.udf.cascade.Cell.PromptCell;
import io.rvbbit.udf.llm.ModelRequest.Message;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** What the cells of one previewed run say before their questions. Threading: one thread. */
final class PreviewContext {
    private final Cascade cascade;
    private final RunNames names;

    /** Cells that may have said more than one question, as it is known here, and its answer. */
    private final Set<String> longer = new HashSet<>();

    PreviewContext(Cascade cascade, RunNames names) {
        this.cascade = cascade;
        this.names = names;
    }

    /** The other cells of which something stands in a cell's prompt, by name. */
    static Set<String> reads(PromptCell cell) {
        Set<String> reads = new HashSet<>(cell.instructions().use().reads());
        reads.addAll(cell.context().cells());
        return reads;
    }

    /** All that a cell's first request says. */
    List<Message> messages(PromptCell cell, String model, String question) {
        List<Message> messages = new ArrayList<>(ContextMessages.of(cell, names, model));
        messages.add(new Message("user", question));
        return messages;
    }

    /** {@code unbounded}: why the question's length has no bound; empty if it has one. */
    void asked(PromptCell cell, String question, String unbounded) {
        names.say(cell.name(), List.of(new Message("user", question)));
        boolean once = cell.takes() != null || (cell.mostAnswers() == 1 && cell.skills().isEmpty());
        if (!unbounded.isEmpty() || !once || cascade.graph().mostRequests(cell) > 1) {
            longer.add(cell.name());
        }
    }

    /** After {@link #asked}. */
    void answered(PromptCell cell, JsonNode answer) {
        List<Message> said = new ArrayList<>(names.said(cell.name()));
        String text = Objects.requireNonNullElse(AnswerJson.text(answer), "");
        said.add(new Message("assistant", text));
        names.say(cell.name(), said);
    }

    /** Why nothing bounds what stands before a cell's question; empty if something does. */
    String whyUnbounded(PromptCell cell) {
        Context context = cell.context();
        for (String name : context.cells()) {
            if (context.include() == Context.Include.MESSAGES && longer.contains(name)) {
                return "cell %s goes on with what cell %s said, which may be more than is known"
                        .formatted(Names.quoted(cell.name()), Names.quoted(name));
            }
        }
        return context.leavesOut() && mayMiss(context)
                ? "what stands before the question of cell "
                        + Names.quoted(cell.name())
                        + " hangs on which cells have an answer"
                : "";
    }

    private boolean mayMiss(Context context) {
        return cascade.graph().branches()
                || cascade.cells().stream()
                        .filter(each -> context.cells().contains(each.name()))
                        .anyMatch(cascade.graph()::goesOnWithout);
    }
}
