package io.rvbbit.udf.llm;

import com.fasterxml.jackson.databind.JsonNode;
import io.rvbbit.rewriter.SqlState;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a status other than 200 means.
 *
 * @param fatal every row would fail alike, so the statement fails
 * @param retryable another attempt may help
 * @param repeatsText whether the endpoint's own words may be shown; not where they may hold a key
 */
record StatusFault(
        String errorClass,
        SqlState state,
        boolean fatal,
        boolean retryable,
        boolean repeatsText,
        String hint) {
    private static final Set<String> MODEL_CODES =
            Set.of(
                    "model_not_found",
                    "model_not_available",
                    "invalid_model",
                    "unknown_model",
                    "DeploymentNotFound");

    /** Endpoints that give no code: vLLM, Ollama, OpenRouter and others say it in words. */
    private static final Pattern MODEL_WORDS =
            Pattern.compile(
                    "(invalid|unknown|no such) model\\b|not a valid model"
                            + "|\\bmodel\\b.{0,200}\\b(does not exist|not found|not available)",
                    Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    /**
     * Reads status and error object.
     *
     * @param error the reply's {@code error}; a missing node where there is none
     */
    static StatusFault of(int status, JsonNode error) {
        String code = error.path("code").asText("");
        String text = error.isTextual() ? error.textValue() : error.path("message").asText("");
        boolean ofModel =
                MODEL_CODES.contains(code)
                        || error.path("param").asText("").equals("model")
                        || MODEL_WORDS.matcher(text).find();
        return switch (status) {
            case 401, 403 ->
                    fatal("unauthorized", "check OPENAI_API_KEY or the provider's api-key")
                            .silent();
            case 400, 404, 422 -> {
                if (ofModel) {
                    yield new StatusFault(
                            "unknown_model",
                            SqlState.INVALID_PARAMETER_VALUE,
                            true,
                            false,
                            true,
                            "set RVBBIT_MODEL or the cell's model to one that the endpoint serves");
                }
                yield status == 404 ? wrongUrl() : refused(text);
            }
            case 402 -> fatal("no_credit", "the endpoint asks for payment: check the account");
            case 405 -> wrongUrl();
            case 408 -> passing("timeout");
            case 429 ->
                    code.equals("insufficient_quota")
                            ? fatal("no_credit", "the quota is used up: check plan and billing")
                            : passing("rate_limit");
            default -> {
                if (status >= 300 && status < 400) {
                    yield wrongUrl();
                }
                yield status == 409 || status >= 500 ? passing("unavailable") : refused(text);
            }
        };
    }

    /**
     * Whether an endpoint that answers so has not begun to work.
     *
     * <p>It has refused the request, or is too busy for it. Any other fault may have struck a
     * gateway on the way, behind which the model has answered and was paid.
     */
    static boolean isUnbilled(int status) {
        return (status >= 400 && status < 500 && status != 408) || status == 503 || status == 529;
    }

    private static StatusFault refused(String text) {
        String hint =
                text.contains("max_completion_tokens")
                        ? "set the provider's token-limit-field to max_completion_tokens"
                        : "";
        return new StatusFault("refused", SqlState.EXTERNAL_ROUTINE, false, false, true, hint);
    }

    private static StatusFault wrongUrl() {
        return fatal("unavailable", "check OPENAI_BASE_URL; /chat/completions is appended to it");
    }

    private static StatusFault passing(String errorClass) {
        return new StatusFault(errorClass, SqlState.EXTERNAL_ROUTINE, false, true, true, "");
    }

    private static StatusFault fatal(String errorClass, String hint) {
        return new StatusFault(errorClass, SqlState.EXTERNAL_ROUTINE, true, false, true, hint);
    }

    private StatusFault silent() {
        return new StatusFault(errorClass, state, fatal, retryable, false, hint);
    }
}
