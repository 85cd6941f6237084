package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import io.rvbbit.udf.cascade.Cell.PromptCell;
import io.rvbbit.udf.llm.ModelRequest;
import io.rvbbit.udf.llm.ModelRequest.Message;
import io.rvbbit.udf.llm.Models;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a cell sends to its model. */
final class PromptRequest {
    private PromptRequest() {}

    /** The model that a cell asks. */
    static Models.Resolved resolve(Models models, PromptCell cell, Invocation.Overrides over) {
        String own = cell.sampling().model() != null ? cell.sampling().model() : "";
        return models.resolve(over.model() != null ? over.model() : own);
    }

    /**
     * The one message that begins a cell's conversation.
     *
     * <p>Many endpoints that are told of a form for the answer never call a tool, and some refuse
     * both together. So where there are tools the schema stands in the message, and nowhere else.
     */
    static Message question(PromptCell cell, RunNames names) throws InterruptedException {
        String text =
                Rendering.of(
                        cell, cell.place(), () -> cell.instructions().render(names.forPrompt()));
        OutputSchema schema = cell.outputSchema();
        return new Message(
                "user",
                schema == null || cell.skills().isEmpty()
                        ? text
                        : text
                                + "\n\nYour last answer must be nothing but JSON that follows this JSON"
                                + " Schema:\n"
                                + schema.json());
    }

    static ModelRequest of(
            PromptCell cell,
            Invocation invocation,
            String model,
            List<Message> messages,
            List<ModelRequest.Tool> tools,
            StepRunner.Limits limits) {
        Invocation.Overrides over = invocation.overrides();
        Cell.Sampling own = cell.sampling();
        OutputSchema schema = cell.skills().isEmpty() ? cell.outputSchema() : null;
        return new ModelRequest(
                model,
                messages,
                over.temperature() != null ? over.temperature() : own.temperature(),
                over.maxTokens() != null ? over.maxTokens() : own.maxTokens(),
                schema == null ? null : schema.json(),
                invocation.cascade().id() + "_" + cell.name(),
                tools,
                shorter(cell.timeout(), shorter(over.timeout(), limits.modelTimeout())),
                cell.retry().ofRequest(limits.modelAttempts()),
                () -> exampleAnswer(cell, invocation),
                invocation.caller(),
                invocation.allowance());
    }

    private static Duration shorter(@Nullable Duration one, Duration other) {
        return one == null || other.compareTo(one) < 0 ? other : one;
    }

    /** What the first example that matches the input answers in this cell. */
    private static @Nullable JsonNode exampleAnswer(PromptCell cell, Invocation invocation) {
        Cascade cascade = invocation.cascade();
        for (Example example : cascade.examples()) {
            if (example.matches(invocation.input(), invocation.rowsHash())) {
                JsonNode own = example.outputs().get(cell.name());
                return own == null && cell.name().equals(lastPrompt(cascade))
                        ? example.output()
                        : own;
            }
        }
        return null;
    }

    private static String lastPrompt(Cascade cascade) {
        for (Cell cell : cascade.cells().reversed()) {
            if (cell instanceof PromptCell) {
                return cell.name();
            }
        }
        return "";
    }
}
