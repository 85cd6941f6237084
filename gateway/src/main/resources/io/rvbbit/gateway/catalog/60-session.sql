-- What only the session itself knows: told by connection variables just before a statement that asks.
CREATE MACRO rvbbit.pgc.pg_cancel_backend(_pid) AS _rvbbit_signal(coalesce(getvariable('_rvbbit_user')::VARCHAR, ''), _pid::INTEGER, false);
CREATE MACRO rvbbit.pgc.pg_terminate_backend(_pid) AS _rvbbit_signal(coalesce(getvariable('_rvbbit_user')::VARCHAR, ''), _pid::INTEGER, true),
  (_pid, _timeout) AS _rvbbit_signal(coalesce(getvariable('_rvbbit_user')::VARCHAR, ''), _pid::INTEGER, _timeout::BIGINT IS NOT NULL);
CREATE VIEW rvbbit.pgc.pg_prepared_statements AS
SELECT _s.name AS name, _s.statement AS statement, _s.prepare_time AS prepare_time, _s.parameter_types AS parameter_types, _s.from_sql AS from_sql, 0::BIGINT AS generic_plans, 0::BIGINT AS custom_plans
FROM (SELECT unnest(getvariable('_rvbbit_prepared')::STRUCT(name VARCHAR, statement VARCHAR, prepare_time TIMESTAMPTZ, parameter_types VARCHAR[], from_sql BOOLEAN)[]) AS _s);
CREATE VIEW rvbbit.pgc.pg_cursors AS
SELECT _s.name AS name, _s.statement AS statement, _s.is_holdable AS is_holdable, _s.is_binary AS is_binary, _s.is_scrollable AS is_scrollable, _s.creation_time AS creation_time
FROM (SELECT unnest(getvariable('_rvbbit_cursors')::STRUCT(name VARCHAR, statement VARCHAR, is_holdable BOOLEAN, is_binary BOOLEAN, is_scrollable BOOLEAN, creation_time TIMESTAMPTZ)[]) AS _s);
