package io.rvbbit.tracking;

import static io.rvbbit.tracking.BookReader.BookType.BIGINT;
import static io.rvbbit.tracking.BookReader.BookType.INTEGER;
import static io.rvbbit.tracking.BookReader.BookType.MONEY;
import static io.rvbbit.tracking.BookReader.BookType.TEXT;
import static io.rvbbit.tracking.BookReader.BookType.TIMESTAMPTZ;

import io.rvbbit.tracking.BookReader.BookTable;
import io.rvbbit.tracking.BookTables.Columns;
import java.util.Arrays;
import java.util.List;

/** What can be read of traces. Threading: immutable. */
final class TraceTables {
    /** Each begins with the user whose statements it sums up. */
    static final List<BookTable> SUMS =
            List.of(
                    new Columns()
                            .add(TEXT, "user_name", "service", "operation", "model_id")
                            .add(BIGINT, "spans", "completed_spans", "failed_spans")
                            .add(BIGINT, "completed_ms", "average_ms", "slowest_ms")
                            .open("trace_operations"),
                    new Columns()
                            .add(TEXT, "user_name")
                            .add(BIGINT, "spans", "traces", "spans_last_hour", "spans_last_day")
                            .add(BIGINT, "running_spans", "failed_spans", "timed_out_spans")
                            .add(BIGINT, "cancelled_spans", "average_ms", "slowest_ms")
                            .add(BIGINT, "text_bytes")
                            .add(TIMESTAMPTZ, "oldest_at", "newest_at")
                            .table("trace_spans_health"));

    static final List<BookTable> SPANS =
            List.of(
                    new BookTable(
                            "trace_spans",
                            Arrays.stream(SpanColumn.values()).map(Column::bookColumn).toList()),
                    new Columns()
                            .add(TEXT, "caller_id", "trace_id")
                            .add(BIGINT, "position")
                            .add(INTEGER, "depth")
                            .add(TEXT, "service", "operation", "status")
                            .add(TIMESTAMPTZ, "started_at", "ended_at")
                            .add(BIGINT, "offset_ms", "duration_ms", "self_ms", "gap_before_ms")
                            .add(MONEY, "share_of_total")
                            .add(TEXT, "session_id", "model_id", "provider", "error_type")
                            .add(TEXT, "error_message", "span_id", "parent_span_id", "metadata")
                            .table("trace_waterfall"));

    private TraceTables() {}
}
