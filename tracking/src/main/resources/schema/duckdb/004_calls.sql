-- Calls: one row per attempt at a model, made of its start and its end.
--
-- The parts are the rows of the log itself. A batch that brought parts leaves a row in call_batch
-- until the completion worker has been there; a part whose other half is missing stands in
-- call_waiting, which stays as small as the calls in flight; whole calls are only appended.

CREATE TABLE call_batch (
    through BIGINT NOT NULL,
    first_at TIMESTAMPTZ NOT NULL,
    last_at TIMESTAMPTZ NOT NULL,
    parts BIGINT NOT NULL
);

CREATE TABLE call_whole (
    id VARCHAR NOT NULL,
    caller_id VARCHAR NOT NULL,
    session_id VARCHAR NOT NULL,
    cascade_id VARCHAR NOT NULL,
    cell_name VARCHAR NOT NULL,
    attempt_number INTEGER,
    turn_number INTEGER,
    model_requested VARCHAR NOT NULL,
    model VARCHAR NOT NULL,
    provider VARCHAR NOT NULL,
    started_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ NOT NULL,
    duration_ms BIGINT,
    tokens_in BIGINT,
    tokens_out BIGINT,
    cost DECIMAL(18, 12),
    status VARCHAR NOT NULL,
    exception VARCHAR NOT NULL,
    completion_source VARCHAR NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE call_waiting (
    id VARCHAR NOT NULL,
    part VARCHAR NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    caller_id VARCHAR NOT NULL,
    session_id VARCHAR NOT NULL,
    cascade_id VARCHAR NOT NULL,
    cell_name VARCHAR NOT NULL,
    attempt_number INTEGER,
    turn_number INTEGER,
    model_requested VARCHAR NOT NULL,
    model VARCHAR NOT NULL,
    provider VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    duration_ms BIGINT,
    tokens_in BIGINT,
    tokens_out BIGINT,
    cost DECIMAL(18, 12),
    exception VARCHAR NOT NULL,
    queued_at TIMESTAMPTZ NOT NULL,
    flagged_at TIMESTAMPTZ
);

-- The parts of all calls since began_at are noted in call_batch for the worker; those before are
-- the backfill's. NULL: none are noted.
CREATE TABLE completion_state (
    began_at TIMESTAMPTZ,
    matched BIGINT NOT NULL,
    realtime BIGINT NOT NULL,
    backfilled BIGINT NOT NULL,
    duplicates BIGINT NOT NULL,
    late BIGINT NOT NULL,
    steps BIGINT NOT NULL,
    step_ms BIGINT NOT NULL,
    latency_ms BIGINT NOT NULL,
    errors BIGINT NOT NULL,
    updated_at TIMESTAMPTZ
);

INSERT INTO completion_state
SELECT
    CASE WHEN count(*) = 0 THEN TIMESTAMPTZ '1970-01-01 00:00:00+00' ELSE now() END,
    0, 0, 0, 0, 0, 0, 0, 0, 0, NULL
FROM (FROM event_log LIMIT 1);

CREATE TABLE backfill_day (
    batch_date DATE NOT NULL,
    status VARCHAR NOT NULL,
    processed_count BIGINT NOT NULL,
    error_count BIGINT NOT NULL,
    processed_until TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);

CREATE VIEW call_parts_bare AS
SELECT
    request_id AS id,
    CASE event_type WHEN 'turn_start' THEN 'start' ELSE 'end' END AS part,
    "timestamp" AS recorded_at, caller_id, session_id, cascade_id, cell_name, attempt_number,
    turn_number, model_requested, model, provider, status, duration_ms,
    attempt_tokens_in AS tokens_in, attempt_tokens_out AS tokens_out, attempt_cost AS cost,
    CASE event_type WHEN 'turn_error' THEN error_json ELSE '' END AS exception,
    rowid AS row_id
FROM event_log
WHERE event_type IN ('turn_start', 'turn_complete', 'turn_error') AND request_id <> '';

CREATE VIEW call_parts AS
SELECT
    p.id, p.part, p.recorded_at, p.caller_id, p.session_id,
    coalesce(s.database_name, '') AS project_id,
    p.cascade_id, p.cell_name, p.attempt_number, p.turn_number, p.model_requested, p.model,
    p.provider, p.status, p.duration_ms, p.tokens_in, p.tokens_out, p.cost, p.exception
FROM call_parts_bare p
LEFT JOIN sql_query_log s ON s.caller_id = p.caller_id;

-- What waited too long for its other half; if that comes after all, the whole call stands instead.
CREATE VIEW call_flagged AS
SELECT
    id, caller_id, session_id, cascade_id, cell_name, attempt_number, turn_number,
    model_requested, model, provider,
    CASE part WHEN 'start' THEN recorded_at
        ELSE recorded_at - to_milliseconds(coalesce(duration_ms, 0)) END AS started_at,
    CASE part WHEN 'start' THEN flagged_at ELSE recorded_at END AS ended_at,
    CASE part WHEN 'start' THEN date_diff('millisecond', recorded_at, flagged_at)
        ELSE duration_ms END AS duration_ms,
    tokens_in, tokens_out, cost,
    CASE part WHEN 'start' THEN 'timeout' ELSE 'no_start' END AS status,
    CASE WHEN part = 'start'
        THEN '{"class":"timeout","message":"no end of this call was recorded in time"}'
        WHEN exception = ''
        THEN '{"class":"no_start","message":"no start of this call was recorded"}'
        ELSE exception END AS exception,
    'worker' AS completion_source,
    flagged_at AS created_at
FROM call_waiting
WHERE flagged_at IS NOT NULL;

CREATE VIEW calls_complete_bare AS
FROM call_whole UNION ALL FROM call_flagged;

CREATE VIEW calls_complete AS
SELECT
    c.id, c.caller_id, c.session_id, coalesce(s.database_name, '') AS project_id, c.cascade_id,
    c.cell_name, c.attempt_number, c.turn_number, c.model_requested, c.model, c.provider,
    c.started_at, c.ended_at, c.duration_ms, c.tokens_in, c.tokens_out, c.cost, c.status,
    c.exception, c.completion_source, c.created_at
FROM calls_complete_bare c
LEFT JOIN sql_query_log s ON s.caller_id = c.caller_id;

-- Parts that are in no whole call, put together as far as they go, of calls begun since a moment
-- and before another; a call that still runs has no end. A call may lie on both sides of a moment:
-- the margin tells how long one may take, so that no half is taken for a whole.
CREATE MACRO call_joins(since, before, margin) AS TABLE
WITH p AS (
    FROM call_parts_bare b
    WHERE b.recorded_at >= since - margin
        AND b.recorded_at < before + margin
        AND (b.part = 'end' OR b.recorded_at < before)
        AND NOT EXISTS (FROM call_whole w WHERE w.id = b.id AND w.ended_at >= since - margin)
), s AS (
    SELECT DISTINCT ON (id) * FROM p WHERE part = 'start'
), e AS (
    SELECT DISTINCT ON (id) * FROM p WHERE part = 'end'
), c AS (
    SELECT
        coalesce(e.id, s.id) AS id,
        coalesce(e.caller_id, s.caller_id) AS caller_id,
        coalesce(e.session_id, s.session_id) AS session_id,
        coalesce(e.cascade_id, s.cascade_id) AS cascade_id,
        coalesce(e.cell_name, s.cell_name) AS cell_name,
        coalesce(e.attempt_number, s.attempt_number) AS attempt_number,
        coalesce(e.turn_number, s.turn_number) AS turn_number,
        coalesce(e.model_requested, s.model_requested) AS model_requested,
        coalesce(e.model, '') AS model,
        coalesce(e.provider, s.provider) AS provider,
        coalesce(s.recorded_at, e.recorded_at - to_milliseconds(coalesce(e.duration_ms, 0)))
            AS started_at,
        e.recorded_at AS ended_at,
        e.duration_ms, e.tokens_in, e.tokens_out, e.cost,
        coalesce(e.status, 'running') AS status,
        coalesce(e.exception, '') AS exception,
        s.id IS NOT NULL AS has_start,
        e.id IS NOT NULL AS has_end
    FROM s
    FULL JOIN e ON e.id = s.id
)
FROM c WHERE started_at >= since AND started_at < before;

CREATE MACRO calls_of_parts(since, before, margin) AS TABLE
SELECT
    c.id, c.caller_id, c.session_id, c.cascade_id, c.cell_name, c.attempt_number, c.turn_number,
    c.model_requested, c.model, c.provider, c.started_at,
    coalesce(c.ended_at, f.ended_at) AS ended_at,
    coalesce(c.duration_ms, f.duration_ms) AS duration_ms,
    c.tokens_in, c.tokens_out, c.cost,
    coalesce(f.status, c.status) AS status,
    coalesce(f.exception, c.exception) AS exception,
    coalesce(f.completion_source, '') AS completion_source,
    coalesce(f.created_at, c.ended_at, c.started_at) AS created_at
FROM call_joins(since, before, margin) c
LEFT JOIN call_flagged f ON f.id = c.id AND NOT (c.has_start AND c.has_end);

-- What the worker knows of and has not yet seen whole.
CREATE VIEW call_open AS
SELECT
    id, caller_id, session_id, cascade_id, cell_name, attempt_number, turn_number,
    model_requested, model, provider,
    CASE part WHEN 'start' THEN recorded_at
        ELSE recorded_at - to_milliseconds(coalesce(duration_ms, 0)) END AS started_at,
    CASE part WHEN 'end' THEN recorded_at END AS ended_at,
    duration_ms, tokens_in, tokens_out, cost,
    CASE part WHEN 'start' THEN 'running' ELSE status END AS status,
    exception,
    '' AS completion_source,
    recorded_at AS created_at
FROM call_waiting
WHERE flagged_at IS NULL;

CREATE VIEW calls_merged_bare AS
FROM call_whole
UNION ALL
FROM calls_of_parts(
    TIMESTAMPTZ '1971-01-01 00:00:00+00', TIMESTAMPTZ '9999-01-01 00:00:00+00', INTERVAL 1 DAY);

CREATE VIEW calls_merged AS
SELECT
    c.id, c.caller_id, c.session_id, coalesce(s.database_name, '') AS project_id, c.cascade_id,
    c.cell_name, c.attempt_number, c.turn_number, c.model_requested, c.model, c.provider,
    c.started_at, c.ended_at, c.duration_ms, c.tokens_in, c.tokens_out, c.cost, c.status,
    c.exception, c.completion_source, c.created_at
FROM calls_merged_bare c
LEFT JOIN sql_query_log s ON s.caller_id = c.caller_id;

-- As calls_merged; a reader of the books has its query routed to what is complete already.
CREATE VIEW calls_bare AS FROM calls_merged_bare;

CREATE VIEW calls AS FROM calls_merged;

CREATE VIEW backfill_progress AS
SELECT batch_date::VARCHAR AS batch_date, status, processed_count, error_count, updated_at
FROM backfill_day;

CREATE VIEW completion AS
WITH b AS (
    SELECT coalesce(sum(parts), 0)::BIGINT AS parts, min(first_at) AS oldest FROM call_batch
), w AS (
    SELECT
        count(*) FILTER (flagged_at IS NULL AND part = 'start') AS starts,
        count(*) FILTER (flagged_at IS NULL AND part = 'end') AS ends,
        count(*) FILTER (flagged_at IS NOT NULL AND part = 'start') AS timed_out,
        count(*) FILTER (flagged_at IS NOT NULL AND part = 'end') AS without_start,
        min(queued_at) FILTER (flagged_at IS NULL AND part = 'end') AS oldest
    FROM call_waiting
), d AS (
    SELECT
        count(*) FILTER (status = 'timeout') AS timed_out,
        count(*) FILTER (status = 'no_start') AS without_start
    FROM call_whole
    WHERE status IN ('timeout', 'no_start')
)
SELECT
    b.parts AS depth,
    w.starts AS open_starts,
    w.ends AS open_ends,
    CASE WHEN b.parts = 0 AND w.ends = 0 THEN 0
        ELSE greatest(0, epoch_ms(now()) - epoch_ms(least(b.oldest, w.oldest))) END::BIGINT
        AS lag_ms,
    s.matched, s.realtime, s.backfilled, s.duplicates, s.late,
    w.timed_out + d.timed_out AS starts_without_end,
    w.without_start + d.without_start AS ends_without_start,
    round(
        s.matched::DOUBLE
        / greatest(1, s.matched + w.timed_out + d.timed_out + w.without_start + d.without_start),
        6)::DECIMAL(18, 12) AS match_rate,
    CASE WHEN s.matched = 0 THEN 0 ELSE s.latency_ms // s.matched END::BIGINT AS latency_ms,
    s.steps,
    CASE WHEN s.steps = 0 THEN 0 ELSE s.step_ms // s.steps END::BIGINT AS step_ms,
    s.errors, s.updated_at
FROM completion_state s, b, w, d;

-- Attempts that a provider may have billed without telling us: they ended without a reply, or
-- nobody has told for too long that they ended.
CREATE OR REPLACE VIEW uncosted AS
SELECT
    request_id, session_id, caller_id, cascade_id, cell_name, attempt_number, turn_number,
    model_requested, provider, "timestamp" AS ended_at, duration_ms, error_json
FROM event_log
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
FROM call_whole
WHERE status = 'timeout';
