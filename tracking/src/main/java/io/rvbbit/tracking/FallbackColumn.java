package io.rvbbit.tracking;

import static io.rvbbit.tracking.BookReader.BookType.BIGINT;
import static io.rvbbit.tracking.BookReader.BookType.BOOLEAN;
import static io.rvbbit.tracking.BookReader.BookType.MONEY;
import static io.rvbbit.tracking.BookReader.BookType.TEXT;
import static io.rvbbit.tracking.BookReader.BookType.TIMESTAMPTZ;

import io.rvbbit.tracking.BookReader.BookType;

/** The columns of {@code ai_fallback_events}, in order. */
enum FallbackColumn implements Column {
    ULID(TEXT),
    TS(TIMESTAMPTZ),
    SERVICE(TEXT),
    METHOD(TEXT),
    /** An object of argument names and values. */
    ARGS(TEXT),
    /** Whose statement it was; the user sees the row. */
    USER_ID(TEXT),
    SESSION_ID(TEXT),
    CALLER_ID(TEXT),
    /** text, object, or empty where it failed before that was known. */
    DECISION(TEXT),
    MODEL(TEXT),
    SUCCESS(BOOLEAN),
    LATENCY_MS(BIGINT),
    /** NULL where nothing was decided, because it was known, as for the two below. */
    DECISION_LATENCY_MS(BIGINT),
    GENERATION_LATENCY_MS(BIGINT),
    /** NULL where nobody can tell. */
    COST_USD(MONEY),
    DECISION_TOKENS(BIGINT),
    GENERATION_TOKENS(BIGINT),
    RESULT(TEXT),
    ERROR(TEXT),
    METADATA(TEXT);

    private final BookType type;

    FallbackColumn(BookType type) {
        this.type = type;
    }

    @Override
    public BookType type() {
        return type;
    }
}
