package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.udf.cascade.Cell.PromptCell;
import io.rvbbit.udf.llm.ModelException;
import io.rvbbit.udf.llm.ModelReply;
import io.rvbbit.udf.llm.ModelRequest;
import io.rvbbit.udf.llm.ModelRequest.Message;
import io.rvbbit.udf.llm.Models;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs a cell that calls a model.
 *
 * <p>An answer that does not fit the schema is told back once, in the same conversation; after that
 * the conversation begins anew, until {@code rules.max_attempts} conversations were had. Faults of
 * transport are the client's to retry. Threading: any thread.
 */
final class PromptStep {

    private final Models models;
    private final StepRunner.Limits limits;

    PromptStep(Models models, StepRunner.Limits limits) {
        this.models = models;
        this.limits = limits;
    }

    JsonNode run(PromptCell cell, Invocation invocation, RunNames names, CellLog log)
            throws InterruptedException {
        Message question = question(cell, names);
        Models.Resolved resolved = resolve(models, cell, invocation.overrides());
        Conversation conversation = new Conversation(cell, invocation, resolved, log);
        OutputSchema schema = cell.outputSchema();
        if (schema == null) {
            String text = conversation.ask(1, List.of(question));
            return JsonNodeFactory.instance.textNode(text.strip());
        }
        List<String> faults = List.of();
        for (int attempt = 1; attempt <= cell.maxAttempts(); attempt++) {
            if (attempt > 1) {
                log.retrying(Duration.ZERO, "the answer does not fit output_schema");
            }
            String text = conversation.ask(1, List.of(question));
            OutputSchema.Reading reading = schema.read(text);
            if (reading.answer().isEmpty() && attempt == 1) {
                log.invalid(reading.faults());
                List<Message> repair = new ArrayList<>();
                repair.add(question);
                repair.add(new Message("assistant", text));
                repair.add(new Message("user", repairText(schema, reading.faults())));
                reading = schema.read(conversation.ask(2, repair));
            }
            if (reading.answer().isPresent()) {
                return reading.answer().get();
            }
            faults = reading.faults();
            log.invalid(faults);
        }
        throw new RowFailure(
                "schema",
                SqlState.EXTERNAL_ROUTINE,
                "the answer of cell "
                        + Names.quoted(cell.name())
                        + " does not fit its output_schema: "
                        + String.join("; ", faults));
    }

    private static String repairText(OutputSchema schema, List<String> faults) {
        return "Your answer cannot be used:\n- "
                + String.join("\n- ", faults)
                + "\nAnswer again with nothing but JSON that follows this JSON Schema:\n"
                + schema.json();
    }

    /** Sends for one cell of one run. */
    private final class Conversation {
        private final PromptCell cell;
        private final Invocation invocation;
        private final Models.Resolved resolved;
        private final CellLog log;

        Conversation(
                PromptCell cell, Invocation invocation, Models.Resolved resolved, CellLog log) {
            this.cell = cell;
            this.invocation = invocation;
            this.resolved = resolved;
            this.log = log;
        }

        String ask(int turn, List<Message> messages) throws InterruptedException {
            log.turn(turn);
            try {
                ModelReply reply = resolved.client().send(request(messages), log);
                return reply.content();
            } catch (ModelException e) {
                throw RowFailure.of(e);
            }
        }

        private ModelRequest request(List<Message> messages) {
            return PromptStep.request(cell, invocation, resolved.model(), messages, limits);
        }
    }

    /** What a cell sends. */
    static ModelRequest request(
            PromptCell cell,
            Invocation invocation,
            String model,
            List<Message> messages,
            StepRunner.Limits limits) {
        Invocation.Overrides over = invocation.overrides();
        OutputSchema schema = cell.outputSchema();
        int attempts = cell.retry().maxAttempts();
        return new ModelRequest(
                model,
                messages,
                over.temperature() != null ? over.temperature() : cell.temperature(),
                over.maxTokens() != null ? over.maxTokens() : cell.maxTokens(),
                schema == null ? null : schema.json(),
                invocation.cascade().id() + "_" + cell.name(),
                List.of(),
                shorter(cell.timeout(), shorter(over.timeout(), limits.modelTimeout())),
                attempts == 0 ? limits.modelAttempts() : attempts,
                () -> exampleAnswer(cell, invocation),
                invocation.caller(),
                invocation.allowance());
    }

    /** The one message that begins a cell's conversation. */
    static Message question(PromptCell cell, RunNames names) throws InterruptedException {
        return new Message(
                "user",
                Rendering.of(
                        cell, cell.place(), () -> cell.instructions().render(names.forPrompt())));
    }

    /** The model that a cell asks. */
    static Models.Resolved resolve(Models models, PromptCell cell, Invocation.Overrides over) {
        String own = cell.model() != null ? cell.model() : "";
        return models.resolve(over.model() != null ? over.model() : own);
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
                return own == null && cell.equals(lastPrompt(cascade)) ? example.output() : own;
            }
        }
        return null;
    }

    private static @Nullable Cell lastPrompt(Cascade cascade) {
        for (Cell cell : cascade.cells().reversed()) {
            if (cell instanceof PromptCell) {
                return cell;
            }
        }
        return null;
    }
}
