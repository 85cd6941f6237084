-- What statements were expected to cost, and beside it what they came to.

CREATE TABLE IF NOT EXISTS estimate (
    caller_id String CODEC(ZSTD(1)),
    kind LowCardinality(String),
    estimated_at DateTime64(6, 'UTC'),
    sampled_inputs Nullable(Int64),
    rows_input Nullable(Int64),
    distinct_inputs Nullable(Int64),
    cache_hits Nullable(Int64),
    calls_min Nullable(Int64),
    calls_max Nullable(Int64),
    prompt_tokens Nullable(Int64),
    prompt_tokens_exact Nullable(Bool),
    cost_estimate Nullable(Decimal(18, 12)),
    cost_low Nullable(Decimal(18, 12)),
    cost_high Nullable(Decimal(18, 12)),
    cost_max Nullable(Decimal(18, 12)),
    duration_ms Nullable(Int64)
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(estimated_at)
ORDER BY (caller_id, estimated_at)
SETTINGS non_replicated_deduplication_window = 10000;

CREATE VIEW IF NOT EXISTS estimates AS
SELECT
    e.caller_id AS caller_id, e.kind AS kind, s.query_raw AS query,
    e.estimated_at AS estimated_at, e.sampled_inputs AS sampled_inputs,
    e.rows_input AS rows_input, e.distinct_inputs AS distinct_inputs, e.cache_hits AS cache_hits,
    e.calls_min AS calls_min, e.calls_max AS calls_max, e.prompt_tokens AS prompt_tokens,
    e.prompt_tokens_exact AS prompt_tokens_exact, e.cost_estimate AS cost_estimate,
    e.cost_low AS cost_low, e.cost_high AS cost_high, e.cost_max AS cost_max,
    e.duration_ms AS duration_ms, s.status AS status, s.rows_input AS actual_rows,
    s.llm_calls_count AS actual_calls, s.total_tokens_in AS actual_tokens_in,
    s.total_tokens_out AS actual_tokens_out, s.total_cost AS actual_cost,
    s.duration_ms AS actual_duration_ms
FROM estimate AS e
LEFT ANY JOIN sql_query_log AS s ON s.caller_id = e.caller_id;
