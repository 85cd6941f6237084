package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import io.rvbbit.udf.cascade.Cell.PromptCell;
import io.rvbbit.udf.llm.ModelRequest.Message;
import io.rvbbit.udf.llm.PromptSize;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What of earlier cells stands before a cell's question.
 *
 * <p>Earliest first, in the order of the file, and nothing in it changes from run to run: for the
 * same outputs the same bytes, so that an endpoint finds them in its prompt cache. What is too much
 * is left out from the oldest on, a whole turn at a time.
 */
final class ContextMessages {
    private ContextMessages() {}

    /** {@code model} counts the tokens. */
    static List<Message> of(PromptCell cell, RunNames names, String model) {
        Context context = cell.context();
        List<List<Message>> turns = new ArrayList<>();
        for (String name : context.cells()) {
            JsonNode output = names.output(name);
            if (output.isMissingNode() || output.isNull()) {
                continue;
            }
            List<Message> said =
                    context.include() == Context.Include.MESSAGES ? names.said(name) : List.of();
            turns.addAll(said.isEmpty() ? List.of(List.of(output(name, output))) : turns(said));
        }
        int first = Math.max(0, turns.size() - most(context.history()));
        first = Math.max(first, firstWithin(most(context.maxTokens()), turns, model));
        return turns.subList(first, turns.size()).stream().flatMap(List::stream).toList();
    }

    private static int most(@Nullable Integer bound) {
        return bound == null ? Integer.MAX_VALUE : bound;
    }

    /** The first of the latest turns that have so many tokens at most. */
    private static int firstWithin(int tokens, List<List<Message>> turns, String model) {
        if (tokens == Integer.MAX_VALUE) {
            return 0;
        }
        long left = tokens;
        int first = turns.size();
        while (first > 0) {
            for (Message message : turns.get(first - 1)) {
                left -= PromptSize.tokens(model, message.content());
            }
            if (left < 0) {
                return first;
            }
            first--;
        }
        return 0;
    }

    private static Message output(String cell, JsonNode output) {
        String text = Objects.requireNonNullElse(AnswerJson.text(output), "");
        return new Message("user", "Output of cell " + Names.quoted(cell) + ":\n" + text);
    }

    /** A turn begins with what the model is told, and ends in what it answers. */
    private static List<List<Message>> turns(List<Message> said) {
        List<List<Message>> turns = new ArrayList<>();
        for (Message message : said) {
            if (turns.isEmpty() || message.role().equals("user")) {
                turns.add(new ArrayList<>());
            }
            turns.getLast().add(message);
        }
        return turns;
    }
}
