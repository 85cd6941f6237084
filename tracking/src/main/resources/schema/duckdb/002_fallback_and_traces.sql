-- Functions that a model stood in for, and spans of traced work.

CREATE TABLE ai_fallback_events (
    ulid VARCHAR NOT NULL,
    ts TIMESTAMPTZ NOT NULL,
    service VARCHAR NOT NULL,
    method VARCHAR NOT NULL,
    args VARCHAR NOT NULL,
    user_id VARCHAR NOT NULL,
    session_id VARCHAR NOT NULL,
    caller_id VARCHAR NOT NULL,
    decision VARCHAR NOT NULL,
    model VARCHAR NOT NULL,
    success BOOLEAN NOT NULL,
    latency_ms BIGINT,
    decision_latency_ms BIGINT,
    generation_latency_ms BIGINT,
    cost_usd DECIMAL(18, 12),
    decision_tokens BIGINT,
    generation_tokens BIGINT,
    result VARCHAR NOT NULL,
    error VARCHAR NOT NULL,
    metadata VARCHAR NOT NULL
);

CREATE TABLE trace_spans (
    span_id VARCHAR NOT NULL,
    trace_id VARCHAR NOT NULL,
    parent_span_id VARCHAR NOT NULL,
    caller_id VARCHAR NOT NULL,
    session_id VARCHAR NOT NULL,
    execution_id VARCHAR NOT NULL,
    service VARCHAR NOT NULL,
    operation VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    started_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ,
    duration_ms BIGINT,
    model_id VARCHAR NOT NULL,
    provider VARCHAR NOT NULL,
    region VARCHAR NOT NULL,
    metadata VARCHAR NOT NULL,
    error_message VARCHAR NOT NULL,
    error_type VARCHAR NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);
