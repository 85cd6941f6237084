package io.rvbbit.tracking;

import static io.rvbbit.tracking.BookReader.BookType.BIGINT;
import static io.rvbbit.tracking.BookReader.BookType.INTEGER;
import static io.rvbbit.tracking.BookReader.BookType.TEXT;
import static io.rvbbit.tracking.BookReader.BookType.TIMESTAMPTZ;

import io.rvbbit.tracking.BookReader.BookType;

/** The columns of {@code trace_spans}, in order. */
enum SpanColumn implements Column {
    SPAN_ID(TEXT),
    TRACE_ID(TEXT),
    /** Empty, or a span of another service, at a statement. */
    PARENT_SPAN_ID(TEXT),
    CALLER_ID(TEXT),
    SESSION_ID(TEXT),
    /** The session, too, under the name that tools for traces have for it. */
    EXECUTION_ID(TEXT),
    /** What worked: gateway, cascade, model, tool or store. */
    SERVICE(TEXT),
    OPERATION(TEXT),
    /** running, completed, failed, timeout or cancelled. */
    STATUS(TEXT),
    STARTED_AT(TIMESTAMPTZ),
    ENDED_AT(TIMESTAMPTZ),
    DURATION_MS(BIGINT),
    MODEL_ID(TEXT),
    PROVIDER(TEXT),
    REGION(TEXT),
    METADATA(TEXT),
    ERROR_MESSAGE(TEXT),
    ERROR_TYPE(TEXT),
    CREATED_AT(TIMESTAMPTZ),
    /** 0 at a statement, and one more at each step into it. */
    DEPTH(INTEGER);

    private final BookType type;

    SpanColumn(BookType type) {
        this.type = type;
    }

    @Override
    public BookType type() {
        return type;
    }
}
