-- What statements did when: spans, and views that say where the time went.

ALTER TABLE trace_spans ADD COLUMN IF NOT EXISTS depth Int32 DEFAULT 0;

CREATE VIEW IF NOT EXISTS trace_span_sibling AS
SELECT
    *, toUnixTimestamp64Micro(started_at) AS from_us,
    toUnixTimestamp64Micro(ifNull(ended_at, now64(6, 'UTC'))) AS to_us,
    max(toUnixTimestamp64Micro(ifNull(ended_at, now64(6, 'UTC')))) OVER (
        PARTITION BY caller_id, trace_id, parent_span_id
        ORDER BY toUnixTimestamp64Micro(started_at), span_id
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS sibling_us,
    min(toUnixTimestamp64Micro(started_at)) OVER (PARTITION BY caller_id, trace_id) AS trace_from_us,
    max(if(depth = 0, toUnixTimestamp64Micro(ifNull(ended_at, now64(6, 'UTC'))), 0)) OVER (
        PARTITION BY caller_id, trace_id) AS trace_to_us,
    row_number() OVER (
        PARTITION BY caller_id, trace_id
        ORDER BY toUnixTimestamp64Micro(started_at), depth, span_id) AS place
FROM trace_spans;

-- Children may overlap each other and their parent's end; what they cover of the parent is counted
-- once.
CREATE VIEW IF NOT EXISTS trace_waterfall AS
SELECT
    s.caller_id AS caller_id, s.trace_id AS trace_id, toInt64(s.place) AS position,
    s.depth AS depth, s.service AS service, s.operation AS operation, s.status AS status,
    s.started_at AS started_at, s.ended_at AS ended_at,
    intDiv(s.from_us - s.trace_from_us, 1000) AS offset_ms,
    intDiv(s.to_us - s.from_us, 1000) AS duration_ms,
    intDiv(greatest(0, s.to_us - s.from_us - c.covered_us), 1000) AS self_ms,
    intDiv(if(s.depth = 0 OR p.known = 0, 0,
        greatest(0, s.from_us - greatest(s.sibling_us, p.from_us))), 1000) AS gap_before_ms,
    toDecimal64(toString(if(s.trace_to_us <= s.trace_from_us, 0,
        least(1, round((s.to_us - s.from_us) / (s.trace_to_us - s.trace_from_us), 6)))), 12)
        AS share_of_total,
    s.session_id AS session_id, s.model_id AS model_id, s.provider AS provider,
    s.error_type AS error_type, s.error_message AS error_message, s.span_id AS span_id,
    s.parent_span_id AS parent_span_id, s.metadata AS metadata
FROM trace_span_sibling AS s
LEFT JOIN (
    SELECT
        caller_id, trace_id, span_id, 1 AS known, toUnixTimestamp64Micro(started_at) AS from_us
    FROM trace_spans
) AS p
    ON p.caller_id = s.caller_id AND p.trace_id = s.trace_id AND p.span_id = s.parent_span_id
LEFT JOIN (
    SELECT
        k.caller_id AS caller_id, k.trace_id AS trace_id, k.parent_span_id AS parent_span_id,
        sum(greatest(0,
            least(k.to_us, o.to_us) - greatest(k.from_us, greatest(o.from_us, k.sibling_us))))
            AS covered_us
    FROM trace_span_sibling AS k
    JOIN (
        SELECT
            caller_id, trace_id, span_id, toUnixTimestamp64Micro(started_at) AS from_us,
            toUnixTimestamp64Micro(ifNull(ended_at, now64(6, 'UTC'))) AS to_us
        FROM trace_spans
    ) AS o
        ON o.caller_id = k.caller_id AND o.trace_id = k.trace_id AND o.span_id = k.parent_span_id
    GROUP BY caller_id, trace_id, parent_span_id
) AS c
    ON c.caller_id = s.caller_id AND c.trace_id = s.trace_id AND c.parent_span_id = s.span_id;

-- What an operation takes as a rule.
CREATE VIEW IF NOT EXISTS trace_operations AS
SELECT
    q.user_name AS user_name, s.service AS service, s.operation AS operation,
    s.model_id AS model_id,
    toInt64(count()) AS spans,
    toInt64(countIf(s.status = 'completed')) AS completed_spans,
    toInt64(countIf(s.status IN ('failed', 'timeout'))) AS failed_spans,
    toInt64(sumIf(ifNull(s.duration_ms, 0), s.status = 'completed')) AS completed_ms,
    if(completed_spans = 0, 0, toInt64(floor(completed_ms / completed_spans + 0.5)))
        AS average_ms,
    toInt64(max(ifNull(s.duration_ms, 0))) AS slowest_ms
FROM trace_spans AS s
LEFT ANY JOIN caller_user AS q ON q.caller_id = s.caller_id
GROUP BY user_name, service, operation, model_id;

CREATE VIEW IF NOT EXISTS trace_spans_health AS
SELECT
    q.user_name AS user_name,
    toInt64(count()) AS spans,
    toInt64(uniqExact(s.trace_id)) AS traces,
    toInt64(countIf(s.started_at > now64(6, 'UTC') - INTERVAL 1 HOUR)) AS spans_last_hour,
    toInt64(countIf(s.started_at > now64(6, 'UTC') - INTERVAL 1 DAY)) AS spans_last_day,
    toInt64(countIf(s.status = 'running')) AS running_spans,
    toInt64(countIf(s.status = 'failed')) AS failed_spans,
    toInt64(countIf(s.status = 'timeout')) AS timed_out_spans,
    toInt64(countIf(s.status = 'cancelled')) AS cancelled_spans,
    if(count(s.duration_ms) = 0, 0,
        toInt64(floor(sum(ifNull(s.duration_ms, 0)) / count(s.duration_ms) + 0.5))) AS average_ms,
    toInt64(max(ifNull(s.duration_ms, 0))) AS slowest_ms,
    toInt64(sum(length(s.metadata) + length(s.error_message))) AS text_bytes,
    min(s.started_at) AS oldest_at,
    max(s.started_at) AS newest_at
FROM trace_spans AS s
LEFT ANY JOIN caller_user AS q ON q.caller_id = s.caller_id
GROUP BY user_name;
