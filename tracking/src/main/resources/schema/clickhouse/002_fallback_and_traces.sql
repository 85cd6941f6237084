-- Functions that a model stood in for, and spans of traced work.

CREATE TABLE IF NOT EXISTS ai_fallback_events (
    ulid String,
    ts DateTime64(6, 'UTC'),
    service LowCardinality(String),
    method LowCardinality(String),
    args String CODEC(ZSTD(1)),
    user_id LowCardinality(String),
    session_id String CODEC(ZSTD(1)),
    caller_id String CODEC(ZSTD(1)),
    decision LowCardinality(String),
    model LowCardinality(String),
    success Bool,
    latency_ms Nullable(Int64),
    decision_latency_ms Nullable(Int64),
    generation_latency_ms Nullable(Int64),
    cost_usd Nullable(Decimal(18, 12)),
    decision_tokens Nullable(Int64),
    generation_tokens Nullable(Int64),
    result String CODEC(ZSTD(1)),
    error String CODEC(ZSTD(1)),
    metadata String CODEC(ZSTD(1)),
    INDEX ix_caller caller_id TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX ix_session session_id TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(ts)
ORDER BY (service, method, ts, ulid)
SETTINGS non_replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS trace_spans (
    span_id String,
    trace_id String CODEC(ZSTD(1)),
    parent_span_id String,
    caller_id String CODEC(ZSTD(1)),
    session_id String CODEC(ZSTD(1)),
    execution_id String CODEC(ZSTD(1)),
    service LowCardinality(String),
    operation LowCardinality(String),
    status LowCardinality(String),
    started_at DateTime64(6, 'UTC'),
    ended_at Nullable(DateTime64(6, 'UTC')),
    duration_ms Nullable(Int64),
    model_id LowCardinality(String),
    provider LowCardinality(String),
    region LowCardinality(String),
    metadata String CODEC(ZSTD(1)),
    error_message String CODEC(ZSTD(1)),
    error_type LowCardinality(String),
    created_at DateTime64(6, 'UTC'),
    INDEX ix_trace trace_id TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX ix_session session_id TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(started_at)
ORDER BY (caller_id, trace_id, started_at, span_id)
SETTINGS non_replicated_deduplication_window = 10000;
