-- What was spent, on what and by whom: worked out of sums per hour and caller, which are kept up
-- with every insert. Every view names the user first; the sum over all rows of one is the bill.

-- Rows that are in the sums say so; those of an older gateway are added from the log at each read.
ALTER TABLE unified_logs ADD COLUMN IF NOT EXISTS summed Bool DEFAULT false;

ALTER TABLE unified_logs ADD INDEX IF NOT EXISTS ix_summed summed TYPE minmax GRANULARITY 1;

-- Ends of calls and served answers, by what they were for. Durations are kept each, for exact
-- quantiles.
CREATE TABLE IF NOT EXISTS hour_rollup (
    hour_at DateTime('UTC'),
    caller_id String CODEC(ZSTD(1)),
    cascade_id LowCardinality(String),
    cell_name LowCardinality(String),
    provider LowCardinality(String),
    model LowCardinality(String),
    calls SimpleAggregateFunction(sum, UInt64),
    failed_calls SimpleAggregateFunction(sum, UInt64),
    uncosted SimpleAggregateFunction(sum, UInt64),
    tokens_in SimpleAggregateFunction(sum, Int64),
    tokens_out SimpleAggregateFunction(sum, Int64),
    cost SimpleAggregateFunction(sum, Decimal(38, 12)),
    timed_calls SimpleAggregateFunction(sum, UInt64),
    total_ms SimpleAggregateFunction(sum, Int64),
    durations AggregateFunction(quantileExactInclusive(0.95), Int64) CODEC(ZSTD(1)),
    cache_hits SimpleAggregateFunction(sum, UInt64),
    saved_tokens_in SimpleAggregateFunction(sum, Int64),
    saved_tokens_out SimpleAggregateFunction(sum, Int64),
    saved_cost SimpleAggregateFunction(sum, Decimal(38, 12))
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(hour_at)
ORDER BY (hour_at, caller_id, cascade_id, cell_name, provider, model)
SETTINGS non_replicated_deduplication_window = 10000;

CREATE MATERIALIZED VIEW IF NOT EXISTS hour_rollup_feed TO hour_rollup AS
SELECT
    toStartOfHour(toDateTime(l.timestamp, 'UTC')) AS hour_at, l.caller_id AS caller_id,
    l.cascade_id AS cascade_id, l.cell_name AS cell_name, l.provider AS provider,
    if(l.model = '', l.model_requested, l.model) AS model,
    countIf(l.event_type != 'cache_hit') AS calls,
    countIf(l.event_type = 'turn_error') AS failed_calls,
    countIf(l.status = 'uncosted' AND l.event_type != 'cache_hit') AS uncosted,
    sum(ifNull(l.attempt_tokens_in, 0)) AS tokens_in,
    sum(ifNull(l.attempt_tokens_out, 0)) AS tokens_out,
    sum(toDecimal128(ifNull(l.attempt_cost, 0), 12)) AS cost,
    countIf(l.event_type != 'cache_hit' AND l.duration_ms IS NOT NULL) AS timed_calls,
    sumIf(ifNull(l.duration_ms, 0), l.event_type != 'cache_hit') AS total_ms,
    quantileExactInclusiveStateIf(0.95)(
        assumeNotNull(l.duration_ms), l.event_type != 'cache_hit' AND l.duration_ms IS NOT NULL)
        AS durations,
    countIf(l.event_type = 'cache_hit') AS cache_hits,
    sumIf(toInt64OrZero(trim(BOTH '"' FROM JSONExtractRaw(l.content_json, 'saved_tokens_in'))),
        l.event_type = 'cache_hit') AS saved_tokens_in,
    sumIf(toInt64OrZero(trim(BOTH '"' FROM JSONExtractRaw(l.content_json, 'saved_tokens_out'))),
        l.event_type = 'cache_hit') AS saved_tokens_out,
    sumIf(toDecimal128OrZero(trim(BOTH '"' FROM JSONExtractRaw(l.content_json, 'saved_cost')), 12),
        l.event_type = 'cache_hit') AS saved_cost
FROM unified_logs AS l
WHERE l.event_type IN ('turn_complete', 'turn_error', 'cache_hit')
    AND l.summed
GROUP BY hour_at, caller_id, cascade_id, cell_name, provider, model;

CREATE VIEW IF NOT EXISTS hour_sums_of_log AS
SELECT
    toStartOfHour(toDateTime(l.timestamp, 'UTC')) AS hour_at, l.caller_id AS caller_id,
    l.cascade_id AS cascade_id, l.cell_name AS cell_name, l.provider AS provider,
    if(l.model = '', l.model_requested, l.model) AS model,
    countIf(l.event_type != 'cache_hit') AS calls,
    countIf(l.event_type = 'turn_error') AS failed_calls,
    countIf(l.status = 'uncosted' AND l.event_type != 'cache_hit') AS uncosted,
    sum(ifNull(l.attempt_tokens_in, 0)) AS tokens_in,
    sum(ifNull(l.attempt_tokens_out, 0)) AS tokens_out,
    sum(toDecimal128(ifNull(l.attempt_cost, 0), 12)) AS cost,
    countIf(l.event_type != 'cache_hit' AND l.duration_ms IS NOT NULL) AS timed_calls,
    sumIf(ifNull(l.duration_ms, 0), l.event_type != 'cache_hit') AS total_ms,
    quantileExactInclusiveStateIf(0.95)(
        assumeNotNull(l.duration_ms), l.event_type != 'cache_hit' AND l.duration_ms IS NOT NULL)
        AS durations,
    countIf(l.event_type = 'cache_hit') AS cache_hits,
    sumIf(toInt64OrZero(trim(BOTH '"' FROM JSONExtractRaw(l.content_json, 'saved_tokens_in'))),
        l.event_type = 'cache_hit') AS saved_tokens_in,
    sumIf(toInt64OrZero(trim(BOTH '"' FROM JSONExtractRaw(l.content_json, 'saved_tokens_out'))),
        l.event_type = 'cache_hit') AS saved_tokens_out,
    sumIf(toDecimal128OrZero(trim(BOTH '"' FROM JSONExtractRaw(l.content_json, 'saved_cost')), 12),
        l.event_type = 'cache_hit') AS saved_cost
FROM unified_logs AS l
WHERE l.event_type IN ('turn_complete', 'turn_error', 'cache_hit')
    AND NOT l.summed
GROUP BY hour_at, caller_id, cascade_id, cell_name, provider, model;

CREATE VIEW IF NOT EXISTS hour_sums AS
SELECT * FROM hour_rollup UNION ALL SELECT * FROM hour_sums_of_log;

CREATE VIEW IF NOT EXISTS caller_user AS
SELECT caller_id, user_name FROM statement_log FINAL;

CREATE VIEW IF NOT EXISTS spend_by_hour AS
SELECT
    s.user_name AS user_name, toDateTime64(h.hour_at, 6, 'UTC') AS hour_at,
    toInt64(sum(h.calls)) AS calls, sum(h.tokens_in) AS tokens_in,
    sum(h.tokens_out) AS tokens_out, sum(h.cost) AS cost, toInt64(sum(h.uncosted)) AS uncosted
FROM hour_sums AS h
LEFT ANY JOIN caller_user AS s ON s.caller_id = h.caller_id
GROUP BY user_name, hour_at
HAVING calls > 0;

CREATE VIEW IF NOT EXISTS spend_by_day AS
SELECT
    s.user_name AS user_name, toDateTime64(toStartOfDay(h.hour_at), 6, 'UTC') AS day_at,
    toInt64(sum(h.calls)) AS calls, sum(h.tokens_in) AS tokens_in,
    sum(h.tokens_out) AS tokens_out, sum(h.cost) AS cost, toInt64(sum(h.uncosted)) AS uncosted
FROM hour_sums AS h
LEFT ANY JOIN caller_user AS s ON s.caller_id = h.caller_id
GROUP BY user_name, day_at
HAVING calls > 0;

CREATE VIEW IF NOT EXISTS cost_by_cascade AS
SELECT
    s.user_name AS user_name, h.cascade_id AS cascade_id, h.cell_name AS cell_name,
    toInt64(sum(h.calls)) AS calls,
    toInt64(sum(h.failed_calls)) AS failed_calls,
    sum(h.tokens_in) AS tokens_in,
    sum(h.tokens_out) AS tokens_out,
    sum(h.cost) AS cost,
    if(sum(h.timed_calls) = 0, 0,
        toInt64(floor(sum(h.total_ms) / sum(h.timed_calls) + 0.5))) AS average_ms,
    if(sum(h.timed_calls) = 0, 0,
        toInt64(floor(quantileExactInclusiveMerge(0.95)(h.durations) + 0.5))) AS p95_ms
FROM hour_sums AS h
LEFT ANY JOIN caller_user AS s ON s.caller_id = h.caller_id
GROUP BY user_name, cascade_id, cell_name
HAVING calls > 0;

CREATE VIEW IF NOT EXISTS cost_by_model AS
SELECT
    s.user_name AS user_name, h.provider AS provider, h.model AS model,
    toInt64(sum(h.calls)) AS calls,
    toInt64(sum(h.failed_calls)) AS failed_calls,
    sum(h.tokens_in) AS tokens_in,
    sum(h.tokens_out) AS tokens_out,
    sum(h.cost) AS cost,
    if(sum(h.timed_calls) = 0, 0,
        toInt64(floor(sum(h.total_ms) / sum(h.timed_calls) + 0.5))) AS average_ms,
    if(sum(h.timed_calls) = 0, 0,
        toInt64(floor(quantileExactInclusiveMerge(0.95)(h.durations) + 0.5))) AS p95_ms
FROM hour_sums AS h
LEFT ANY JOIN caller_user AS s ON s.caller_id = h.caller_id
GROUP BY user_name, provider, model
HAVING calls > 0;

-- Statements that differ in their constants only are one.
CREATE VIEW IF NOT EXISTS cost_by_statement AS
SELECT
    q.user_name AS user_name, q.query_fingerprint AS query_fingerprint,
    q.query_type AS query_type,
    argMax(q.query_raw, q.started_at) AS newest_query,
    toInt64(count()) AS runs,
    toInt64(countIf(q.status IN ('error', 'cancelled', 'orphaned'))) AS failed_runs,
    ifNull(sum(q.llm_calls_count), 0) AS calls,
    ifNull(sum(q.cache_hits), 0) AS cache_hits,
    toDecimal128(ifNull(sum(q.total_cost), 0), 12) AS cost,
    toDecimal128(ifNull(max(q.total_cost), 0), 12) AS dearest_run,
    if(count(q.duration_ms) = 0, 0,
        toInt64(floor(sum(q.duration_ms) / count(q.duration_ms) + 0.5))) AS average_ms,
    ifNull(max(q.duration_ms), 0) AS slowest_ms,
    max(q.started_at) AS last_started_at
FROM (SELECT * FROM statement_log FINAL) AS q
GROUP BY user_name, query_fingerprint, query_type;

CREATE VIEW IF NOT EXISTS failure_rates AS
SELECT
    s.user_name AS user_name, h.cascade_id AS cascade_id, h.provider AS provider,
    h.model AS model,
    toInt64(sum(h.calls)) AS calls,
    toInt64(sum(h.failed_calls)) AS failed_calls,
    toInt64(sum(h.uncosted)) AS uncosted,
    toDecimal64(toString(floor(failed_calls / calls * 1e6 + 0.5) / 1e6), 12) AS failure_rate
FROM hour_sums AS h
LEFT ANY JOIN caller_user AS s ON s.caller_id = h.caller_id
GROUP BY user_name, cascade_id, provider, model
HAVING calls > 0;

-- Answers served from an earlier call, at what that one cost: what would have been paid without.
CREATE VIEW IF NOT EXISTS cache_savings AS
SELECT
    s.user_name AS user_name, h.cascade_id AS cascade_id,
    toDateTime64(toStartOfDay(h.hour_at), 6, 'UTC') AS day_at,
    toInt64(sum(h.cache_hits)) AS cache_hits,
    sum(h.saved_tokens_in) AS saved_tokens_in,
    sum(h.saved_tokens_out) AS saved_tokens_out,
    sum(h.saved_cost) AS saved_cost,
    sum(h.cost) AS paid_cost,
    paid_cost + saved_cost AS virtual_cost
FROM hour_sums AS h
LEFT ANY JOIN caller_user AS s ON s.caller_id = h.caller_id
GROUP BY user_name, cascade_id, day_at;
