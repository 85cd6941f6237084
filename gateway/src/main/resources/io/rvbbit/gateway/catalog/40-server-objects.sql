-- Databases, roles, access methods, languages, settings: what a server has besides relations.
CREATE VIEW rvbbit.pgc.pg_database AS
SELECT 16383::BIGINT + i AS oid, name AS datname, 10::BIGINT AS datdba, 6::INTEGER AS encoding, 'c' AS datlocprovider, false AS datistemplate, true AS datallowconn,
       (-1)::INTEGER AS datconnlimit, 0::BIGINT AS datfrozenxid, 0::BIGINT AS datminmxid, 1663::BIGINT AS dattablespace, 'C.UTF-8' AS datcollate, 'C.UTF-8' AS datctype,
       NULL::VARCHAR AS daticulocale, NULL::VARCHAR AS datcollversion, NULL::VARCHAR[] AS datacl
FROM (SELECT unnest(names) AS name, unnest(generate_series(1, len(names))) AS i
      FROM (SELECT coalesce(getvariable('_rvbbit_databases')::VARCHAR[], [current_database()]) AS names));

CREATE VIEW rvbbit.pgc.pg_authid AS
SELECT r.oid, r.name AS rolname, r.super AS rolsuper, true AS rolinherit, r.super AS rolcreaterole, r.super AS rolcreatedb, r.login AS rolcanlogin,
       false AS rolreplication, r.super AS rolbypassrls, (-1)::INTEGER AS rolconnlimit, NULL::VARCHAR AS rolpassword, NULL::TIMESTAMPTZ AS rolvaliduntil
FROM (SELECT unnest(rvbbit.pgc._roles()) AS r);
CREATE VIEW rvbbit.pgc.pg_roles AS
SELECT rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolconnlimit, '********' AS rolpassword, rolvaliduntil, rolbypassrls,
       NULL::VARCHAR[] AS rolconfig, oid FROM rvbbit.pgc.pg_authid;
CREATE VIEW rvbbit.pgc.pg_user AS
SELECT rolname AS usename, oid AS usesysid, rolcreatedb AS usecreatedb, rolsuper AS usesuper, rolreplication AS userepl, rolbypassrls AS usebypassrls, '********' AS passwd,
       rolvaliduntil AS valuntil, NULL::VARCHAR[] AS useconfig FROM rvbbit.pgc.pg_authid WHERE rolcanlogin;

CREATE VIEW rvbbit.pgc.pg_am AS SELECT oid::BIGINT AS oid, amname, amhandler::BIGINT AS amhandler, amtype
FROM (VALUES (2, 'heap', 3, 't'), (403, 'btree', 330, 'i')) a(oid, amname, amhandler, amtype);
CREATE VIEW rvbbit.pgc.pg_language AS SELECT oid::BIGINT AS oid, lanname, 10::BIGINT AS lanowner, lanispl, lanpltrusted, 0::BIGINT AS lanplcallfoid, 0::BIGINT AS laninline,
       validator::BIGINT AS lanvalidator, NULL::VARCHAR[] AS lanacl
FROM (VALUES (12, 'internal', false, false, 2246), (14, 'sql', false, true, 2248)) l(oid, lanname, lanispl, lanpltrusted, validator);
CREATE VIEW rvbbit.pgc.pg_tablespace AS SELECT oid::BIGINT AS oid, spcname, 10::BIGINT AS spcowner, NULL::VARCHAR[] AS spcacl, NULL::VARCHAR[] AS spcoptions
FROM (VALUES (1663, 'pg_default'), (1664, 'pg_global')) t(oid, spcname);
CREATE VIEW rvbbit.pgc.pg_collation AS SELECT oid::BIGINT AS oid, collname, 11::BIGINT AS collnamespace, 10::BIGINT AS collowner, collprovider, true AS collisdeterministic,
       (-1)::INTEGER AS collencoding, locale AS collcollate, locale AS collctype, NULL::VARCHAR AS colliculocale, NULL::VARCHAR AS collversion
FROM (VALUES (100, 'default', 'd', NULL), (950, 'C', 'c', 'C'), (951, 'POSIX', 'c', 'POSIX')) c(oid, collname, collprovider, locale);

CREATE TABLE rvbbit.pgc._setting AS SELECT * FROM (VALUES
  ('application_name', '', NULL, 'user', 'string', 'Name of the client program'), ('bytea_output', 'hex', NULL, 'user', 'enum', 'Text form of binary strings'),
  ('client_encoding', 'UTF8', NULL, 'user', 'string', 'Encoding of the client'), ('client_min_messages', 'notice', NULL, 'user', 'enum', 'Lowest level of messages sent'),
  ('DateStyle', 'ISO, MDY', NULL, 'user', 'string', 'Text form of dates'), ('default_transaction_isolation', 'repeatable read', NULL, 'user', 'enum', 'Isolation of new transactions'),
  ('default_transaction_read_only', 'off', NULL, 'user', 'bool', 'Whether new transactions only read'), ('extra_float_digits', '1', NULL, 'user', 'integer', 'Digits of floating-point text'),
  ('integer_datetimes', 'on', NULL, 'internal', 'bool', 'Whether timestamps are integers'), ('IntervalStyle', 'postgres', NULL, 'user', 'enum', 'Text form of intervals'),
  ('lc_collate', 'C.UTF-8', NULL, 'internal', 'string', 'Locale of sorting'), ('lc_ctype', 'C.UTF-8', NULL, 'internal', 'string', 'Locale of letters'),
  ('lc_messages', 'C.UTF-8', NULL, 'superuser', 'string', 'Locale of messages'), ('lc_monetary', 'C.UTF-8', NULL, 'user', 'string', 'Locale of money'),
  ('listen_addresses', 'localhost', NULL, 'postmaster', 'string', 'Addresses listened on'), ('lock_timeout', '0', 'ms', 'user', 'integer', 'Longest wait for a lock'),
  ('max_connections', '100', NULL, 'postmaster', 'integer', 'Most connections at once'), ('max_identifier_length', '63', NULL, 'internal', 'integer', 'Longest name in bytes'),
  ('max_index_keys', '32', NULL, 'internal', 'integer', 'Most columns of an index'), ('search_path', '"$user", public', NULL, 'user', 'string', 'Schemas searched for unqualified names'),
  ('server_encoding', 'UTF8', NULL, 'internal', 'string', 'Encoding of the server'), ('server_version', '{{server_version}}', NULL, 'internal', 'string', 'Version of PostgreSQL spoken'),
  ('server_version_num', '{{server_version_num}}', NULL, 'internal', 'integer', 'Version of PostgreSQL spoken, as a number'), ('session_authorization', '', NULL, 'user', 'string', 'Role of the session'),
  ('is_superuser', 'on', NULL, 'internal', 'bool', 'Whether the role may do anything'), ('standard_conforming_strings', 'on', NULL, 'user', 'bool', 'Whether backslashes are ordinary in strings'),
  ('statement_timeout', '0', 'ms', 'user', 'integer', 'Longest time of a statement'), ('TimeZone', 'UTC', NULL, 'user', 'string', 'Time zone of the session'),
  ('transaction_isolation', 'repeatable read', NULL, 'user', 'enum', 'Isolation of this transaction'), ('transaction_read_only', 'off', NULL, 'user', 'bool', 'Whether this transaction only reads'),
  ('work_mem', '4096', 'kB', 'user', 'integer', 'Memory of one operation'), ('xmloption', 'content', NULL, 'user', 'enum', 'Form of XML values'))
  s(name, setting, unit, context, vartype, short_desc);
-- What SHOW answers in this session, and after it what a server tells besides.
CREATE VIEW rvbbit.pgc._session_setting AS
SELECT name, setting FROM _rvbbit_settings(rvbbit.pgc.pg_backend_pid())
UNION ALL
SELECT name, CASE name WHEN 'session_authorization' THEN rvbbit.pgc._user() WHEN 'TimeZone' THEN system.main.current_setting('TimeZone') ELSE setting END
FROM rvbbit.pgc._setting WHERE lower(name) NOT IN (SELECT lower(name) FROM _rvbbit_settings(rvbbit.pgc.pg_backend_pid()));
CREATE VIEW rvbbit.pgc.pg_settings AS
SELECT v.name, CASE WHEN s.unit = 'ms' AND regexp_full_match(v.setting, '\d+[a-z]*') THEN (regexp_extract(v.setting, '^\d+')::BIGINT
         * CASE regexp_extract(v.setting, '[a-z]+$') WHEN 's' THEN 1000 WHEN 'min' THEN 60000 WHEN 'h' THEN 3600000 WHEN 'd' THEN 86400000 ELSE 1 END)::VARCHAR ELSE v.setting END AS setting,
       s.unit, 'Client' AS category, coalesce(s.short_desc, 'Setting of this server') AS short_desc, NULL::VARCHAR AS extra_desc, coalesce(s.context, 'user') AS context,
       coalesce(s.vartype, 'string') AS vartype, CASE WHEN v.setting IS DISTINCT FROM coalesce(s.setting, v.setting) THEN 'session' ELSE 'default' END AS source,
       NULL::VARCHAR AS min_val, NULL::VARCHAR AS max_val, NULL::VARCHAR[] AS enumvals, coalesce(s.setting, v.setting) AS boot_val, coalesce(s.setting, v.setting) AS reset_val,
       NULL::VARCHAR AS sourcefile, NULL::INTEGER AS sourceline, false AS pending_restart
FROM rvbbit.pgc._session_setting v LEFT JOIN rvbbit.pgc._setting s ON lower(s.name) = lower(v.name);
CREATE VIEW rvbbit.pgc._setting_text AS SELECT lower(name) AS _k, setting AS _v FROM rvbbit.pgc._session_setting;
CREATE MACRO rvbbit.pgc.current_setting(_n) AS coalesce((SELECT _v FROM rvbbit.pgc._setting_text WHERE _k = lower(_n)),
    error('42704: unrecognized configuration parameter "' || _n || '"')),
  (_n, _missing) AS coalesce((SELECT _v FROM rvbbit.pgc._setting_text WHERE _k = lower(_n)),
    CASE WHEN _missing THEN NULL ELSE error('42704: unrecognized configuration parameter "' || _n || '"') END);
CREATE MACRO rvbbit.pgc.set_config(_n, _v, _local) AS error('0A000: set_config is understood only as a statement of its own: SELECT set_config(…)');

CREATE VIEW rvbbit.pgc.pg_timezone_names AS SELECT name, abbrev, utc_offset, is_dst FROM main.pg_timezone_names();
CREATE MACRO rvbbit.pgc.pg_timezone_names() AS TABLE SELECT name, abbrev, utc_offset, is_dst FROM main.pg_timezone_names();
-- Of another role's session an ordinary role sees who it is and where, as in PostgreSQL.
CREATE VIEW rvbbit.pgc.pg_stat_activity AS
SELECT d.oid AS datid, b.datname, b.pid, NULL::INTEGER AS leader_pid, coalesce(r.oid, 10) AS usesysid, b.usename, b.application_name,
       CASE WHEN b.open THEN nullif(b.client_addr, '') END AS client_addr, NULL::VARCHAR AS client_hostname,
       CASE WHEN b.open THEN b.client_port END AS client_port, CASE WHEN b.open THEN b.backend_start END AS backend_start,
       CASE WHEN b.open THEN b.xact_start END AS xact_start, CASE WHEN b.open THEN b.query_start END AS query_start,
       CASE WHEN b.open THEN b.state_change END AS state_change,
       CASE WHEN b.open AND b.state <> 'active' THEN 'Client' END AS wait_event_type, CASE WHEN b.open AND b.state <> 'active' THEN 'ClientRead' END AS wait_event,
       CASE WHEN b.open THEN b.state END AS state, NULL::BIGINT AS backend_xid, NULL::BIGINT AS backend_xmin, NULL::BIGINT AS query_id,
       CASE WHEN b.open THEN b.query ELSE '<insufficient privilege>' END AS query, CASE WHEN b.open THEN 'client backend' END AS backend_type
FROM (SELECT *, usename = rvbbit.pgc._user() OR rvbbit.pgc._is_super() AS open FROM _rvbbit_backends()) b
LEFT JOIN rvbbit.pgc.pg_database d ON d.datname = b.datname LEFT JOIN rvbbit.pgc.pg_roles r ON r.rolname = b.usename;
