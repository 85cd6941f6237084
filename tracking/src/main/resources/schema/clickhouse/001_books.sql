-- The books in ClickHouse: one row per event, one row per session, one row per statement.
--
-- There are no transactions: every statement can be repeated, and one batch of the gateway's is
-- many inserts, of which that into stored_position is the last. An insert that is repeated has the
-- token that it had before, and each table remembers the tokens of its newest 10,000 inserts.
-- What is keyed by an id replaces its older versions; readers use the views, which see the newest.
-- log_id tells whose positions these are: several gateways may share these tables.

CREATE TABLE IF NOT EXISTS stored_position (
    log_id String,
    through UInt64,
    stored_at DateTime64(6, 'UTC') DEFAULT now64(6)
)
ENGINE = ReplacingMergeTree(through)
ORDER BY log_id;

CREATE TABLE IF NOT EXISTS unified_logs (
    message_id UUID,
    timestamp DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
    timestamp_iso DateTime64(6, 'UTC') DEFAULT timestamp CODEC(Delta, ZSTD(1)),
    session_id String CODEC(ZSTD(1)),
    trace_id String CODEC(ZSTD(1)),
    parent_id String CODEC(ZSTD(1)),
    parent_session_id String CODEC(ZSTD(1)),
    caller_id String CODEC(ZSTD(1)),
    invocation_metadata_json String CODEC(ZSTD(1)),
    event_type LowCardinality(String),
    node_type LowCardinality(String),
    role LowCardinality(String),
    cascade_id LowCardinality(String),
    cascade_file LowCardinality(String),
    cell_name LowCardinality(String),
    phase_name LowCardinality(String) DEFAULT cell_name,
    take_index Nullable(Int32),
    attempt_number Nullable(Int32),
    turn_number Nullable(Int32),
    model LowCardinality(String),
    model_requested LowCardinality(String),
    provider LowCardinality(String),
    request_id String CODEC(ZSTD(1)),
    status LowCardinality(String),
    duration_ms Nullable(Int64),
    tokens_in Nullable(Int64),
    tokens_out Nullable(Int64),
    cost Nullable(Decimal(18, 12)),
    attempt_tokens_in Nullable(Int64),
    attempt_tokens_out Nullable(Int64),
    attempt_cost Nullable(Decimal(18, 12)),
    cache_hit Bool,
    input_hash String CODEC(ZSTD(1)),
    source_row_index Nullable(Int64),
    content_json String CODEC(ZSTD(1)),
    full_request_json String CODEC(ZSTD(1)),
    full_response_json String CODEC(ZSTD(1)),
    tool_calls_json String CODEC(ZSTD(1)),
    error_json String CODEC(ZSTD(1)),
    metadata_json String CODEC(ZSTD(1)),
    INDEX ix_caller caller_id TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX ix_session session_id TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX ix_parent_session parent_session_id TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX ix_request request_id TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX ix_message message_id TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX ix_cascade cascade_id TYPE set(64) GRANULARITY 1,
    INDEX ix_status status TYPE set(16) GRANULARITY 1,
    INDEX ix_timestamp timestamp TYPE minmax GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(timestamp)
ORDER BY (caller_id, session_id, timestamp, message_id)
SETTINGS non_replicated_deduplication_window = 10000;

CREATE VIEW IF NOT EXISTS all_data AS SELECT * FROM unified_logs;

CREATE TABLE IF NOT EXISTS cascade_text (
    definition_hash String,
    cascade_definition String CODEC(ZSTD(3))
)
ENGINE = ReplacingMergeTree
ORDER BY definition_hash
SETTINGS non_replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS session_state_log (
    session_id String CODEC(ZSTD(1)),
    cascade_id LowCardinality(String),
    parent_session_id String CODEC(ZSTD(1)),
    caller_id String CODEC(ZSTD(1)),
    invocation_metadata_json String CODEC(ZSTD(1)),
    status LowCardinality(String),
    current_cell LowCardinality(String),
    started_at DateTime64(6, 'UTC'),
    updated_at DateTime64(6, 'UTC'),
    completed_at Nullable(DateTime64(6, 'UTC')),
    error_message String CODEC(ZSTD(1)),
    depth Int32,
    source_row_index Nullable(Int64),
    input_hash String CODEC(ZSTD(1)),
    definition_hash LowCardinality(String),
    input_data String CODEC(ZSTD(1)),
    output String CODEC(ZSTD(1)),
    config_path LowCardinality(String),
    start_message_id String CODEC(ZSTD(1)),
    start_parent_id String CODEC(ZSTD(1)),
    log_id LowCardinality(String),
    version UInt64,
    INDEX ix_session session_id TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX ix_parent_session parent_session_id TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(started_at)
ORDER BY (caller_id, session_id)
SETTINGS non_replicated_deduplication_window = 10000;

CREATE VIEW IF NOT EXISTS session_state AS
SELECT
    session_id, cascade_id, parent_session_id, caller_id, invocation_metadata_json, status,
    current_cell, started_at, updated_at, completed_at, error_message, depth, source_row_index,
    input_hash
FROM session_state_log FINAL;

CREATE VIEW IF NOT EXISTS cascade_sessions AS
SELECT
    s.session_id AS session_id, s.cascade_id AS cascade_id,
    t.cascade_definition AS cascade_definition, s.input_data AS input_data, s.output AS output,
    s.config_path AS config_path, s.started_at AS created_at, s.caller_id AS caller_id,
    s.invocation_metadata_json AS invocation_metadata_json,
    s.parent_session_id AS parent_session_id, s.depth AS depth
FROM (SELECT * FROM session_state_log FINAL) AS s
LEFT ANY JOIN cascade_text AS t ON t.definition_hash = s.definition_hash;

CREATE TABLE IF NOT EXISTS statement_log (
    caller_id String CODEC(ZSTD(1)),
    query_raw String CODEC(ZSTD(1)),
    query_fingerprint String CODEC(ZSTD(1)),
    query_type LowCardinality(String),
    protocol LowCardinality(String),
    status LowCardinality(String),
    rows_input Nullable(Int64),
    rows_output Nullable(Int64),
    llm_calls_count Nullable(Int64),
    cache_hits Nullable(Int64),
    total_cost Nullable(Decimal(18, 12)),
    total_tokens_in Nullable(Int64),
    total_tokens_out Nullable(Int64),
    started_at DateTime64(6, 'UTC'),
    completed_at Nullable(DateTime64(6, 'UTC')),
    duration_ms Nullable(Int64),
    error_message String CODEC(ZSTD(1)),
    user_name LowCardinality(String),
    application_name LowCardinality(String),
    database_name LowCardinality(String),
    truncated Nullable(Bool),
    attempts Int32,
    invocation_metadata_json String CODEC(ZSTD(1)),
    log_id LowCardinality(String),
    version UInt64,
    INDEX ix_started started_at TYPE minmax GRANULARITY 1,
    INDEX ix_fingerprint query_fingerprint TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(started_at)
ORDER BY caller_id
SETTINGS non_replicated_deduplication_window = 10000;

CREATE VIEW IF NOT EXISTS sql_query_log AS
SELECT * EXCEPT (log_id, version)
FROM statement_log FINAL;

-- Attempts that a provider may have billed without telling us: they ended without a reply.
CREATE VIEW IF NOT EXISTS uncosted AS
SELECT
    request_id, session_id, caller_id, cascade_id, cell_name, attempt_number, turn_number,
    model_requested, provider, timestamp AS ended_at, duration_ms, error_json
FROM unified_logs
WHERE status = 'uncosted';

-- What each caller has come to, kept up with every insert and never shortened with the logs.
CREATE TABLE IF NOT EXISTS caller_rollup (
    caller_id String CODEC(ZSTD(1)),
    first_at SimpleAggregateFunction(min, DateTime64(6, 'UTC')),
    last_at SimpleAggregateFunction(max, DateTime64(6, 'UTC')),
    events SimpleAggregateFunction(sum, UInt64),
    sessions SimpleAggregateFunction(sum, UInt64),
    failed_cells SimpleAggregateFunction(sum, UInt64),
    calls SimpleAggregateFunction(sum, UInt64),
    cache_hits SimpleAggregateFunction(sum, UInt64),
    tokens_in SimpleAggregateFunction(sum, Int64),
    tokens_out SimpleAggregateFunction(sum, Int64),
    cost SimpleAggregateFunction(sum, Decimal(38, 12))
)
ENGINE = AggregatingMergeTree
ORDER BY caller_id
SETTINGS non_replicated_deduplication_window = 10000;

CREATE MATERIALIZED VIEW IF NOT EXISTS caller_rollup_feed TO caller_rollup AS
SELECT
    caller_id,
    min(timestamp) AS first_at,
    max(timestamp) AS last_at,
    count() AS events,
    countIf(event_type = 'cascade_start') AS sessions,
    countIf(event_type = 'phase_error') AS failed_cells,
    countIf(event_type = 'turn_start') AS calls,
    countIf(event_type = 'cache_hit') AS cache_hits,
    sum(ifNull(tokens_in, 0)) AS tokens_in,
    sum(ifNull(tokens_out, 0)) AS tokens_out,
    sum(toDecimal128(ifNull(cost, 0), 12)) AS cost
FROM unified_logs AS l
GROUP BY caller_id;

CREATE VIEW IF NOT EXISTS caller_totals AS
SELECT
    caller_id, min(r.first_at) AS first_at, max(r.last_at) AS last_at, sum(r.events) AS events,
    sum(r.sessions) AS sessions, sum(r.failed_cells) AS failed_cells, sum(r.calls) AS calls,
    sum(r.cache_hits) AS cache_hits, sum(r.tokens_in) AS tokens_in,
    sum(r.tokens_out) AS tokens_out, sum(r.cost) AS cost
FROM caller_rollup AS r
GROUP BY caller_id;
