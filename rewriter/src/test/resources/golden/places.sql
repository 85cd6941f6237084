--@ create table as
--@call a
CREATE OR REPLACE TEMP TABLE main."My T" AS RVBBIT MAP 'c' AS r USING (SELECT a FROM t)
--@expect
target CreateTable[name=TableName[text=main."My T", parts=[main, My T]], orReplace=true, temporary=true, ifNotExists=false]
call 0 MAP own limit false
sql
CREATE OR REPLACE TEMP TABLE main."My T" AS SELECT m."a", json_extract_string(m._rvbbit_answer, '$.value') AS "r"
FROM (
  SELECT i.*, _rvbbit_map('t0ken', 0, 'c', i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
SELECT a FROM t
    ) AS q LIMIT 1001) WHERE _rvbbit_within('t0ken', 0, _rvbbit_row, 1000) ORDER BY _rvbbit_row
  ) AS i
) AS m

--@ create table if not exists as
--@call a
CREATE TABLE IF NOT EXISTS x AS
RVBBIT MAP 'c' AS r USING (SELECT a FROM t) WITH (limit = 3);
--@expect
target CreateTable[name=TableName[text=x, parts=[x]], orReplace=false, temporary=false, ifNotExists=true]
call 0 MAP own limit false
sql
CREATE TABLE IF NOT EXISTS x AS
SELECT m."a", json_extract_string(m._rvbbit_answer, '$.value') AS "r"
FROM (
  SELECT i.*, _rvbbit_map('t0ken', 0, 'c', i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
SELECT a FROM t
    ) AS q LIMIT 1001) WHERE _rvbbit_within('t0ken', 0, _rvbbit_row, 1000) ORDER BY _rvbbit_row
  ) AS i
) AS m

--@ create table as with the clause inside
--@call a
CREATE TABLE x AS SELECT r FROM (RVBBIT MAP 'c' AS r USING (SELECT a FROM t)) AS m
--@expect
target CreateTable[name=TableName[text=x, parts=[x]], orReplace=false, temporary=false, ifNotExists=false]
call 0 MAP own limit false
sql
CREATE TABLE x AS SELECT r FROM (SELECT m."a", json_extract_string(m._rvbbit_answer, '$.value') AS "r"
FROM (
  SELECT i.*, _rvbbit_map('t0ken', 0, 'c', i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
SELECT a FROM t
    ) AS q LIMIT 1001) WHERE _rvbbit_within('t0ken', 0, _rvbbit_row, 1000) ORDER BY _rvbbit_row
  ) AS i
) AS m) AS m

--@ insert with columns
--@call a
INSERT INTO s.target (a, "R") RVBBIT MAP 'c' AS r USING (SELECT a FROM t)
--@expect
target Insert[name=TableName[text=s.target, parts=[s, target]], columns=[a, R]]
call 0 MAP own limit false
sql
INSERT INTO s.target (a, "R") SELECT m."a", json_extract_string(m._rvbbit_answer, '$.value') AS "r"
FROM (
  SELECT i.*, _rvbbit_map('t0ken', 0, 'c', i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
SELECT a FROM t
    ) AS q LIMIT 1001) WHERE _rvbbit_within('t0ken', 0, _rvbbit_row, 1000) ORDER BY _rvbbit_row
  ) AS i
) AS m

--@ insert goes on
--@call a
INSERT INTO target RVBBIT MAP 'c' AS r USING (SELECT a FROM t) ON CONFLICT DO NOTHING RETURNING a
--@expect
target Insert[name=TableName[text=target, parts=[target]], columns=[]]
call 0 MAP own limit false
sql
INSERT INTO target SELECT m."a", json_extract_string(m._rvbbit_answer, '$.value') AS "r"
FROM (
  SELECT i.*, _rvbbit_map('t0ken', 0, 'c', i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
SELECT a FROM t
    ) AS q LIMIT 1001) WHERE _rvbbit_within('t0ken', 0, _rvbbit_row, 1000) ORDER BY _rvbbit_row
  ) AS i
) AS m ON CONFLICT DO NOTHING RETURNING a

--@ insert of a select around the clause
--@call a
INSERT INTO target BY NAME SELECT * FROM (RVBBIT MAP 'c' AS r USING (SELECT a FROM t)) AS m
--@expect
target Insert[name=TableName[text=target, parts=[target]], columns=[]]
call 0 MAP own limit false
sql
INSERT INTO target BY NAME SELECT * FROM (SELECT m."a", json_extract_string(m._rvbbit_answer, '$.value') AS "r"
FROM (
  SELECT i.*, _rvbbit_map('t0ken', 0, 'c', i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
SELECT a FROM t
    ) AS q LIMIT 1001) WHERE _rvbbit_within('t0ken', 0, _rvbbit_row, 1000) ORDER BY _rvbbit_row
  ) AS i
) AS m) AS m

--@ insert behind common tables
--@call a
WITH c AS (SELECT 1 AS a) INSERT INTO target (a) RVBBIT MAP 'c' AS r USING (SELECT a FROM c)
--@expect
target Insert[name=TableName[text=target, parts=[target]], columns=[a]]
call 0 MAP own limit false described by
WITH c AS (SELECT 1 AS a)
(
SELECT a FROM c
)
sql
WITH c AS (SELECT 1 AS a) INSERT INTO target (a) SELECT m."a", json_extract_string(m._rvbbit_answer, '$.value') AS "r"
FROM (
  SELECT i.*, _rvbbit_map('t0ken', 0, 'c', i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
SELECT a FROM c
    ) AS q LIMIT 1001) WHERE _rvbbit_within('t0ken', 0, _rvbbit_row, 1000) ORDER BY _rvbbit_row
  ) AS i
) AS m

--@ copy to
--@call a
COPY (RVBBIT MAP 'c' AS r USING (SELECT a FROM t)) TO 'out.csv' (FORMAT csv)
--@expect
target CopyTo[]
call 0 MAP own limit false
sql
COPY (SELECT m."a", json_extract_string(m._rvbbit_answer, '$.value') AS "r"
FROM (
  SELECT i.*, _rvbbit_map('t0ken', 0, 'c', i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
SELECT a FROM t
    ) AS q LIMIT 1001) WHERE _rvbbit_within('t0ken', 0, _rvbbit_row, 1000) ORDER BY _rvbbit_row
  ) AS i
) AS m) TO 'out.csv' (FORMAT csv)

--@ join of two clauses
--@call a
--@call b
SELECT m.r, n.s FROM (RVBBIT MAP 'c' AS r USING (SELECT a FROM t)) m JOIN (RVBBIT MAP 'd' AS s USING (SELECT b FROM u)) n ON m.a = n.b WHERE m.r LIKE '(RVBBIT MAP ''x'' USING'
--@expect
target Embedded[]
call 0 MAP own limit false
call 1 MAP own limit false
sql
SELECT m.r, n.s FROM (SELECT m."a", json_extract_string(m._rvbbit_answer, '$.value') AS "r"
FROM (
  SELECT i.*, _rvbbit_map('t0ken', 0, 'c', i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
SELECT a FROM t
    ) AS q LIMIT 1001) WHERE _rvbbit_within('t0ken', 0, _rvbbit_row, 1000) ORDER BY _rvbbit_row
  ) AS i
) AS m) m JOIN (SELECT m."b", json_extract_string(m._rvbbit_answer, '$.value') AS "s"
FROM (
  SELECT i.*, _rvbbit_map('t0ken', 1, 'd', i._rvbbit_row, CAST(to_json(struct_pack("b" := i."b")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
SELECT b FROM u
    ) AS q LIMIT 1001) WHERE _rvbbit_within('t0ken', 1, _rvbbit_row, 1000) ORDER BY _rvbbit_row
  ) AS i
) AS m) n ON m.a = n.b WHERE m.r LIKE '(RVBBIT MAP ''x'' USING'

--@ common table bodies see those before them
--@call a
--@call a, r
WITH t AS (SELECT 1 AS a), m AS (RVBBIT MAP 'c' AS r USING (SELECT a FROM t)), n AS MATERIALIZED (RVBBIT MAP 'd' AS s USING (SELECT * FROM m)) SELECT * FROM n
--@expect
target Embedded[]
call 0 MAP own limit false described by
WITH t AS (SELECT 1 AS a)
(
SELECT a FROM t
)
call 1 MAP own limit false described by
WITH t AS (SELECT 1 AS a), m AS (SELECT m."a", json_extract_string(m._rvbbit_answer, '$.value') AS "r"
FROM (
  SELECT i.*, _rvbbit_map('t0ken', 0, 'c', i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
SELECT a FROM t
    ) AS q LIMIT 1001) WHERE _rvbbit_within('t0ken', 0, _rvbbit_row, 1000) ORDER BY _rvbbit_row
  ) AS i
) AS m)
(
SELECT * FROM m
)
sql
WITH t AS (SELECT 1 AS a), m AS (SELECT m."a", json_extract_string(m._rvbbit_answer, '$.value') AS "r"
FROM (
  SELECT i.*, _rvbbit_map('t0ken', 0, 'c', i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
SELECT a FROM t
    ) AS q LIMIT 1001) WHERE _rvbbit_within('t0ken', 0, _rvbbit_row, 1000) ORDER BY _rvbbit_row
  ) AS i
) AS m), n AS MATERIALIZED (SELECT m."a", m."r", json_extract_string(m._rvbbit_answer, '$.value') AS "s"
FROM (
  SELECT i.*, _rvbbit_map('t0ken', 1, 'd', i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a", "r" := i."r")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
SELECT * FROM m
    ) AS q LIMIT 1001) WHERE _rvbbit_within('t0ken', 1, _rvbbit_row, 1000) ORDER BY _rvbbit_row
  ) AS i
) AS m) SELECT * FROM n

--@ clause as main query behind common tables
--@call a
WITH t(a) AS NOT MATERIALIZED (SELECT 1), u AS (SELECT 2) RVBBIT MAP 'c' AS r USING (WITH v AS (SELECT * FROM t) SELECT a FROM v)
--@expect
target ToClient[]
call 0 MAP own limit false described by
WITH t(a) AS NOT MATERIALIZED (SELECT 1), u AS (SELECT 2)
SELECT * FROM (
WITH v AS (SELECT * FROM t) SELECT a FROM v
) AS q
sql
WITH t(a) AS NOT MATERIALIZED (SELECT 1), u AS (SELECT 2) SELECT m."a", json_extract_string(m._rvbbit_answer, '$.value') AS "r"
FROM (
  SELECT i.*, _rvbbit_map('t0ken', 0, 'c', i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
WITH v AS (SELECT * FROM t) SELECT a FROM v
    ) AS q LIMIT 1001) WHERE _rvbbit_within('t0ken', 0, _rvbbit_row, 1000) ORDER BY _rvbbit_row
  ) AS i
) AS m

--@ in list
--@call a
SELECT * FROM x WHERE b IN (RVBBIT MAP 'c' AS r USING (SELECT a FROM t))
--@expect
target Embedded[]
call 0 MAP own limit false
sql
SELECT * FROM x WHERE b IN (SELECT m."a", json_extract_string(m._rvbbit_answer, '$.value') AS "r"
FROM (
  SELECT i.*, _rvbbit_map('t0ken', 0, 'c', i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
SELECT a FROM t
    ) AS q LIMIT 1001) WHERE _rvbbit_within('t0ken', 0, _rvbbit_row, 1000) ORDER BY _rvbbit_row
  ) AS i
) AS m)

--@ explain
--@call a
EXPLAIN RVBBIT MAP 'c' AS r USING (SELECT a FROM t)
--@expect
ExplainOptions[analyze=false, format=TEXT, sample=null]
target ToClient[]
call 0 MAP own limit false
sql
SELECT m."a", json_extract_string(m._rvbbit_answer, '$.value') AS "r"
FROM (
  SELECT i.*, _rvbbit_map('t0ken', 0, 'c', i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
SELECT a FROM t
    ) AS q LIMIT 1001) WHERE _rvbbit_within('t0ken', 0, _rvbbit_row, 1000) ORDER BY _rvbbit_row
  ) AS i
) AS m
input 0
SELECT i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a")) AS VARCHAR) AS _rvbbit_input FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
SELECT a FROM t
    ) AS q LIMIT 1001) AS i

--@ explain with options
--@call a
EXPLAIN ANALYZE (FORMAT JSON, SAMPLE 20) CREATE TABLE x AS RVBBIT MAP 'c' AS r USING (SELECT a FROM t)
--@expect
ExplainOptions[analyze=true, format=JSON, sample=20]
target CreateTable[name=TableName[text=x, parts=[x]], orReplace=false, temporary=false, ifNotExists=false]
call 0 MAP own limit false
sql
CREATE TABLE x AS SELECT m."a", json_extract_string(m._rvbbit_answer, '$.value') AS "r"
FROM (
  SELECT i.*, _rvbbit_map('t0ken', 0, 'c', i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
SELECT a FROM t
    ) AS q LIMIT 1001) WHERE _rvbbit_within('t0ken', 0, _rvbbit_row, 1000) ORDER BY _rvbbit_row
  ) AS i
) AS m
input 0
SELECT i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a")) AS VARCHAR) AS _rvbbit_input FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
SELECT a FROM t
    ) AS q LIMIT 1001) AS i

--@ explain analyze off
--@call a
explain (analyze off, format text) SELECT * FROM (RVBBIT MAP 'c' AS r USING (SELECT a FROM t)) AS m
--@expect
ExplainOptions[analyze=false, format=TEXT, sample=null]
target Embedded[]
call 0 MAP own limit false
sql
SELECT * FROM (SELECT m."a", json_extract_string(m._rvbbit_answer, '$.value') AS "r"
FROM (
  SELECT i.*, _rvbbit_map('t0ken', 0, 'c', i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
SELECT a FROM t
    ) AS q LIMIT 1001) WHERE _rvbbit_within('t0ken', 0, _rvbbit_row, 1000) ORDER BY _rvbbit_row
  ) AS i
) AS m) AS m
input 0
SELECT i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a")) AS VARCHAR) AS _rvbbit_input FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
SELECT a FROM t
    ) AS q LIMIT 1001) AS i

--@ explain of a plain statement stays plain
EXPLAIN (FORMAT JSON) SELECT 'RVBBIT MAP'
--@expect
plain at 0: EXPLAIN (FORMAT JSON) SELECT 'RVBBIT MAP'

--@ explain with an unknown option
EXPLAIN (FROMAT JSON) RVBBIT MAP 'c' USING (SELECT 1)
--@expect
42601 at 10: unrecognized EXPLAIN option "fromat"
hint: did you mean FORMAT? EXPLAIN [ANALYZE] [(ANALYZE [bool], FORMAT TEXT|JSON, SAMPLE n)] RVBBIT MAP …

--@ explain with an unknown format
EXPLAIN (FORMAT YAML) RVBBIT MAP 'c' USING (SELECT 1)
--@expect
22023 at 17: unrecognized value for EXPLAIN option "format": "YAML"
hint: FORMAT TEXT or FORMAT JSON

--@ explain with a wrong flag
EXPLAIN (ANALYZE maybe) RVBBIT MAP 'c' USING (SELECT 1)
--@expect
42601 at 18: analyze requires a Boolean value
hint: EXPLAIN [ANALYZE] [(ANALYZE [bool], FORMAT TEXT|JSON, SAMPLE n)] RVBBIT MAP …

--@ explain with a sample of none
EXPLAIN (SAMPLE 0) RVBBIT MAP 'c' USING (SELECT 1)
--@expect
22023 at 17: sample requires a whole number from 1 to 1000000
hint: EXPLAIN [ANALYZE] [(ANALYZE [bool], FORMAT TEXT|JSON, SAMPLE n)] RVBBIT MAP …

--@ explain with options that do not end
EXPLAIN (FORMAT JSON, ANALYZE RVBBIT MAP 'c' USING (SELECT 1)
--@expect
42601 at 31: analyze requires a Boolean value
hint: EXPLAIN [ANALYZE] [(ANALYZE [bool], FORMAT TEXT|JSON, SAMPLE n)] RVBBIT MAP …

--@ explain of nested clauses
--@call a
--@call a, x; meta; on_error
--@call x
EXPLAIN (ANALYZE 'on', format 'json', SAMPLE 7) RVBBIT RUN 'o' USING (SELECT y FROM (RVBBIT MAP DISTINCT 'm' AS (y DECIMAL(10,2)) USING (RVBBIT MAP 'i' AS x USING (SELECT a FROM t) WITH (limit = 5))))
--@expect
ExplainOptions[analyze=true, format=JSON, sample=7]
target ToClient[]
call 0 MAP own limit false
call 1 MAP own limit false described by
SELECT m."a", json_extract_string(m._rvbbit_answer, '$.value') AS "x"
FROM (
  SELECT i.*, _rvbbit_map('t0ken', 0, 'i', i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
SELECT a FROM t
    ) AS q LIMIT 1001) WHERE _rvbbit_within('t0ken', 0, _rvbbit_row, 1000) ORDER BY _rvbbit_row
  ) AS i
) AS m
call 2 RUN own limit false described by
SELECT y FROM (SELECT e."a", e."x", e."y", e."_session_id", e."_cost", e."_tokens_in", e."_tokens_out", e."_cached", e."_duration_ms", CAST(_rvbbit_row_error('t0ken', 1, e._rvbbit_row, CASE WHEN e."y" IS NULL THEN e._rvbbit_answer ELSE e._rvbbit_answer END) AS JSON) AS "_error"
FROM (
  SELECT m."a", m."x", CASE WHEN m._rvbbit_raw_0 IS NULL THEN NULL WHEN TRY_CAST(m._rvbbit_raw_0 AS DECIMAL(10,2)) IS NOT NULL THEN TRY_CAST(m._rvbbit_raw_0 AS DECIMAL(10,2)) ELSE TRY_CAST(_rvbbit_cast_failed('t0ken', 1, m._rvbbit_row, 'y', 'DECIMAL(10,2)', m._rvbbit_raw_0) AS DECIMAL(10,2)) END AS "y", json_extract_string(m._rvbbit_answer, '$.session_id') AS "_session_id", CAST(json_extract_string(m._rvbbit_answer, '$.cost') AS DECIMAL(18,12)) AS "_cost", CAST(json_extract_string(m._rvbbit_answer, '$.tokens_in') AS BIGINT) AS "_tokens_in", CAST(json_extract_string(m._rvbbit_answer, '$.tokens_out') AS BIGINT) AS "_tokens_out", CAST(json_extract_string(m._rvbbit_answer, '$.cached') AS BOOLEAN) AS "_cached", CAST(json_extract_string(m._rvbbit_answer, '$.duration_ms') AS BIGINT) AS "_duration_ms", m._rvbbit_row, m._rvbbit_answer
  FROM (
  SELECT a.*, json_extract_string(a._rvbbit_answer, '$.output."y"') AS _rvbbit_raw_0
  FROM (
  SELECT i.*, _rvbbit_map('t0ken', 1, 'm', i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a", "x" := i."x")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER (ORDER BY q._rvbbit_input) AS _rvbbit_row FROM (
      SELECT q.* FROM (SELECT q.*, row_number() OVER () AS _rvbbit_input FROM (
SELECT m."a", json_extract_string(m._rvbbit_answer, '$.value') AS "x"
FROM (
  SELECT i.*, _rvbbit_map('t0ken', 0, 'i', i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
SELECT a FROM t
    ) AS q LIMIT 1001) WHERE _rvbbit_within('t0ken', 0, _rvbbit_row, 1000) ORDER BY _rvbbit_row
  ) AS i
) AS m
      ) AS q) AS q QUALIFY row_number() OVER (PARTITION BY q."a", q."x" ORDER BY q._rvbbit_input) = 1
    ) AS q ORDER BY _rvbbit_row LIMIT 1001) WHERE _rvbbit_within('t0ken', 1, _rvbbit_row, 1000) ORDER BY _rvbbit_row
  ) AS i
  ) AS a
  ) AS m
) AS e)
staging 2 batch 1000
SELECT * FROM (
SELECT y FROM (SELECT e."a", e."x", e."y", e."_session_id", e."_cost", e."_tokens_in", e."_tokens_out", e."_cached", e."_duration_ms", CAST(_rvbbit_row_error('t0ken', 1, e._rvbbit_row, CASE WHEN e."y" IS NULL THEN e._rvbbit_answer ELSE e._rvbbit_answer END) AS JSON) AS "_error"
FROM (
  SELECT m."a", m."x", CASE WHEN m._rvbbit_raw_0 IS NULL THEN NULL WHEN TRY_CAST(m._rvbbit_raw_0 AS DECIMAL(10,2)) IS NOT NULL THEN TRY_CAST(m._rvbbit_raw_0 AS DECIMAL(10,2)) ELSE TRY_CAST(_rvbbit_cast_failed('t0ken', 1, m._rvbbit_row, 'y', 'DECIMAL(10,2)', m._rvbbit_raw_0) AS DECIMAL(10,2)) END AS "y", json_extract_string(m._rvbbit_answer, '$.session_id') AS "_session_id", CAST(json_extract_string(m._rvbbit_answer, '$.cost') AS DECIMAL(18,12)) AS "_cost", CAST(json_extract_string(m._rvbbit_answer, '$.tokens_in') AS BIGINT) AS "_tokens_in", CAST(json_extract_string(m._rvbbit_answer, '$.tokens_out') AS BIGINT) AS "_tokens_out", CAST(json_extract_string(m._rvbbit_answer, '$.cached') AS BOOLEAN) AS "_cached", CAST(json_extract_string(m._rvbbit_answer, '$.duration_ms') AS BIGINT) AS "_duration_ms", m._rvbbit_row, m._rvbbit_answer
  FROM (
  SELECT a.*, json_extract_string(a._rvbbit_answer, '$.output."y"') AS _rvbbit_raw_0
  FROM (
  SELECT i.*, _rvbbit_map('t0ken', 1, 'm', i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a", "x" := i."x")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER (ORDER BY q._rvbbit_input) AS _rvbbit_row FROM (
      SELECT q.* FROM (SELECT q.*, row_number() OVER () AS _rvbbit_input FROM (
SELECT m."a", json_extract_string(m._rvbbit_answer, '$.value') AS "x"
FROM (
  SELECT i.*, _rvbbit_map('t0ken', 0, 'i', i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
SELECT a FROM t
    ) AS q LIMIT 1001) WHERE _rvbbit_within('t0ken', 0, _rvbbit_row, 1000) ORDER BY _rvbbit_row
  ) AS i
) AS m
      ) AS q) AS q QUALIFY row_number() OVER (PARTITION BY q."a", q."x" ORDER BY q._rvbbit_input) = 1
    ) AS q ORDER BY _rvbbit_row LIMIT 1001) WHERE _rvbbit_within('t0ken', 1, _rvbbit_row, 1000) ORDER BY _rvbbit_row
  ) AS i
  ) AS a
  ) AS m
) AS e)
) AS q LIMIT 1001
sql
SELECT json_extract_string(m._rvbbit_answer, '$.value') AS "result"
FROM (
  SELECT CAST(1 AS BIGINT) AS _rvbbit_row, _rvbbit_batch('t0ken', 2, 'o') AS _rvbbit_answer
) AS m
input 0
SELECT i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a")) AS VARCHAR) AS _rvbbit_input FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
SELECT a FROM t
    ) AS q LIMIT 1001) AS i
input 1 reads answers
SELECT i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a", "x" := i."x")) AS VARCHAR) AS _rvbbit_input FROM (SELECT q.*, row_number() OVER (ORDER BY q._rvbbit_input) AS _rvbbit_row FROM (
      SELECT q.* FROM (SELECT q.*, row_number() OVER () AS _rvbbit_input FROM (
SELECT m."a", CAST(NULL AS VARCHAR) AS "x" FROM (SELECT * FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
SELECT a FROM t
    ) AS q LIMIT 1001) WHERE _rvbbit_row <= 1000 ORDER BY _rvbbit_row) AS m
      ) AS q) AS q QUALIFY row_number() OVER (PARTITION BY q."a", q."x" ORDER BY q._rvbbit_input) = 1
    ) AS q ORDER BY _rvbbit_row LIMIT 1001) AS i
input 2 reads answers
SELECT * FROM (
SELECT y FROM (SELECT m."a", m."x", CAST(NULL AS DECIMAL(10,2)) AS "y", CAST(NULL AS VARCHAR) AS "_session_id", CAST(NULL AS DECIMAL(18,12)) AS "_cost", CAST(NULL AS BIGINT) AS "_tokens_in", CAST(NULL AS BIGINT) AS "_tokens_out", CAST(NULL AS BOOLEAN) AS "_cached", CAST(NULL AS BIGINT) AS "_duration_ms", CAST(NULL AS JSON) AS "_error" FROM (SELECT * FROM (SELECT q.*, row_number() OVER (ORDER BY q._rvbbit_input) AS _rvbbit_row FROM (
      SELECT q.* FROM (SELECT q.*, row_number() OVER () AS _rvbbit_input FROM (
SELECT m."a", CAST(NULL AS VARCHAR) AS "x" FROM (SELECT * FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
SELECT a FROM t
    ) AS q LIMIT 1001) WHERE _rvbbit_row <= 1000 ORDER BY _rvbbit_row) AS m
      ) AS q) AS q QUALIFY row_number() OVER (PARTITION BY q."a", q."x" ORDER BY q._rvbbit_input) = 1
    ) AS q ORDER BY _rvbbit_row LIMIT 1001) WHERE _rvbbit_row <= 1000 ORDER BY _rvbbit_row) AS m)
) AS q LIMIT 1001

--@ explain of clauses beside each other
--@call a
--@call b
EXPLAIN (ANALYZE) SELECT * FROM (RVBBIT MAP 'c' AS r USING (SELECT a FROM t)) x, (RVBBIT RUN 'd' USING (SELECT b FROM u)) y
--@expect
ExplainOptions[analyze=true, format=TEXT, sample=null]
target Embedded[]
call 0 MAP own limit false
call 1 RUN own limit false
staging 1 batch 1000
SELECT * FROM (
SELECT b FROM u
) AS q LIMIT 1001
sql
SELECT * FROM (SELECT m."a", json_extract_string(m._rvbbit_answer, '$.value') AS "r"
FROM (
  SELECT i.*, _rvbbit_map('t0ken', 0, 'c', i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
SELECT a FROM t
    ) AS q LIMIT 1001) WHERE _rvbbit_within('t0ken', 0, _rvbbit_row, 1000) ORDER BY _rvbbit_row
  ) AS i
) AS m) x, (SELECT json_extract_string(m._rvbbit_answer, '$.value') AS "result"
FROM (
  SELECT CAST(1 AS BIGINT) AS _rvbbit_row, _rvbbit_batch('t0ken', 1, 'd') AS _rvbbit_answer
) AS m) y
input 0
SELECT i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a")) AS VARCHAR) AS _rvbbit_input FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
SELECT a FROM t
    ) AS q LIMIT 1001) AS i
input 1
SELECT * FROM (
SELECT b FROM u
) AS q LIMIT 1001

--@ explain of resume
EXPLAIN RVBBIT RESUME 'sql-a-b-c'
--@expect
0A000 at 9: EXPLAIN of RVBBIT RESUME and REPLAY is not supported
hint: EXPLAIN the statement itself

--@ resume and replay
RVBBIT RESUME 'sql-clever-fox-abc123'; rvbbit replay 'sql-clever-fox-abc123' WITH (model = 'gpt-y', limit = 10); RVBBIT RESUME 'sql-a-b-c' WITH (budget_dollars = 1)
--@expect
resume sql-clever-fox-abc123 Options[resultColumn=null, asTable=null, inferSchema=false, distinct=false, dedupeBy=[], limit=Unset[], parallel=null, model=null, temperature=null, maxTokens=null, cache=null, budgetDollars=null, timeout=null, onError=null, meta=false, key=[], maxFailedRows=null]
--
replay sql-clever-fox-abc123 Options[resultColumn=null, asTable=null, inferSchema=false, distinct=false, dedupeBy=[], limit=Rows[rows=10], parallel=null, model=gpt-y, temperature=null, maxTokens=null, cache=null, budgetDollars=null, timeout=null, onError=null, meta=false, key=[], maxFailedRows=null]
--
resume sql-a-b-c Options[resultColumn=null, asTable=null, inferSchema=false, distinct=false, dedupeBy=[], limit=Unset[], parallel=null, model=null, temperature=null, maxTokens=null, cache=null, budgetDollars=1, timeout=null, onError=null, meta=false, key=[], maxFailedRows=null]

--@ replay with all of its keys
RVBBIT REPLAY 'sql-a-b-c' WITH (model = 'm', temperature = 0.5, max_tokens = 9, budget_dollars = 0.25, limit = none, parallel = 3)
--@expect
replay sql-a-b-c Options[resultColumn=null, asTable=null, inferSchema=false, distinct=false, dedupeBy=[], limit=None[], parallel=3, model=m, temperature=0.5, maxTokens=9, cache=null, budgetDollars=0.25, timeout=null, onError=null, meta=false, key=[], maxFailedRows=null]

--@ replay takes no stored answers
RVBBIT REPLAY 'sql-a-b-c' WITH (cache = true)
--@expect
22023 at 33: key "cache" is not legal on RVBBIT REPLAY
hint: keys of RVBBIT REPLAY: limit, parallel, model, temperature, max_tokens, budget_dollars

--@ replay with a misspelled key
RVBBIT REPLAY 'sql-a-b-c' WITH (modle = 'm')
--@expect
22023 at 33: unknown key "modle" in WITH (…)
hint: did you mean model? keys: limit, parallel, model, temperature, max_tokens, budget_dollars

--@ replay with something behind it
RVBBIT REPLAY 'sql-a-b-c' LIMIT 5
--@expect
42601 at 27: syntax error at or near "LIMIT", expected WITH (…) or the end of the statement
hint: RVBBIT REPLAY 'sql-…' [WITH (model = '…')]

--@ replay inside of a statement
CREATE TABLE t AS RVBBIT REPLAY 'sql-a-b-c'
--@expect
0A000 at 26: RVBBIT RESUME and REPLAY inside of a statement are not supported
hint: they are statements of their own; COPY (RVBBIT REPLAY …) TO works

--@ resume without an id
RVBBIT RESUME sql_clever
--@expect
42601 at 15: syntax error at or near "sql_clever", expected a caller id in single quotes
hint: RVBBIT RESUME 'sql-…' [WITH (budget_dollars = …)]

--@ resume takes no model
RVBBIT RESUME 'sql-a-b-c' WITH (model = 'x')
--@expect
22023 at 33: key "model" is not legal on RVBBIT RESUME
hint: keys of RVBBIT RESUME: budget_dollars

--@ view is refused
SELECT 1; CREATE OR REPLACE VIEW v AS RVBBIT MAP 'c' USING (SELECT 1)
--@expect
0A000 at 39: a RVBBIT clause cannot stand in a view or macro
hint: it would spend money on every read; write CREATE TABLE name AS …

--@ materialized view is refused
CREATE MATERIALIZED VIEW v AS SELECT * FROM (RVBBIT RUN 'c' USING (SELECT 1)) AS m
--@expect
0A000 at 46: a RVBBIT clause cannot stand in a view or macro
hint: it would spend money on every read; write CREATE TABLE name AS …

--@ macro is refused
CREATE MACRO m() AS TABLE (SELECT * FROM (RVBBIT MAP 'c' USING (SELECT 1)))
--@expect
0A000 at 43: a RVBBIT clause cannot stand in a view or macro
hint: it would spend money on every read; write CREATE TABLE name AS …

--@ prepare is refused
PREPARE p AS RVBBIT MAP 'c' USING (SELECT 1)
--@expect
0A000 at 14: PREPARE of a RVBBIT statement is not supported
hint: use the prepared statements of your driver, or send it directly

--@ mentions that are no statements
SELECT 'RVBBIT MAP ''x'' USING (SELECT 1)' AS "RVBBIT MAP", $$RVBBIT MAP 'x'$$ -- RVBBIT MAP 'x' USING (SELECT 1)
/* RVBBIT RUN 'x' /* ; */ */; SELECT "rvbbit" FROM rvbbit map; CREATE TABLE t (rvbbit MAP(INT, INT)); SELECT * FROM a JOIN rvbbit run USING (id)
--@expect
plain at 0: SELECT 'RVBBIT MAP ''x'' USING (SELECT 1)' AS "RVBBIT MAP", $$RVBBIT MAP 'x'$$ -- RVBBIT MAP 'x' USING (SELECT 1)
/* RVBBIT RUN 'x' /* ; */ */
--
plain at 144: SELECT "rvbbit" FROM rvbbit map
--
plain at 177: CREATE TABLE t (rvbbit MAP(INT, INT))
--
plain at 216: SELECT * FROM a JOIN rvbbit run USING (id)
