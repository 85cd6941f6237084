package io.rvbbit.udf.llm;

import com.fasterxml.jackson.databind.JsonNode;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.tracking.Usage;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/**
 * Answers what the cascade's own examples answer, and nothing else.
 *
 * <p>It stands in where no endpoint is configured. It never invents an answer: an input without an
 * example is that row's error. Nothing leaves the process and nothing costs. Threading: any thread.
 */
public final class OfflineModel implements ModelClient {
    /** Its name in the books, in the ready line, and as a model. */
    public static final String PROVIDER = "offline";

    @Override
    public String provider() {
        return PROVIDER;
    }

    @Override
    public Optional<ModelPrice> price(String model) {
        return Optional.of(ModelPrice.FREE);
    }

    @Override
    public ModelReply send(ModelRequest request, AttemptLog attempts) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("cancelled");
        }
        attempts.awaitRoom();
        String requestId = "req-" + UUID.randomUUID();
        attempts.started(
                requestId,
                request.model(),
                PROVIDER,
                ChatRequestBody.of(request, ProviderConfig.TokenLimitField.MAX_TOKENS));
        JsonNode example = request.exampleAnswer().get();
        if (example == null) {
            ModelException none =
                    new ModelException(
                            "offline",
                            SqlState.EXTERNAL_ROUTINE,
                            false,
                            "the offline model has no example for this input",
                            "set OPENAI_BASE_URL, OPENAI_API_KEY and RVBBIT_MODEL to ask a real model, or add the"
                                    + " input to the cascade's examples");
            attempts.ended(
                    requestId,
                    PROVIDER,
                    Usage.NONE,
                    "{}",
                    "",
                    HttpModelClient.errorJson(
                            none.errorClass(), none.state(), String.valueOf(none.getMessage())),
                    Duration.ZERO);
            throw none;
        }
        boolean asJson = request.schema() != null || !example.isTextual();
        String content = asJson ? example.toString() : example.textValue();
        attempts.ended(requestId, PROVIDER, Usage.NONE, example.toString(), "", "", Duration.ZERO);
        return new ModelReply(PROVIDER, content, null, "stop", Usage.NONE, requestId);
    }
}
