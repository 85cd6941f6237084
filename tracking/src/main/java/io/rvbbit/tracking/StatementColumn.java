package io.rvbbit.tracking;

import static io.rvbbit.tracking.BookReader.BookType.BIGINT;
import static io.rvbbit.tracking.BookReader.BookType.BOOLEAN;
import static io.rvbbit.tracking.BookReader.BookType.INTEGER;
import static io.rvbbit.tracking.BookReader.BookType.MONEY;
import static io.rvbbit.tracking.BookReader.BookType.TEXT;
import static io.rvbbit.tracking.BookReader.BookType.TIMESTAMPTZ;

import io.rvbbit.tracking.BookReader.BookType;

/** The columns of {@code sql_query_log}, in order; what only the end tells is NULL until then. */
enum StatementColumn implements Column {
    CALLER_ID(TEXT),
    QUERY_RAW(TEXT),
    QUERY_FINGERPRINT(TEXT),
    QUERY_TYPE(TEXT),
    PROTOCOL(TEXT),
    STATUS(TEXT),
    ROWS_INPUT(BIGINT),
    ROWS_OUTPUT(BIGINT),
    LLM_CALLS_COUNT(BIGINT),
    CACHE_HITS(BIGINT),
    TOTAL_COST(MONEY),
    TOTAL_TOKENS_IN(BIGINT),
    TOTAL_TOKENS_OUT(BIGINT),
    STARTED_AT(TIMESTAMPTZ),
    /** Set while the statement does not run. */
    COMPLETED_AT(TIMESTAMPTZ),
    DURATION_MS(BIGINT),
    ERROR_MESSAGE(TEXT),
    USER_NAME(TEXT),
    APPLICATION_NAME(TEXT),
    DATABASE_NAME(TEXT),
    TRUNCATED(BOOLEAN),
    /** How often the statement has run: 1, and one more each time it is resumed. */
    ATTEMPTS(INTEGER),
    INVOCATION_METADATA_JSON(TEXT);

    private final BookType type;

    StatementColumn(BookType type) {
        this.type = type;
    }

    @Override
    public BookType type() {
        return type;
    }
}
