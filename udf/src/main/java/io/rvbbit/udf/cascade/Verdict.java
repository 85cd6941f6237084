package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Optional;

/**
 * What a validator says of a value.
 *
 * @param reason empty where nothing is wrong
 */
record Verdict(boolean valid, String reason) {
    static final Verdict VALID = new Verdict(true, "");

    Verdict {
        reason = Refusal.cut(reason);
    }

    static Verdict invalid(String reason) {
        return new Verdict(false, reason);
    }

    /**
     * Reads a model's: {@code {valid, reason}}, true or false, or text that begins in yes or no.
     */
    static Optional<Verdict> read(String answer) {
        for (JsonNode candidate : AnswerJson.candidates(answer, false)) {
            Optional<Verdict> verdict = read(candidate);
            if (verdict.isPresent()) {
                return verdict;
            }
        }
        String word = answer.strip().toLowerCase(Locale.ROOT).split("[^a-z]", 2)[0];
        return switch (word) {
            case "yes", "true", "valid" -> Optional.of(VALID);
            case "no", "false", "invalid" -> Optional.of(invalid(""));
            default -> Optional.empty();
        };
    }

    /** {@code {valid, reason}}, or true or false. */
    static Optional<Verdict> read(JsonNode json) {
        JsonNode valid = json.isObject() ? json.path("valid") : json;
        if (!valid.isBoolean()) {
            return Optional.empty();
        }
        return Optional.of(new Verdict(valid.booleanValue(), json.path("reason").asText("")));
    }
}
