package io.rvbbit.tracking;

import static io.rvbbit.tracking.BookReader.BookType.BIGINT;
import static io.rvbbit.tracking.BookReader.BookType.INTEGER;
import static io.rvbbit.tracking.BookReader.BookType.TEXT;
import static io.rvbbit.tracking.BookReader.BookType.TIMESTAMPTZ;

import io.rvbbit.tracking.BookReader.BookType;

/**
 * What the books know of one session: {@code session_state} and {@code cascade_sessions} are two
 * views of it.
 */
enum SessionColumn implements Column {
    SESSION_ID(TEXT),
    CASCADE_ID(TEXT),
    PARENT_SESSION_ID(TEXT),
    CALLER_ID(TEXT),
    INVOCATION_METADATA_JSON(TEXT),
    STATUS(TEXT),
    CURRENT_CELL(TEXT),
    STARTED_AT(TIMESTAMPTZ),
    UPDATED_AT(TIMESTAMPTZ),
    /** Set once the session has ended, and never again. */
    COMPLETED_AT(TIMESTAMPTZ),
    ERROR_MESSAGE(TEXT),
    DEPTH(INTEGER),
    SOURCE_ROW_INDEX(BIGINT),
    INPUT_HASH(TEXT),
    CASCADE_DEFINITION(TEXT),
    INPUT_DATA(TEXT),
    OUTPUT(TEXT),
    CONFIG_PATH(TEXT),
    /** The message id of the cascade_start row, to which the rows of cells point. */
    START_MESSAGE_ID(TEXT),
    /** The parent of the cascade_start row; empty for a session of depth 0. */
    START_PARENT_ID(TEXT);

    private final BookType type;

    SessionColumn(BookType type) {
        this.type = type;
    }

    @Override
    public BookType type() {
        return type;
    }
}
