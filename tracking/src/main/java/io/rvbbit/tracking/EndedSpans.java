package io.rvbbit.tracking;

import io.rvbbit.tracking.trace.TraceSpan;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Spans that have ended and go to the store, out of the gateway, or to both.
 *
 * <p>Threading: the books' writer thread only.
 */
final class EndedSpans {
    private static final Logger LOG = LoggerFactory.getLogger(EndedSpans.class);

    private final TraceOptions options;
    private final List<Row<SpanColumn>> stored = new ArrayList<>();
    private final List<Row<SpanColumn>> exported = new ArrayList<>();

    EndedSpans(TraceOptions options) {
        this.options = options;
    }

    /** Those for the store that have ended since the last call; the others leave now. */
    List<Row<SpanColumn>> take() {
        export();
        List<Row<SpanColumn>> taken = List.copyOf(stored);
        stored.clear();
        return taken;
    }

    private void export() {
        if (exported.isEmpty()) {
            return;
        }
        List<TraceSpan> leaving = exported.stream().map(EndedSpans::read).toList();
        exported.clear();
        try {
            options.exported().accept(leaving);
        } catch (RuntimeException e) {
            LOG.error("{} spans are not exported", leaving.size(), e);
        }
    }

    /** What else the span says is set in the row that this returns. */
    Row<SpanColumn> add(
            TraceContext context,
            String caller,
            String service,
            String operation,
            String status,
            Duration took,
            Instant endedAt,
            int depth) {
        Duration length = took.isNegative() ? Duration.ZERO : took;
        Row<SpanColumn> row =
                Row.of(SpanColumn.class)
                        .set(SpanColumn.TRACE_ID, context.traceId())
                        .set(SpanColumn.CALLER_ID, caller)
                        .set(SpanColumn.SERVICE, service)
                        .set(SpanColumn.OPERATION, operation)
                        .set(SpanColumn.STATUS, status)
                        .set(SpanColumn.STARTED_AT, endedAt.minus(length))
                        .set(SpanColumn.ENDED_AT, endedAt)
                        .set(SpanColumn.DURATION_MS, length.toMillis())
                        .set(SpanColumn.CREATED_AT, endedAt)
                        .set(SpanColumn.DEPTH, depth);
        if (context.stored()) {
            stored.add(row);
        }
        if (context.exported()) {
            exported.add(row);
        }
        return row;
    }

    /** A model's span, or that of a cell that has one. */
    void asked(Row<SpanColumn> row, String model, String provider) {
        row.set(SpanColumn.MODEL_ID, model)
                .set(SpanColumn.PROVIDER, provider)
                .set(
                        SpanColumn.REGION,
                        provider.isEmpty() ? "" : options.regions().apply(provider));
    }

    private static TraceSpan read(Row<SpanColumn> row) {
        return new TraceSpan(
                row.text(SpanColumn.SPAN_ID),
                row.text(SpanColumn.TRACE_ID),
                row.text(SpanColumn.PARENT_SPAN_ID),
                row.text(SpanColumn.CALLER_ID),
                row.text(SpanColumn.SESSION_ID),
                row.text(SpanColumn.SERVICE),
                row.text(SpanColumn.OPERATION),
                row.text(SpanColumn.STATUS),
                row.get(SpanColumn.STARTED_AT) instanceof Instant start ? start : Instant.EPOCH,
                row.get(SpanColumn.ENDED_AT) instanceof Instant end ? end : null,
                row.text(SpanColumn.MODEL_ID),
                row.text(SpanColumn.PROVIDER),
                row.text(SpanColumn.REGION),
                row.text(SpanColumn.METADATA),
                row.text(SpanColumn.ERROR_TYPE),
                row.text(SpanColumn.ERROR_MESSAGE),
                row.get(SpanColumn.DEPTH) instanceof Integer depth ? depth : 0);
    }
}
