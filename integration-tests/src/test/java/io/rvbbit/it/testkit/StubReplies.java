package io.rvbbit.it.testkit;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;

/** The bodies that an OpenAI-compatible endpoint sends. */
final class StubReplies {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** A fixed date keeps replies the same in every run. */
    private static final long CREATED = 1_795_000_000L;

    private StubReplies() {}

    /** {@code cachedTokens}: of the prompt, not told where there are none. */
    static String completion(
            StubRequest request,
            StubAnswer answer,
            StubBill.Item paid,
            boolean reportsCost,
            long cachedTokens) {
        ObjectNode body =
                JSON.objectNode()
                        .put("id", "chatcmpl-" + paid.number())
                        .put("object", "chat.completion")
                        .put("created", CREATED)
                        .put("model", request.model());
        ObjectNode choice = body.putArray("choices").addObject().put("index", 0);
        ObjectNode message = choice.putObject("message").put("role", "assistant");
        message.put("content", answer.content());
        message.putNull("refusal");
        if (!answer.toolCalls().isEmpty()) {
            message.set("tool_calls", answer.toolCalls());
        }
        choice.putNull("logprobs");
        choice.put("finish_reason", answer.finishReason());
        ObjectNode usage =
                body.putObject("usage")
                        .put("prompt_tokens", paid.tokensIn())
                        .put("completion_tokens", paid.tokensOut())
                        .put("total_tokens", paid.tokensIn() + paid.tokensOut());
        if (cachedTokens > 0) {
            usage.putObject("prompt_tokens_details").put("cached_tokens", cachedTokens);
        }
        if (reportsCost) {
            // As text into the document: a number node may be written as 1.2E-6, which is as good,
            // but a person who runs the stub wants to see digits.
            usage.putRawValue("cost", new RawValue(paid.costUsd().toPlainString()));
        }
        return body.toString();
    }

    static String error(String code, String message) {
        ObjectNode body = JSON.objectNode();
        body.putObject("error")
                .put("message", message)
                .put("type", "stub")
                .putNull("param")
                .put("code", code);
        return body.toString();
    }

    static String bill(StubBill.Sum sum, long calls, int maxInFlight) {
        return JSON.objectNode()
                .put("calls", calls)
                .put("paid_calls", sum.calls())
                .put("tokens_in", sum.tokensIn())
                .put("tokens_out", sum.tokensOut())
                .put("cost_usd", sum.costUsd().toPlainString())
                .put("max_in_flight", maxInFlight)
                .toString();
    }

    /** About four characters to a token, at least one. */
    static long tokens(String text) {
        return Math.max(1, (text.length() + 3) / 4);
    }
}
