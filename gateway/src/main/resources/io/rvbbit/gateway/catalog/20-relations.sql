-- Tables, views, sequences, indexes and what they are made of.
CREATE TABLE rvbbit.pgc._system_relation AS
SELECT f[1] AS nspname, f[2] AS relname, f[3]::BIGINT AS oid, f[4] AS relkind, f[5]::BIGINT AS reltype, string_split(f[6], ',') AS columns
FROM (SELECT string_split(unnest(string_split({{relations.txt}}, chr(10))), ' ') AS f);

CREATE TABLE rvbbit.pgc._system_column AS
SELECT c.attrelid, c.attnum, split_part(c.text, ':', 1) AS attname, rtrim(split_part(c.text, ':', 2), '!')::BIGINT AS atttypid, c.text LIKE '%!' AS attnotnull
FROM (SELECT oid AS attrelid, unnest(columns) AS text, unnest(generate_series(1, len(columns))) AS attnum FROM rvbbit.pgc._system_relation) c;
CREATE TABLE rvbbit.pgc._system_attribute AS
SELECT c.attrelid, c.attnum::BIGINT AS attnum, c.attname, c.atttypid, -1::BIGINT AS atttypmod, c.attnotnull, NULL::VARCHAR AS column_default, 0::BIGINT AS attndims, '' AS attgenerated,
       coalesce(t.typlen, 4)::BIGINT AS attlen, coalesce(t.typbyval, true) AS attbyval, coalesce(t.typalign, 'i') AS attalign, coalesce(t.typstorage, 'p') AS attstorage,
       CASE WHEN t.typcollation = 100 THEN 950 ELSE coalesce(t.typcollation, 0) END AS attcollation
FROM rvbbit.pgc._system_column c LEFT JOIN rvbbit.pgc._base_type t ON t.oid = c.atttypid;

-- Types that the engine has no name for stand in checks: ... AND 'varchar(20)' <> ''.
CREATE MACRO rvbbit.pgc._declared_type(_e) AS regexp_extract(_e, '\(''((varchar|bpchar|jsonb)(\(\d+\))?(\[\])*)'' != ''''\)', 1);

CREATE VIEW rvbbit.pgc._declared AS
SELECT database_name, table_oid, column_name, declared, CASE regexp_extract(declared, '^[a-z]+') WHEN 'varchar' THEN 1043 WHEN 'bpchar' THEN 1042 ELSE 3802 END AS typoid,
       CASE regexp_extract(declared, '^[a-z]+') WHEN 'varchar' THEN 1015 WHEN 'bpchar' THEN 1014 ELSE 3807 END AS typarray,
       coalesce(try_cast(regexp_extract(declared, '\((\d+)', 1) AS INTEGER) + 4, -1) AS typmod
FROM (SELECT database_name, table_oid, constraint_column_names[1] AS column_name, rvbbit.pgc._declared_type(expression) AS declared
      FROM duckdb_constraints() WHERE constraint_type = 'CHECK') WHERE declared <> '';

STAGE rvbbit.pgc._relation(oid BIGINT, engine_oid BIGINT, relname VARCHAR, relkind VARCHAR, relnamespace BIGINT, nspname VARCHAR, position BIGINT, reltype BIGINT, arraytype BIGINT,
  comment VARCHAR, database_name VARCHAR, schema_name VARCHAR, rows BIGINT, natts BIGINT, checks BIGINT, indexed BOOLEAN, temporary BOOLEAN) AS
SELECT rvbbit.pgc._oid('class', n.nspname, r.relname) AS oid, r.engine_oid, r.relname, r.relkind, n.oid AS relnamespace, n.nspname, n.position,
       rvbbit.pgc._oid('type', n.nspname, r.relname) AS reltype, rvbbit.pgc._oid('type', n.nspname, '_' || r.relname) AS arraytype, r.comment,
       n.database_name, n.schema_name, r.rows, r.natts, r.checks, r.indexed, r.temporary
FROM (
  SELECT table_oid AS engine_oid, schema_oid, table_name AS relname, 'r' AS relkind, comment, estimated_size AS rows, column_count AS natts,
         check_constraint_count - coalesce(declared, 0) AS checks, index_count > 0 OR has_primary_key AS indexed, temporary
  FROM duckdb_tables() t LEFT JOIN (SELECT database_name, table_oid, count(*) AS declared FROM rvbbit.pgc._declared GROUP BY ALL) d USING (database_name, table_oid) WHERE NOT internal
  UNION ALL
  SELECT view_oid, schema_oid, view_name, 'v', comment, 0, column_count, 0, false, temporary FROM duckdb_views() WHERE NOT internal) r
JOIN rvbbit.pgc._namespace n ON n.schema_oid = r.schema_oid
-- As they were made, which is how they lie in PostgreSQL.
ORDER BY r.engine_oid;

CREATE VIEW rvbbit.pgc.pg_type AS
SELECT b.oid, b.typname, 11::BIGINT AS typnamespace, 10::BIGINT AS typowner, b.typlen, b.typbyval, b.typtype, b.typcategory, b.typispreferred,
       true AS typisdefined, ',' AS typdelim, 0::BIGINT AS typrelid, b.typsubscript, b.typelem, b.typarray, b.typinput, b.typoutput,
       b.typreceive, b.typsend, b.typmodin, b.typmodout, b.typanalyze, b.typalign, b.typstorage, false AS typnotnull, b.typbasetype,
       -1::INTEGER AS typtypmod, 0::INTEGER AS typndims, b.typcollation, NULL::VARCHAR AS typdefaultbin, NULL::VARCHAR AS typdefault, NULL::VARCHAR[] AS typacl
FROM rvbbit.pgc._base_type b
UNION ALL
SELECT u.oid, u.typname, u.typnamespace, 10, CASE u.typtype WHEN 'e' THEN 4 WHEN 'd' THEN coalesce(b.typlen, -1) ELSE -1 END,
       CASE u.typtype WHEN 'e' THEN true WHEN 'd' THEN coalesce(b.typbyval, false) ELSE false END, u.typtype,
       CASE u.typtype WHEN 'e' THEN 'E' WHEN 'c' THEN 'C' ELSE coalesce(b.typcategory, 'U') END, false, true, ',',
       CASE u.typtype WHEN 'c' THEN rvbbit.pgc._oid('class', u.nspname, u.typname) ELSE 0 END, 0, 0, u.typarray,
       CASE u.typtype WHEN 'e' THEN 3506 WHEN 'c' THEN 2290 ELSE 2597 END, CASE u.typtype WHEN 'e' THEN 3507 WHEN 'c' THEN 2291 ELSE coalesce(b.typoutput, 47) END,
       CASE u.typtype WHEN 'e' THEN 3532 WHEN 'c' THEN 2402 ELSE 2598 END, CASE u.typtype WHEN 'e' THEN 3533 WHEN 'c' THEN 2403 ELSE coalesce(b.typsend, 2415) END,
       0, 0, 0, CASE u.typtype WHEN 'e' THEN 'i' WHEN 'c' THEN 'd' ELSE coalesce(b.typalign, 'i') END,
       CASE u.typtype WHEN 'e' THEN 'p' ELSE 'x' END, false, u.typbasetype, -1, 0, coalesce(b.typcollation, 0), NULL, NULL, NULL
FROM rvbbit.pgc._user_type u LEFT JOIN rvbbit.pgc._base_type b ON b.oid = u.typbasetype
UNION ALL
SELECT u.typarray, '_' || u.typname, u.typnamespace, 10, -1, false, 'b', 'A', false, true, ',', 0, 6179, u.oid, 0, 750, 751, 2400, 2401,
       0, 0, 3816, 'i', 'x', false, 0, -1, 0, 0, NULL, NULL, NULL
FROM rvbbit.pgc._user_type u
UNION ALL
SELECT r.reltype, r.relname, r.relnamespace, 10, -1, false, 'c', 'C', false, true, ',', r.oid, 0, 0, r.arraytype,
       2290, 2291, 2402, 2403, 0, 0, 0, 'd', 'x', false, 0, -1, 0, 0, NULL, NULL, NULL
FROM rvbbit.pgc._relation r
UNION ALL
SELECT r.arraytype, '_' || r.relname, r.relnamespace, 10, -1, false, 'b', 'A', false, true, ',', 0, 6179, r.reltype, 0, 750, 751, 2400, 2401,
       0, 0, 3816, 'd', 'x', false, 0, -1, 0, 0, NULL, NULL, NULL
FROM rvbbit.pgc._relation r;

STAGE rvbbit.pgc._sequence(oid BIGINT, engine_oid BIGINT, database_name VARCHAR, relname VARCHAR, relnamespace BIGINT, nspname VARCHAR, position BIGINT, comment VARCHAR,
  start_value BIGINT, min_value BIGINT, max_value BIGINT, increment_by BIGINT, cycle BOOLEAN, temporary BOOLEAN) AS
SELECT rvbbit.pgc._oid('class', n.nspname, s.sequence_name) AS oid, s.sequence_oid, s.database_name, s.sequence_name AS relname, n.oid AS relnamespace, n.nspname, n.position, s.comment, s.start_value, s.min_value,
       s.max_value, s.increment_by, s.cycle, s.temporary
FROM duckdb_sequences() s JOIN rvbbit.pgc._namespace n ON n.schema_oid = s.schema_oid;

-- PostgreSQL's names: table_pkey, table_columns_key, table_columns_fkey, table_column_check, then with 1, 2, …
STAGE rvbbit.pgc._constraint(oid BIGINT, index_oid BIGINT, conrelid BIGINT, table_name VARCHAR, connamespace BIGINT, nspname VARCHAR, position BIGINT, place BIGINT, contype VARCHAR,
  conname VARCHAR, expression VARCHAR, conkey SMALLINT[], columns VARCHAR[], referenced_table VARCHAR, referenced_columns VARCHAR[]) AS
SELECT rvbbit.pgc._oid('constraint', nspname, table_name || chr(31) || conname) AS oid, rvbbit.pgc._oid('index', nspname, conname) AS index_oid, * EXCLUDE (nth) FROM (
  SELECT * REPLACE (conname || CASE WHEN nth > 1 THEN (nth - 1)::VARCHAR ELSE '' END AS conname) FROM (
    SELECT *, row_number() OVER (PARTITION BY connamespace, table_name, conname ORDER BY place) AS nth FROM (
      SELECT r.oid AS conrelid, c.table_name, r.relnamespace AS connamespace, r.nspname, r.position, c.constraint_index AS place,
             CASE c.constraint_type WHEN 'PRIMARY KEY' THEN 'p' WHEN 'UNIQUE' THEN 'u' WHEN 'CHECK' THEN 'c' ELSE 'f' END AS contype,
             rvbbit.pgc._object_name(c.table_name, CASE WHEN c.constraint_type = 'PRIMARY KEY' OR c.constraint_type = 'CHECK' AND len(c.constraint_column_names) <> 1
                    THEN '' ELSE '_' || array_to_string(c.constraint_column_names, '_') END,
               CASE c.constraint_type WHEN 'PRIMARY KEY' THEN '_pkey' WHEN 'UNIQUE' THEN '_key' WHEN 'CHECK' THEN '_check' ELSE '_fkey' END) AS conname,
             c.expression, list_transform(c.constraint_column_indexes, lambda i: (i + 1)::SMALLINT) AS conkey, c.constraint_column_names AS columns,
             c.referenced_table, c.referenced_column_names AS referenced_columns
      FROM duckdb_constraints() c JOIN rvbbit.pgc._relation r ON r.engine_oid = c.table_oid AND r.database_name = c.database_name AND r.relkind = 'r'
      WHERE c.constraint_type IN ('PRIMARY KEY', 'UNIQUE', 'CHECK', 'FOREIGN KEY')
        AND coalesce(rvbbit.pgc._declared_type(c.expression), '') = '')));

STAGE rvbbit.pgc._index(oid BIGINT, relname VARCHAR, relnamespace BIGINT, nspname VARCHAR, position BIGINT, indrelid BIGINT, table_name VARCHAR, is_unique BOOLEAN, is_primary BOOLEAN,
  comment VARCHAR, expressions VARCHAR[]) AS
SELECT rvbbit.pgc._oid('index', r.nspname, i.index_name) AS oid, i.index_name AS relname, r.relnamespace, r.nspname, r.position, r.oid AS indrelid, i.table_name,
       i.is_unique, false AS is_primary, i.comment,
       list_transform(i.expressions::VARCHAR[], lambda e: CASE WHEN e LIKE '"%"' THEN replace(e[2:-2], '""', '"')
         WHEN regexp_full_match(e, '\(\w+\([^()]*(\([^()]*\)[^()]*)*\)\)') THEN e[2:-2] ELSE e END) AS expressions
FROM duckdb_indexes() i JOIN rvbbit.pgc._relation r ON r.engine_oid = i.table_oid AND r.database_name = i.database_name AND r.relkind = 'r'
UNION ALL
SELECT index_oid, conname, connamespace, nspname, position, conrelid, table_name, true, contype = 'p', NULL, columns
FROM rvbbit.pgc._constraint WHERE contype IN ('p', 'u');

STAGE rvbbit.pgc._column(attrelid BIGINT, nspname VARCHAR, relkind VARCHAR, attnum BIGINT, attname VARCHAR, data_type VARCHAR, is_nullable BOOLEAN, column_default VARCHAR, comment VARCHAR,
  atttypid BIGINT, atttypmod BIGINT, brackets VARCHAR) AS
SELECT r.oid AS attrelid, r.nspname, r.relkind, c.column_index AS attnum, c.column_name AS attname, c.data_type, c.is_nullable, c.column_default, c.comment,
       CASE WHEN c.data_type LIKE '%]' THEN coalesce(d.typarray, u.typarray, e.typarray, 1009) ELSE coalesce(d.typoid, u.oid, e.oid, 25) END AS atttypid,
       CASE WHEN d.typmod IS NOT NULL THEN d.typmod WHEN starts_with(c.data_type, 'DECIMAL(')
            THEN 4 + 65536 * regexp_extract(c.data_type, '\((\d+)', 1)::INTEGER + regexp_extract(c.data_type, ',(\d+)', 1)::INTEGER ELSE -1 END AS atttypmod,
       CASE WHEN c.data_type LIKE '%]' THEN regexp_extract(c.data_type, '((\[\d*\])+)$', 1) ELSE '' END AS brackets
FROM duckdb_columns() c JOIN rvbbit.pgc._relation r ON r.engine_oid = c.table_oid AND r.database_name = c.database_name
LEFT JOIN rvbbit.pgc._engine_type e ON e.name = split_part(regexp_replace(c.data_type, '(\[\d*\])+$', ''), '(', 1)
LEFT JOIN (SELECT engine_text, min(oid) AS oid, min(typarray) AS typarray FROM rvbbit.pgc._user_type WHERE typtype = 'e' GROUP BY engine_text) u
  ON u.engine_text = regexp_replace(c.data_type, '(\[\d*\])+$', '')
LEFT JOIN rvbbit.pgc._declared d ON d.database_name = c.database_name AND d.table_oid = c.table_oid AND d.column_name = c.column_name
WHERE NOT c.internal;

STAGE rvbbit.pgc._constraint_target(oid BIGINT, confrelid BIGINT, nspname VARCHAR, confkey SMALLINT[]) AS
SELECT c.oid, r.oid AS confrelid, r.nspname, list(t.attnum::SMALLINT ORDER BY c.n) AS confkey
FROM (SELECT oid, conrelid, connamespace, referenced_table, unnest(referenced_columns) AS name, unnest(generate_series(1, len(referenced_columns))) AS n
      FROM rvbbit.pgc._constraint WHERE contype = 'f') c
JOIN rvbbit.pgc._relation r ON r.relname = c.referenced_table AND r.relnamespace = c.connamespace AND r.relkind = 'r'
JOIN rvbbit.pgc._column t ON t.attrelid = r.oid AND t.attname = c.name GROUP BY ALL;

STAGE rvbbit.pgc._user_class(oid BIGINT, relname VARCHAR, relnamespace BIGINT, nspname VARCHAR, position BIGINT, reltype BIGINT, relkind VARCHAR, relam BIGINT, reltuples BIGINT,
  relhasindex BOOLEAN, relpersistence VARCHAR, relnatts BIGINT, relchecks BIGINT, relhasrules BOOLEAN, relhastriggers BOOLEAN) AS
SELECT oid, relname, relnamespace, nspname, position, reltype, relkind, CASE relkind WHEN 'r' THEN 2 ELSE 0 END AS relam, rows AS reltuples,
       indexed AS relhasindex, CASE WHEN temporary THEN 't' ELSE 'p' END AS relpersistence, natts AS relnatts, checks AS relchecks, relkind = 'v' AS relhasrules,
       oid IN (SELECT conrelid FROM rvbbit.pgc._constraint WHERE contype = 'f') OR oid IN (SELECT confrelid FROM rvbbit.pgc._constraint_target) AS relhastriggers
FROM rvbbit.pgc._relation
UNION ALL
SELECT oid, relname, relnamespace, nspname, position, 0, 'S', 0, 1, false, CASE WHEN temporary THEN 't' ELSE 'p' END, 3, 0, false, false FROM rvbbit.pgc._sequence
UNION ALL
SELECT oid, relname, relnamespace, nspname, position, 0, 'i', 403, 0, false, 'p', len(expressions), 0, false, false FROM rvbbit.pgc._index
UNION ALL
SELECT rvbbit.pgc._oid('class', nspname, typname), typname, typnamespace, nspname, position, oid, 'c', 0, 0, false, 'p', 0, 0, false, false FROM rvbbit.pgc._user_type WHERE typtype = 'c';
CREATE VIEW rvbbit.pgc._class AS
SELECT * FROM rvbbit.pgc._user_class
UNION ALL
SELECT oid, relname, CASE nspname WHEN 'pg_catalog' THEN 11 ELSE 13207 END, nspname, CASE nspname WHEN 'pg_catalog' THEN -1 END, reltype, relkind,
       CASE relkind WHEN 'r' THEN 2 ELSE 0 END, 0, false, 'p', len(columns), 0, relkind = 'v', false FROM rvbbit.pgc._system_relation;

CREATE VIEW rvbbit.pgc.pg_class AS
SELECT oid, relname, relnamespace, reltype, 0::BIGINT AS reloftype, 10::BIGINT AS relowner, relam::BIGINT AS relam, oid AS relfilenode,
       0::BIGINT AS reltablespace, 0::INTEGER AS relpages, reltuples::FLOAT AS reltuples, 0::INTEGER AS relallvisible, 0::BIGINT AS reltoastrelid,
       relhasindex, false AS relisshared, relpersistence, relkind, relnatts::SMALLINT AS relnatts, relchecks::SMALLINT AS relchecks, relhasrules,
       relhastriggers, false AS relhassubclass, false AS relrowsecurity, false AS relforcerowsecurity, true AS relispopulated,
       CASE WHEN relkind = 'r' AND nspname <> 'pg_catalog' THEN 'd' ELSE 'n' END AS relreplident, false AS relispartition, 0::BIGINT AS relrewrite, 0::BIGINT AS relfrozenxid,
       0::BIGINT AS relminmxid, NULL::VARCHAR[] AS relacl, NULL::VARCHAR[] AS reloptions, NULL::VARCHAR AS relpartbound
FROM rvbbit.pgc._class;

STAGE rvbbit.pgc._user_attribute(attrelid BIGINT, attnum BIGINT, attname VARCHAR, atttypid BIGINT, atttypmod BIGINT, attnotnull BOOLEAN, column_default VARCHAR, attndims BIGINT,
  attgenerated VARCHAR, attlen BIGINT, attbyval BOOLEAN, attalign VARCHAR, attstorage VARCHAR, attcollation BIGINT) AS
SELECT a.*, coalesce(t.typlen, 4), coalesce(t.typbyval, true), coalesce(t.typalign, 'i'), coalesce(t.typstorage, 'p'), coalesce(t.typcollation, 0) FROM (
SELECT c.attrelid, c.attnum, c.attname, c.atttypid, c.atttypmod, NOT c.is_nullable AS attnotnull, c.column_default, len(c.brackets) - len(replace(c.brackets, '[', '')) AS attndims,
       CASE WHEN c.column_default IS NOT NULL AND contains(r.sql, 'GENERATED ALWAYS AS')
             AND (contains(r.sql, ' ' || c.attname || ' ' || c.data_type || ' GENERATED ALWAYS') OR contains(r.sql, '"' || c.attname || '" ' || c.data_type || ' GENERATED ALWAYS')
               OR contains(r.sql, '(' || c.attname || ' ' || c.data_type || ' GENERATED ALWAYS')) THEN 's' ELSE '' END AS attgenerated
FROM rvbbit.pgc._column c JOIN rvbbit.pgc._relation q ON q.oid = c.attrelid
LEFT JOIN duckdb_tables() r ON q.relkind = 'r' AND r.table_oid = q.engine_oid AND r.database_name = q.database_name
UNION ALL
SELECT i.oid, i.n, coalesce(c.attname, nullif(regexp_extract(i.expression, '^(\w+)\(', 1), ''), 'expr'), coalesce(c.atttypid, 25), coalesce(c.atttypmod, -1), false, NULL, 0, ''
FROM (SELECT oid, indrelid, unnest(expressions) AS expression, unnest(generate_series(1, len(expressions))) AS n FROM rvbbit.pgc._index) i
LEFT JOIN rvbbit.pgc._column c ON c.attrelid = i.indrelid AND c.attname = i.expression
UNION ALL
SELECT s.oid, v.n, v.name, v.type, -1, true, NULL, 0, '' FROM rvbbit.pgc._sequence s, (VALUES (1, 'last_value', 20), (2, 'log_cnt', 20), (3, 'is_called', 16)) v(n, name, type)) a LEFT JOIN rvbbit.pgc._base_type t ON t.oid = a.atttypid;
CREATE VIEW rvbbit.pgc._attribute AS SELECT * FROM rvbbit.pgc._user_attribute UNION ALL SELECT * FROM rvbbit.pgc._system_attribute;

CREATE VIEW rvbbit.pgc.pg_attribute AS
SELECT a.attrelid, a.attname, a.atttypid, (-1)::INTEGER AS attstattarget, a.attlen::SMALLINT AS attlen, a.attnum::SMALLINT AS attnum,
       a.attndims::INTEGER AS attndims, (-1)::INTEGER AS attcacheoff, a.atttypmod::INTEGER AS atttypmod, a.attbyval,
       a.attalign, a.attstorage, '' AS attcompression, a.attnotnull,
       a.column_default IS NOT NULL AND a.column_default <> 'NULL' AS atthasdef, false AS atthasmissing, '' AS attidentity, a.attgenerated, false AS attisdropped, true AS attislocal,
       0::INTEGER AS attinhcount, a.attcollation, NULL::VARCHAR[] AS attacl, NULL::VARCHAR[] AS attoptions,
       NULL::VARCHAR[] AS attfdwoptions, NULL::VARCHAR AS attmissingval
FROM rvbbit.pgc._attribute a;

-- Literals say their type, as PostgreSQL's stored defaults do.
STAGE rvbbit.pgc._default(attrelid BIGINT, attnum BIGINT, expression VARCHAR) AS
SELECT a.attrelid, a.attnum, CASE
    WHEN a.attgenerated <> '' THEN a.column_default
    WHEN regexp_full_match(a.column_default, 'nextval\(''[^'']*''\)') THEN replace(a.column_default, ''')', '''::regclass)')
    WHEN regexp_full_match(a.column_default, '''(?:[^'']|'''')*''') THEN a.column_default || '::' || t._text || t._suffix
    WHEN regexp_full_match(a.column_default, 'CAST\(''(?:[^'']|'''')*'' AS \w+\)') AND NOT regexp_full_match(a.column_default, 'CAST\(''[ft]'' AS BOOLEAN\)')
      THEN regexp_extract(a.column_default, 'CAST\((''.*'') AS ', 1) || '::' || t._text || t._suffix
    WHEN regexp_full_match(a.column_default, '-\d+') AND a.atttypid <> 1700 THEN '''' || a.column_default || '''::integer'
    WHEN regexp_full_match(a.column_default, 'get_current_timestamp\(\)') THEN 'CURRENT_TIMESTAMP'
    ELSE regexp_replace(regexp_replace(a.column_default, 'CAST\(''f'' AS BOOLEAN\)', 'false', 'g'), 'CAST\(''t'' AS BOOLEAN\)', 'true', 'g') END AS expression
FROM rvbbit.pgc._user_attribute a LEFT JOIN rvbbit.pgc._type_name t ON t._k = a.atttypid
WHERE a.column_default IS NOT NULL AND a.column_default <> 'NULL';

CREATE VIEW rvbbit.pgc.pg_attrdef AS
SELECT rvbbit.pgc._member(attrelid, 'default', attnum) AS oid, attrelid AS adrelid, attnum::SMALLINT AS adnum, expression AS adbin FROM rvbbit.pgc._default;

STAGE rvbbit.pgc._index_key(oid BIGINT, indkey SMALLINT[], indcollation BIGINT[], indclass BIGINT[]) AS
SELECT x.oid, list(coalesce(c.attnum, 0)::SMALLINT ORDER BY x.n) AS indkey, list(CASE WHEN coalesce(c.atttypid, 25) IN (25, 1043, 1042) THEN 100 ELSE 0 END::BIGINT ORDER BY x.n) AS indcollation,
             list(CASE coalesce(c.atttypid, 25) WHEN 16 THEN 424 WHEN 17 THEN 428 WHEN 20 THEN 3124 WHEN 21 THEN 1979 WHEN 23 THEN 1978 WHEN 25 THEN 3126 WHEN 700 THEN 1970
               WHEN 701 THEN 3123 WHEN 1082 THEN 3122 WHEN 1083 THEN 2059 WHEN 1114 THEN 3128 WHEN 1184 THEN 3127 WHEN 1186 THEN 2048 WHEN 1266 THEN 2041 WHEN 1562 THEN 2042
               WHEN 1700 THEN 3125 WHEN 2950 THEN 10065 ELSE 3522 END::BIGINT ORDER BY x.n) AS indclass
      FROM (SELECT oid, indrelid, unnest(expressions) AS expression, unnest(generate_series(1, len(expressions))) AS n FROM rvbbit.pgc._index) x
      LEFT JOIN rvbbit.pgc._column c ON c.attrelid = x.indrelid AND c.attname = x.expression GROUP BY x.oid;
CREATE VIEW rvbbit.pgc.pg_index AS
SELECT i.oid AS indexrelid, i.indrelid, len(i.expressions)::SMALLINT AS indnatts, len(i.expressions)::SMALLINT AS indnkeyatts, i.is_unique AS indisunique,
       false AS indnullsnotdistinct, i.is_primary AS indisprimary, false AS indisexclusion, true AS indimmediate, false AS indisclustered, true AS indisvalid,
       false AS indcheckxmin, true AS indisready, true AS indislive, false AS indisreplident, k.indkey,
       k.indcollation, k.indclass,
       list_transform(i.expressions, lambda e: 0::SMALLINT) AS indoption,
       CASE WHEN list_contains(k.indkey, 0::SMALLINT) THEN array_to_string(list_filter(i.expressions, lambda e, p: k.indkey[p] = 0), ', ') END AS indexprs,
       NULL::VARCHAR AS indpred
FROM rvbbit.pgc._index i
JOIN rvbbit.pgc._index_key k ON k.oid = i.oid;

STAGE rvbbit.pgc._constraint_reference(oid BIGINT, confrelid BIGINT, confkey SMALLINT[], index_oid BIGINT) AS
SELECT t.oid, t.confrelid, t.confkey, k.index_oid FROM rvbbit.pgc._constraint_target t JOIN rvbbit.pgc._constraint c ON c.oid = t.oid
LEFT JOIN (SELECT conrelid, columns, min(index_oid) AS index_oid FROM rvbbit.pgc._constraint WHERE contype IN ('p', 'u') GROUP BY ALL) k
  ON k.conrelid = t.confrelid AND k.columns = c.referenced_columns;
CREATE VIEW rvbbit.pgc.pg_constraint AS
SELECT c.oid, c.conname, c.connamespace, c.contype, false AS condeferrable, false AS condeferred, true AS convalidated, c.conrelid, 0::BIGINT AS contypid,
       CASE WHEN c.contype IN ('p', 'u') THEN c.index_oid WHEN c.contype = 'f' THEN coalesce(t.index_oid, 0) ELSE 0 END AS conindid, 0::BIGINT AS conparentid,
       coalesce(t.confrelid, 0) AS confrelid, CASE c.contype WHEN 'f' THEN 'a' ELSE ' ' END AS confupdtype, CASE c.contype WHEN 'f' THEN 'a' ELSE ' ' END AS confdeltype,
       CASE c.contype WHEN 'f' THEN 's' ELSE ' ' END AS confmatchtype, true AS conislocal, 0::INTEGER AS coninhcount, true AS connoinherit, c.conkey, t.confkey,
       NULL::BIGINT[] AS conpfeqop, NULL::BIGINT[] AS conppeqop, NULL::BIGINT[] AS conffeqop, NULL::SMALLINT[] AS confdelsetcols, NULL::BIGINT[] AS conexclop,
       c.expression AS conbin
FROM rvbbit.pgc._constraint c
LEFT JOIN rvbbit.pgc._constraint_reference t ON t.oid = c.oid;

CREATE VIEW rvbbit.pgc.pg_sequence AS
SELECT oid AS seqrelid, 20::BIGINT AS seqtypid, start_value AS seqstart, increment_by AS seqincrement, max_value AS seqmax, min_value AS seqmin,
       1::BIGINT AS seqcache, cycle AS seqcycle FROM rvbbit.pgc._sequence;

CREATE VIEW rvbbit.pgc.pg_sequences AS
SELECT nspname AS schemaname, relname AS sequencename, rvbbit.pgc._user() AS sequenceowner, 'bigint' AS data_type, s.start_value, s.min_value, s.max_value, s.increment_by,
       s.cycle, 1::BIGINT AS cache_size, d.last_value
FROM rvbbit.pgc._sequence s JOIN duckdb_sequences() d ON d.sequence_oid = s.engine_oid AND d.database_name = s.database_name;

CREATE VIEW rvbbit.pgc.pg_tables AS
SELECT nspname AS schemaname, relname AS tablename, rvbbit.pgc._user() AS tableowner, NULL::VARCHAR AS tablespace, relhasindex AS hasindexes, relhasrules AS hasrules,
       relhastriggers AS hastriggers, false AS rowsecurity FROM rvbbit.pgc._class WHERE relkind = 'r';

CREATE VIEW rvbbit.pgc.pg_depend AS
SELECT 2606::BIGINT AS classid, oid AS objid, 0::INTEGER AS objsubid, 1259::BIGINT AS refclassid, conrelid AS refobjid, unnest(conkey)::INTEGER AS refobjsubid, 'a' AS deptype
FROM rvbbit.pgc._constraint
UNION ALL SELECT 1259, index_oid, 0, 2606, oid, 0, 'i' FROM rvbbit.pgc._constraint WHERE contype IN ('p', 'u')
UNION ALL SELECT 2606, oid, 0, 1259, confrelid, unnest(confkey), 'n' FROM rvbbit.pgc._constraint_target
UNION ALL SELECT 1259, i.indexrelid, 0, 1259, i.indrelid, unnest(i.indkey), 'a' FROM rvbbit.pgc.pg_index i
  WHERE i.indexrelid NOT IN (SELECT index_oid FROM rvbbit.pgc._constraint WHERE contype IN ('p', 'u'))
UNION ALL SELECT 1259, oid, 0, 2615, relnamespace, 0, 'n' FROM rvbbit.pgc._relation
UNION ALL SELECT 1247, reltype, 0, 1259, oid, 0, 'i' FROM rvbbit.pgc._relation
UNION ALL SELECT 2618, rvbbit.pgc._member(oid, 'rule', 1), 0, 1259, oid, 0, unnest(['i', 'n']) FROM rvbbit.pgc._relation WHERE relkind = 'v'
UNION ALL SELECT 2604, oid, 0, 1259, adrelid, adnum, 'a' FROM rvbbit.pgc.pg_attrdef
UNION ALL SELECT 2604, d.oid, 0, 1259, s.oid, 0, 'n' FROM rvbbit.pgc.pg_attrdef d
  JOIN rvbbit.pgc._sequence s ON d.adbin IN ('nextval(''' || s.relname || '''::regclass)', 'nextval(''' || s.nspname || '.' || s.relname || '''::regclass)');

CREATE VIEW rvbbit.pgc.pg_rewrite AS
SELECT rvbbit.pgc._member(oid, 'rule', 1) AS oid, '_RETURN' AS rulename, oid AS ev_class, '1' AS ev_type, 'O' AS ev_enabled, true AS is_instead, '<>' AS ev_qual, '<>' AS ev_action
FROM rvbbit.pgc._relation WHERE relkind = 'v';

CREATE VIEW rvbbit.pgc.pg_stat_user_tables AS
SELECT oid AS relid, nspname AS schemaname, relname, NULL::BIGINT AS seq_scan, NULL::BIGINT AS seq_tup_read, NULL::BIGINT AS idx_scan, NULL::BIGINT AS idx_tup_fetch,
       NULL::BIGINT AS n_tup_ins, NULL::BIGINT AS n_tup_upd, NULL::BIGINT AS n_tup_del, NULL::BIGINT AS n_tup_hot_upd, rows::BIGINT AS n_live_tup, NULL::BIGINT AS n_dead_tup,
       NULL::BIGINT AS n_mod_since_analyze, NULL::BIGINT AS n_ins_since_vacuum, NULL::TIMESTAMPTZ AS last_vacuum, NULL::TIMESTAMPTZ AS last_autovacuum,
       NULL::TIMESTAMPTZ AS last_analyze, NULL::TIMESTAMPTZ AS last_autoanalyze, NULL::BIGINT AS vacuum_count, NULL::BIGINT AS autovacuum_count,
       NULL::BIGINT AS analyze_count, NULL::BIGINT AS autoanalyze_count
FROM rvbbit.pgc._relation WHERE relkind = 'r';
CREATE VIEW rvbbit.pgc.pg_stat_all_tables AS FROM rvbbit.pgc.pg_stat_user_tables;
