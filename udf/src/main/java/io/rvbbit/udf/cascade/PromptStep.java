package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import io.rvbbit.rewriter.SqlState;
import io.rvbbit.udf.cascade.Cell.PromptCell;
import io.rvbbit.udf.llm.ModelRequest.Message;
import io.rvbbit.udf.llm.Models;

import java.time.Duration;
import java.util.List;

/**
 * Runs a cell that calls a model.
 *
 * <p>An answer that does not fit the schema is told back once, in the same conversation; after that
 * the conversation begins anew, until {@code rules.max_attempts} conversations were had. Threading:
 * any thread.
 */
final class PromptStep {
    private final Models models;
    private final StepRunner.Limits limits;

    PromptStep(Models models, StepRunner.Limits limits) {
        this.models = models;
        this.limits = limits;
    }

    JsonNode run(PromptCell cell, CellRun run) throws InterruptedException {
        Message question = PromptRequest.question(cell, run.names());
        Models.Resolved resolved =
                PromptRequest.resolve(models, cell, run.invocation().overrides());
        OutputSchema schema = cell.outputSchema();
        if (schema == null) {
            String text = new Conversation(cell, run, resolved, limits).ask(question);
            return JsonNodeFactory.instance.textNode(text.strip());
        }
        CellLog log = run.log();
        List<String> faults = List.of();
        for (int attempt = 1; attempt <= cell.rules().maxAttempts(); attempt++) {
            if (attempt > 1) {
                log.retrying(Duration.ZERO, "the answer does not fit output_schema");
            }
            Conversation conversation = new Conversation(cell, run, resolved, limits);
            OutputSchema.Reading reading = schema.read(conversation.ask(question));
            if (reading.answer().isEmpty() && attempt == 1) {
                log.invalid(reading.faults());
                Message repair = new Message("user", repairText(schema, reading.faults()));
                reading = schema.read(conversation.ask(repair));
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
}
