--@ acceptance: run with as_table
--@call product_name, id; bound 1000000
RVBBIT RUN 'traits/analyze_batch.yaml' USING (SELECT * FROM products LIMIT 100) WITH (as_table = 'products_batch');
--@expect
target ToClient[]
call 0 RUN own limit true
staging 0 products_batch 1000000
SELECT * FROM (
SELECT * FROM products LIMIT 100
) AS q LIMIT 1000001
sql
SELECT json_extract_string(m._rvbbit_answer, '$.value') AS "result"
FROM (
  SELECT CAST(1 AS BIGINT) AS _rvbbit_row, _rvbbit_batch('t0ken', 0, 'traits/analyze_batch.yaml') AS _rvbbit_answer
) AS m

--@ run without as_table
--@call a; bound 10000
RVBBIT RUN 'c' AS summary USING (SELECT a FROM t -- all
)
--@expect
target ToClient[]
call 0 RUN own limit false
staging 0 batch 10000
SELECT * FROM (
SELECT a FROM t -- all

) AS q LIMIT 10001
sql
SELECT json_extract_string(m._rvbbit_answer, '$.value') AS "summary"
FROM (
  SELECT CAST(1 AS BIGINT) AS _rvbbit_row, _rvbbit_batch('t0ken', 0, 'c') AS _rvbbit_answer
) AS m

--@ run with typed columns, meta and errors
--@call a; on_error column; meta
RVBBIT RUN 'c' AS (summary VARCHAR, insights VARCHAR[]) USING (SELECT a FROM t) WITH (meta = true, on_error = 'column')
--@expect
target ToClient[]
call 0 RUN own limit false
staging 0 batch 1000
SELECT * FROM (
SELECT a FROM t
) AS q LIMIT 1001
sql
SELECT e."summary", e."insights", e."_session_id", e."_cost", e."_tokens_in", e."_tokens_out", e."_cached", e."_duration_ms", CAST(_rvbbit_row_error('t0ken', 0, e._rvbbit_row, CASE WHEN e."summary" IS NULL OR e."insights" IS NULL THEN e._rvbbit_answer ELSE e._rvbbit_answer END) AS JSON) AS "_error"
FROM (
  SELECT CASE WHEN m._rvbbit_raw_0 IS NULL THEN NULL WHEN TRY_CAST(m._rvbbit_raw_0 AS VARCHAR) IS NOT NULL THEN TRY_CAST(m._rvbbit_raw_0 AS VARCHAR) ELSE TRY_CAST(_rvbbit_cast_failed('t0ken', 0, m._rvbbit_row, 'summary', 'VARCHAR', m._rvbbit_raw_0) AS VARCHAR) END AS "summary", CASE WHEN m._rvbbit_raw_1 IS NULL THEN NULL WHEN TRY(CAST(m._rvbbit_raw_1 AS VARCHAR[])) IS NOT NULL THEN TRY(CAST(m._rvbbit_raw_1 AS VARCHAR[])) ELSE TRY_CAST(_rvbbit_cast_failed('t0ken', 0, m._rvbbit_row, 'insights', 'VARCHAR[]', CAST(m._rvbbit_raw_1 AS VARCHAR)) AS VARCHAR[]) END AS "insights", json_extract_string(m._rvbbit_answer, '$.session_id') AS "_session_id", CAST(json_extract_string(m._rvbbit_answer, '$.cost') AS DECIMAL(18,12)) AS "_cost", CAST(json_extract_string(m._rvbbit_answer, '$.tokens_in') AS BIGINT) AS "_tokens_in", CAST(json_extract_string(m._rvbbit_answer, '$.tokens_out') AS BIGINT) AS "_tokens_out", CAST(json_extract_string(m._rvbbit_answer, '$.cached') AS BOOLEAN) AS "_cached", CAST(json_extract_string(m._rvbbit_answer, '$.duration_ms') AS BIGINT) AS "_duration_ms", m._rvbbit_row, m._rvbbit_answer
  FROM (
  SELECT a.*, json_extract_string(a._rvbbit_answer, '$.output."summary"') AS _rvbbit_raw_0, NULLIF(json_extract(a._rvbbit_answer, '$.output."insights"'), 'null') AS _rvbbit_raw_1
  FROM (
  SELECT CAST(1 AS BIGINT) AS _rvbbit_row, _rvbbit_batch('t0ken', 0, 'c') AS _rvbbit_answer
  ) AS a
  ) AS m
) AS e

--@ run output may be named like an input
--@call result
RVBBIT RUN 'c' USING (SELECT 1 AS result)
--@expect
target ToClient[]
call 0 RUN own limit false
staging 0 batch 1000
SELECT * FROM (
SELECT 1 AS result
) AS q LIMIT 1001
sql
SELECT json_extract_string(m._rvbbit_answer, '$.value') AS "result"
FROM (
  SELECT CAST(1 AS BIGINT) AS _rvbbit_row, _rvbbit_batch('t0ken', 0, 'c') AS _rvbbit_answer
) AS m

--@ run over mapped rows stages the mapping
--@call a
--@call a, x
RVBBIT RUN 'batch' AS s USING (SELECT * FROM (RVBBIT MAP 'm' AS x USING (SELECT a FROM t)) AS q)
--@expect
target ToClient[]
call 0 MAP own limit false
call 1 RUN own limit false described by
SELECT * FROM (SELECT m."a", json_extract_string(m._rvbbit_answer, '$.value') AS "x"
FROM (
  SELECT i.*, _rvbbit_map('t0ken', 0, 'm', i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
SELECT a FROM t
    ) AS q LIMIT 1001) WHERE _rvbbit_within('t0ken', 0, _rvbbit_row, 1000) ORDER BY _rvbbit_row
  ) AS i
) AS m) AS q
staging 1 batch 1000
SELECT * FROM (
SELECT * FROM (SELECT m."a", json_extract_string(m._rvbbit_answer, '$.value') AS "x"
FROM (
  SELECT i.*, _rvbbit_map('t0ken', 0, 'm', i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
SELECT a FROM t
    ) AS q LIMIT 1001) WHERE _rvbbit_within('t0ken', 0, _rvbbit_row, 1000) ORDER BY _rvbbit_row
  ) AS i
) AS m) AS q
) AS q LIMIT 1001
sql
SELECT json_extract_string(m._rvbbit_answer, '$.value') AS "s"
FROM (
  SELECT CAST(1 AS BIGINT) AS _rvbbit_row, _rvbbit_batch('t0ken', 1, 'batch') AS _rvbbit_answer
) AS m

--@ run behind common tables
--@call a
WITH c AS (SELECT 1 AS a) SELECT * FROM (RVBBIT RUN 'batch' USING (SELECT a FROM c)) AS r
--@expect
target Embedded[]
call 0 RUN own limit false described by
WITH c AS (SELECT 1 AS a)
(
SELECT a FROM c
)
staging 0 batch 1000
WITH c AS (SELECT 1 AS a)
SELECT * FROM (
SELECT a FROM c
) AS q LIMIT 1001
sql
WITH c AS (SELECT 1 AS a) SELECT * FROM (SELECT json_extract_string(m._rvbbit_answer, '$.value') AS "result"
FROM (
  SELECT CAST(1 AS BIGINT) AS _rvbbit_row, _rvbbit_batch('t0ken', 0, 'batch') AS _rvbbit_answer
) AS m) AS r

--@ run behind two levels of common tables
--@call a
WITH c AS (SELECT 1 AS a) SELECT * FROM (WITH d AS (SELECT * FROM c) SELECT * FROM (RVBBIT RUN 'batch' USING (SELECT a FROM d)) AS r) AS z
--@expect
target Embedded[]
call 0 RUN own limit false described by
WITH c AS (SELECT 1 AS a)
SELECT * FROM (
WITH d AS (SELECT * FROM c)
SELECT * FROM (
SELECT a FROM d
) AS q
) AS q
staging 0 batch 1000
WITH c AS (SELECT 1 AS a)
SELECT * FROM (
WITH d AS (SELECT * FROM c)
SELECT * FROM (
SELECT a FROM d
) AS q LIMIT 1001
) AS q
sql
WITH c AS (SELECT 1 AS a) SELECT * FROM (WITH d AS (SELECT * FROM c) SELECT * FROM (SELECT json_extract_string(m._rvbbit_answer, '$.value') AS "result"
FROM (
  SELECT CAST(1 AS BIGINT) AS _rvbbit_row, _rvbbit_batch('t0ken', 0, 'batch') AS _rvbbit_answer
) AS m) AS r) AS z

--@ run takes no parallel
RVBBIT RUN PARALLEL 5 'c' USING (SELECT 1)
--@expect
42601 at 12: syntax error at or near "PARALLEL", expected the cascade
hint: RUN makes one call over all rows and takes no PARALLEL or DISTINCT: RVBBIT RUN 'cascade.yaml' [AS name | AS (name type, …)] USING (SELECT …) [WITH (…)]

--@ run takes no key of map
RVBBIT RUN 'c' USING (SELECT 1 AS a) WITH (dedupe_by = 'a')
--@expect
22023 at 44: key "dedupe_by" is not legal on RVBBIT RUN
hint: keys of RVBBIT RUN: result_column, as_table, limit, model, temperature, max_tokens, cache, budget_dollars, timeout, on_error, meta
