package io.rvbbit.udf;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The function in which a model stands for those that do not exist. */
final class FallbackFunctions {
    private static final int CALL = 1;
    private static final int ARGUMENTS = 2;

    private FallbackFunctions() {}

    /** {@code (caller, call, arguments)}: the result as text; NULL if an argument is NULL. */
    static @Nullable String[] answer(QueryScope scope, Arguments arguments) {
        int rows = arguments.rows();
        List<@Nullable JsonNode> given = new ArrayList<>(rows);
        for (int i = 0; i < rows; i++) {
            String text = arguments.text(ARGUMENTS, i);
            JsonNode values = text == null ? null : read(text);
            given.add(values == null || hasNull(values) ? null : values);
        }
        scope.ledger().functionsRead(given.stream().filter(values -> values != null).count());
        List<@Nullable CompletableFuture<Answer>> answers = new ArrayList<>(rows);
        for (int i = 0; i < rows; i++) {
            scope.checkRunning();
            JsonNode values = given.get(i);
            answers.add(
                    values == null
                            ? null
                            : scope.fallbacks()
                                    .answer(String.valueOf(arguments.text(CALL, i)), values));
        }
        @Nullable String[] results = new String[rows];
        for (int i = 0; i < rows; i++) {
            var answer = answers.get(i);
            if (answer != null) {
                FallbackCall call = scope.fallbacks().read(arguments.text(CALL, i));
                results[i] = FallbackCalls.value(call, scope.await(answer));
            }
        }
        return results;
    }

    /** A JSON argument stands in it as the client has written it. */
    private static JsonNode read(String arguments) {
        try {
            return Json.parse(arguments);
        } catch (JsonProcessingException e) {
            throw new SqlException(
                            SqlState.INVALID_PARAMETER_VALUE,
                            "an argument cannot be sent as JSON: " + Input.shown(arguments))
                    .detail(e.getOriginalMessage());
        }
    }

    private static boolean hasNull(JsonNode values) {
        for (JsonNode value : values) {
            if (value.isNull()) {
                return true;
            }
        }
        return false;
    }
}
