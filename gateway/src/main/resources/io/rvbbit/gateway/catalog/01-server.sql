-- Who is asking, where, and the functions about the server. Connection variables _rvbbit_user, _rvbbit_pid,
-- _rvbbit_databases (a list of names) and _rvbbit_settings (a map) are set by the session; each has a default.
CREATE MACRO rvbbit.pgc._user() AS coalesce(getvariable('_rvbbit_user')::VARCHAR, 'rvbbit');
-- Variable _rvbbit_roles: a list of structs. Without it there is one role, which may do anything.
CREATE MACRO rvbbit.pgc._roles() AS coalesce(getvariable('_rvbbit_roles')::STRUCT(oid BIGINT, name VARCHAR, super BOOLEAN, login BOOLEAN)[],
  [{'oid': 10::BIGINT, 'name': rvbbit.pgc._user(), 'super': true, 'login': true}]);
CREATE MACRO rvbbit.pgc._is_super() AS len(list_filter(rvbbit.pgc._roles(), lambda r: r.name = rvbbit.pgc._user() AND r.super)) > 0;
CREATE TABLE rvbbit.pgc._server AS SELECT now() AS _started_at;
CREATE MACRO rvbbit.pgc._started() AS (SELECT _started_at FROM rvbbit.pgc._server);
CREATE MACRO rvbbit.pgc.version() AS 'PostgreSQL {{server_version}} (RVBBIT on DuckDB ' || system.main.version() || ')';
CREATE MACRO rvbbit.pgc.pg_backend_pid() AS coalesce(getvariable('_rvbbit_pid')::INTEGER, 0);
CREATE MACRO rvbbit.pgc.pg_postmaster_start_time() AS rvbbit.pgc._started();
CREATE MACRO rvbbit.pgc.pg_conf_load_time() AS rvbbit.pgc._started();
CREATE MACRO rvbbit.pgc.pg_is_in_recovery() AS false;
CREATE MACRO rvbbit.pgc.pg_advisory_unlock_all() AS NULL;
CREATE MACRO rvbbit.pgc.txid_current() AS system.main.txid_current();
CREATE MACRO rvbbit.pgc.getdatabaseencoding() AS 'UTF8';
CREATE MACRO rvbbit.pgc.pg_client_encoding() AS 'UTF8';
CREATE MACRO rvbbit.pgc.pg_encoding_to_char(_e) AS CASE _e WHEN 6 THEN 'UTF8' WHEN 0 THEN 'SQL_ASCII' ELSE '' END;
CREATE MACRO rvbbit.pgc.pg_char_to_encoding(_e) AS CASE upper(_e) WHEN 'UTF8' THEN 6 WHEN 'SQL_ASCII' THEN 0 ELSE -1 END;
CREATE MACRO rvbbit.pgc.pg_my_temp_schema() AS 0::BIGINT;
CREATE MACRO rvbbit.pgc.pg_is_other_temp_schema(_o) AS _o IS NULL;
CREATE MACRO rvbbit.pgc.age(_x) AS 0;

CREATE MACRO rvbbit.pgc.has_table_privilege(_r, _p) AS _r IS NOT NULL, (_u, _r, _p) AS _r IS NOT NULL;
CREATE MACRO rvbbit.pgc.has_any_column_privilege(_r, _p) AS _r IS NOT NULL, (_u, _r, _p) AS _r IS NOT NULL;
CREATE MACRO rvbbit.pgc.has_schema_privilege(_r, _p) AS _r IS NOT NULL, (_u, _r, _p) AS _r IS NOT NULL;
CREATE MACRO rvbbit.pgc.has_database_privilege(_r, _p) AS _r IS NOT NULL, (_u, _r, _p) AS _r IS NOT NULL;
CREATE MACRO rvbbit.pgc.has_function_privilege(_r, _p) AS _r IS NOT NULL, (_u, _r, _p) AS _r IS NOT NULL;
CREATE MACRO rvbbit.pgc.has_sequence_privilege(_r, _p) AS _r IS NOT NULL, (_u, _r, _p) AS _r IS NOT NULL;
CREATE MACRO rvbbit.pgc.has_type_privilege(_r, _p) AS _r IS NOT NULL, (_u, _r, _p) AS _r IS NOT NULL;
CREATE MACRO rvbbit.pgc.has_language_privilege(_r, _p) AS _r IS NOT NULL, (_u, _r, _p) AS _r IS NOT NULL;
CREATE MACRO rvbbit.pgc.has_tablespace_privilege(_r, _p) AS _r IS NOT NULL, (_u, _r, _p) AS _r IS NOT NULL;
CREATE MACRO rvbbit.pgc.has_column_privilege(_r, _c, _p) AS _r IS NOT NULL, (_u, _r, _c, _p) AS _r IS NOT NULL;
CREATE MACRO rvbbit.pgc.pg_has_role(_r, _p) AS _r IS NOT NULL, (_u, _r, _p) AS _r IS NOT NULL;

-- Staged relations: what the session keeps of the engine's state and reads anew once that may have changed.
CREATE MACRO rvbbit.pgc._staged(_relations) AS (SELECT _handle FROM _rvbbit_staged(getvariable('_rvbbit_connection')::BIGINT, _relations));
CREATE MACRO rvbbit.pgc._look(_relations, _key) AS _rvbbit_look(rvbbit.pgc._staged(_relations), _key::VARCHAR);

-- A qualified name as PostgreSQL reads it: unquoted parts in lower case.
CREATE MACRO rvbbit.pgc._parts(_s) AS list_transform(regexp_extract_all(trim(_s), '"(?:[^"]|"")*"|[^".]+'), lambda p: CASE WHEN p LIKE '"%' THEN replace(p[2:-2], '""', '"') ELSE lower(p) END);
CREATE MACRO rvbbit.pgc._name_part(_s) AS list_extract(rvbbit.pgc._parts(_s), -1);
CREATE MACRO rvbbit.pgc.quote_ident(_s) AS CASE WHEN regexp_full_match(_s::VARCHAR, '[a-z_][a-z0-9_]*') AND NOT regexp_full_match(_s::VARCHAR, '{{reserved}}') THEN _s::VARCHAR ELSE '"' || replace(_s::VARCHAR, '"', '""') || '"' END;
CREATE MACRO rvbbit.pgc.quote_literal(_s) AS CASE WHEN contains(_s::VARCHAR, '\') THEN 'E' ELSE '' END || '''' || replace(replace(_s::VARCHAR, '''', ''''''), '\', '\\') || '''';
CREATE MACRO rvbbit.pgc.quote_nullable(_s) AS coalesce(rvbbit.pgc.quote_literal(_s), 'NULL');
CREATE MACRO rvbbit.pgc.parse_ident(_s) AS rvbbit.pgc._parts(_s), (_s, _strict) AS rvbbit.pgc._parts(_s);
CREATE MACRO rvbbit.pgc._format1(_f, _a) AS replace(replace(replace(replace(_f, '%%', chr(1)), '%s', coalesce(_a::VARCHAR, '')), '%I', rvbbit.pgc.quote_ident(coalesce(_a::VARCHAR, ''))), '%L', rvbbit.pgc.quote_nullable(_a));
CREATE MACRO rvbbit.pgc._directive(_f, _n) AS coalesce(regexp_extract_all(_f, '%[sIL]')[_n], '%');
CREATE MACRO rvbbit.pgc._rendered(_d, _a) AS CASE _d WHEN '%s' THEN coalesce(_a::VARCHAR, '') WHEN '%I' THEN rvbbit.pgc.quote_ident(_a) WHEN '%L' THEN rvbbit.pgc.quote_nullable(_a) ELSE '' END;
CREATE MACRO rvbbit.pgc._between(_f, _n) AS coalesce(replace(string_split_regex(replace(_f, '%%', chr(1)), '%[sIL]')[_n], chr(1), '%'), '');
CREATE MACRO rvbbit.pgc.format(_f) AS replace(_f, '%%', '%'),
  (_f, _a) AS rvbbit.pgc._between(_f, 1) || rvbbit.pgc._rendered(rvbbit.pgc._directive(_f, 1), _a) || rvbbit.pgc._between(_f, 2),
  (_f, _a, _b) AS rvbbit.pgc._between(_f, 1) || rvbbit.pgc._rendered(rvbbit.pgc._directive(_f, 1), _a) || rvbbit.pgc._between(_f, 2)
    || rvbbit.pgc._rendered(rvbbit.pgc._directive(_f, 2), _b) || rvbbit.pgc._between(_f, 3),
  (_f, _a, _b, _c) AS rvbbit.pgc._between(_f, 1) || rvbbit.pgc._rendered(rvbbit.pgc._directive(_f, 1), _a) || rvbbit.pgc._between(_f, 2)
    || rvbbit.pgc._rendered(rvbbit.pgc._directive(_f, 2), _b) || rvbbit.pgc._between(_f, 3) || rvbbit.pgc._rendered(rvbbit.pgc._directive(_f, 3), _c) || rvbbit.pgc._between(_f, 4);

CREATE MACRO rvbbit.pgc.array_to_string(_a, _s) AS system.main.array_to_string(list_filter(_a, lambda x: x IS NOT NULL), _s),
  (_a, _s, _n) AS system.main.array_to_string(list_transform(_a, lambda x: coalesce(x::VARCHAR, _n)), _s);
CREATE MACRO rvbbit.pgc.array_upper(_a, _d) AS CASE WHEN _d = 1 THEN nullif(len(_a), 0)::INTEGER END;
CREATE MACRO rvbbit.pgc.array_lower(_a, _d) AS CASE WHEN _d = 1 AND len(_a) > 0 THEN 1 END;
CREATE MACRO rvbbit.pgc.array_remove(_a, _x) AS list_filter(_a, lambda x: x IS DISTINCT FROM _x);
CREATE MACRO rvbbit.pgc._pg_expandarray(_a) AS list_transform(_a, lambda x, i: {'x': x, 'n': i::INTEGER});
CREATE MACRO rvbbit.pgc._regex(_p) AS '(?s:.*)(?:' || _p || ')(?s:.*)';
CREATE MACRO rvbbit.pgc._regexi(_p) AS '(?i)(?s:.*)(?:' || _p || ')(?s:.*)';
CREATE MACRO rvbbit.pgc._array(_t) AS CASE WHEN _t IS NULL THEN NULL WHEN _t::VARCHAR = '{}' THEN []::VARCHAR[] ELSE string_split(replace(trim(_t::VARCHAR, '{}'), '"', ''), ',') END;

CREATE MACRO rvbbit.pgc.pg_size_pretty(_b) AS CASE WHEN _b IS NULL THEN NULL WHEN abs(_b) < 10240 THEN _b::BIGINT::VARCHAR || ' bytes'
  WHEN abs(_b) < 10240 * 1024 THEN round(_b / 1024)::BIGINT::VARCHAR || ' kB' WHEN abs(_b) < 10240 * 1024 ** 2 THEN round(_b / 1024 ** 2)::BIGINT::VARCHAR || ' MB'
  WHEN abs(_b) < 10240 * 1024 ** 3 THEN round(_b / 1024 ** 3)::BIGINT::VARCHAR || ' GB' ELSE round(_b / 1024 ** 4)::BIGINT::VARCHAR || ' TB' END;
-- The engine tells the size of a database, not that of a table.
CREATE VIEW rvbbit.pgc._database_size AS SELECT database_name AS _k, block_size * total_blocks AS _v FROM pragma_database_size();
CREATE MACRO rvbbit.pgc.pg_database_size(_d) AS (SELECT min(_v) FROM rvbbit.pgc._database_size WHERE _k = current_database() AND _d IS NOT NULL);
CREATE MACRO rvbbit.pgc.pg_tablespace_size(_d) AS (SELECT min(_v) FROM rvbbit.pgc._database_size WHERE _k = current_database() AND _d IS NOT NULL);
CREATE MACRO rvbbit.pgc.pg_indexes_size(_o) AS CASE WHEN _o IS NULL THEN NULL ELSE 0::BIGINT END;

-- PostgreSQL's words, those that only the engine reserves, and our own.
CREATE TABLE rvbbit.pgc._keyword AS
SELECT f[1] AS word, f[2] AS catcode, f[3] = 't' AS barelabel FROM (SELECT string_split(unnest(string_split({{keywords.txt}}, chr(10))), ' ') AS f)
UNION ALL SELECT DISTINCT lower(keyword_name), CASE keyword_category WHEN 'reserved' THEN 'R' WHEN 'unreserved' THEN 'U' WHEN 'column_name' THEN 'C' ELSE 'T' END, keyword_category <> 'reserved'
FROM duckdb_keywords() WHERE lower(keyword_name) NOT IN (SELECT split_part(unnest(string_split({{keywords.txt}}, chr(10))), ' ', 1)) AND lower(keyword_name) NOT IN ('map', 'run', 'rvbbit')
UNION ALL VALUES ('rvbbit', 'U', true), ('map', 'U', true), ('run', 'U', true);
CREATE MACRO rvbbit.pgc.pg_get_keywords() AS TABLE SELECT word, catcode, barelabel,
  CASE catcode WHEN 'R' THEN 'reserved' WHEN 'U' THEN 'unreserved' WHEN 'C' THEN 'unreserved (cannot be function or type name)'
    ELSE 'reserved (can be function or type name)' END AS catdesc,
  CASE WHEN barelabel THEN 'can be bare label' ELSE 'requires AS' END AS baredesc FROM rvbbit.pgc._keyword ORDER BY word;
