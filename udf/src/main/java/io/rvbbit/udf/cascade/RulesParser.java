package io.rvbbit.udf.cascade;

import io.rvbbit.udf.cascade.Cell.PlacedTemplate;
import io.rvbbit.udf.cascade.Cell.Rules;
import io.rvbbit.udf.format.CellFormat;
import org.jspecify.annotations.Nullable;

/** Reads {@code rules} of a cell that calls a model. Threading: one thread. */
final class RulesParser {
    /** Where checks ask again and nothing says how often. */
    private static final int USUAL_ATTEMPTS = 3;

    private RulesParser() {}

    /** {@code again}: whether checks may ask for another answer. */
    static Rules read(CellScope cell, boolean again) {
        int usual = again ? USUAL_ATTEMPTS : Rules.UNSAID.maxAttempts();
        SourceNode node = cell.keys().node("rules").orElse(null);
        if (node == null) {
            return new Rules(usual, null, null);
        }
        Keys keys = Keys.of(cell.file(), node, "rules of " + cell.what()).only(CellFormat.RULES);
        Integer attempts = keys.integer("max_attempts", 1, CellFormat.MAX_ATTEMPTS);
        return new Rules(
                attempts == null ? usual : attempts,
                keys.integer("max_turns", 1, CellFormat.MAX_TURNS),
                retryInstructions(cell, keys));
    }

    private static @Nullable PlacedTemplate retryInstructions(CellScope cell, Keys keys) {
        return keys.filledText("retry_instructions")
                .map(text ->
                        new PlacedTemplate(
                                cell.file().placeOf(text),
                                cell.prompt(text, RetryInstructions.NAMES)))
                .orElse(null);
    }
}
