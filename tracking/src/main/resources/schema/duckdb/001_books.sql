-- The books: one row per event, one row per session, one row per statement.
--
-- A session or statement that still runs has its row in an *_open table, which stays as small as
-- the work in flight; when it ends, its last row moves to *_closed, which is only appended to.
-- Text that many rows share (a caller's metadata, a cascade's definition) is kept once and joined.

CREATE TABLE stored_position (
    through BIGINT NOT NULL
);

INSERT INTO stored_position VALUES (0);

CREATE TABLE event_log (
    message_id UUID NOT NULL,
    "timestamp" TIMESTAMPTZ NOT NULL,
    session_id VARCHAR NOT NULL,
    trace_id VARCHAR NOT NULL,
    parent_id VARCHAR NOT NULL,
    parent_session_id VARCHAR NOT NULL,
    caller_id VARCHAR NOT NULL,
    event_type VARCHAR NOT NULL,
    node_type VARCHAR NOT NULL,
    role VARCHAR NOT NULL,
    cascade_id VARCHAR NOT NULL,
    cascade_file VARCHAR NOT NULL,
    cell_name VARCHAR NOT NULL,
    take_index INTEGER,
    attempt_number INTEGER,
    turn_number INTEGER,
    model VARCHAR NOT NULL,
    model_requested VARCHAR NOT NULL,
    provider VARCHAR NOT NULL,
    request_id VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    duration_ms BIGINT,
    tokens_in BIGINT,
    tokens_out BIGINT,
    cost DECIMAL(18, 12),
    attempt_tokens_in BIGINT,
    attempt_tokens_out BIGINT,
    attempt_cost DECIMAL(18, 12),
    cache_hit BOOLEAN NOT NULL,
    input_hash VARCHAR NOT NULL,
    source_row_index BIGINT,
    content_json VARCHAR NOT NULL,
    full_request_json VARCHAR NOT NULL,
    full_response_json VARCHAR NOT NULL,
    tool_calls_json VARCHAR NOT NULL,
    error_json VARCHAR NOT NULL,
    metadata_json VARCHAR NOT NULL
);

CREATE TABLE cascade_text (
    definition_hash VARCHAR PRIMARY KEY,
    cascade_definition VARCHAR NOT NULL
);

CREATE TABLE session_open (
    session_id VARCHAR NOT NULL,
    cascade_id VARCHAR NOT NULL,
    parent_session_id VARCHAR NOT NULL,
    caller_id VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    current_cell VARCHAR NOT NULL,
    started_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    completed_at TIMESTAMPTZ,
    error_message VARCHAR NOT NULL,
    depth INTEGER NOT NULL,
    source_row_index BIGINT,
    input_hash VARCHAR NOT NULL,
    definition_hash VARCHAR NOT NULL,
    input_data VARCHAR NOT NULL,
    output VARCHAR NOT NULL,
    config_path VARCHAR NOT NULL,
    start_message_id VARCHAR NOT NULL,
    start_parent_id VARCHAR NOT NULL
);

CREATE TABLE session_closed AS FROM session_open;

CREATE TABLE statement_open (
    caller_id VARCHAR NOT NULL,
    query_raw VARCHAR NOT NULL,
    query_fingerprint VARCHAR NOT NULL,
    query_type VARCHAR NOT NULL,
    protocol VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    rows_input BIGINT,
    rows_output BIGINT,
    llm_calls_count BIGINT,
    cache_hits BIGINT,
    total_cost DECIMAL(18, 12),
    total_tokens_in BIGINT,
    total_tokens_out BIGINT,
    started_at TIMESTAMPTZ NOT NULL,
    completed_at TIMESTAMPTZ,
    duration_ms BIGINT,
    error_message VARCHAR NOT NULL,
    user_name VARCHAR NOT NULL,
    application_name VARCHAR NOT NULL,
    database_name VARCHAR NOT NULL,
    truncated BOOLEAN,
    attempts INTEGER NOT NULL,
    invocation_metadata_json VARCHAR NOT NULL
);

CREATE TABLE statement_closed AS FROM statement_open;

CREATE VIEW sql_query_log AS
FROM statement_closed UNION ALL FROM statement_open;

CREATE VIEW session_row AS
FROM session_closed UNION ALL FROM session_open;

-- Tables named *_bare lack what has to be joined; a read that does not ask for it uses them.
CREATE VIEW unified_logs_bare AS
SELECT *, "timestamp" AS timestamp_iso, cell_name AS phase_name
FROM event_log;

CREATE VIEW unified_logs AS
SELECT
    e.message_id, e."timestamp", e.timestamp_iso, e.session_id, e.trace_id, e.parent_id,
    e.parent_session_id, e.caller_id,
    coalesce(s.invocation_metadata_json, '{}') AS invocation_metadata_json,
    e.event_type, e.node_type, e.role, e.cascade_id, e.cascade_file, e.cell_name, e.phase_name,
    e.take_index, e.attempt_number, e.turn_number, e.model, e.model_requested, e.provider,
    e.request_id, e.status, e.duration_ms, e.tokens_in, e.tokens_out, e.cost,
    e.attempt_tokens_in, e.attempt_tokens_out, e.attempt_cost, e.cache_hit, e.input_hash,
    e.source_row_index, e.content_json, e.full_request_json, e.full_response_json,
    e.tool_calls_json, e.error_json, e.metadata_json
FROM unified_logs_bare e
LEFT JOIN sql_query_log s ON s.caller_id = e.caller_id;

CREATE VIEW all_data_bare AS FROM unified_logs_bare;

CREATE VIEW all_data AS FROM unified_logs;

CREATE VIEW session_state_bare AS
SELECT
    session_id, cascade_id, parent_session_id, caller_id, status, current_cell, started_at,
    updated_at, completed_at, error_message, depth, source_row_index, input_hash
FROM session_row;

CREATE VIEW session_state AS
SELECT
    r.session_id, r.cascade_id, r.parent_session_id, r.caller_id,
    coalesce(s.invocation_metadata_json, '{}') AS invocation_metadata_json,
    r.status, r.current_cell, r.started_at, r.updated_at, r.completed_at, r.error_message,
    r.depth, r.source_row_index, r.input_hash
FROM session_row r
LEFT JOIN sql_query_log s ON s.caller_id = r.caller_id;

CREATE VIEW cascade_sessions_bare AS
SELECT
    session_id, cascade_id, input_data, output, config_path, started_at AS created_at, caller_id,
    parent_session_id, depth
FROM session_row;

CREATE VIEW cascade_sessions AS
SELECT
    r.session_id, r.cascade_id, coalesce(c.cascade_definition, '') AS cascade_definition,
    r.input_data, r.output, r.config_path, r.started_at AS created_at, r.caller_id,
    coalesce(s.invocation_metadata_json, '{}') AS invocation_metadata_json,
    r.parent_session_id, r.depth
FROM session_row r
LEFT JOIN sql_query_log s ON s.caller_id = r.caller_id
LEFT JOIN cascade_text c ON c.definition_hash = r.definition_hash;

-- Attempts that a provider may have billed without telling us: they ended without a reply.
CREATE VIEW uncosted AS
SELECT
    request_id, session_id, caller_id, cascade_id, cell_name, attempt_number, turn_number,
    model_requested, provider, "timestamp" AS ended_at, duration_ms, error_json
FROM event_log
WHERE status = 'uncosted';
