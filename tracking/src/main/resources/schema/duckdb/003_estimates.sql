-- What statements were expected to cost, and beside it what they came to.

CREATE TABLE estimate (
    caller_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    estimated_at TIMESTAMPTZ NOT NULL,
    sampled_inputs BIGINT,
    rows_input BIGINT,
    distinct_inputs BIGINT,
    cache_hits BIGINT,
    calls_min BIGINT,
    calls_max BIGINT,
    prompt_tokens BIGINT,
    prompt_tokens_exact BOOLEAN,
    cost_estimate DECIMAL(18, 12),
    cost_low DECIMAL(18, 12),
    cost_high DECIMAL(18, 12),
    cost_max DECIMAL(18, 12),
    duration_ms BIGINT
);

CREATE VIEW estimates AS
SELECT
    e.caller_id, e.kind, coalesce(s.query_raw, '') AS query, e.estimated_at, e.sampled_inputs,
    e.rows_input, e.distinct_inputs, e.cache_hits, e.calls_min, e.calls_max, e.prompt_tokens,
    e.prompt_tokens_exact, e.cost_estimate, e.cost_low, e.cost_high, e.cost_max, e.duration_ms,
    coalesce(s.status, '') AS status, s.rows_input AS actual_rows,
    s.llm_calls_count AS actual_calls, s.total_tokens_in AS actual_tokens_in,
    s.total_tokens_out AS actual_tokens_out, s.total_cost AS actual_cost,
    s.duration_ms AS actual_duration_ms
FROM estimate e
LEFT JOIN sql_query_log s ON s.caller_id = e.caller_id;
