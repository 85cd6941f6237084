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

--@ explain of a plain statement stays plain
EXPLAIN (FORMAT JSON) SELECT 'RVBBIT MAP'
--@expect
plain at 0: EXPLAIN (FORMAT JSON) SELECT 'RVBBIT MAP'

--@ explain with an unknown option
EXPLAIN (FROMAT JSON) RVBBIT MAP 'c' USING (SELECT 1)
--@expect
42601 at 10: unknown EXPLAIN option "FROMAT"
hint: did you mean FORMAT? EXPLAIN [ANALYZE] [(ANALYZE [bool], FORMAT TEXT|JSON, SAMPLE n)] RVBBIT MAP …

--@ explain with an unknown format
EXPLAIN (FORMAT YAML) RVBBIT MAP 'c' USING (SELECT 1)
--@expect
22023 at 17: unknown EXPLAIN format "YAML"
hint: FORMAT TEXT or FORMAT JSON

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
