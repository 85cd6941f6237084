package io.rvbbit.gateway.telemetry;

import static java.util.concurrent.TimeUnit.SECONDS;

import com.fasterxml.jackson.databind.JsonNode;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import io.rvbbit.gateway.telemetry.FinishedSpan.Origin;
import io.rvbbit.tracking.trace.TraceSpan;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Says in OpenTelemetry's words what a span of the books is. Its ids stay what they are, so that a
 * trace is found under the same id here and there. Threading: immutable.
 */
record SpanTranslation(Origin origin) {
    SpanData of(TraceSpan span) {
        JsonNode metadata = SpanAttributes.metadata(span);
        return new FinishedSpan(
                context(span.traceId(), span.spanId()),
                parent(span),
                name(span, metadata),
                kind(span),
                nanos(span.startedAt()),
                nanos(end(span.endedAt(), span.startedAt())),
                SpanAttributes.of(span, metadata),
                SpanAttributes.hasFailed(span)
                        ? StatusData.create(StatusCode.ERROR, span.errorMessage())
                        : StatusData.unset(),
                origin);
    }

    private static SpanContext context(String traceId, String spanId) {
        return SpanContext.create(
                traceId, spanId, TraceFlags.getSampled(), TraceState.getDefault());
    }

    /** Only that of a statement can be another service's. */
    private static SpanContext parent(TraceSpan span) {
        String parent = span.parentSpanId();
        if (parent.isEmpty()) {
            return SpanContext.getInvalid();
        }
        return span.depth() > 0
                ? context(span.traceId(), parent)
                : SpanContext.createFromRemoteParent(
                        span.traceId(), parent, TraceFlags.getSampled(), TraceState.getDefault());
    }

    /** The conventions name a request after its model, and a tool's run after the tool. */
    private static String name(TraceSpan span, JsonNode metadata) {
        return switch (span.service()) {
            case "model" -> "chat " + metadata.path("model_requested").asText(span.modelId());
            case "tool" -> "execute_tool " + metadata.path("tool").asText("");
            default -> span.operation();
        };
    }

    private static SpanKind kind(TraceSpan span) {
        return switch (span.service()) {
            case "model" -> SpanKind.CLIENT;
            case "gateway" -> span.depth() == 0 ? SpanKind.SERVER : SpanKind.INTERNAL;
            default -> SpanKind.INTERNAL;
        };
    }

    private static Instant end(@Nullable Instant end, Instant start) {
        return end == null ? start : end;
    }

    private static long nanos(Instant at) {
        return SECONDS.toNanos(at.getEpochSecond()) + at.getNano();
    }
}
