-- What statements did when: spans, and views that say where the time went.

ALTER TABLE trace_spans ADD COLUMN depth INTEGER DEFAULT 0;

-- Children may overlap each other and their parent's end; what they cover of the parent is counted
-- once. NOT MATERIALIZED, so that a condition on the caller reaches the table in each place.
CREATE VIEW trace_waterfall AS
WITH span AS NOT MATERIALIZED (
    SELECT
        *, epoch_us(started_at) AS from_us,
        epoch_us(coalesce(ended_at, now())) AS to_us
    FROM trace_spans
), sibling AS NOT MATERIALIZED (
    SELECT
        *,
        max(to_us) OVER (
            PARTITION BY caller_id, trace_id, parent_span_id ORDER BY from_us, span_id
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS sibling_us,
        min(from_us) OVER (PARTITION BY caller_id, trace_id) AS trace_from_us,
        max(if(depth = 0, to_us, NULL)) OVER (PARTITION BY caller_id, trace_id) AS trace_to_us,
        row_number() OVER (
            PARTITION BY caller_id, trace_id ORDER BY from_us, depth, span_id) AS place
    FROM span
), child AS NOT MATERIALIZED (
    SELECT
        s.caller_id, s.trace_id, s.parent_span_id,
        sum(greatest(0,
            least(s.to_us, p.to_us) - greatest(s.from_us, p.from_us, coalesce(s.sibling_us, 0))))
            AS covered_us
    FROM sibling s
    JOIN span p
        ON p.caller_id = s.caller_id AND p.trace_id = s.trace_id AND p.span_id = s.parent_span_id
    GROUP BY ALL
)
SELECT
    s.caller_id, s.trace_id, s.place AS position, s.depth, s.service, s.operation, s.status,
    s.started_at, s.ended_at,
    ((s.from_us - s.trace_from_us) // 1000)::BIGINT AS offset_ms,
    ((s.to_us - s.from_us) // 1000)::BIGINT AS duration_ms,
    (greatest(0, s.to_us - s.from_us - coalesce(c.covered_us, 0)) // 1000)::BIGINT AS self_ms,
    (if(s.depth = 0, 0,
        greatest(0, s.from_us - coalesce(greatest(s.sibling_us, p.from_us), s.from_us))) // 1000)
        ::BIGINT AS gap_before_ms,
    if(coalesce(s.trace_to_us, 0) <= s.trace_from_us, 0,
        least(1, round((s.to_us - s.from_us) / (s.trace_to_us - s.trace_from_us), 6)))
        ::DECIMAL(18, 12) AS share_of_total,
    s.session_id, s.model_id, s.provider, s.error_type, s.error_message, s.span_id,
    s.parent_span_id, s.metadata
FROM sibling s
LEFT JOIN span p
    ON p.caller_id = s.caller_id AND p.trace_id = s.trace_id AND p.span_id = s.parent_span_id
LEFT JOIN child c
    ON c.caller_id = s.caller_id AND c.trace_id = s.trace_id AND c.parent_span_id = s.span_id;

-- What an operation takes as a rule.
CREATE VIEW trace_operations AS
SELECT
    coalesce(q.user_name, '') AS user_name, s.service, s.operation, s.model_id,
    count(*) AS spans,
    count(*) FILTER (s.status = 'completed') AS completed_spans,
    count(*) FILTER (s.status IN ('failed', 'timeout')) AS failed_spans,
    coalesce(sum(s.duration_ms) FILTER (s.status = 'completed'), 0)::BIGINT AS completed_ms,
    coalesce(round(avg(s.duration_ms) FILTER (s.status = 'completed')), 0)::BIGINT AS average_ms,
    coalesce(max(s.duration_ms), 0)::BIGINT AS slowest_ms
FROM trace_spans s
LEFT JOIN sql_query_log q ON q.caller_id = s.caller_id
GROUP BY ALL;

CREATE VIEW trace_spans_health AS
SELECT
    coalesce(q.user_name, '') AS user_name,
    count(*) AS spans,
    count(DISTINCT s.trace_id) AS traces,
    count(*) FILTER (s.started_at > now() - INTERVAL 1 HOUR) AS spans_last_hour,
    count(*) FILTER (s.started_at > now() - INTERVAL 1 DAY) AS spans_last_day,
    count(*) FILTER (s.status = 'running') AS running_spans,
    count(*) FILTER (s.status = 'failed') AS failed_spans,
    count(*) FILTER (s.status = 'timeout') AS timed_out_spans,
    count(*) FILTER (s.status = 'cancelled') AS cancelled_spans,
    coalesce(round(avg(s.duration_ms)), 0)::BIGINT AS average_ms,
    coalesce(max(s.duration_ms), 0)::BIGINT AS slowest_ms,
    sum(strlen(s.metadata) + strlen(s.error_message))::BIGINT AS text_bytes,
    min(s.started_at) AS oldest_at,
    max(s.started_at) AS newest_at
FROM trace_spans s
LEFT JOIN sql_query_log q ON q.caller_id = s.caller_id
GROUP BY ALL;
