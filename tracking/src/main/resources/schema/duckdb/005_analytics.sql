-- What was spent, on what and by whom. Every view names the user first, so that each can be shown
-- what was his own; the sum over all rows of one is the bill.

-- Ends of calls: each attempt's cost once, with what it was for.
CREATE VIEW paid_call AS
SELECT
    coalesce(s.user_name, '') AS user_name, e.caller_id, e.cascade_id, e.cell_name, e.provider,
    if(e.model = '', e.model_requested, e.model) AS model, e.status,
    e.event_type = 'turn_error' AS failed, e."timestamp" AS ended_at, e.duration_ms, e.attempt_tokens_in AS tokens_in, e.attempt_tokens_out AS tokens_out,
    e.attempt_cost AS cost
FROM event_log e
LEFT JOIN sql_query_log s ON s.caller_id = e.caller_id
WHERE e.event_type IN ('turn_complete', 'turn_error');

CREATE VIEW spend_by_hour AS
SELECT
    user_name,
    make_timestamptz(epoch_us(ended_at) // 3600000000 * 3600000000) AS hour_at,
    count(*) AS calls,
    coalesce(sum(tokens_in), 0)::BIGINT AS tokens_in,
    coalesce(sum(tokens_out), 0)::BIGINT AS tokens_out,
    coalesce(sum(cost), 0)::DECIMAL(18, 12) AS cost,
    count(*) FILTER (status = 'uncosted') AS uncosted
FROM paid_call GROUP BY ALL;

CREATE VIEW spend_by_day AS
SELECT
    user_name,
    make_timestamptz(epoch_us(ended_at) // 86400000000 * 86400000000) AS day_at,
    count(*) AS calls,
    coalesce(sum(tokens_in), 0)::BIGINT AS tokens_in,
    coalesce(sum(tokens_out), 0)::BIGINT AS tokens_out,
    coalesce(sum(cost), 0)::DECIMAL(18, 12) AS cost,
    count(*) FILTER (status = 'uncosted') AS uncosted
FROM paid_call GROUP BY ALL;

CREATE VIEW cost_by_cascade AS
SELECT
    user_name, cascade_id, cell_name,
    count(*) AS calls,
    count(*) FILTER (failed) AS failed_calls,
    coalesce(sum(tokens_in), 0)::BIGINT AS tokens_in,
    coalesce(sum(tokens_out), 0)::BIGINT AS tokens_out,
    coalesce(sum(cost), 0)::DECIMAL(18, 12) AS cost,
    coalesce(round(avg(duration_ms)), 0)::BIGINT AS average_ms,
    coalesce(round(quantile_cont(duration_ms, 0.95)), 0)::BIGINT AS p95_ms
FROM paid_call GROUP BY ALL;

CREATE VIEW cost_by_model AS
SELECT
    user_name, provider, model,
    count(*) AS calls,
    count(*) FILTER (failed) AS failed_calls,
    coalesce(sum(tokens_in), 0)::BIGINT AS tokens_in,
    coalesce(sum(tokens_out), 0)::BIGINT AS tokens_out,
    coalesce(sum(cost), 0)::DECIMAL(18, 12) AS cost,
    coalesce(round(avg(duration_ms)), 0)::BIGINT AS average_ms,
    coalesce(round(quantile_cont(duration_ms, 0.95)), 0)::BIGINT AS p95_ms
FROM paid_call GROUP BY ALL;

-- Statements that differ in their constants only are one.
CREATE VIEW cost_by_statement AS
SELECT
    user_name, query_fingerprint, query_type,
    arg_max(query_raw, started_at) AS newest_query,
    count(*) AS runs,
    count(*) FILTER (status IN ('error', 'cancelled', 'orphaned')) AS failed_runs,
    coalesce(sum(llm_calls_count), 0)::BIGINT AS calls,
    coalesce(sum(cache_hits), 0)::BIGINT AS cache_hits,
    coalesce(sum(total_cost), 0)::DECIMAL(18, 12) AS cost,
    coalesce(max(total_cost), 0)::DECIMAL(18, 12) AS dearest_run,
    coalesce(round(avg(duration_ms)), 0)::BIGINT AS average_ms,
    coalesce(max(duration_ms), 0)::BIGINT AS slowest_ms,
    max(started_at) AS last_started_at
FROM sql_query_log GROUP BY user_name, query_fingerprint, query_type;

CREATE VIEW failure_rates AS
SELECT
    user_name, cascade_id, provider, model,
    count(*) AS calls,
    count(*) FILTER (failed) AS failed_calls,
    count(*) FILTER (status = 'uncosted') AS uncosted,
    round(count(*) FILTER (failed) / count(*), 6)::DECIMAL(18, 12) AS failure_rate
FROM paid_call GROUP BY ALL;

-- Answers served from an earlier call, at what that one cost: what would have been paid without.
CREATE VIEW cache_savings AS
WITH each AS (
    SELECT
        user_name, cascade_id, epoch_us(ended_at) // 86400000000 AS day, 0 AS hits,
        0 AS saved_in, 0 AS saved_out, cost AS paid, NULL::DECIMAL(18, 12) AS saved
    FROM paid_call
    UNION ALL
    SELECT
        coalesce(s.user_name, ''), e.cascade_id, epoch_us(e."timestamp") // 86400000000, 1,
        coalesce((e.content_json ->> 'saved_tokens_in')::BIGINT, 0),
        coalesce((e.content_json ->> 'saved_tokens_out')::BIGINT, 0),
        NULL, (e.content_json ->> 'saved_cost')::DECIMAL(18, 12)
    FROM event_log e
    LEFT JOIN sql_query_log s ON s.caller_id = e.caller_id
    WHERE e.event_type = 'cache_hit'
)
SELECT
    user_name, cascade_id, make_timestamptz(day * 86400000000) AS day_at,
    sum(hits)::BIGINT AS cache_hits,
    sum(saved_in)::BIGINT AS saved_tokens_in,
    sum(saved_out)::BIGINT AS saved_tokens_out,
    coalesce(sum(saved), 0)::DECIMAL(18, 12) AS saved_cost,
    coalesce(sum(paid), 0)::DECIMAL(18, 12) AS paid_cost,
    (coalesce(sum(paid), 0) + coalesce(sum(saved), 0))::DECIMAL(18, 12) AS virtual_cost
FROM each GROUP BY user_name, cascade_id, day;
