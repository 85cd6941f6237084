package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.rvbbit.udf.cascade.Cell.PromptCell;
import io.rvbbit.udf.llm.ModelRequest.Message;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Asks one cell's question until an answer is right, {@code rules.max_attempts} times at most.
 *
 * <p>An answer that does not fit the schema is told back once, in the same conversation; after that
 * a conversation begins anew. One that a validator refuses goes back with the reason. No
 * conversation has more than {@code rules.max_turns} turns. Threading: one thread.
 */
final class AttemptLoop {
    private final PromptCell cell;
    private final CellRun run;
    private final Checker checker;
    private final Supplier<Conversation> conversations;

    /** {@code conversations} begins a conversation each time. */
    AttemptLoop(
            PromptCell cell, CellRun run, Checker checker, Supplier<Conversation> conversations) {
        this.cell = cell;
        this.run = run;
        this.checker = checker;
        this.conversations = conversations;
    }

    /**
     * The first answer that is right.
     *
     * @throws RowFailure for the last one's fault if none is
     */
    JsonNode answer() throws InterruptedException {
        Message question = run.question(cell);
        Conversation conversation = conversations.get();
        Message next = question;
        for (int attempt = 1; ; attempt++) {
            OutputSchema.Reading reading = read(conversation.ask(next));
            if (reading.answer().isEmpty()
                    && attempt == 1
                    && cell.repairs()
                    && conversation.mayGoOn()) {
                run.log().invalid(attempt, reading.faults());
                reading = read(conversation.ask(repair(reading.faults())));
            }
            Optional<Refusal> refusal = refusal(reading, attempt);
            if (refusal.isEmpty()) {
                run.names().say(cell.name(), conversation.said());
                return reading.answer().orElseThrow();
            }
            if (attempt >= cell.rules().maxAttempts()) {
                throw refusal.get().failure(cell, attempt);
            }
            Refusal why = refusal.get();
            run.log().again(attempt + 1, why.summary());
            boolean goesOn = !why.isOfSchema() && conversation.mayGoOn();
            if (!goesOn) {
                conversation = conversations.get();
            }
            next = again(goesOn ? told(why) : anew(question, why), why, attempt + 1);
        }
    }

    private OutputSchema.Reading read(String text) {
        OutputSchema schema = cell.outputSchema();
        return schema != null
                ? schema.read(text)
                : new OutputSchema.Reading(
                        Optional.of(JsonNodeFactory.instance.textNode(text.strip())), List.of());
    }

    private Optional<Refusal> refusal(OutputSchema.Reading reading, int attempt)
            throws InterruptedException {
        if (reading.answer().isPresent()) {
            return checker.answer(cell, run, reading.answer().get(), attempt);
        }
        run.log().invalid(attempt, reading.faults());
        return Optional.of(Refusal.ofSchema(reading.faults()));
    }

    private Message repair(List<String> faults) {
        OutputSchema schema = cell.outputSchema();
        return new Message(
                "user",
                "Your answer cannot be used:\n- "
                        + String.join("\n- ", faults)
                        + "\nAnswer again with nothing but JSON that follows this JSON Schema:\n"
                        + (schema == null ? "" : schema.json()));
    }

    private static String told(Refusal why) {
        return "Your answer cannot be used:\n- " + why.reason() + "\nAnswer again.";
    }

    /** A conversation that is too long begins anew, and still says what was wrong. */
    private static String anew(Message question, Refusal why) {
        return why.isOfSchema()
                ? question.content()
                : question.content()
                        + "\n\nAn earlier answer could not be used:\n- "
                        + why.reason();
    }

    private Message again(String text, Refusal refusal, int attempt) throws InterruptedException {
        return new Message(
                "user",
                RetryInstructions.after(text, cell, run.names(), refusal.reason(), attempt));
    }
}
