-- Schemas: those of the client's database, and one name for each of the gateway's own catalogs.
CREATE MACRO rvbbit.pgc._path() AS list_transform(string_split(coalesce(nullif(system.main.current_setting('search_path'), ''), 'main'), ','), lambda p: replace(trim(p), '"', ''));

-- An object's OID is told by its names: the same in each query, on each connection and after a restart. DuckDB's own numbers are not.
CREATE MACRO rvbbit.pgc._oid(_kind, _schema, _object) AS 16384 + (md5_number_lower(_kind || chr(31) || _schema || chr(31) || _object) % 2147467264)::BIGINT;
CREATE MACRO rvbbit.pgc._member(_o, _kind, _n) AS 16384 + (md5_number_lower(_kind || chr(31) || _o::VARCHAR || chr(31) || _n::VARCHAR) % 2147467264)::BIGINT;

STAGE rvbbit.pgc._namespace(schema_oid BIGINT, database_name VARCHAR, schema_name VARCHAR, comment VARCHAR, nspname VARCHAR, oid BIGINT, position BIGINT) AS
SELECT * REPLACE (CASE nspname WHEN 'public' THEN 2200 ELSE rvbbit.pgc._oid('namespace', '', nspname) END AS oid) FROM (
SELECT s.oid AS schema_oid, s.database_name, s.schema_name, s.comment,
       CASE s.database_name WHEN current_database() THEN s.schema_name WHEN 'temp' THEN 'pg_temp_1' ELSE s.database_name END AS nspname,
       0::BIGINT AS oid,
       CASE s.database_name WHEN 'temp' THEN 0 WHEN current_database()
            THEN coalesce(list_position(rvbbit.pgc._path(), s.database_name || '.' || s.schema_name), list_position(rvbbit.pgc._path(), s.schema_name))
            ELSE list_position(rvbbit.pgc._path(), s.database_name || '.' || s.schema_name) END AS position
FROM duckdb_schemas() s
WHERE s.database_name = current_database() AND s.schema_name NOT IN ('pg_catalog', 'information_schema')
  AND (s.schema_name <> 'main' OR NOT EXISTS (SELECT 1 FROM duckdb_schemas() p WHERE p.database_name = current_database() AND p.schema_name = 'public')
       OR EXISTS (SELECT 1 FROM duckdb_tables() t WHERE t.schema_oid = s.oid) OR EXISTS (SELECT 1 FROM duckdb_views() v WHERE v.schema_oid = s.oid AND NOT v.internal)
       OR EXISTS (SELECT 1 FROM duckdb_sequences() q WHERE q.schema_oid = s.oid) OR EXISTS (SELECT 1 FROM duckdb_types() y WHERE y.schema_oid = s.oid AND NOT y.internal))
   OR s.database_name IN ('rvbbit', 'examples') AND s.schema_name = 'main'
   OR s.database_name = 'temp' AND s.schema_name = 'main' AND (EXISTS (SELECT 1 FROM duckdb_tables() WHERE temporary) OR EXISTS (SELECT 1 FROM duckdb_views() WHERE temporary AND NOT internal)));

CREATE VIEW rvbbit.pgc.pg_namespace AS
SELECT oid, nspname, 10::BIGINT AS nspowner, NULL::VARCHAR[] AS nspacl FROM rvbbit.pgc._namespace
UNION ALL VALUES (11, 'pg_catalog', 10, [rvbbit.pgc._user() || '=UC/' || rvbbit.pgc._user(), '=U/' || rvbbit.pgc._user()]), (99, 'pg_toast', 10, NULL), (13207, 'information_schema', 10, [rvbbit.pgc._user() || '=UC/' || rvbbit.pgc._user(), '=U/' || rvbbit.pgc._user()]);

CREATE VIEW rvbbit.pgc._path_schema AS SELECT nspname AS _name, position AS _position FROM rvbbit.pgc._namespace WHERE position > 0;
CREATE MACRO rvbbit.pgc.current_schemas(_implicit) AS CASE WHEN _implicit THEN ['pg_catalog'] ELSE []::VARCHAR[] END
  || (SELECT coalesce(list(_name ORDER BY _position), []) FROM rvbbit.pgc._path_schema);
