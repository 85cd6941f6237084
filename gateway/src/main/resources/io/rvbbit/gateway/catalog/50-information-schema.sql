-- The standard's views, as PostgreSQL fills them.
CREATE MACRO rvbbit.pgi._pg_expandarray(_a) AS list_transform(_a, lambda x, i: {'x': x, 'n': i::INTEGER});
CREATE MACRO rvbbit.pgi._data_type(_t) AS CASE WHEN _t IS NULL THEN NULL ELSE rvbbit.pgc.format_type(_t, NULL) END;
CREATE VIEW rvbbit.pgi.information_schema_catalog_name AS SELECT current_database() AS catalog_name;
CREATE VIEW rvbbit.pgi.schemata AS
SELECT current_database() AS catalog_name, nspname AS schema_name, rvbbit.pgc._user() AS schema_owner, NULL::VARCHAR AS default_character_set_catalog,
       NULL::VARCHAR AS default_character_set_schema, NULL::VARCHAR AS default_character_set_name, NULL::VARCHAR AS sql_path FROM rvbbit.pgc.pg_namespace;
CREATE VIEW rvbbit.pgi.tables AS
SELECT current_database() AS table_catalog, nspname AS table_schema, relname AS table_name,
       CASE WHEN relkind = 'v' THEN 'VIEW' WHEN relpersistence = 't' THEN 'LOCAL TEMPORARY' ELSE 'BASE TABLE' END AS table_type, NULL::VARCHAR AS self_referencing_column_name,
       NULL::VARCHAR AS reference_generation, NULL::VARCHAR AS user_defined_type_catalog, NULL::VARCHAR AS user_defined_type_schema, NULL::VARCHAR AS user_defined_type_name,
       CASE WHEN relkind = 'r' THEN 'YES' ELSE 'NO' END AS is_insertable_into, 'NO' AS is_typed, NULL::VARCHAR AS commit_action
FROM rvbbit.pgc._class WHERE relkind IN ('r', 'v');
CREATE VIEW rvbbit.pgi.views AS
SELECT current_database() AS table_catalog, schemaname AS table_schema, viewname AS table_name, definition AS view_definition, 'NONE' AS check_option, 'NO' AS is_updatable,
       'NO' AS is_insertable_into, 'NO' AS is_trigger_updatable, 'NO' AS is_trigger_deletable, 'NO' AS is_trigger_insertable_into FROM rvbbit.pgc.pg_views;

CREATE VIEW rvbbit.pgi._type AS
SELECT b.oid, 'pg_catalog' AS nspname, b.typname, CASE WHEN b.typcategory = 'A' THEN 'ARRAY' ELSE coalesce(w.words, b.typname) END AS data_type
FROM rvbbit.pgc._base_type b LEFT JOIN rvbbit.pgc._type_words w ON w.oid = b.oid
UNION ALL SELECT oid, nspname, typname, 'USER-DEFINED' FROM rvbbit.pgc._user_type
UNION ALL SELECT typarray, nspname, '_' || typname, 'ARRAY' FROM rvbbit.pgc._user_type;

CREATE VIEW rvbbit.pgi.columns AS
SELECT current_database() AS table_catalog, c.nspname AS table_schema, c.relname AS table_name, a.attname AS column_name, a.attnum::INTEGER AS ordinal_position,
       CASE WHEN a.attgenerated = '' THEN d.adbin END AS column_default, CASE WHEN a.attnotnull THEN 'NO' ELSE 'YES' END AS is_nullable, t.data_type,
       CASE WHEN a.atttypid IN (1042, 1043) AND a.atttypmod > 4 THEN a.atttypmod - 4 END::INTEGER AS character_maximum_length,
       CASE WHEN a.atttypid IN (1042, 1043) AND a.atttypmod > 4 THEN least((a.atttypmod - 4) * 4, 1073741824) WHEN a.atttypid IN (19, 25, 1042, 1043) THEN 1073741824 END::INTEGER AS character_octet_length,
       CASE a.atttypid WHEN 21 THEN 16 WHEN 23 THEN 32 WHEN 20 THEN 64 WHEN 700 THEN 24 WHEN 701 THEN 53 WHEN 1700 THEN CASE WHEN a.atttypmod > 0 THEN (a.atttypmod - 4) // 65536 END END::INTEGER AS numeric_precision,
       CASE WHEN a.atttypid IN (20, 21, 23, 700, 701) THEN 2 WHEN a.atttypid = 1700 THEN 10 END AS numeric_precision_radix,
       CASE WHEN a.atttypid IN (20, 21, 23) THEN 0 WHEN a.atttypid = 1700 AND a.atttypmod > 0 THEN (a.atttypmod - 4) % 65536 END::INTEGER AS numeric_scale,
       CASE WHEN a.atttypid = 1082 THEN 0 WHEN a.atttypid IN (1083, 1114, 1184, 1186, 1266) THEN 6 END AS datetime_precision, NULL::VARCHAR AS interval_type, NULL::INTEGER AS interval_precision,
       NULL::VARCHAR AS character_set_catalog, NULL::VARCHAR AS character_set_schema, NULL::VARCHAR AS character_set_name, NULL::VARCHAR AS collation_catalog, NULL::VARCHAR AS collation_schema,
       NULL::VARCHAR AS collation_name, NULL::VARCHAR AS domain_catalog, NULL::VARCHAR AS domain_schema, NULL::VARCHAR AS domain_name, current_database() AS udt_catalog,
       t.nspname AS udt_schema, t.typname AS udt_name, NULL::VARCHAR AS scope_catalog, NULL::VARCHAR AS scope_schema, NULL::VARCHAR AS scope_name, NULL::INTEGER AS maximum_cardinality,
       a.attnum::VARCHAR AS dtd_identifier, 'NO' AS is_self_referencing, 'NO' AS is_identity, NULL::VARCHAR AS identity_generation, NULL::VARCHAR AS identity_start, NULL::VARCHAR AS identity_increment,
       NULL::VARCHAR AS identity_maximum, NULL::VARCHAR AS identity_minimum, 'NO' AS identity_cycle, CASE WHEN a.attgenerated = '' THEN 'NEVER' ELSE 'ALWAYS' END AS is_generated,
       CASE WHEN a.attgenerated <> '' THEN d.adbin END AS generation_expression, CASE WHEN c.relkind = 'r' THEN 'YES' ELSE 'NO' END AS is_updatable
FROM rvbbit.pgc._attribute a JOIN rvbbit.pgc._class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'v')
LEFT JOIN rvbbit.pgi._type t ON t.oid = a.atttypid LEFT JOIN rvbbit.pgc.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum;

CREATE VIEW rvbbit.pgi.table_constraints AS
SELECT current_database() AS constraint_catalog, nspname AS constraint_schema, conname AS constraint_name, current_database() AS table_catalog, nspname AS table_schema, table_name,
       CASE contype WHEN 'p' THEN 'PRIMARY KEY' WHEN 'u' THEN 'UNIQUE' WHEN 'c' THEN 'CHECK' ELSE 'FOREIGN KEY' END AS constraint_type, 'NO' AS is_deferrable, 'NO' AS initially_deferred,
       'YES' AS enforced, CASE WHEN contype = 'u' THEN 'YES' END AS nulls_distinct FROM rvbbit.pgc._constraint
UNION ALL
SELECT current_database(), r.nspname, r.oid::VARCHAR || '_' || c.attnum::VARCHAR || '_not_null', current_database(), r.nspname, r.relname, 'CHECK', 'NO', 'NO', 'YES', NULL
FROM rvbbit.pgc._column c JOIN rvbbit.pgc._relation r ON r.oid = c.attrelid WHERE NOT c.is_nullable;
CREATE VIEW rvbbit.pgi.check_constraints AS
SELECT current_database() AS constraint_catalog, nspname AS constraint_schema, conname AS constraint_name, expression AS check_clause FROM rvbbit.pgc._constraint WHERE contype = 'c'
UNION ALL
SELECT current_database(), r.nspname, r.oid::VARCHAR || '_' || c.attnum::VARCHAR || '_not_null', c.attname || ' IS NOT NULL'
FROM rvbbit.pgc._column c JOIN rvbbit.pgc._relation r ON r.oid = c.attrelid WHERE NOT c.is_nullable;
CREATE VIEW rvbbit.pgi.key_column_usage AS
SELECT current_database() AS constraint_catalog, k.nspname AS constraint_schema, k.conname AS constraint_name, current_database() AS table_catalog, k.nspname AS table_schema, k.table_name,
       k.columns[k.n] AS column_name, k.n::INTEGER AS ordinal_position, list_position(u.columns, k.referenced_columns[k.n])::INTEGER AS position_in_unique_constraint
FROM (SELECT *, unnest(generate_series(1, len(columns))) AS n FROM rvbbit.pgc._constraint WHERE contype IN ('p', 'u', 'f')) k
LEFT JOIN rvbbit.pgc._constraint u ON k.contype = 'f' AND u.contype IN ('p', 'u') AND u.connamespace = k.connamespace AND u.table_name = k.referenced_table
  AND list_sort(u.columns) = list_sort(k.referenced_columns);
CREATE VIEW rvbbit.pgi.referential_constraints AS
SELECT current_database() AS constraint_catalog, k.nspname AS constraint_schema, k.conname AS constraint_name, current_database() AS unique_constraint_catalog,
       u.nspname AS unique_constraint_schema, u.conname AS unique_constraint_name, 'NONE' AS match_option, 'NO ACTION' AS update_rule, 'NO ACTION' AS delete_rule
FROM rvbbit.pgc._constraint k LEFT JOIN rvbbit.pgc._constraint u ON u.contype IN ('p', 'u') AND u.connamespace = k.connamespace AND u.table_name = k.referenced_table
  AND list_sort(u.columns) = list_sort(k.referenced_columns) WHERE k.contype = 'f';
CREATE VIEW rvbbit.pgi.constraint_column_usage AS
SELECT current_database() AS table_catalog, nspname AS table_schema, CASE contype WHEN 'f' THEN referenced_table ELSE table_name END AS table_name,
       unnest(CASE contype WHEN 'f' THEN referenced_columns ELSE columns END) AS column_name, current_database() AS constraint_catalog, nspname AS constraint_schema, conname AS constraint_name
FROM rvbbit.pgc._constraint;
CREATE VIEW rvbbit.pgi.constraint_table_usage AS
SELECT current_database() AS table_catalog, nspname AS table_schema, CASE contype WHEN 'f' THEN referenced_table ELSE table_name END AS table_name,
       current_database() AS constraint_catalog, nspname AS constraint_schema, conname AS constraint_name FROM rvbbit.pgc._constraint WHERE contype IN ('p', 'u', 'f');

CREATE VIEW rvbbit.pgi.sequences AS
SELECT current_database() AS sequence_catalog, nspname AS sequence_schema, relname AS sequence_name, 'bigint' AS data_type, 64 AS numeric_precision, 2 AS numeric_precision_radix,
       0 AS numeric_scale, start_value::VARCHAR AS start_value, min_value::VARCHAR AS minimum_value, max_value::VARCHAR AS maximum_value, increment_by::VARCHAR AS increment,
       CASE WHEN cycle THEN 'YES' ELSE 'NO' END AS cycle_option FROM rvbbit.pgc._sequence;
CREATE VIEW rvbbit.pgi.character_sets AS
SELECT NULL::VARCHAR AS character_set_catalog, NULL::VARCHAR AS character_set_schema, 'UTF8' AS character_set_name, 'UCS' AS character_repertoire, 'UTF8' AS form_of_use,
       current_database() AS default_collate_catalog, NULL::VARCHAR AS default_collate_schema, NULL::VARCHAR AS default_collate_name;
CREATE VIEW rvbbit.pgi.enabled_roles AS SELECT rvbbit.pgc._user() AS role_name;
CREATE VIEW rvbbit.pgi.applicable_roles AS SELECT rvbbit.pgc._user() AS grantee, rvbbit.pgc._user() AS role_name, 'NO' AS is_grantable WHERE false;
CREATE VIEW rvbbit.pgi.table_privileges AS
SELECT rvbbit.pgc._user() AS grantor, rvbbit.pgc._user() AS grantee, current_database() AS table_catalog, r.nspname AS table_schema, r.relname AS table_name, p.privilege AS privilege_type,
       'YES' AS is_grantable, CASE p.privilege WHEN 'SELECT' THEN 'YES' ELSE 'NO' END AS with_hierarchy
FROM rvbbit.pgc._relation r, (VALUES ('INSERT'), ('SELECT'), ('UPDATE'), ('DELETE'), ('TRUNCATE'), ('REFERENCES'), ('TRIGGER')) p(privilege);
CREATE VIEW rvbbit.pgi.role_table_grants AS FROM rvbbit.pgi.table_privileges;
CREATE VIEW rvbbit.pgi.column_privileges AS
SELECT rvbbit.pgc._user() AS grantor, rvbbit.pgc._user() AS grantee, current_database() AS table_catalog, r.nspname AS table_schema, r.relname AS table_name, c.attname AS column_name,
       p.privilege AS privilege_type, 'YES' AS is_grantable
FROM rvbbit.pgc._relation r JOIN rvbbit.pgc._column c ON c.attrelid = r.oid, (VALUES ('INSERT'), ('SELECT'), ('UPDATE'), ('REFERENCES')) p(privilege);
CREATE VIEW rvbbit.pgi.role_column_grants AS FROM rvbbit.pgi.column_privileges;
CREATE VIEW rvbbit.pgi.routine_privileges AS
SELECT rvbbit.pgc._user() AS grantor, rvbbit.pgc._user() AS grantee, current_database() AS specific_catalog, nspname AS specific_schema, proname || '_' || oid::VARCHAR AS specific_name,
       current_database() AS routine_catalog, nspname AS routine_schema, proname AS routine_name, 'EXECUTE' AS privilege_type, 'YES' AS is_grantable FROM rvbbit.pgc._function;
CREATE VIEW rvbbit.pgi.role_routine_grants AS FROM rvbbit.pgi.routine_privileges;
