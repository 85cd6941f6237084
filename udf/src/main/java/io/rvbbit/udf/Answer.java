package io.rvbbit.udf;

import com.fasterxml.jackson.databind.JsonNode;
import io.rvbbit.tracking.Usage;
import io.rvbbit.udf.cache.StoredAnswer;
import io.rvbbit.udf.cascade.CascadeResult;
import io.rvbbit.udf.cascade.RowError;
import org.jspecify.annotations.Nullable;

/**
 * What a row gets: a session's result, or the part of it that other rows with the same input share.
 *
 * <p>Structured parts are kept as text, which is a fraction of a tree's size. Threading: immutable.
 *
 * @param sessionId of the session that computed it; empty where none was begun
 * @param output the last cell's structured output as JSON text, or null
 * @param outputs every cell's output as the text of a JSON object
 * @param attempts model attempts that were made for it, whoever paid for them
 * @param cached another row paid for it
 */
record Answer(
        String sessionId,
        @Nullable String value,
        @Nullable String output,
        String outputs,
        @Nullable RowError error,
        int attempts,
        long tokensIn,
        long tokensOut,
        @Nullable String cost,
        long durationMillis,
        boolean cached) {
    private static final String NO_COST = Usage.NONE.costUsd().toPlainString();

    static Answer of(CascadeResult result) {
        boolean failed = result.error() != null;
        JsonNode output = result.output();
        return new Answer(
                result.sessionId(),
                failed ? null : result.value(),
                failed || output == null || output.isNull() ? null : Json.text(output),
                failed ? "{}" : Json.text(result.outputs()),
                result.error(),
                result.modelCalls(),
                result.usage().tokensIn(),
                result.usage().tokensOut(),
                result.usage().priced() ? result.usage().costUsd().toPlainString() : null,
                result.duration().toMillis(),
                false);
    }

    /** For a row of a statement that did not pay for it. */
    static Answer served(StoredAnswer stored) {
        return new Answer(
                stored.sessionId(),
                stored.value(),
                stored.output(),
                stored.outputs(),
                null,
                stored.attempts(),
                0,
                0,
                NO_COST,
                0,
                true);
    }

    /** For a row for which no session was begun. */
    static Answer failed(RowError error) {
        return new Answer("", null, null, "{}", error, 0, 0, 0, NO_COST, 0, false);
    }

    /** For other statements; {@code models} as {@link StoredAnswer} has it. */
    StoredAnswer stored(String models, long createdAt) {
        return new StoredAnswer(
                value,
                output,
                outputs,
                sessionId,
                models,
                attempts,
                tokensIn,
                tokensOut,
                cost,
                durationMillis,
                createdAt);
    }

    /** The same answer for a row that did not pay for it. */
    Answer shared() {
        return new Answer(
                sessionId, value, output, outputs, error, attempts, 0, 0, NO_COST, 0, true);
    }

    /** What it weighs on the heap, or a little more. */
    long bytes() {
        return bytes(value) + bytes(output) + bytes(outputs);
    }

    /** The same of a text. */
    static long bytes(@Nullable String text) {
        return text == null ? 0 : (long) Character.BYTES * text.length();
    }

    /** The JSON object that the rewritten SQL takes apart. */
    String envelope() {
        return Json.object(json -> {
            json.writeStringField("value", value);
            json.writeFieldName("output");
            json.writeRawValue(output == null ? "null" : output);
            json.writeFieldName("error");
            json.writeRawValue(error == null ? "null" : errorText(error));
            json.writeStringField("session_id", sessionId.isEmpty() ? null : sessionId);
            json.writeStringField("cost", cost);
            json.writeNumberField("tokens_in", tokensIn);
            json.writeNumberField("tokens_out", tokensOut);
            json.writeBooleanField("cached", cached);
            json.writeNumberField("duration_ms", durationMillis);
        });
    }

    /** The JSON object of {@code _error}. */
    static String errorText(RowError error) {
        return Json.object(json -> {
            json.writeStringField("class", error.errorClass());
            json.writeStringField("sqlstate", error.state().code());
            json.writeStringField("message", error.message());
            json.writeNumberField("attempts", error.attempts());
        });
    }

    /**
     * One property: of the last cell's structured output, or of the cell that the part before the
     * first dot names; null if there is none.
     */
    @Nullable String field(String path) {
        JsonNode last = output == null ? null : Json.tree(output).get(path);
        if (last != null) {
            return plain(last);
        }
        int dot = path.indexOf('.');
        if (dot < 0) {
            return null;
        }
        JsonNode cell = Json.tree(outputs).get(path.substring(0, dot));
        JsonNode property = cell == null ? null : cell.get(path.substring(dot + 1));
        return property == null ? null : plain(property);
    }

    private static @Nullable String plain(JsonNode node) {
        if (node.isNull()) {
            return null;
        }
        return node.isTextual() ? node.textValue() : Json.text(node);
    }
}
