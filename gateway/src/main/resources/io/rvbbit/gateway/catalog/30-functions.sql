-- Macros of the client's database as functions of PostgreSQL, and the functions that catalogue queries call.
CREATE VIEW rvbbit.pgc._function AS
SELECT rvbbit.pgc._oid('function', n.nspname, f.function_name || chr(31) || f.n::VARCHAR) AS oid, f.function_name AS proname, n.oid AS pronamespace, n.nspname, n.position,
       f.parameters, f.parameter_types, f.macro_definition AS definition, f.function_type = 'table_macro' AS is_table, f.comment, f.return_type
FROM (SELECT *, row_number() OVER (PARTITION BY function_oid ORDER BY len(parameters), parameters::VARCHAR) AS n FROM duckdb_functions()
      WHERE NOT internal AND function_type IN ('macro', 'table_macro')) f
JOIN rvbbit.pgc._namespace n ON n.database_name = f.database_name AND n.schema_name = f.schema_name;

CREATE VIEW rvbbit.pgc._function_text AS
SELECT oid AS _k, proname AS _name, nspname AS _schema, CASE WHEN is_table THEN 'SETOF record' ELSE coalesce(lower(return_type), 'anyelement') END AS _result,
       array_to_string(list_transform(parameters, lambda p, i: p || ' ' || coalesce(lower(parameter_types[i]), 'anyelement')), ', ') AS _arguments,
       definition AS _body, is_table AS _table, array_to_string(parameters, ', ') AS _names FROM rvbbit.pgc._function
UNION ALL SELECT t.oid, f.proname, 'pg_catalog', t.result, t.arguments, NULL, false, NULL FROM rvbbit.pgc._base_function_text t JOIN rvbbit.pgc._base_function f ON f.oid = t.oid;

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

CREATE MACRO rvbbit.pgc.format_type(_o, _m) AS (CASE WHEN _o IS NULL THEN NULL WHEN _o = 0 THEN '-' ELSE coalesce((SELECT
  CASE WHEN _m IS NULL OR _m < 0 THEN _text
       WHEN _element = 1700 THEN _text || '(' || ((_m - 4) // 65536)::VARCHAR || ',' || ((_m - 4) % 65536)::VARCHAR || ')'
       WHEN _element IN (1042, 1043) THEN _text || '(' || (_m - 4)::VARCHAR || ')'
       WHEN _element IN (1083, 1114, 1184, 1266) THEN regexp_replace(_text, '^(timestamp|time)', '\1(' || _m::VARCHAR || ')')
       WHEN _element IN (1560, 1562) THEN _text || '(' || _m::VARCHAR || ')' ELSE _text END || _suffix
  FROM rvbbit.pgc._type_name WHERE _k = _o), '???') END);

CREATE VIEW rvbbit.pgc._class_name AS
SELECT oid AS _k, relname AS _name, nspname AS _schema, position AS _position, CASE WHEN position IS NULL THEN rvbbit.pgc._name(nspname) || '.' ELSE '' END || rvbbit.pgc._name(relname) AS _v,
       position IS NOT NULL AND row_number() OVER (PARTITION BY relname, position IS NULL ORDER BY position, oid) = 1 AS _visible
FROM rvbbit.pgc._class;

CREATE VIEW rvbbit.pgc._namespace_name AS SELECT oid AS _k, nspname AS _v FROM rvbbit.pgc.pg_namespace;
CREATE VIEW rvbbit.pgc._function_name AS
SELECT oid AS _k, proname AS _name, 'pg_catalog' AS _schema, -1 AS _position, proname AS _v FROM rvbbit.pgc._base_function
UNION ALL SELECT oid, proname, nspname, position, CASE WHEN position IS NULL THEN rvbbit.pgc._name(nspname) || '.' ELSE '' END || rvbbit.pgc._name(proname) FROM rvbbit.pgc._function;

CREATE VIEW rvbbit.pgc._type_by_name AS
SELECT typname AS _name, 'pg_catalog' AS _schema, -1 AS _position, oid AS _k, typarray AS _array FROM rvbbit.pgc._base_type
UNION ALL SELECT w.words, 'pg_catalog', -1, w.oid, b.typarray FROM rvbbit.pgc._type_words w JOIN rvbbit.pgc._base_type b ON b.oid = w.oid
UNION ALL SELECT v.name, 'pg_catalog', -1, v.oid, b.typarray FROM (VALUES ('int', 23), ('decimal', 1700), ('float', 701), ('time', 1083), ('timestamp', 1114), ('char', 1042)) v(name, oid)
  JOIN rvbbit.pgc._base_type b ON b.oid = v.oid
UNION ALL SELECT typname, nspname, position, oid, typarray FROM rvbbit.pgc._user_type
UNION ALL SELECT '_' || typname, nspname, position, typarray, 0 FROM rvbbit.pgc._user_type
UNION ALL SELECT relname, nspname, position, reltype, arraytype FROM rvbbit.pgc._relation;
-- Without a type's length, precision and brackets.
CREATE MACRO rvbbit.pgc._bare_type(_s) AS regexp_replace(regexp_replace(trim(_s), '(\s*\[\d*\])+$', ''), '\s*\([\d, ]*\)', '');


CREATE MACRO rvbbit.pgc.to_regclass(_s) AS (SELECT arg_min(_k, coalesce(_position, 0)) FROM rvbbit.pgc._class_name
  WHERE _name = rvbbit.pgc._name_part(_s::VARCHAR) AND CASE WHEN len(rvbbit.pgc._parts(_s::VARCHAR)) > 1 THEN _schema = rvbbit.pgc._schema_part(_s::VARCHAR) ELSE _position IS NOT NULL END);
CREATE MACRO rvbbit.pgc.to_regtype(_s) AS (SELECT arg_min(CASE WHEN trim(_s::VARCHAR) LIKE '%]' THEN nullif(_array, 0) ELSE _k END, coalesce(_position, 0)) FROM rvbbit.pgc._type_by_name
  WHERE _name = rvbbit.pgc._name_part(rvbbit.pgc._bare_type(_s::VARCHAR))
    AND CASE WHEN len(rvbbit.pgc._parts(rvbbit.pgc._bare_type(_s::VARCHAR))) > 1 THEN _schema = rvbbit.pgc._schema_part(rvbbit.pgc._bare_type(_s::VARCHAR)) ELSE _position IS NOT NULL END);
CREATE MACRO rvbbit.pgc.to_regproc(_s) AS (SELECT arg_min(_k, coalesce(_position, 0)) FROM rvbbit.pgc._function_name
  WHERE _name = rvbbit.pgc._name_part(_s::VARCHAR) AND CASE WHEN len(rvbbit.pgc._parts(_s::VARCHAR)) > 1 THEN _schema = rvbbit.pgc._schema_part(_s::VARCHAR) ELSE _position IS NOT NULL END);
CREATE MACRO rvbbit.pgc.to_regnamespace(_s) AS (SELECT min(_k) FROM rvbbit.pgc._namespace_name WHERE _v = rvbbit.pgc._name_part(_s::VARCHAR));
CREATE MACRO rvbbit.pgc.to_regrole(_s) AS CASE WHEN rvbbit.pgc._name_part(_s::VARCHAR) = rvbbit.pgc._user() THEN 10::BIGINT END;

-- Casts to the reg… types: a name or a number to its OID, an OID to its name.
CREATE MACRO rvbbit.pgc._regclass_oid(_s) AS CASE WHEN _s IS NULL THEN NULL WHEN regexp_full_match(_s::VARCHAR, '\d+') THEN TRY_CAST(_s::VARCHAR AS BIGINT)
  ELSE coalesce(rvbbit.pgc.to_regclass(_s), error('42P01: relation "' || _s::VARCHAR || '" does not exist')) END;
CREATE MACRO rvbbit.pgc._regtype_oid(_s) AS CASE WHEN _s IS NULL THEN NULL WHEN regexp_full_match(_s::VARCHAR, '\d+') THEN TRY_CAST(_s::VARCHAR AS BIGINT)
  ELSE coalesce(rvbbit.pgc.to_regtype(_s), error('42704: type "' || _s::VARCHAR || '" does not exist')) END;
CREATE MACRO rvbbit.pgc._regproc_oid(_s) AS CASE WHEN _s IS NULL THEN NULL WHEN regexp_full_match(_s::VARCHAR, '\d+') THEN TRY_CAST(_s::VARCHAR AS BIGINT)
  ELSE coalesce(rvbbit.pgc.to_regproc(regexp_replace(_s::VARCHAR, '\(.*$', '')), error('42883: function "' || _s::VARCHAR || '" does not exist')) END;
CREATE MACRO rvbbit.pgc._regnamespace_oid(_s) AS CASE WHEN _s IS NULL THEN NULL WHEN regexp_full_match(_s::VARCHAR, '\d+') THEN TRY_CAST(_s::VARCHAR AS BIGINT)
  ELSE coalesce(rvbbit.pgc.to_regnamespace(_s), error('3F000: schema "' || _s::VARCHAR || '" does not exist')) END;
CREATE MACRO rvbbit.pgc._regrole_oid(_s) AS CASE WHEN _s IS NULL THEN NULL WHEN regexp_full_match(_s::VARCHAR, '\d+') THEN TRY_CAST(_s::VARCHAR AS BIGINT)
  ELSE coalesce(rvbbit.pgc.to_regrole(_s), error('42704: role "' || _s::VARCHAR || '" does not exist')) END;
CREATE MACRO rvbbit.pgc._regclass_text(_s) AS CASE rvbbit.pgc._regclass_oid(_s) WHEN 0 THEN '-' ELSE coalesce((SELECT _v FROM rvbbit.pgc._class_name WHERE _k = rvbbit.pgc._regclass_oid(_s)), _s::VARCHAR) END;
CREATE MACRO rvbbit.pgc._regtype_text(_s) AS rvbbit.pgc.format_type(rvbbit.pgc._regtype_oid(_s), NULL);
CREATE MACRO rvbbit.pgc._regproc_text(_s) AS CASE rvbbit.pgc._regproc_oid(_s) WHEN 0 THEN '-' ELSE coalesce((SELECT _v FROM rvbbit.pgc._function_name WHERE _k = rvbbit.pgc._regproc_oid(_s)), _s::VARCHAR) END;
CREATE MACRO rvbbit.pgc._regnamespace_text(_s) AS coalesce((SELECT rvbbit.pgc._name(_v) FROM rvbbit.pgc._namespace_name WHERE _k = rvbbit.pgc._regnamespace_oid(_s)), _s::VARCHAR);
CREATE MACRO rvbbit.pgc._regrole_text(_s) AS CASE rvbbit.pgc._regrole_oid(_s) WHEN 10 THEN rvbbit.pgc._name(rvbbit.pgc._user()) ELSE _s::VARCHAR END;

CREATE MACRO rvbbit.pgc.pg_table_is_visible(_o) AS (SELECT _visible FROM rvbbit.pgc._class_name WHERE _k = _o);
CREATE VIEW rvbbit.pgc._type_visible AS
SELECT oid AS _k, true AS _v FROM rvbbit.pgc._base_type
UNION ALL SELECT oid, position IS NOT NULL FROM rvbbit.pgc._user_type
UNION ALL SELECT typarray, position IS NOT NULL FROM rvbbit.pgc._user_type
UNION ALL SELECT reltype, position IS NOT NULL FROM rvbbit.pgc._relation
UNION ALL SELECT arraytype, position IS NOT NULL FROM rvbbit.pgc._relation;
CREATE MACRO rvbbit.pgc.pg_type_is_visible(_o) AS (SELECT _v FROM rvbbit.pgc._type_visible WHERE _k = _o);
CREATE MACRO rvbbit.pgc.pg_function_is_visible(_o) AS (SELECT _position IS NOT NULL FROM rvbbit.pgc._function_name WHERE _k = _o);
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

CREATE VIEW rvbbit.pgc._constraint_text AS
SELECT c.oid AS _k, CASE c.contype
  WHEN 'p' THEN 'PRIMARY KEY (' || array_to_string(list_transform(c.columns, lambda n: rvbbit.pgc._name(n)), ', ') || ')'
  WHEN 'u' THEN 'UNIQUE (' || array_to_string(list_transform(c.columns, lambda n: rvbbit.pgc._name(n)), ', ') || ')'
  WHEN 'c' THEN 'CHECK (' || c.expression || ')'
  ELSE 'FOREIGN KEY (' || array_to_string(list_transform(c.columns, lambda n: rvbbit.pgc._name(n)), ', ') || ') REFERENCES '
       || CASE WHEN c.position IS NULL THEN rvbbit.pgc._name(c.nspname) || '.' ELSE '' END || rvbbit.pgc._name(c.referenced_table)
       || '(' || array_to_string(list_transform(c.referenced_columns, lambda n: rvbbit.pgc._name(n)), ', ') || ')' END AS _v
FROM rvbbit.pgc._constraint c;
CREATE MACRO rvbbit.pgc.pg_get_constraintdef(_o) AS (SELECT _v FROM rvbbit.pgc._constraint_text WHERE _k = _o),
  (_o, _p) AS (SELECT CASE WHEN _p THEN regexp_replace(_v, '^CHECK \(\(((?:[^()]|\([^()]*\))*)\)\)$', 'CHECK (\1)') ELSE _v END FROM rvbbit.pgc._constraint_text WHERE _k = _o);

CREATE VIEW rvbbit.pgc._index_part AS
SELECT i.oid AS _k, i.n AS _n, CASE WHEN c.attname IS NOT NULL THEN rvbbit.pgc._name(c.attname) ELSE i.expression END AS _v
FROM (SELECT oid, indrelid, unnest(expressions) AS expression, unnest(generate_series(1, len(expressions))) AS n FROM rvbbit.pgc._index) i
LEFT JOIN rvbbit.pgc._column c ON c.attrelid = i.indrelid AND c.attname = i.expression;
CREATE VIEW rvbbit.pgc._index_text AS
SELECT i.oid AS _k, 'CREATE ' || CASE WHEN i.is_unique THEN 'UNIQUE ' ELSE '' END || 'INDEX ' || rvbbit.pgc._name(i.relname) || ' ON ' || rvbbit.pgc._name(i.nspname) || '.'
       || rvbbit.pgc._name(i.table_name) || ' USING btree (' || p.parts || ')' AS _v
FROM rvbbit.pgc._index i JOIN (SELECT _k, string_agg(_v, ', ' ORDER BY _n) AS parts FROM rvbbit.pgc._index_part GROUP BY _k) p ON p._k = i.oid;
CREATE MACRO rvbbit.pgc.pg_get_indexdef(_o) AS (SELECT _v FROM rvbbit.pgc._index_text WHERE _k = _o),
  (_o, _c, _p) AS CASE WHEN _c = 0 THEN (SELECT _v FROM rvbbit.pgc._index_text WHERE _k = _o) ELSE (SELECT _v FROM rvbbit.pgc._index_part WHERE _k = _o AND _n = _c) END;

CREATE VIEW rvbbit.pgc._view_text AS
SELECT oid AS _k, regexp_replace(sql, '^CREATE (?:OR REPLACE )?(?:TEMP(?:ORARY)? )?VIEW (?:"(?:[^"]|"")*"|[^" ])+? (?:\([^)]*\) )?AS ', ' ') AS _v, k._v AS _name
FROM rvbbit.pgc._relation LEFT JOIN rvbbit.pgc._class_name k ON k._k = oid WHERE relkind = 'v';
CREATE MACRO rvbbit.pgc.pg_get_viewdef(_o) AS (SELECT _v FROM rvbbit.pgc._view_text WHERE _k = rvbbit.pgc._regclass_oid(_o)),
  (_o, _p) AS (SELECT _v FROM rvbbit.pgc._view_text WHERE _k = rvbbit.pgc._regclass_oid(_o));
CREATE MACRO rvbbit.pgc.pg_get_ruledef(_o) AS (SELECT 'CREATE RULE "_RETURN" AS ON SELECT TO ' || _name || ' DO INSTEAD ' || _v FROM rvbbit.pgc._view_text WHERE rvbbit.pgc._member(_k, 'rule', 1) = _o),
  (_o, _p) AS (SELECT 'CREATE RULE "_RETURN" AS ON SELECT TO ' || _name || ' DO INSTEAD ' || _v FROM rvbbit.pgc._view_text WHERE rvbbit.pgc._member(_k, 'rule', 1) = _o);

CREATE MACRO rvbbit.pgc.pg_get_function_result(_o) AS (SELECT _result FROM rvbbit.pgc._function_text WHERE _k = _o);
CREATE MACRO rvbbit.pgc.pg_get_function_arguments(_o) AS (SELECT _arguments FROM rvbbit.pgc._function_text WHERE _k = _o);
CREATE MACRO rvbbit.pgc.pg_get_function_identity_arguments(_o) AS (SELECT _arguments FROM rvbbit.pgc._function_text WHERE _k = _o);
CREATE MACRO rvbbit.pgc.pg_get_function_sqlbody(_o) AS CASE WHEN _o IS NULL THEN NULL ELSE NULL::VARCHAR END;
CREATE MACRO rvbbit.pgc.pg_get_functiondef(_o) AS (SELECT 'CREATE MACRO ' || rvbbit.pgc._name(_schema) || '.' || rvbbit.pgc._name(_name) || '(' || _names || ') AS '
  || CASE WHEN _table THEN 'TABLE ' ELSE '' END || _body FROM rvbbit.pgc._function_text WHERE _k = _o);

CREATE VIEW rvbbit.pgc.pg_views AS
SELECT c.nspname AS schemaname, c.relname AS viewname, rvbbit.pgc._user() AS viewowner, d._v AS definition
FROM rvbbit.pgc._class c LEFT JOIN rvbbit.pgc._view_text d ON d._k = c.oid WHERE c.relkind = 'v';

CREATE VIEW rvbbit.pgc.pg_indexes AS
SELECT i.nspname AS schemaname, i.table_name AS tablename, i.relname AS indexname, NULL::VARCHAR AS tablespace, d._v AS indexdef
FROM rvbbit.pgc._index i JOIN rvbbit.pgc._index_text d ON d._k = i.oid;

CREATE VIEW rvbbit.pgc._comment AS
SELECT oid AS objoid, 1259 AS classoid, 0 AS objsubid, comment FROM rvbbit.pgc._relation
UNION ALL SELECT oid, 1259, 0, comment FROM rvbbit.pgc._sequence
UNION ALL SELECT oid, 1259, 0, comment FROM rvbbit.pgc._index
UNION ALL SELECT c.attrelid, 1259, c.attnum, c.comment FROM rvbbit.pgc._column c
UNION ALL SELECT oid, 1247, 0, comment FROM rvbbit.pgc._user_type
UNION ALL SELECT oid, 1255, 0, comment FROM rvbbit.pgc._function
UNION ALL SELECT oid, 2615, 0, coalesce(comment, CASE oid WHEN 2200 THEN 'standard public schema' END) FROM rvbbit.pgc._namespace;

CREATE VIEW rvbbit.pgc.pg_description AS
SELECT objoid, classoid::BIGINT AS classoid, objsubid::INTEGER AS objsubid, comment AS description FROM rvbbit.pgc._comment WHERE comment IS NOT NULL;

CREATE VIEW rvbbit.pgc._comment_text AS SELECT objoid AS _k, classoid AS _class, objsubid AS _n, comment AS _v FROM rvbbit.pgc._comment WHERE comment IS NOT NULL;
CREATE MACRO rvbbit.pgc.obj_description(_o, _c) AS (SELECT min(_v) FROM rvbbit.pgc._comment_text WHERE _k = _o AND _n = 0
  AND _class = CASE replace(_c, 'pg_catalog.', '') WHEN 'pg_class' THEN 1259 WHEN 'pg_type' THEN 1247 WHEN 'pg_proc' THEN 1255 WHEN 'pg_namespace' THEN 2615 ELSE 0 END),
  (_o) AS (SELECT min(_v) FROM rvbbit.pgc._comment_text WHERE _k = _o AND _n = 0);
CREATE MACRO rvbbit.pgc.col_description(_o, _i) AS (SELECT min(_v) FROM rvbbit.pgc._comment_text WHERE _k = _o AND _n = _i AND _n > 0 AND _class = 1259);
CREATE MACRO rvbbit.pgc.shobj_description(_o, _c) AS CASE WHEN _o IS NULL THEN NULL ELSE NULL::VARCHAR END;

CREATE MACRO rvbbit.pgc.pg_get_userbyid(_o) AS coalesce(list_filter(rvbbit.pgc._roles(), lambda r: r.oid = _o)[1].name, 'unknown (OID=' || _o::VARCHAR || ')');
CREATE VIEW rvbbit.pgc._default_text AS SELECT attrelid AS _k, attname AS _name, column_default AS _v FROM rvbbit.pgc._attribute;
CREATE MACRO rvbbit.pgc.pg_get_serial_sequence(_t, _c) AS (SELECT min(regexp_extract(_v, '^nextval\(''([^'']*)''', 1)) FROM rvbbit.pgc._default_text
  WHERE _k = rvbbit.pgc._regclass_oid(_t) AND _name = _c AND _v LIKE 'nextval(%');

-- What has no counterpart in the engine: no rows ever carry the argument, so there is nothing to tell.
CREATE MACRO rvbbit.pgc.pg_get_partkeydef(_o) AS CASE WHEN _o IS NULL THEN NULL ELSE NULL::VARCHAR END;
CREATE MACRO rvbbit.pgc.pg_get_partition_constraintdef(_o) AS CASE WHEN _o IS NULL THEN NULL ELSE NULL::VARCHAR END;
CREATE MACRO rvbbit.pgc.pg_get_triggerdef(_o) AS CASE WHEN _o IS NULL THEN NULL ELSE NULL::VARCHAR END, (_o, _p) AS CASE WHEN _o IS NULL THEN NULL ELSE NULL::VARCHAR END;
CREATE MACRO rvbbit.pgc.pg_get_statisticsobjdef(_o) AS CASE WHEN _o IS NULL THEN NULL ELSE NULL::VARCHAR END;
CREATE MACRO rvbbit.pgc.pg_get_statisticsobjdef_columns(_o) AS CASE WHEN _o IS NULL THEN NULL ELSE NULL::VARCHAR END;
CREATE VIEW rvbbit.pgc._object_words AS
SELECT c.oid AS _k, 1259 AS _class, CASE c.relkind WHEN 'v' THEN 'view ' WHEN 'i' THEN 'index ' WHEN 'S' THEN 'sequence ' WHEN 'c' THEN 'composite type ' ELSE 'table ' END || n._v AS _v
FROM rvbbit.pgc._class c JOIN rvbbit.pgc._class_name n ON n._k = c.oid
UNION ALL SELECT c.oid, 2606, 'constraint ' || rvbbit.pgc._name(c.conname) || ' on table ' || n._v FROM rvbbit.pgc._constraint c JOIN rvbbit.pgc._class_name n ON n._k = c.conrelid
UNION ALL SELECT oid, 2615, 'schema ' || rvbbit.pgc._name(nspname) FROM rvbbit.pgc._namespace
UNION ALL SELECT _k, 1247, 'type ' || _text || _suffix FROM rvbbit.pgc._type_name;
CREATE VIEW rvbbit.pgc._column_words AS SELECT attrelid AS _k, attnum AS _number, 'column ' || rvbbit.pgc._name(attname) || ' of ' AS _v FROM rvbbit.pgc._attribute;
CREATE MACRO rvbbit.pgc.pg_describe_object(_c, _o, _n) AS CASE WHEN _n > 0 AND _c = 1259 THEN (SELECT min(_v) FROM rvbbit.pgc._column_words WHERE _k = _o AND _number = _n) ELSE '' END
  || (SELECT min(_v) FROM rvbbit.pgc._object_words WHERE _k = _o AND _class = _c);
CREATE MACRO rvbbit.pgc.pg_tablespace_location(_o) AS '';
CREATE MACRO rvbbit.pgc.pg_relation_is_publishable(_o) AS _o IS NULL;
CREATE MACRO rvbbit.pgc.pg_stat_get_numscans(_o) AS CASE WHEN _o IS NULL THEN NULL ELSE NULL::BIGINT END;
CREATE MACRO rvbbit.pgc.acldefault(_t, _o) AS CASE WHEN _o IS NULL THEN NULL ELSE NULL::VARCHAR[] END;
CREATE MACRO rvbbit.pgc.pg_partition_ancestors(_o) AS CASE WHEN _o IS NULL THEN []::BIGINT[] ELSE []::BIGINT[] END;
CREATE MACRO rvbbit.pgc.pg_partition_tree(_o) AS TABLE SELECT _o::BIGINT AS relid, NULL::BIGINT AS parentrelid, true AS isleaf, 0 AS level WHERE false;
CREATE MACRO rvbbit.pgc.aclexplode(_a) AS CASE WHEN _a IS NULL THEN NULL ELSE []::STRUCT(grantor BIGINT, grantee BIGINT, privilege_type VARCHAR, is_grantable BOOLEAN)[] END;
CREATE MACRO rvbbit.pgc.pg_options_to_table(_a) AS TABLE SELECT '' AS option_name, '' AS option_value WHERE false;
