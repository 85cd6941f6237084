-- Schemas: those of the client's database, and one name for each of the gateway's own catalogs.
CREATE MACRO rvbbit.pgc._path() AS list_transform(string_split(coalesce(nullif(system.main.current_setting('search_path'), ''), 'main'), ','), lambda p: replace(trim(p), '"', ''));

CREATE VIEW rvbbit.pgc._namespace AS
SELECT s.oid AS schema_oid, s.database_name, s.schema_name, s.comment,
       CASE s.database_name WHEN current_database() THEN s.schema_name WHEN 'temp' THEN 'pg_temp' ELSE s.database_name END AS nspname,
       CASE WHEN s.database_name = current_database() AND s.schema_name = 'public' THEN 2200 ELSE s.oid END AS oid,
       CASE s.database_name WHEN 'temp' THEN 0 WHEN current_database()
            THEN coalesce(list_position(rvbbit.pgc._path(), s.database_name || '.' || s.schema_name), list_position(rvbbit.pgc._path(), s.schema_name))
            ELSE list_position(rvbbit.pgc._path(), s.database_name || '.' || s.schema_name) END AS position
FROM duckdb_schemas() s
WHERE s.database_name = current_database() AND s.schema_name NOT IN ('pg_catalog', 'information_schema')
   OR s.database_name IN ('rvbbit', 'examples', 'temp') AND s.schema_name = 'main';

CREATE VIEW rvbbit.pgc.pg_namespace AS
SELECT oid, nspname, 10::BIGINT AS nspowner, NULL::VARCHAR[] AS nspacl FROM rvbbit.pgc._namespace
UNION ALL VALUES (11, 'pg_catalog', 10, NULL), (13207, 'information_schema', 10, NULL);

CREATE VIEW rvbbit.pgc._path_schema AS SELECT nspname AS _name, position AS _position FROM rvbbit.pgc._namespace WHERE position > 0;
CREATE MACRO rvbbit.pgc.current_schemas(_implicit) AS CASE WHEN _implicit THEN ['pg_catalog'] ELSE []::VARCHAR[] END
  || (SELECT coalesce(list(_name ORDER BY _position), []) FROM rvbbit.pgc._path_schema);
