-- Calls: one row per attempt at a model, made of its start and its end.
--
-- Each log has a worker of its own. What it has to look at comes with each batch into call_part.
-- One step of it writes whole calls into call_whole, and what still waits into call_waiting under a
-- new generation; the row of completion_step that names this generation comes last, and with it the
-- step is done. A step that ended before that is repeated: calls that are whole already are left
-- out, and nobody reads a generation that no row names.

CREATE TABLE IF NOT EXISTS call_part (
    log_id LowCardinality(String),
    through UInt64,
    request_id String CODEC(ZSTD(1)),
    event_type LowCardinality(String),
    timestamp DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
    caller_id String CODEC(ZSTD(1)),
    session_id String CODEC(ZSTD(1)),
    cascade_id LowCardinality(String),
    cell_name LowCardinality(String),
    attempt_number Nullable(Int32),
    turn_number Nullable(Int32),
    model_requested LowCardinality(String),
    model LowCardinality(String),
    provider LowCardinality(String),
    status LowCardinality(String),
    duration_ms Nullable(Int64),
    attempt_tokens_in Nullable(Int64),
    attempt_tokens_out Nullable(Int64),
    attempt_cost Nullable(Decimal(18, 12)),
    error_json String CODEC(ZSTD(1))
)
ENGINE = MergeTree
ORDER BY (log_id, through)
SETTINGS non_replicated_deduplication_window = 10000;

CREATE TABLE IF NOT EXISTS call_whole (
    id String CODEC(ZSTD(1)),
    caller_id String CODEC(ZSTD(1)),
    session_id String CODEC(ZSTD(1)),
    cascade_id LowCardinality(String),
    cell_name LowCardinality(String),
    attempt_number Nullable(Int32),
    turn_number Nullable(Int32),
    model_requested LowCardinality(String),
    model LowCardinality(String),
    provider LowCardinality(String),
    started_at DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
    ended_at DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
    duration_ms Nullable(Int64),
    tokens_in Nullable(Int64),
    tokens_out Nullable(Int64),
    cost Nullable(Decimal(18, 12)),
    status LowCardinality(String),
    exception String CODEC(ZSTD(1)),
    completion_source LowCardinality(String),
    created_at DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),
    log_id LowCardinality(String),
    step UInt64 CODEC(Delta, ZSTD(1)),
    INDEX ix_id id TYPE bloom_filter(0.001) GRANULARITY 1,
    INDEX ix_caller caller_id TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX ix_started started_at TYPE minmax GRANULARITY 1,
    INDEX ix_ended ended_at TYPE minmax GRANULARITY 1,
    INDEX ix_status status TYPE set(16) GRANULARITY 1,
    INDEX ix_step step TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(started_at)
ORDER BY (toStartOfHour(started_at), id);

CREATE TABLE IF NOT EXISTS call_waiting (
    log_id LowCardinality(String),
    generation UInt64,
    id String CODEC(ZSTD(1)),
    part LowCardinality(String),
    recorded_at DateTime64(6, 'UTC'),
    caller_id String CODEC(ZSTD(1)),
    session_id String CODEC(ZSTD(1)),
    cascade_id LowCardinality(String),
    cell_name LowCardinality(String),
    attempt_number Nullable(Int32),
    turn_number Nullable(Int32),
    model_requested LowCardinality(String),
    model LowCardinality(String),
    provider LowCardinality(String),
    status LowCardinality(String),
    duration_ms Nullable(Int64),
    tokens_in Nullable(Int64),
    tokens_out Nullable(Int64),
    cost Nullable(Decimal(18, 12)),
    exception String CODEC(ZSTD(1)),
    queued_at DateTime64(6, 'UTC'),
    flagged_at Nullable(DateTime64(6, 'UTC'))
)
ENGINE = MergeTree
ORDER BY (log_id, generation, id);

-- The parts of all calls of a log since began_at come into call_part; those before are the
-- backfill's. NULL: none come.
CREATE TABLE IF NOT EXISTS completion_step (
    log_id String,
    step UInt64,
    through UInt64,
    generation UInt64,
    began_at Nullable(DateTime64(6, 'UTC')),
    matched UInt64,
    realtime UInt64,
    duplicates Int64,
    late UInt64,
    steps UInt64,
    step_ms UInt64,
    latency_ms UInt64,
    errors UInt64,
    updated_at DateTime64(6, 'UTC')
)
ENGINE = ReplacingMergeTree(step)
ORDER BY log_id;

CREATE TABLE IF NOT EXISTS backfill_day (
    batch_date Date,
    status LowCardinality(String),
    processed_count UInt64,
    error_count UInt64,
    processed_until DateTime64(6, 'UTC'),
    updated_at DateTime64(6, 'UTC'),
    slice UInt32,
    version UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY batch_date;

CREATE VIEW IF NOT EXISTS call_parts_bare AS
SELECT
    request_id AS id, if(event_type = 'turn_start', 'start', 'end') AS part,
    timestamp AS recorded_at, caller_id, session_id, cascade_id, cell_name, attempt_number,
    turn_number, model_requested, model, provider, status, duration_ms,
    attempt_tokens_in AS tokens_in, attempt_tokens_out AS tokens_out, attempt_cost AS cost,
    if(event_type = 'turn_error', error_json, '') AS exception
FROM unified_logs
WHERE event_type IN ('turn_start', 'turn_complete', 'turn_error') AND request_id != '';

CREATE VIEW IF NOT EXISTS call_told AS
SELECT
    log_id, through, request_id AS id, if(event_type = 'turn_start', 'start', 'end') AS part,
    timestamp AS recorded_at, caller_id, session_id, cascade_id, cell_name, attempt_number,
    turn_number, model_requested, model, provider, status, duration_ms,
    attempt_tokens_in AS tokens_in, attempt_tokens_out AS tokens_out, attempt_cost AS cost,
    if(event_type = 'turn_error', error_json, '') AS exception
FROM call_part;

CREATE VIEW IF NOT EXISTS call_project AS
SELECT caller_id, database_name AS project_id FROM statement_log FINAL;

CREATE VIEW IF NOT EXISTS call_parts AS
SELECT
    p.id AS id, p.part AS part, p.recorded_at AS recorded_at, p.caller_id AS caller_id,
    p.session_id AS session_id, s.project_id AS project_id, p.cascade_id AS cascade_id,
    p.cell_name AS cell_name, p.attempt_number AS attempt_number, p.turn_number AS turn_number,
    p.model_requested AS model_requested, p.model AS model, p.provider AS provider,
    p.status AS status, p.duration_ms AS duration_ms, p.tokens_in AS tokens_in,
    p.tokens_out AS tokens_out, p.cost AS cost, p.exception AS exception
FROM call_parts_bare AS p
LEFT ANY JOIN call_project AS s ON s.caller_id = p.caller_id;

-- What waits now. Between a step's two writes a call may be whole and wait: it is whole then.
CREATE VIEW IF NOT EXISTS call_half AS
SELECT *
FROM call_waiting
WHERE (log_id, generation) IN (SELECT log_id, generation FROM completion_step FINAL)
    AND id NOT IN (
        SELECT id FROM call_whole WHERE id IN (
            SELECT id FROM call_waiting
            WHERE (log_id, generation) IN (
                SELECT log_id, generation FROM completion_step FINAL)));

-- What waited too long for its other half; if that comes after all, the whole call stands instead.
CREATE VIEW IF NOT EXISTS call_flagged AS
SELECT
    id, caller_id, session_id, cascade_id, cell_name, attempt_number, turn_number,
    model_requested, model, provider,
    if(part = 'start', recorded_at, recorded_at - toIntervalMillisecond(ifNull(duration_ms, 0)))
        AS started_at,
    if(part = 'start', assumeNotNull(flagged_at), recorded_at) AS ended_at,
    if(part = 'start',
        intDiv(toUnixTimestamp64Micro(assumeNotNull(flagged_at)), 1000)
            - intDiv(toUnixTimestamp64Micro(recorded_at), 1000),
        h.duration_ms) AS duration_ms,
    tokens_in, tokens_out, cost,
    if(part = 'start', 'timeout', 'no_start') AS status,
    multiIf(
        part = 'start',
        '{"class":"timeout","message":"no end of this call was recorded in time"}',
        h.exception = '',
        '{"class":"no_start","message":"no start of this call was recorded"}',
        h.exception) AS exception,
    'worker' AS completion_source,
    assumeNotNull(flagged_at) AS created_at
FROM call_half AS h
WHERE flagged_at IS NOT NULL;

-- What a worker knows of and has not yet seen whole.
CREATE VIEW IF NOT EXISTS call_open AS
SELECT
    id, caller_id, session_id, cascade_id, cell_name, attempt_number, turn_number,
    model_requested, model, provider,
    if(part = 'start', recorded_at, recorded_at - toIntervalMillisecond(ifNull(duration_ms, 0)))
        AS started_at,
    if(part = 'start', NULL, recorded_at) AS ended_at,
    duration_ms, tokens_in, tokens_out, cost,
    if(part = 'start', 'running', h.status) AS status,
    exception, '' AS completion_source, recorded_at AS created_at
FROM call_half AS h
WHERE flagged_at IS NULL;

CREATE VIEW IF NOT EXISTS call_settled AS
SELECT * EXCEPT (log_id, step) FROM call_whole FINAL;

CREATE VIEW IF NOT EXISTS calls_complete_bare AS
SELECT * FROM call_settled UNION ALL SELECT * FROM call_flagged;

CREATE VIEW IF NOT EXISTS calls_complete AS
SELECT c.*, s.project_id AS project_id
FROM calls_complete_bare AS c
LEFT ANY JOIN call_project AS s ON s.caller_id = c.caller_id;

-- Parts put together as far as they go, of calls begun since a moment and before another (in
-- microseconds); a call that still runs has no end. A call may lie on both sides of a moment: the
-- margin (in seconds) tells how long one may take, so that no half is taken for a whole.
CREATE VIEW IF NOT EXISTS call_joins AS
WITH p AS (
    SELECT * FROM call_parts_bare
    WHERE recorded_at >= fromUnixTimestamp64Micro({since:Int64} - {margin:Int64} * 1000000, 'UTC')
        AND recorded_at < fromUnixTimestamp64Micro({before:Int64} + {margin:Int64} * 1000000, 'UTC')
        AND (part = 'end' OR recorded_at < fromUnixTimestamp64Micro({before:Int64}, 'UTC'))
), s AS (
    SELECT *, 1 AS here FROM p WHERE part = 'start' ORDER BY recorded_at LIMIT 1 BY id
), e AS (
    SELECT *, 1 AS here FROM p WHERE part = 'end' ORDER BY recorded_at LIMIT 1 BY id
), c AS (
    SELECT
        e.here = 1 AS has_end,
        s.here = 1 AS has_start,
        if(has_end, e.id, s.id) AS id,
        if(has_end, e.caller_id, s.caller_id) AS caller_id,
        if(has_end, e.session_id, s.session_id) AS session_id,
        if(has_end, e.cascade_id, s.cascade_id) AS cascade_id,
        if(has_end, e.cell_name, s.cell_name) AS cell_name,
        if(has_end, e.attempt_number, s.attempt_number) AS attempt_number,
        if(has_end, e.turn_number, s.turn_number) AS turn_number,
        if(has_end, e.model_requested, s.model_requested) AS model_requested,
        e.model AS model,
        if(has_end, e.provider, s.provider) AS provider,
        if(has_start, s.recorded_at,
            e.recorded_at - toIntervalMillisecond(ifNull(e.duration_ms, 0))) AS started_at,
        if(has_end, e.recorded_at, NULL) AS ended_at,
        e.duration_ms AS duration_ms, e.tokens_in AS tokens_in, e.tokens_out AS tokens_out,
        e.cost AS cost,
        if(has_end, e.status, 'running') AS status,
        e.exception AS exception
    FROM s FULL JOIN e ON e.id = s.id
)
SELECT * FROM c
WHERE started_at >= fromUnixTimestamp64Micro({since:Int64}, 'UTC')
    AND started_at < fromUnixTimestamp64Micro({before:Int64}, 'UTC');

-- Calls of that time that are not whole yet.
CREATE VIEW IF NOT EXISTS calls_of_parts AS
WITH f.here = 1 AND NOT (c.has_start AND c.has_end) AS flagged
SELECT
    c.id AS id, c.caller_id AS caller_id, c.session_id AS session_id, c.cascade_id AS cascade_id,
    c.cell_name AS cell_name, c.attempt_number AS attempt_number, c.turn_number AS turn_number,
    c.model_requested AS model_requested, c.model AS model, c.provider AS provider,
    c.started_at AS started_at,
    if(flagged, f.ended_at, c.ended_at) AS ended_at,
    if(flagged, f.duration_ms, c.duration_ms) AS duration_ms,
    c.tokens_in AS tokens_in, c.tokens_out AS tokens_out, c.cost AS cost,
    if(flagged, f.status, c.status) AS status,
    if(flagged, f.exception, c.exception) AS exception,
    if(flagged, f.completion_source, '') AS completion_source,
    if(flagged, f.created_at, ifNull(c.ended_at, c.started_at)) AS created_at
FROM (
    SELECT *
    FROM call_joins(since = {since:Int64}, before = {before:Int64}, margin = {margin:Int64})
    WHERE id NOT IN (
        SELECT id FROM call_whole
        WHERE ended_at >=
            fromUnixTimestamp64Micro({since:Int64} - {margin:Int64} * 1000000, 'UTC'))
) AS c
LEFT ANY JOIN (SELECT *, 1 AS here FROM call_flagged) AS f ON f.id = c.id;

CREATE VIEW IF NOT EXISTS calls_merged_bare AS
SELECT * FROM call_settled
UNION ALL
SELECT * FROM calls_of_parts(since = 31536000000000, before = 7258118400000000, margin = 86400);

CREATE VIEW IF NOT EXISTS calls_merged AS
SELECT c.*, s.project_id AS project_id
FROM calls_merged_bare AS c
LEFT ANY JOIN call_project AS s ON s.caller_id = c.caller_id;

-- As calls_merged; on port 15432 a query is routed to what is complete already.
CREATE VIEW IF NOT EXISTS calls AS SELECT * FROM calls_merged;

CREATE VIEW IF NOT EXISTS backfill_progress AS
SELECT
    toString(batch_date) AS batch_date, status, toInt64(processed_count) AS processed_count,
    toInt64(error_count) AS error_count, updated_at
FROM backfill_day FINAL;

-- Since when each log's worker is told of all parts: one that is not told is complete since its
-- last batch, for as long as no other comes.
CREATE VIEW IF NOT EXISTS completion_began AS
SELECT p.log_id AS log_id, ifNull(s.began_at, p.stored_at) AS began_at
FROM (SELECT log_id, max(stored_at) AS stored_at FROM stored_position GROUP BY log_id) AS p
LEFT ANY JOIN (SELECT log_id, began_at FROM completion_step FINAL) AS s ON s.log_id = p.log_id;

-- Parts that no step has looked at, of all logs.
CREATE VIEW IF NOT EXISTS call_depth AS
SELECT p.log_id AS log_id, count() AS parts, min(p.timestamp) AS oldest
FROM call_part AS p
LEFT ANY JOIN (SELECT log_id, through FROM completion_step FINAL) AS s ON s.log_id = p.log_id
WHERE p.through > s.through
GROUP BY p.log_id;

CREATE VIEW IF NOT EXISTS completion AS
WITH
    (SELECT (sum(parts), min(oldest)) FROM call_depth) AS d,
    (
        SELECT (
            countIf(flagged_at IS NULL AND part = 'start'),
            countIf(flagged_at IS NULL AND part = 'end'),
            countIf(flagged_at IS NOT NULL AND part = 'start'),
            countIf(flagged_at IS NOT NULL AND part = 'end'),
            minIf(queued_at, flagged_at IS NULL AND part = 'end'))
        FROM call_half
    ) AS w,
    (
        SELECT (countIf(status = 'timeout'), countIf(status = 'no_start'))
        FROM call_whole FINAL WHERE status IN ('timeout', 'no_start')
    ) AS f,
    (
        SELECT (
            sum(matched), sum(realtime), sum(duplicates), sum(late), sum(steps), sum(step_ms),
            sum(latency_ms), sum(errors), maxOrNull(updated_at))
        FROM completion_step FINAL
    ) AS s,
    toInt64(w.3 + f.1) AS without_end,
    toInt64(w.4 + f.2) AS without_start
SELECT
    toInt64(d.1) AS depth, toInt64(w.1) AS open_starts, toInt64(w.2) AS open_ends,
    toInt64(if(d.1 = 0 AND w.2 = 0, 0,
        greatest(0, dateDiff('millisecond',
            multiIf(d.1 = 0, w.5, w.2 = 0, d.2, least(d.2, w.5)), now64(6))))) AS lag_ms,
    toInt64(s.1) AS matched, toInt64(s.2) AS realtime,
    (SELECT toInt64(sum(processed_count)) FROM backfill_day FINAL) AS backfilled,
    toInt64(s.3) AS duplicates, toInt64(s.4) AS late, without_end AS starts_without_end,
    without_start AS ends_without_start,
    toDecimal64(toString(floor(
        matched / greatest(1, matched + without_end + without_start) * 1e6 + 0.5) / 1e6), 12)
        AS match_rate,
    toInt64(if(matched = 0, 0, intDiv(s.7, matched))) AS latency_ms,
    toInt64(s.5) AS steps,
    toInt64(if(steps = 0, 0, intDiv(s.6, steps))) AS step_ms,
    toInt64(s.8) AS errors, s.9 AS updated_at;

-- Attempts that a provider may have billed without telling us: they ended without a reply, or
-- nobody has told for too long that they ended.
CREATE OR REPLACE VIEW uncosted AS
SELECT
    request_id, session_id, caller_id, cascade_id, cell_name, attempt_number, turn_number,
    model_requested, provider, timestamp AS ended_at, duration_ms, error_json
FROM unified_logs
WHERE status = 'uncosted'
UNION ALL
SELECT
    id, session_id, caller_id, cascade_id, cell_name, attempt_number, turn_number,
    model_requested, provider, ended_at, duration_ms, exception
FROM call_flagged
WHERE status = 'timeout'
UNION ALL
SELECT
    id, session_id, caller_id, cascade_id, cell_name, attempt_number, turn_number,
    model_requested, provider, ended_at, duration_ms, exception
FROM call_settled
WHERE status = 'timeout';
