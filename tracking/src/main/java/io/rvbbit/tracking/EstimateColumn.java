package io.rvbbit.tracking;

import static io.rvbbit.tracking.BookReader.BookType.BIGINT;
import static io.rvbbit.tracking.BookReader.BookType.BOOLEAN;
import static io.rvbbit.tracking.BookReader.BookType.MONEY;
import static io.rvbbit.tracking.BookReader.BookType.TEXT;
import static io.rvbbit.tracking.BookReader.BookType.TIMESTAMPTZ;

import io.rvbbit.tracking.BookReader.BookType;

/** What is stored of an estimate, in order; NULL is not known. */
enum EstimateColumn implements Column {
    CALLER_ID(TEXT),
    KIND(TEXT),
    ESTIMATED_AT(TIMESTAMPTZ),
    SAMPLED_INPUTS(BIGINT),
    ROWS_INPUT(BIGINT),
    DISTINCT_INPUTS(BIGINT),
    CACHE_HITS(BIGINT),
    CALLS_MIN(BIGINT),
    CALLS_MAX(BIGINT),
    PROMPT_TOKENS(BIGINT),
    PROMPT_TOKENS_EXACT(BOOLEAN),
    COST_ESTIMATE(MONEY),
    COST_LOW(MONEY),
    COST_HIGH(MONEY),
    COST_MAX(MONEY),
    DURATION_MS(BIGINT);

    private final BookType type;

    EstimateColumn(BookType type) {
        this.type = type;
    }

    @Override
    public BookType type() {
        return type;
    }
}
