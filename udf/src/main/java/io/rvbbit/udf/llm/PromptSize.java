package io.rvbbit.udf.llm;

import java.nio.charset.StandardCharsets;

/**
 * How many tokens of input a request has. Threading: immutable.
 *
 * @param tokens counted, or else as many as bytes of this length usually have
 * @param exact counted as the endpoint counts
 * @param bytes of the request's body: no endpoint counts more, since no token is shorter
 */
public record PromptSize(long tokens, boolean exact, long bytes) {
    /**
     * What stands for a token where the model's vocabulary is not known: English has about that.
     */
    public static final int BYTES_PER_TOKEN = 4;

    /** Each message is framed by three tokens, and three more begin the answer. */
    private static final int FRAME_TOKENS = 3;

    /**
     * Of a request as it would be sent.
     *
     * <p>Exact for messages of a known family. How an endpoint puts an output schema into the
     * prompt is not published: it is counted as its JSON text, which is not exact.
     */
    public static PromptSize of(ModelRequest request) {
        long bytes = bytes(body(request));
        var family = TokenFamily.of(request.model());
        if (family.isEmpty()) {
            return new PromptSize(ceilDiv(contentBytes(request)), false, bytes);
        }
        long tokens = FRAME_TOKENS;
        for (ModelRequest.Message message : request.messages()) {
            tokens +=
                    FRAME_TOKENS
                            + family.get().count(message.role())
                            + family.get().count(message.content());
        }
        boolean plain = request.schema() == null && request.tools().isEmpty();
        if (plain) {
            return new PromptSize(tokens, true, bytes);
        }
        if (request.schema() != null) {
            tokens += family.get().count(request.schema().toString());
        }
        for (ModelRequest.Tool tool : request.tools()) {
            tokens += family.get().count(tool.name() + tool.description() + tool.parameters());
        }
        return new PromptSize(tokens, false, bytes);
    }

    /** The most that an endpoint of the request's own model counts. */
    public long bound() {
        return exact ? tokens : Math.max(tokens, bytes);
    }

    /** A text alone, as a prompt of this model has it. */
    public static long tokens(String model, String text) {
        return TokenFamily.of(model)
                .map(family -> family.count(text))
                .orElseGet(() -> ceilDiv(bytes(text)));
    }

    private static long contentBytes(ModelRequest request) {
        long bytes = request.schema() == null ? 0 : bytes(request.schema().toString());
        for (ModelRequest.Message message : request.messages()) {
            bytes += bytes(message.content());
        }
        for (ModelRequest.Tool tool : request.tools()) {
            bytes += bytes(tool.name() + tool.description() + tool.parameters());
        }
        return bytes;
    }

    /** Under either name of its bound the body is no longer than with this one. */
    private static String body(ModelRequest request) {
        return ChatRequestBody.of(request, ProviderConfig.TokenLimitField.MAX_COMPLETION_TOKENS);
    }

    private static long bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static long ceilDiv(long bytes) {
        return Math.ceilDiv(bytes, BYTES_PER_TOKEN);
    }
}
