package io.rvbbit.gateway.execution;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.gateway.access.Role;
import io.rvbbit.gateway.access.Roles;
import io.rvbbit.gateway.engine.TraceFunction;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.tracking.BookReader;
import io.rvbbit.tracking.BooksUnavailable;
import io.rvbbit.tracking.trace.Diagnosis;
import io.rvbbit.tracking.trace.Finding;
import io.rvbbit.tracking.trace.RootCause;
import io.rvbbit.tracking.trace.TraceLimits;
import io.rvbbit.tracking.trace.TraceSpan;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Answers clients' questions about traces: of their own, or of all for an admin. */
public record BookTraces(BookReader books, Roles roles, TraceLimits limits, Clock clock)
        implements TraceFunction.Traces {
    @Override
    public String answer(String asker, String id, TraceFunction.Question question) {
        boolean all = roles.isTrusting() || roles.find(asker).filter(Role::admin).isPresent();
        TraceReader reader = new TraceReader(books, all ? Optional.empty() : Optional.of(asker));
        try {
            List<TraceSpan> spans = reader.spans(id);
            return switch (question) {
                case DIAGNOSIS -> findings(diagnosis(reader, spans).findings()).toString();
                case CAUSES -> causes(diagnosis(reader, spans).causes()).toString();
                case EXPORT -> TraceExport.of(spans, clock.instant());
            };
        } catch (BooksUnavailable e) {
            throw new SqlException(SqlState.CONNECTION_FAILURE, String.valueOf(e.getMessage()));
        }
    }

    private Diagnosis diagnosis(TraceReader reader, List<TraceSpan> spans) {
        return new Diagnosis(
                spans, spans.isEmpty() ? List.of() : reader.averages(), limits, clock.instant());
    }

    private static ArrayNode findings(List<Finding> findings) {
        ArrayNode rows = JsonNodeFactory.instance.arrayNode();
        for (Finding finding : findings) {
            TraceSpan span = finding.span();
            rows.addObject()
                    .put("severity", finding.severity().name().toLowerCase(Locale.ROOT))
                    .put("finding", finding.kind().name().toLowerCase(Locale.ROOT))
                    .put("service", span.service())
                    .put("operation", span.operation())
                    .put("status", span.status())
                    .put("started_at", finding.startedAt().toString())
                    .put("duration_ms", finding.took().toMillis())
                    .put("evidence", finding.evidence())
                    .put("session_id", span.sessionId())
                    .put("span_id", span.spanId())
                    .put("caller_id", span.callerId())
                    .put("trace_id", span.traceId());
        }
        return rows;
    }

    private static ArrayNode causes(List<RootCause> causes) {
        ArrayNode rows = JsonNodeFactory.instance.arrayNode();
        for (RootCause cause : causes) {
            ObjectNode row =
                    rows.addObject()
                            .put("cause", cause.cause().name())
                            .put("confidence", cause.confidence())
                            .put("findings", cause.findings().size())
                            .put("evidence", cause.evidence());
            ArrayNode spans = row.putArray("span_ids");
            cause.findings().forEach(finding -> spans.add(finding.span().spanId()));
        }
        return rows;
    }
}
