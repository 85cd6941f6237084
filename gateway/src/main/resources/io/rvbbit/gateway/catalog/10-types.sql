-- The types of PostgreSQL with their real OIDs, and which of them stands for a type of the engine.
CREATE TABLE rvbbit.pgc._base_type AS
SELECT f[1]::BIGINT AS oid, f[2] AS typname, f[3]::SMALLINT AS typlen, f[4] = 't' AS typbyval, f[5] AS typtype, f[6] AS typcategory,
       f[7] = 't' AS typispreferred, f[8]::BIGINT AS typelem, f[9]::BIGINT AS typarray, f[10]::BIGINT AS typinput,
       f[11]::BIGINT AS typoutput, f[12]::BIGINT AS typreceive, f[13]::BIGINT AS typsend, f[14]::BIGINT AS typmodin,
       f[15]::BIGINT AS typmodout, f[16]::BIGINT AS typanalyze, f[17]::BIGINT AS typsubscript, f[18] AS typalign,
       f[19] AS typstorage, f[20]::BIGINT AS typbasetype, f[21]::BIGINT AS typcollation
FROM (SELECT string_split(unnest(string_split({{types.txt}}, chr(10))), ' ') AS f);

CREATE TABLE rvbbit.pgc._base_function AS
SELECT f[1]::BIGINT AS oid, f[2] AS proname, f[3]::BIGINT AS prorettype,
       CASE f[4] WHEN '' THEN []::BIGINT[] ELSE string_split(f[4], ',')::BIGINT[] END AS proargtypes,
       f[5] = 't' AS proretset, f[6] AS provolatile, f[7] = 't' AS proisstrict, f[8] AS prokind
FROM (SELECT string_split(unnest(string_split({{functions.txt}}, chr(10))), ' ') AS f);

-- What clients are told about a column of an engine type. Nested types other than lists arrive as JSON.
CREATE TABLE rvbbit.pgc._engine_type AS
SELECT e.name, e.oid, b.typarray FROM (VALUES
  ('BOOLEAN', 16), ('TINYINT', 21), ('SMALLINT', 21), ('INTEGER', 23), ('BIGINT', 20), ('UTINYINT', 21), ('USMALLINT', 23),
  ('UINTEGER', 20), ('UBIGINT', 1700), ('HUGEINT', 1700), ('UHUGEINT', 1700), ('BIGNUM', 1700), ('DECIMAL', 1700),
  ('FLOAT', 700), ('DOUBLE', 701), ('VARCHAR', 25), ('BLOB', 17), ('DATE', 1082), ('TIME', 1083), ('TIME_NS', 1083),
  ('TIME WITH TIME ZONE', 1266), ('TIMESTAMP', 1114), ('TIMESTAMP_S', 1114), ('TIMESTAMP_MS', 1114), ('TIMESTAMP_NS', 1114),
  ('TIMESTAMP WITH TIME ZONE', 1184), ('INTERVAL', 1186), ('UUID', 2950), ('BIT', 1562), ('JSON', 114), ('ENUM', 25),
  ('STRUCT', 114), ('MAP', 114), ('UNION', 114), ('VARIANT', 114), ('GEOMETRY', 25), ('"NULL"', 25)) e(name, oid)
JOIN rvbbit.pgc._base_type b ON b.oid = e.oid;

CREATE TABLE rvbbit.pgc._type_words AS
SELECT * FROM (VALUES (16, 'boolean'), (18, '"char"'), (20, 'bigint'), (21, 'smallint'), (23, 'integer'), (700, 'real'),
  (701, 'double precision'), (1042, 'character'), (1043, 'character varying'), (1083, 'time without time zone'),
  (1114, 'timestamp without time zone'), (1184, 'timestamp with time zone'), (1266, 'time with time zone'),
  (1562, 'bit varying')) w(oid, words);

CREATE MACRO rvbbit.pgc._name(_s) AS CASE WHEN regexp_full_match(_s, '[a-z_][a-z0-9_$]*') AND NOT regexp_full_match(_s, '{{reserved}}') THEN _s ELSE '"' || replace(_s, '"', '""') || '"' END;

CREATE TABLE rvbbit.pgc._base_type_name AS
SELECT b.oid, CASE WHEN e.oid IS NULL THEN coalesce(w.words, b.typname) ELSE coalesce(we.words, e.typname) || '[]' END AS name
FROM rvbbit.pgc._base_type b LEFT JOIN rvbbit.pgc._type_words w ON w.oid = b.oid
LEFT JOIN rvbbit.pgc._base_type e ON b.typcategory = 'A' AND b.typname LIKE '\_%' ESCAPE '\' AND e.oid = b.typelem LEFT JOIN rvbbit.pgc._type_words we ON we.oid = e.oid;
CREATE TABLE rvbbit.pgc._base_function_text AS
SELECT f.oid, any_value(CASE WHEN f.proretset THEN 'SETOF ' ELSE '' END || r.name) AS result, coalesce(string_agg(a.name, ', ' ORDER BY f.n), '') AS arguments
FROM (SELECT oid, proretset, prorettype, unnest(CASE WHEN len(proargtypes) = 0 THEN [0] ELSE proargtypes END) AS argument,
        unnest(generate_series(1, greatest(len(proargtypes), 1))) AS n FROM rvbbit.pgc._base_function) f
LEFT JOIN rvbbit.pgc._base_type_name r ON r.oid = f.prorettype LEFT JOIN rvbbit.pgc._base_type_name a ON a.oid = f.argument GROUP BY f.oid;

-- PostgreSQL shortens what it makes a name of until the whole has 63 bytes.
CREATE MACRO rvbbit.pgc._object_name(_table, _columns, _ending) AS CASE WHEN strlen(_table || _columns || _ending) <= 63 THEN _table || _columns || _ending
  WHEN strlen(_columns) <= 30 THEN left(_table, 63 - length(_columns || _ending)) || _columns || _ending
  WHEN strlen(_table) <= 29 THEN _table || left(_columns, 63 - length(_table || _ending)) || _ending
  ELSE left(_table, 29) || left(_columns, 34 - length(_ending)) || _ending END;

STAGE rvbbit.pgc._user_type(oid BIGINT, typname VARCHAR, typnamespace BIGINT, position BIGINT, nspname VARCHAR, labels VARCHAR[], comment VARCHAR, logical_type VARCHAR,
  typtype VARCHAR, typarray BIGINT, typbasetype BIGINT, engine_text VARCHAR) AS
SELECT rvbbit.pgc._oid('type', n.nspname, t.type_name) AS oid, t.type_name AS typname, n.oid AS typnamespace, n.position, n.nspname, t.labels, t.comment, t.logical_type,
       CASE t.logical_type WHEN 'ENUM' THEN 'e' WHEN 'STRUCT' THEN 'c' ELSE 'd' END AS typtype,
       rvbbit.pgc._oid('type', n.nspname, '_' || t.type_name) AS typarray, CASE WHEN t.logical_type IN ('ENUM', 'STRUCT') THEN 0 ELSE coalesce(b.oid, 0) END AS typbasetype,
       CASE WHEN t.logical_type = 'ENUM'
            THEN 'ENUM(' || array_to_string(list_transform(t.labels, lambda l: '''' || replace(l, '''', '''''') || ''''), ', ') || ')' END AS engine_text
FROM duckdb_types() t
JOIN rvbbit.pgc._namespace n ON n.schema_oid = t.schema_oid
LEFT JOIN rvbbit.pgc._engine_type b ON b.name = t.logical_type
WHERE NOT t.internal AND n.database_name <> 'rvbbit';


CREATE VIEW rvbbit.pgc.pg_enum AS
SELECT rvbbit.pgc._member(oid, 'label', i) AS oid, oid AS enumtypid, i::FLOAT AS enumsortorder, labels[i] AS enumlabel
FROM (SELECT oid, labels, unnest(generate_series(1, len(labels))) AS i FROM rvbbit.pgc._user_type WHERE typtype = 'e');

CREATE VIEW rvbbit.pgc.pg_range AS
SELECT * FROM (VALUES (3904, 23, 4451, 0, 1978, 3914, 3922), (3906, 1700, 4532, 0, 3125, 0, 3924), (3908, 1114, 4533, 0, 3128, 0, 3929),
  (3910, 1184, 4534, 0, 3127, 0, 3930), (3912, 1082, 4535, 0, 3122, 3915, 3925), (3926, 20, 4536, 0, 3124, 3928, 3923))
  r(rngtypid, rngsubtype, rngmultitypid, rngcollation, rngsubopc, rngcanonical, rngsubdiff);

-- A number of pg_proc as PostgreSQL prints it.
STAGE SHARED rvbbit.pgc._base_function_name(_k VARCHAR, _v VARCHAR) AS SELECT oid, proname FROM rvbbit.pgc._base_function;
CREATE MACRO rvbbit.pgc._procedure_name(_o) AS _rvbbit_name(rvbbit.pgc._staged('pgc._base_function_name'), _o::VARCHAR);
