package io.rvbbit.gateway.telemetry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.rvbbit.tracking.trace.TraceSpan;
import java.util.Map;

/**
 * What a span says, under the names of OpenTelemetry's semantic conventions 1.41.0, the last
 * release that has those of generative AI in it; what they have no name for is {@code rvbbit.*}.
 *
 * <p>Threading: stateless.
 *
 * @see <a
 *     href="https://github.com/open-telemetry/semantic-conventions/tree/v1.41.0/docs/gen-ai">The
 *     conventions</a>
 */
final class SpanAttributes {
    static final String SCHEMA_URL = "https://opentelemetry.io/schemas/1.41.0";

    private static final ObjectMapper JSON = new ObjectMapper();

    /** What the books call the same thing in a span's metadata. */
    private static final Map<String, String> OF_MODELS =
            Map.of(
                    "model_requested",
                    "gen_ai.request.model",
                    "tokens_in",
                    "gen_ai.usage.input_tokens",
                    "tokens_out",
                    "gen_ai.usage.output_tokens");

    private static final Map<String, String> OF_TOOLS = Map.of("tool", "gen_ai.tool.name");

    private SpanAttributes() {}

    /** The metadata of a span; an empty object where it has none. */
    static JsonNode metadata(TraceSpan span) {
        try {
            return JSON.readTree(span.metadataJson().isEmpty() ? "{}" : span.metadataJson());
        } catch (JsonProcessingException _) {
            return JSON.createObjectNode();
        }
    }

    static Attributes of(TraceSpan span, JsonNode metadata) {
        AttributesBuilder attributes = Attributes.builder();
        attributes.put("rvbbit.caller_id", span.callerId());
        attributes.put("rvbbit.service", span.service());
        if (!span.sessionId().isEmpty()) {
            attributes.put("rvbbit.session_id", span.sessionId());
        }
        switch (span.service()) {
            case "model" -> {
                attributes.put("gen_ai.operation.name", "chat");
                attributes.put("gen_ai.conversation.id", span.sessionId());
                asked(attributes, span);
                add(attributes, metadata, OF_MODELS);
            }
            case "tool" -> {
                attributes.put("gen_ai.operation.name", "execute_tool");
                add(attributes, metadata, OF_TOOLS);
            }
            default -> {
                if (!span.provider().isEmpty()) {
                    asked(attributes, span);
                }
                add(attributes, metadata, Map.of());
            }
        }
        if (hasFailed(span)) {
            attributes.put(
                    "error.type", span.errorType().isEmpty() ? span.status() : span.errorType());
        }
        return attributes.build();
    }

    static boolean hasFailed(TraceSpan span) {
        return switch (span.status()) {
            case "completed", "running" -> false;
            default -> true;
        };
    }

    private static void asked(AttributesBuilder attributes, TraceSpan span) {
        attributes.put("gen_ai.provider.name", span.provider());
        if (!hasFailed(span) && !span.modelId().isEmpty()) {
            attributes.put("gen_ai.response.model", span.modelId());
        }
        if (!span.region().isEmpty()) {
            attributes.put("cloud.region", span.region());
        }
    }

    private static void add(
            AttributesBuilder attributes, JsonNode metadata, Map<String, String> names) {
        for (Map.Entry<String, JsonNode> one : metadata.properties()) {
            String name = names.getOrDefault(one.getKey(), "rvbbit." + one.getKey());
            JsonNode value = one.getValue();
            if (one.getKey().equals("cost")) {
                attributes.put(name, value.asDouble());
            } else if (value.isIntegralNumber()) {
                attributes.put(name, value.longValue());
            } else {
                attributes.put(name, value.asText());
            }
        }
    }
}
