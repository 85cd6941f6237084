package io.rvbbit.udf.llm;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.tracking.Usage;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.MessageHeaders;
import org.jspecify.annotations.Nullable;

/** Decides what a reply means: a good answer, a fault of the row, a fault of the statement. */
final class ReplyJudge {
    private static final ObjectMapper JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                    .build();

    /** Keys as several vendors shape them, also those that they have masked themselves. */
    private static final Pattern KEY_SHAPE = Pattern.compile("\\bsk-[A-Za-z0-9_*.-]{6,}");

    private static final int MAX_QUOTED_CHARACTERS = 300;
    private static final int MAX_FOREIGN_BODY_CHARACTERS = 65_536;

    private final ProviderConfig config;
    private final ModelPrices prices;
    private final Clock clock;

    ReplyJudge(ProviderConfig config, ModelPrices prices, Clock clock) {
        this.config = config;
        this.prices = prices;
        this.clock = clock;
    }

    Outcome judge(String modelRequested, ChatResponse response) {
        JsonNode root = response.cut() ? MissingNode.getInstance() : parse(response.body());
        String json = forTheBooks(root, response.body(), response.status());
        Usage usage = usage(modelRequested, root);
        JsonNode error = root.path("error");
        if (response.status() / 100 != 2) {
            return fault(modelRequested, response.status(), error, response.headers(), usage, json);
        }
        if (error.isObject()) {
            // Brokers that have begun to answer report the fault behind them in a 200.
            int code = error.path("code").asInt(502);
            return fault(modelRequested, code, error, response.headers(), usage, json);
        }
        if (response.cut()) {
            return garbled(
                    modelRequested,
                    "more than %d bytes".formatted(config.maxReplyBytes()),
                    usage,
                    json);
        }
        return ChatReply.read(root)
                .map(reply -> judge(modelRequested, reply, usage, json))
                .orElseGet(() -> garbled(modelRequested, "no chat completion", usage, json));
    }

    private Outcome judge(
            String modelRequested, ChatReply reply, @Nullable Usage usage, String json) {
        if (!reply.refusal().isEmpty()) {
            return refused(
                    modelRequested,
                    "refused",
                    "refused: " + quoted(reply.refusal()),
                    "",
                    usage,
                    json);
        }
        return switch (reply.finishReason()) {
            case "content_filter" ->
                    refused(
                            modelRequested,
                            "refused",
                            "had its answer withheld by the endpoint's content filter",
                            "",
                            usage,
                            json);
            case "length" ->
                    refused(
                            modelRequested,
                            "length",
                            "was cut off by the bound on output tokens",
                            "raise max_tokens",
                            usage,
                            json);
            case "error" ->
                    passing("unavailable", modelRequested, "broke off its answer", usage, json);
            default ->
                    reply.content() == null && reply.toolCalls() == null
                            ? garbled(modelRequested, "neither text nor tool calls", usage, json)
                            : new Outcome.Answered(reply, usage, json);
        };
    }

    /** Nobody answered. */
    Outcome unreachable(String modelRequested, IOException broken) {
        Outcome.Failed failed =
                passing(
                        "unavailable",
                        modelRequested,
                        "could not be reached (" + why(broken) + ")",
                        null,
                        "{}");
        // Without a connection nothing has left; any other fault may have struck after the request.
        boolean unsent =
                broken instanceof ConnectException
                        || broken instanceof ConnectTimeoutException
                        || broken instanceof UnknownHostException;
        return new Outcome.Failed(
                failed.cause(), true, unsent, null, failed.responseJson(), Optional.empty());
    }

    /** In words: the client who reads it does not know our classes. */
    private String why(IOException broken) {
        if (broken instanceof UnknownHostException) {
            return "its host is not known: " + quoted(String.valueOf(broken.getMessage()));
        }
        return broken.getMessage() == null
                ? broken.getClass()
                        .getSimpleName()
                        .replaceAll("Exception$", "")
                        .replaceAll("(?<=[a-z])(?=[A-Z])", " ")
                        .toLowerCase(Locale.ROOT)
                : quoted(broken.getMessage());
    }

    /** The answer was not complete in time. */
    Outcome late(String modelRequested, Duration timeout) {
        return passing(
                "timeout",
                modelRequested,
                "gave no answer within %d ms".formatted(timeout.toMillis()),
                null,
                "{}");
    }

    private Outcome fault(
            String modelRequested,
            int status,
            JsonNode error,
            MessageHeaders headers,
            @Nullable Usage usage,
            String json) {
        StatusFault fault = StatusFault.of(status, error);
        String text = error.isTextual() ? error.textValue() : error.path("message").asText("");
        String quoted = fault.repeatsText() && !text.isBlank() ? ": " + quoted(text) : "";
        ModelException cause =
                new ModelException(
                        fault.errorClass(),
                        fault.state(),
                        fault.fatal(),
                        subject(modelRequested) + " answered " + status + quoted,
                        fault.hint());
        // Some endpoints know better than the status whether another attempt may help.
        boolean retryable =
                RateHeaders.value(headers, "x-should-retry")
                        .map(told -> !fault.fatal() && told.equals("true"))
                        .orElse(fault.retryable());
        return new Outcome.Failed(
                cause,
                retryable,
                StatusFault.isUnbilled(status),
                usage,
                json,
                advice(status, headers));
    }

    private Optional<Duration> advice(int status, MessageHeaders headers) {
        return RetryPolicy.advice(headers, clock)
                .or(() -> status == 429 ? RateHeaders.of(headers).wait429() : Optional.empty());
    }

    private Outcome garbled(
            String modelRequested, String what, @Nullable Usage usage, String json) {
        return passing("garbled", modelRequested, "sent " + what, usage, json);
    }

    private Outcome.Failed passing(
            String errorClass,
            String modelRequested,
            String what,
            @Nullable Usage usage,
            String json) {
        ModelException cause =
                new ModelException(
                        errorClass,
                        SqlState.EXTERNAL_ROUTINE,
                        false,
                        subject(modelRequested) + " " + what,
                        "");
        return new Outcome.Failed(cause, true, false, usage, json, Optional.empty());
    }

    private Outcome refused(
            String modelRequested,
            String errorClass,
            String what,
            String hint,
            @Nullable Usage usage,
            String json) {
        ModelException cause =
                new ModelException(
                        errorClass,
                        SqlState.EXTERNAL_ROUTINE,
                        false,
                        subject(modelRequested) + " " + what,
                        hint);
        return new Outcome.Failed(cause, false, false, usage, json, Optional.empty());
    }

    private @Nullable Usage usage(String modelRequested, JsonNode root) {
        return ReportedUsage.read(root)
                .map(reported ->
                        reported.priced(
                                price(root.path("model").asText(""))
                                        .or(() -> price(modelRequested))))
                .orElse(null);
    }

    private Optional<ModelPrice> price(String model) {
        return prices.find(config.name(), model, clock.instant());
    }

    private String subject(String model) {
        return "model \"%s\" of provider \"%s\"".formatted(model, config.name());
    }

    private static JsonNode parse(byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (IOException notJson) {
            return MissingNode.getInstance();
        }
    }

    /** The body itself if it is JSON, else wrapped as a string. */
    private String forTheBooks(JsonNode root, byte[] body, int status) {
        String text = new String(body, StandardCharsets.UTF_8);
        if (root.isMissingNode()) {
            String cut = text.substring(0, Math.min(text.length(), MAX_FOREIGN_BODY_CHARACTERS));
            return text.isEmpty()
                    ? "{}"
                    : JsonNodeFactory.instance.objectNode().put("body", clean(cut)).toString();
        }
        return status / 100 == 2 ? withoutOurKey(text) : clean(text);
    }

    private String quoted(String foreign) {
        String oneLine = clean(foreign).replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
        return oneLine.length() <= MAX_QUOTED_CHARACTERS
                ? oneLine
                : oneLine.substring(0, MAX_QUOTED_CHARACTERS) + "…";
    }

    private String clean(String foreign) {
        return KEY_SHAPE.matcher(withoutOurKey(foreign)).replaceAll("<key>");
    }

    private String withoutOurKey(String text) {
        return config.apiKey().isEmpty() ? text : text.replace(config.apiKey(), "<key>");
    }
}
