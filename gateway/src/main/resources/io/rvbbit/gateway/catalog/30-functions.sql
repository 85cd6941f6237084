-- Macros of the client's database as functions of PostgreSQL, and the functions that catalogue queries call.
STAGE rvbbit.pgc._function(oid BIGINT, proname VARCHAR, pronamespace BIGINT, nspname VARCHAR, position BIGINT, parameters VARCHAR[], parameter_types VARCHAR[], definition VARCHAR,
  is_table BOOLEAN, comment VARCHAR, return_type VARCHAR) AS
SELECT rvbbit.pgc._oid('function', n.nspname, f.function_name || chr(31) || f.n::VARCHAR) AS oid, f.function_name AS proname, n.oid AS pronamespace, n.nspname, n.position,
       f.parameters, f.parameter_types, f.macro_definition AS definition, f.function_type = 'table_macro' AS is_table, f.comment, f.return_type
FROM (SELECT *, row_number() OVER (PARTITION BY function_oid ORDER BY len(parameters), parameters::VARCHAR) AS n FROM duckdb_functions()
      WHERE NOT internal AND function_type IN ('macro', 'table_macro')) f
JOIN rvbbit.pgc._namespace n ON n.database_name = f.database_name AND n.schema_name = f.schema_name;

-- Of each function: result, arguments, and CREATE MACRO.
STAGE rvbbit.pgc._user_function_text(_k VARCHAR, _result VARCHAR, _arguments VARCHAR, _definition VARCHAR) AS
SELECT oid, CASE WHEN is_table THEN 'SETOF record' ELSE coalesce(lower(return_type), 'anyelement') END,
       array_to_string(list_transform(parameters, lambda p, i: p || ' ' || coalesce(lower(parameter_types[i]), 'anyelement')), ', '),
       'CREATE MACRO ' || rvbbit.pgc._name(nspname) || '.' || rvbbit.pgc._name(proname) || '(' || array_to_string(parameters, ', ') || ') AS ' || CASE WHEN is_table THEN 'TABLE ' ELSE '' END || definition
FROM rvbbit.pgc._function;
STAGE SHARED rvbbit.pgc._base_function_words(_k VARCHAR, _result VARCHAR, _arguments VARCHAR, _definition VARCHAR) AS SELECT oid, result, arguments, NULL FROM rvbbit.pgc._base_function_text;

CREATE VIEW rvbbit.pgc.pg_proc AS
SELECT oid, proname, 11::BIGINT AS pronamespace, 10::BIGINT AS proowner, 12::BIGINT AS prolang, 1::FLOAT AS procost, 0::FLOAT AS prorows, 0::BIGINT AS provariadic, 0::BIGINT AS prosupport,
       prokind, false AS prosecdef, false AS proleakproof, proisstrict, proretset, provolatile, 's' AS proparallel, len(proargtypes)::SMALLINT AS pronargs,
       0::SMALLINT AS pronargdefaults, prorettype, proargtypes, NULL::BIGINT[] AS proallargtypes, NULL::VARCHAR[] AS proargmodes, NULL::VARCHAR[] AS proargnames,
       NULL::VARCHAR AS proargdefaults, NULL::BIGINT[] AS protrftypes, proname AS prosrc, NULL::VARCHAR AS probin, NULL::VARCHAR AS prosqlbody,
       NULL::VARCHAR[] AS proconfig, NULL::VARCHAR[] AS proacl
FROM rvbbit.pgc._base_function
UNION ALL
SELECT oid, proname, pronamespace, 10, 14, 100, CASE WHEN is_table THEN 1000 ELSE 0 END, 0, 0, 'f', false, false, false, is_table, 'v', 'u', len(parameters), 0,
       CASE WHEN is_table THEN 2249 ELSE 2283 END, list_transform(parameters, lambda p: 2283::BIGINT), NULL, NULL, parameters, NULL, NULL, definition, NULL, NULL, NULL, NULL
FROM rvbbit.pgc._function WHERE nspname <> 'rvbbit' OR proname NOT LIKE '\_%' ESCAPE '\';

CREATE VIEW rvbbit.pgc._type_text AS
SELECT oid AS _k, CASE WHEN typelem <> 0 AND typcategory = 'A' AND typname LIKE '\_%' ESCAPE '\' THEN typelem ELSE oid END AS _element,
       CASE WHEN typelem <> 0 AND typcategory = 'A' AND typname LIKE '\_%' ESCAPE '\' THEN '[]' ELSE '' END AS _suffix FROM rvbbit.pgc._base_type
UNION ALL SELECT oid, oid, '' FROM rvbbit.pgc._user_type
UNION ALL SELECT typarray, oid, '[]' FROM rvbbit.pgc._user_type
UNION ALL SELECT reltype, reltype, '' FROM rvbbit.pgc._relation
UNION ALL SELECT arraytype, reltype, '[]' FROM rvbbit.pgc._relation;

CREATE VIEW rvbbit.pgc._type_name AS
SELECT t._k, t._suffix, t._element, coalesce(e._text, '???') AS _text
FROM rvbbit.pgc._type_text t LEFT JOIN (
  SELECT b.oid AS _oid, coalesce(w.words, b.typname) AS _text FROM rvbbit.pgc._base_type b LEFT JOIN rvbbit.pgc._type_words w ON w.oid = b.oid
  UNION ALL SELECT oid, CASE WHEN position IS NULL THEN rvbbit.pgc._name(nspname) || '.' ELSE '' END || rvbbit.pgc._name(typname) FROM rvbbit.pgc._user_type
  UNION ALL SELECT reltype, CASE WHEN position IS NULL THEN rvbbit.pgc._name(nspname) || '.' ELSE '' END || rvbbit.pgc._name(relname) FROM rvbbit.pgc._relation) e
  ON e._oid = t._element;

-- A type's name is asked for by its number: the number of its element, brackets, and the words.
STAGE SHARED rvbbit.pgc._base_type_words(_k VARCHAR, _element VARCHAR, _suffix VARCHAR, _text VARCHAR) AS
SELECT t._k, t._element, t._suffix, coalesce(w.words, b.typname)
FROM (SELECT oid AS _k, CASE WHEN typelem <> 0 AND typcategory = 'A' AND typname LIKE '\_%' ESCAPE '\' THEN typelem ELSE oid END AS _element,
             CASE WHEN typelem <> 0 AND typcategory = 'A' AND typname LIKE '\_%' ESCAPE '\' THEN '[]' ELSE '' END AS _suffix FROM rvbbit.pgc._base_type) t
JOIN rvbbit.pgc._base_type b ON b.oid = t._element LEFT JOIN rvbbit.pgc._type_words w ON w.oid = t._element;
STAGE rvbbit.pgc._user_type_words(_k VARCHAR, _element VARCHAR, _suffix VARCHAR, _text VARCHAR) AS
SELECT n._k, n._element, n._suffix, n._text FROM rvbbit.pgc._type_name n WHERE n._k NOT IN (SELECT oid FROM rvbbit.pgc._base_type);
CREATE MACRO rvbbit.pgc.format_type(_o, _m) AS _rvbbit_format_type(rvbbit.pgc._staged('pgc._base_type_words pgc._user_type_words'), _o::VARCHAR, _m::VARCHAR);

STAGE rvbbit.pgc._class_name(_k VARCHAR, _v VARCHAR, _visible VARCHAR, _position BIGINT, _name VARCHAR, _schema VARCHAR) AS
SELECT oid, CASE WHEN position IS NULL THEN rvbbit.pgc._name(nspname) || '.' ELSE '' END || rvbbit.pgc._name(relname),
       position IS NOT NULL AND row_number() OVER (PARTITION BY relname, position IS NULL ORDER BY position, oid) = 1, position, relname, nspname
FROM rvbbit.pgc._class;
-- By names: schema, unit separator, name; and, of what the search path reaches first, the name alone.
STAGE rvbbit.pgc._class_by_name(_k VARCHAR, _v VARCHAR) AS
SELECT _schema || chr(31) || _name, min(_k::BIGINT) FROM rvbbit.pgc._class_name GROUP BY ALL
UNION ALL SELECT _name, arg_min(_k, _position) FROM rvbbit.pgc._class_name WHERE _position IS NOT NULL GROUP BY _name;

STAGE rvbbit.pgc._namespace_name(_k VARCHAR, _v VARCHAR) AS SELECT oid, rvbbit.pgc._name(nspname) FROM rvbbit.pgc.pg_namespace;
STAGE rvbbit.pgc._namespace_by_name(_k VARCHAR, _v VARCHAR) AS SELECT nspname, oid FROM rvbbit.pgc.pg_namespace;

STAGE rvbbit.pgc._user_function_name(_k VARCHAR, _v VARCHAR, _visible VARCHAR) AS
SELECT oid, CASE WHEN position IS NULL THEN rvbbit.pgc._name(nspname) || '.' ELSE '' END || rvbbit.pgc._name(proname), position IS NOT NULL FROM rvbbit.pgc._function;
STAGE SHARED rvbbit.pgc._base_function_by_name(_k VARCHAR, _v VARCHAR) AS
SELECT proname, min(oid) FROM rvbbit.pgc._base_function GROUP BY proname UNION ALL SELECT 'pg_catalog' || chr(31) || proname, min(oid) FROM rvbbit.pgc._base_function GROUP BY proname;
STAGE rvbbit.pgc._user_function_by_name(_k VARCHAR, _v VARCHAR) AS
SELECT nspname || chr(31) || proname, min(oid) FROM rvbbit.pgc._function GROUP BY ALL
UNION ALL SELECT proname, arg_min(oid, position) FROM rvbbit.pgc._function WHERE position IS NOT NULL GROUP BY proname;

STAGE SHARED rvbbit.pgc._base_type_by_name(_k VARCHAR, _v VARCHAR) AS
WITH names AS (
  SELECT typname AS name, oid, typarray FROM rvbbit.pgc._base_type
  UNION ALL SELECT w.words, w.oid, b.typarray FROM rvbbit.pgc._type_words w JOIN rvbbit.pgc._base_type b ON b.oid = w.oid
  UNION ALL SELECT v.name, v.oid, b.typarray FROM (VALUES ('int', 23), ('decimal', 1700), ('float', 701), ('time', 1083), ('timestamp', 1114), ('char', 1042)) v(name, oid)
    JOIN rvbbit.pgc._base_type b ON b.oid = v.oid)
SELECT p.prefix || n.name || s.suffix, min(CASE s.suffix WHEN '' THEN n.oid ELSE n.typarray END)
FROM names n, (VALUES (''), ('pg_catalog' || chr(31))) p(prefix), (VALUES (''), ('[]')) s(suffix) WHERE s.suffix = '' OR n.typarray <> 0 GROUP BY ALL;
STAGE rvbbit.pgc._user_type_by_name(_k VARCHAR, _v VARCHAR) AS
WITH names AS (
  SELECT typname AS name, nspname, position, oid, typarray FROM rvbbit.pgc._user_type
  UNION ALL SELECT '_' || typname, nspname, position, typarray, 0 FROM rvbbit.pgc._user_type
  UNION ALL SELECT relname, nspname, position, reltype, arraytype FROM rvbbit.pgc._relation)
SELECT nspname || chr(31) || name || suffix, min(CASE suffix WHEN '' THEN oid ELSE typarray END) FROM names, (VALUES (''), ('[]')) s(suffix) WHERE suffix = '' OR typarray <> 0 GROUP BY ALL
UNION ALL
SELECT name || suffix, arg_min(CASE suffix WHEN '' THEN oid ELSE typarray END, position) FROM names, (VALUES (''), ('[]')) s(suffix)
WHERE position IS NOT NULL AND (suffix = '' OR typarray <> 0) GROUP BY ALL;

CREATE MACRO rvbbit.pgc.to_regclass(_s) AS _rvbbit_reg(rvbbit.pgc._staged('pgc._class_by_name'), 'name', _s::VARCHAR, '')::BIGINT;
CREATE MACRO rvbbit.pgc.to_regtype(_s) AS _rvbbit_reg(rvbbit.pgc._staged('pgc._base_type_by_name pgc._user_type_by_name'), 'type', _s::VARCHAR, '')::BIGINT;
CREATE MACRO rvbbit.pgc.to_regproc(_s) AS _rvbbit_reg(rvbbit.pgc._staged('pgc._base_function_by_name pgc._user_function_by_name'), 'name', _s::VARCHAR, '')::BIGINT;
CREATE MACRO rvbbit.pgc.to_regnamespace(_s) AS _rvbbit_reg(rvbbit.pgc._staged('pgc._namespace_by_name'), 'last name', _s::VARCHAR, '')::BIGINT;
CREATE MACRO rvbbit.pgc.to_regrole(_s) AS CASE WHEN rvbbit.pgc._name_part(_s::VARCHAR) = rvbbit.pgc._user() THEN 10::BIGINT END;

-- Casts to the reg… types: a name or a number to its OID, an OID to its name.
CREATE MACRO rvbbit.pgc._regclass_oid(_s) AS _rvbbit_reg(rvbbit.pgc._staged('pgc._class_by_name'), 'name', _s::VARCHAR, '42P01: relation')::BIGINT;
CREATE MACRO rvbbit.pgc._regtype_oid(_s) AS _rvbbit_reg(rvbbit.pgc._staged('pgc._base_type_by_name pgc._user_type_by_name'), 'type', _s::VARCHAR, '42704: type')::BIGINT;
CREATE MACRO rvbbit.pgc._regproc_oid(_s) AS _rvbbit_reg(rvbbit.pgc._staged('pgc._base_function_by_name pgc._user_function_by_name'), 'function', _s::VARCHAR, '42883: function')::BIGINT;
CREATE MACRO rvbbit.pgc._regnamespace_oid(_s) AS _rvbbit_reg(rvbbit.pgc._staged('pgc._namespace_by_name'), 'last name', _s::VARCHAR, '3F000: schema')::BIGINT;
CREATE MACRO rvbbit.pgc._regrole_oid(_s) AS CASE WHEN _s IS NULL THEN NULL WHEN regexp_full_match(_s::VARCHAR, '\d+') THEN TRY_CAST(_s::VARCHAR AS BIGINT)
  ELSE coalesce(rvbbit.pgc.to_regrole(_s), error('42704: role "' || _s::VARCHAR || '" does not exist')) END;
CREATE MACRO rvbbit.pgc._regclass_text(_s) AS _rvbbit_name(rvbbit.pgc._staged('pgc._class_name'), rvbbit.pgc._regclass_oid(_s)::VARCHAR);
CREATE MACRO rvbbit.pgc._regtype_text(_s) AS rvbbit.pgc.format_type(rvbbit.pgc._regtype_oid(_s), NULL);
CREATE MACRO rvbbit.pgc._regproc_text(_s) AS _rvbbit_name(rvbbit.pgc._staged('pgc._base_function_name pgc._user_function_name'), rvbbit.pgc._regproc_oid(_s)::VARCHAR);
CREATE MACRO rvbbit.pgc._regnamespace_text(_s) AS _rvbbit_name(rvbbit.pgc._staged('pgc._namespace_name'), rvbbit.pgc._regnamespace_oid(_s)::VARCHAR);
CREATE MACRO rvbbit.pgc._regrole_text(_s) AS CASE rvbbit.pgc._regrole_oid(_s) WHEN 10 THEN rvbbit.pgc._name(rvbbit.pgc._user()) ELSE _s::VARCHAR END;

CREATE MACRO rvbbit.pgc.pg_table_is_visible(_o) AS rvbbit.pgc._look('pgc._class_name#2', _o)::BOOLEAN;
STAGE rvbbit.pgc._type_visible(_k VARCHAR, _v VARCHAR) AS
SELECT oid, position IS NOT NULL FROM rvbbit.pgc._user_type
UNION ALL SELECT typarray, position IS NOT NULL FROM rvbbit.pgc._user_type
UNION ALL SELECT reltype, position IS NOT NULL FROM rvbbit.pgc._relation
UNION ALL SELECT arraytype, position IS NOT NULL FROM rvbbit.pgc._relation;
CREATE MACRO rvbbit.pgc.pg_type_is_visible(_o) AS coalesce(rvbbit.pgc._look('pgc._type_visible', _o)::BOOLEAN, CASE WHEN rvbbit.pgc._look('pgc._base_type_words', _o) IS NOT NULL THEN true END);
CREATE MACRO rvbbit.pgc.pg_function_is_visible(_o) AS coalesce(rvbbit.pgc._look('pgc._user_function_name#2', _o)::BOOLEAN, CASE WHEN rvbbit.pgc._look('pgc._base_function_name', _o) IS NOT NULL THEN true END);
CREATE MACRO rvbbit.pgc.pg_operator_is_visible(_o) AS _o IS NOT NULL;
CREATE MACRO rvbbit.pgc.pg_opclass_is_visible(_o) AS _o IS NOT NULL;
CREATE MACRO rvbbit.pgc.pg_opfamily_is_visible(_o) AS _o IS NOT NULL;
CREATE MACRO rvbbit.pgc.pg_collation_is_visible(_o) AS _o IS NOT NULL;
CREATE MACRO rvbbit.pgc.pg_conversion_is_visible(_o) AS _o IS NOT NULL;
CREATE MACRO rvbbit.pgc.pg_statistics_obj_is_visible(_o) AS _o IS NOT NULL;
CREATE MACRO rvbbit.pgc.pg_ts_config_is_visible(_o) AS _o IS NOT NULL;
CREATE MACRO rvbbit.pgc.pg_ts_dict_is_visible(_o) AS _o IS NOT NULL;
CREATE MACRO rvbbit.pgc.pg_ts_parser_is_visible(_o) AS _o IS NOT NULL;
CREATE MACRO rvbbit.pgc.pg_ts_template_is_visible(_o) AS _o IS NOT NULL;

CREATE MACRO rvbbit.pgc.pg_get_expr(_e, _o) AS _e::VARCHAR, (_e, _o, _p) AS _e::VARCHAR;

STAGE rvbbit.pgc._constraint_text(_k VARCHAR, _v VARCHAR) AS
SELECT c.oid AS _k, CASE c.contype
  WHEN 'p' THEN 'PRIMARY KEY (' || array_to_string(list_transform(c.columns, lambda n: rvbbit.pgc._name(n)), ', ') || ')'
  WHEN 'u' THEN 'UNIQUE (' || array_to_string(list_transform(c.columns, lambda n: rvbbit.pgc._name(n)), ', ') || ')'
  WHEN 'c' THEN 'CHECK (' || c.expression || ')'
  ELSE 'FOREIGN KEY (' || array_to_string(list_transform(c.columns, lambda n: rvbbit.pgc._name(n)), ', ') || ') REFERENCES '
       || CASE WHEN c.position IS NULL THEN rvbbit.pgc._name(c.nspname) || '.' ELSE '' END || rvbbit.pgc._name(c.referenced_table)
       || '(' || array_to_string(list_transform(c.referenced_columns, lambda n: rvbbit.pgc._name(n)), ', ') || ')' END AS _v
FROM rvbbit.pgc._constraint c;
CREATE MACRO rvbbit.pgc.pg_get_constraintdef(_o) AS rvbbit.pgc._look('pgc._constraint_text', _o),
  (_o, _p) AS CASE WHEN _p THEN regexp_replace(rvbbit.pgc._look('pgc._constraint_text', _o), '^CHECK \(\(((?:[^()]|\([^()]*\))*)\)\)$', 'CHECK (\1)') ELSE rvbbit.pgc._look('pgc._constraint_text', _o) END;

STAGE rvbbit.pgc._index_part(_k VARCHAR, _v VARCHAR, _oid BIGINT, _n BIGINT) AS
SELECT i.oid::VARCHAR || ':' || i.n::VARCHAR, CASE WHEN c.attname IS NOT NULL THEN rvbbit.pgc._name(c.attname) ELSE i.expression END, i.oid, i.n
FROM (SELECT oid, indrelid, unnest(expressions) AS expression, unnest(generate_series(1, len(expressions))) AS n FROM rvbbit.pgc._index) i
LEFT JOIN rvbbit.pgc._column c ON c.attrelid = i.indrelid AND c.attname = i.expression;
STAGE rvbbit.pgc._index_text(_k VARCHAR, _v VARCHAR) AS
SELECT i.oid AS _k, 'CREATE ' || CASE WHEN i.is_unique THEN 'UNIQUE ' ELSE '' END || 'INDEX ' || rvbbit.pgc._name(i.relname) || ' ON ' || rvbbit.pgc._name(i.nspname) || '.'
       || rvbbit.pgc._name(i.table_name) || ' USING btree (' || p.parts || ')' AS _v
FROM rvbbit.pgc._index i JOIN (SELECT _oid, string_agg(_v, ', ' ORDER BY _n) AS parts FROM rvbbit.pgc._index_part GROUP BY _oid) p ON p._oid = i.oid;
CREATE MACRO rvbbit.pgc.pg_get_indexdef(_o) AS rvbbit.pgc._look('pgc._index_text', _o),
  (_o, _c, _p) AS rvbbit.pgc._look('pgc._index_text pgc._index_part', _o::VARCHAR || CASE _c WHEN 0 THEN '' ELSE ':' || _c::VARCHAR END);

STAGE rvbbit.pgc._view_text(_k VARCHAR, _v VARCHAR) AS
SELECT r.oid, regexp_replace(v.sql, '^CREATE (?:OR REPLACE )?(?:TEMP(?:ORARY)? )?VIEW (?:"(?:[^"]|"")*"|[^" ])+? (?:\([^)]*\) )?AS ', ' ')
FROM rvbbit.pgc._relation r JOIN duckdb_views() v ON v.view_oid = r.engine_oid AND v.database_name = r.database_name WHERE r.relkind = 'v';
STAGE rvbbit.pgc._rule_text(_k VARCHAR, _v VARCHAR) AS
SELECT rvbbit.pgc._member(t._k, 'rule', 1), 'CREATE RULE "_RETURN" AS ON SELECT TO ' || n._v || ' DO INSTEAD ' || t._v FROM rvbbit.pgc._view_text t JOIN rvbbit.pgc._class_name n ON n._k = t._k;
CREATE MACRO rvbbit.pgc.pg_get_viewdef(_o) AS rvbbit.pgc._look('pgc._view_text', rvbbit.pgc._regclass_oid(_o)),
  (_o, _p) AS rvbbit.pgc._look('pgc._view_text', rvbbit.pgc._regclass_oid(_o));
CREATE MACRO rvbbit.pgc.pg_get_ruledef(_o) AS rvbbit.pgc._look('pgc._rule_text', _o), (_o, _p) AS rvbbit.pgc._look('pgc._rule_text', _o);

CREATE MACRO rvbbit.pgc.pg_get_function_result(_o) AS rvbbit.pgc._look('pgc._base_function_words#1 pgc._user_function_text#1', _o);
CREATE MACRO rvbbit.pgc.pg_get_function_arguments(_o) AS rvbbit.pgc._look('pgc._base_function_words#2 pgc._user_function_text#2', _o);
CREATE MACRO rvbbit.pgc.pg_get_function_identity_arguments(_o) AS rvbbit.pgc._look('pgc._base_function_words#2 pgc._user_function_text#2', _o);
CREATE MACRO rvbbit.pgc.pg_get_function_sqlbody(_o) AS CASE WHEN _o IS NULL THEN NULL ELSE NULL::VARCHAR END;
CREATE MACRO rvbbit.pgc.pg_get_functiondef(_o) AS rvbbit.pgc._look('pgc._user_function_text#3', _o);

CREATE VIEW rvbbit.pgc.pg_views AS
SELECT c.nspname AS schemaname, c.relname AS viewname, rvbbit.pgc._user() AS viewowner, rvbbit.pgc._look('pgc._view_text', c.oid) AS definition
FROM rvbbit.pgc._class c WHERE c.relkind = 'v';

CREATE VIEW rvbbit.pgc.pg_indexes AS
SELECT i.nspname AS schemaname, i.table_name AS tablename, i.relname AS indexname, NULL::VARCHAR AS tablespace, rvbbit.pgc._look('pgc._index_text', i.oid) AS indexdef
FROM rvbbit.pgc._index i;

STAGE rvbbit.pgc._comment(objoid BIGINT, classoid BIGINT, objsubid BIGINT, comment VARCHAR) AS
SELECT * FROM (
SELECT oid AS objoid, 1259 AS classoid, 0 AS objsubid, comment FROM rvbbit.pgc._relation
UNION ALL SELECT oid, 1259, 0, comment FROM rvbbit.pgc._sequence
UNION ALL SELECT oid, 1259, 0, comment FROM rvbbit.pgc._index
UNION ALL SELECT c.attrelid, 1259, c.attnum, c.comment FROM rvbbit.pgc._column c
UNION ALL SELECT oid, 1247, 0, comment FROM rvbbit.pgc._user_type
UNION ALL SELECT oid, 1255, 0, comment FROM rvbbit.pgc._function
UNION ALL SELECT oid, 2615, 0, coalesce(comment, CASE oid WHEN 2200 THEN 'standard public schema' END) FROM rvbbit.pgc._namespace) WHERE comment IS NOT NULL;

CREATE VIEW rvbbit.pgc.pg_description AS
SELECT objoid, classoid::BIGINT AS classoid, objsubid::INTEGER AS objsubid, comment AS description FROM rvbbit.pgc._comment;

STAGE rvbbit.pgc._comment_text(_k VARCHAR, _v VARCHAR) AS
SELECT objoid::VARCHAR || ':' || classoid::VARCHAR || ':' || objsubid::VARCHAR, min(comment) FROM rvbbit.pgc._comment GROUP BY ALL
UNION ALL SELECT objoid::VARCHAR, min(comment) FROM rvbbit.pgc._comment WHERE objsubid = 0 GROUP BY ALL;
CREATE MACRO rvbbit.pgc.obj_description(_o, _c) AS rvbbit.pgc._look('pgc._comment_text', _o::VARCHAR || ':'
  || CASE replace(_c, 'pg_catalog.', '') WHEN 'pg_class' THEN '1259' WHEN 'pg_type' THEN '1247' WHEN 'pg_proc' THEN '1255' WHEN 'pg_namespace' THEN '2615' ELSE '' END || ':0'),
  (_o) AS rvbbit.pgc._look('pgc._comment_text', _o);
CREATE MACRO rvbbit.pgc.col_description(_o, _i) AS rvbbit.pgc._look('pgc._comment_text', CASE WHEN _i > 0 THEN _o::VARCHAR || ':1259:' || _i::VARCHAR END);
CREATE MACRO rvbbit.pgc.shobj_description(_o, _c) AS CASE WHEN _o IS NULL THEN NULL ELSE NULL::VARCHAR END;

CREATE MACRO rvbbit.pgc.pg_get_userbyid(_o) AS coalesce(list_filter(rvbbit.pgc._roles(), lambda r: r.oid = _o)[1].name, 'unknown (OID=' || _o::VARCHAR || ')');
STAGE rvbbit.pgc._serial_sequence(_k VARCHAR, _v VARCHAR) AS
SELECT attrelid::VARCHAR || ':' || attname, regexp_extract(column_default, '^nextval\(''([^'']*)''', 1) FROM rvbbit.pgc._user_attribute WHERE column_default LIKE 'nextval(%';
CREATE MACRO rvbbit.pgc.pg_get_serial_sequence(_t, _c) AS rvbbit.pgc._look('pgc._serial_sequence', rvbbit.pgc._regclass_oid(_t)::VARCHAR || ':' || _c);

-- What has no counterpart in the engine: no rows ever carry the argument, so there is nothing to tell.
CREATE MACRO rvbbit.pgc.pg_get_partkeydef(_o) AS CASE WHEN _o IS NULL THEN NULL ELSE NULL::VARCHAR END;
CREATE MACRO rvbbit.pgc.pg_get_partition_constraintdef(_o) AS CASE WHEN _o IS NULL THEN NULL ELSE NULL::VARCHAR END;
CREATE MACRO rvbbit.pgc.pg_get_triggerdef(_o) AS CASE WHEN _o IS NULL THEN NULL ELSE NULL::VARCHAR END, (_o, _p) AS CASE WHEN _o IS NULL THEN NULL ELSE NULL::VARCHAR END;
CREATE MACRO rvbbit.pgc.pg_get_statisticsobjdef(_o) AS CASE WHEN _o IS NULL THEN NULL ELSE NULL::VARCHAR END;
CREATE MACRO rvbbit.pgc.pg_get_statisticsobjdef_columns(_o) AS CASE WHEN _o IS NULL THEN NULL ELSE NULL::VARCHAR END;
STAGE rvbbit.pgc._object_words(_k VARCHAR, _v VARCHAR) AS
SELECT '1259:' || n._k, CASE c.relkind WHEN 'v' THEN 'view ' WHEN 'i' THEN 'index ' WHEN 'S' THEN 'sequence ' WHEN 'c' THEN 'composite type ' ELSE 'table ' END || n._v
FROM rvbbit.pgc._class c JOIN rvbbit.pgc._class_name n ON n._k = c.oid::VARCHAR
UNION ALL SELECT '2606:' || c.oid::VARCHAR, 'constraint ' || rvbbit.pgc._name(c.conname) || ' on table ' || n._v FROM rvbbit.pgc._constraint c JOIN rvbbit.pgc._class_name n ON n._k = c.conrelid::VARCHAR
UNION ALL SELECT '2615:' || oid::VARCHAR, 'schema ' || rvbbit.pgc._name(nspname) FROM rvbbit.pgc._namespace
UNION ALL SELECT '1247:' || _k::VARCHAR, 'type ' || _text || _suffix FROM rvbbit.pgc._type_name;
STAGE rvbbit.pgc._column_words(_k VARCHAR, _v VARCHAR) AS SELECT attrelid::VARCHAR || ':' || attnum::VARCHAR, 'column ' || rvbbit.pgc._name(attname) || ' of ' FROM rvbbit.pgc._user_attribute;
STAGE SHARED rvbbit.pgc._system_column_words(_k VARCHAR, _v VARCHAR) AS
SELECT attrelid::VARCHAR || ':' || attnum::VARCHAR, 'column ' || rvbbit.pgc._name(attname) || ' of ' FROM rvbbit.pgc._system_attribute;
CREATE MACRO rvbbit.pgc.pg_describe_object(_c, _o, _n) AS CASE WHEN _n > 0 AND _c = 1259 THEN rvbbit.pgc._look('pgc._column_words pgc._system_column_words', _o::VARCHAR || ':' || _n::VARCHAR) ELSE '' END
  || rvbbit.pgc._look('pgc._object_words', _c::VARCHAR || ':' || _o::VARCHAR);
CREATE MACRO rvbbit.pgc.pg_tablespace_location(_o) AS '';
CREATE MACRO rvbbit.pgc.pg_relation_is_publishable(_o) AS _o IS NULL;
CREATE MACRO rvbbit.pgc.pg_stat_get_numscans(_o) AS CASE WHEN _o IS NULL THEN NULL ELSE NULL::BIGINT END;
CREATE MACRO rvbbit.pgc.acldefault(_t, _o) AS CASE WHEN _o IS NULL THEN NULL ELSE NULL::VARCHAR[] END;
CREATE MACRO rvbbit.pgc.pg_partition_ancestors(_o) AS CASE WHEN _o IS NULL THEN []::BIGINT[] ELSE []::BIGINT[] END;
CREATE MACRO rvbbit.pgc.pg_partition_tree(_o) AS TABLE SELECT _o::BIGINT AS relid, NULL::BIGINT AS parentrelid, true AS isleaf, 0 AS level WHERE false;
CREATE MACRO rvbbit.pgc.aclexplode(_a) AS CASE WHEN _a IS NULL THEN NULL ELSE []::STRUCT(grantor BIGINT, grantee BIGINT, privilege_type VARCHAR, is_grantable BOOLEAN)[] END;
CREATE MACRO rvbbit.pgc.pg_options_to_table(_a) AS TABLE SELECT '' AS option_name, '' AS option_value WHERE false;

-- An estimate: rows times the width that values of their types usually have. Indexes lie in memory and have none.
STAGE rvbbit.pgc._relation_size(_k VARCHAR, _v VARCHAR) AS
SELECT r.oid AS _k, any_value(r.rows) * sum(CASE WHEN t.typlen > 0 THEN t.typlen ELSE 16 END)::BIGINT AS _v
FROM rvbbit.pgc._relation r JOIN rvbbit.pgc._column c ON c.attrelid = r.oid LEFT JOIN rvbbit.pgc._base_type t ON t.oid = c.atttypid GROUP BY r.oid
UNION ALL SELECT oid, 0 FROM rvbbit.pgc._sequence UNION ALL SELECT oid, 0 FROM rvbbit.pgc._index;
CREATE MACRO rvbbit.pgc.pg_relation_size(_o) AS rvbbit.pgc._look('pgc._relation_size', rvbbit.pgc._regclass_oid(_o))::BIGINT,
  (_o, _f) AS CASE WHEN _f = 'main' THEN rvbbit.pgc._look('pgc._relation_size', rvbbit.pgc._regclass_oid(_o))::BIGINT END;
CREATE MACRO rvbbit.pgc.pg_total_relation_size(_o) AS rvbbit.pgc._look('pgc._relation_size', rvbbit.pgc._regclass_oid(_o))::BIGINT;
CREATE MACRO rvbbit.pgc.pg_table_size(_o) AS rvbbit.pgc._look('pgc._relation_size', rvbbit.pgc._regclass_oid(_o))::BIGINT;
