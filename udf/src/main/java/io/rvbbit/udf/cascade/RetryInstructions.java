package io.rvbbit.udf.cascade;

import io.rvbbit.udf.cascade.Cell.PlacedTemplate;
import io.rvbbit.udf.cascade.Cell.PromptCell;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** What a cell says to its model beside the question when it asks again. */
final class RetryInstructions {
    /** Names that only these templates may read. */
    static final Set<String> NAMES = Set.of("reason", "attempt", "max_attempts");

    private RetryInstructions() {}

    /** {@code text}, and what the cell has to say; {@code attempt} is the next one's number. */
    static String after(String text, PromptCell cell, RunNames names, String reason, int attempt)
            throws InterruptedException {
        String told = told(cell, names, reason, attempt);
        return told.isEmpty() ? text : text + "\n\n" + told;
    }

    private static String told(PromptCell cell, RunNames names, String reason, int attempt)
            throws InterruptedException {
        PlacedTemplate template = cell.rules().retryInstructions();
        if (template == null) {
            return "";
        }
        Map<String, Object> all = new HashMap<>(names.forPrompt());
        all.put("reason", reason);
        all.put("attempt", attempt);
        all.put("max_attempts", cell.rules().maxAttempts());
        return Rendering.of(cell, template.place(), () -> template.template().render(all));
    }

    /** The bytes that it adds to a request at most, as far as the names tell. */
    static long mostBytes(PromptCell cell, RunNames names) throws InterruptedException {
        String longest = "\uFFFD".repeat(Refusal.LONGEST);
        String text = after("", cell, names, longest, cell.rules().maxAttempts());
        // In JSON a character may take twice its bytes, or six if it is a control character.
        return 2L * text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** The cells whose answers it may show, and keys of the state. */
    static Set<String> cells(PromptCell cell) {
        PlacedTemplate template = cell.rules().retryInstructions();
        return template == null ? Set.of() : template.template().use().reads();
    }
}
