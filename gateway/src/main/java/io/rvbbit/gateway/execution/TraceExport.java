package io.rvbbit.gateway.execution;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.tracking.trace.TraceSpan;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Traces as Jaeger's JSON, which its page opens from a file.
 *
 * <p>Threading: stateless.
 */
final class TraceExport {
    private TraceExport() {}

    /** {@code now}: the end of what still runs. */
    static String of(List<TraceSpan> spans, Instant now) {
        ObjectNode file = JsonNodeFactory.instance.objectNode();
        ArrayNode data = file.putArray("data");
        Map<String, List<TraceSpan>> traces =
                spans.stream()
                        .collect(
                                Collectors.groupingBy(
                                        TraceSpan::traceId, TreeMap::new, Collectors.toList()));
        traces.forEach((id, own) -> data.add(trace(id, own, now)));
        return file.toString();
    }

    private static ObjectNode trace(String id, List<TraceSpan> spans, Instant now) {
        ObjectNode trace = JsonNodeFactory.instance.objectNode();
        trace.put("traceID", id);
        Map<String, String> processes = new LinkedHashMap<>();
        ArrayNode all = trace.putArray("spans");
        for (TraceSpan span : spans) {
            String process =
                    processes.computeIfAbsent(span.service(), _ -> "p" + (processes.size() + 1));
            all.add(span(span, process, now));
        }
        ObjectNode named = trace.putObject("processes");
        processes.forEach((service, process) ->
                named.putObject(process).put("serviceName", "rvbbit-" + service).putArray("tags"));
        return trace;
    }

    private static ObjectNode span(TraceSpan span, String process, Instant now) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("traceID", span.traceId());
        json.put("spanID", span.spanId());
        json.put("operationName", span.operation());
        ArrayNode references = json.putArray("references");
        if (!span.parentSpanId().isEmpty()) {
            references
                    .addObject()
                    .put("refType", "CHILD_OF")
                    .put("traceID", span.traceId())
                    .put("spanID", span.parentSpanId());
        }
        Instant end = span.endedAt() == null ? now : span.endedAt();
        json.put("startTime", micros(span.startedAt()));
        json.put("duration", micros(end) - micros(span.startedAt()));
        ArrayNode tags = json.putArray("tags");
        tag(tags, "rvbbit.caller_id", span.callerId());
        tag(tags, "rvbbit.session_id", span.sessionId());
        tag(tags, "rvbbit.status", span.status());
        tag(tags, "gen_ai.provider.name", span.provider());
        tag(tags, "gen_ai.response.model", span.modelId());
        tag(tags, "rvbbit.metadata", span.metadataJson());
        tag(tags, "error.type", span.errorType());
        tag(tags, "error.message", span.errorMessage());
        if (span.status().equals("failed") || span.status().equals("timeout")) {
            tags.addObject().put("key", "error").put("type", "bool").put("value", true);
        }
        json.putArray("logs");
        json.put("processID", process);
        return json;
    }

    private static void tag(ArrayNode tags, String key, String value) {
        if (!value.isEmpty()) {
            tags.addObject().put("key", key).put("type", "string").put("value", value);
        }
    }

    private static long micros(Instant instant) {
        return Math.addExact(
                Math.multiplyExact(instant.getEpochSecond(), 1_000_000L),
                instant.getNano() / 1_000);
    }
}
