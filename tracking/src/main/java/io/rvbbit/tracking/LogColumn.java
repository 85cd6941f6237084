package io.rvbbit.tracking;

import static io.rvbbit.tracking.BookReader.BookType.BIGINT;
import static io.rvbbit.tracking.BookReader.BookType.BOOLEAN;
import static io.rvbbit.tracking.BookReader.BookType.INTEGER;
import static io.rvbbit.tracking.BookReader.BookType.MONEY;
import static io.rvbbit.tracking.BookReader.BookType.TEXT;
import static io.rvbbit.tracking.BookReader.BookType.TIMESTAMPTZ;
import static io.rvbbit.tracking.BookReader.BookType.UUID;

import io.rvbbit.tracking.BookReader.BookType;

/**
 * The columns of {@code unified_logs}, in order.
 *
 * <p>{@code TOKENS_IN, TOKENS_OUT, COST} are set on the row that ends a cell and nowhere else, so
 * that their sums count every cent once; single attempts carry the {@code ATTEMPT_} columns.
 */
enum LogColumn implements Column {
    MESSAGE_ID(UUID),
    TIMESTAMP(TIMESTAMPTZ),
    TIMESTAMP_ISO(TIMESTAMPTZ),
    SESSION_ID(TEXT),
    TRACE_ID(TEXT),
    PARENT_ID(TEXT),
    PARENT_SESSION_ID(TEXT),
    CALLER_ID(TEXT),
    INVOCATION_METADATA_JSON(TEXT),
    EVENT_TYPE(TEXT),
    NODE_TYPE(TEXT),
    ROLE(TEXT),
    CASCADE_ID(TEXT),
    CASCADE_FILE(TEXT),
    CELL_NAME(TEXT),
    PHASE_NAME(TEXT),
    TAKE_INDEX(INTEGER),
    ATTEMPT_NUMBER(INTEGER),
    TURN_NUMBER(INTEGER),
    MODEL(TEXT),
    MODEL_REQUESTED(TEXT),
    PROVIDER(TEXT),
    REQUEST_ID(TEXT),
    /** running, completed, error, cancelled, orphaned, or uncosted: an attempt without a reply. */
    STATUS(TEXT),
    DURATION_MS(BIGINT),
    TOKENS_IN(BIGINT),
    TOKENS_OUT(BIGINT),
    COST(MONEY),
    ATTEMPT_TOKENS_IN(BIGINT),
    ATTEMPT_TOKENS_OUT(BIGINT),
    ATTEMPT_COST(MONEY),
    CACHE_HIT(BOOLEAN),
    INPUT_HASH(TEXT),
    SOURCE_ROW_INDEX(BIGINT),
    CONTENT_JSON(TEXT),
    FULL_REQUEST_JSON(TEXT),
    FULL_RESPONSE_JSON(TEXT),
    TOOL_CALLS_JSON(TEXT),
    ERROR_JSON(TEXT),
    METADATA_JSON(TEXT);

    private final BookType type;

    LogColumn(BookType type) {
        this.type = type;
    }

    @Override
    public BookType type() {
        return type;
    }
}
