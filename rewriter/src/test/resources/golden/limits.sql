--@ limit in a subquery
--@call a
RVBBIT MAP 'c' USING (SELECT a FROM (SELECT a FROM t LIMIT 5))
--@expect
target ToClient[]
call 0 MAP own limit false
sql
SELECT m."a", json_extract_string(m._rvbbit_answer, '$.value') AS "result"
FROM (
  SELECT i.*, _rvbbit_map('t0ken', 0, 'c', i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
SELECT a FROM (SELECT a FROM t LIMIT 5)
    ) AS q LIMIT 1001) WHERE _rvbbit_within('t0ken', 0, _rvbbit_row, 1000) ORDER BY _rvbbit_row
  ) AS i
) AS m

--@ limit in a common table
--@call a
RVBBIT MAP 'c' USING (WITH x AS (SELECT a FROM t LIMIT 5) SELECT a FROM x)
--@expect
target ToClient[]
call 0 MAP own limit false
sql
SELECT m."a", json_extract_string(m._rvbbit_answer, '$.value') AS "result"
FROM (
  SELECT i.*, _rvbbit_map('t0ken', 0, 'c', i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
WITH x AS (SELECT a FROM t LIMIT 5) SELECT a FROM x
    ) AS q LIMIT 1001) WHERE _rvbbit_within('t0ken', 0, _rvbbit_row, 1000) ORDER BY _rvbbit_row
  ) AS i
) AS m

--@ limit in a literal and a comment
--@call a
RVBBIT MAP 'c' USING (SELECT 'LIMIT 5' AS a FROM t /* LIMIT 5 */ -- LIMIT 5
)
--@expect
target ToClient[]
call 0 MAP own limit false
sql
SELECT m."a", json_extract_string(m._rvbbit_answer, '$.value') AS "result"
FROM (
  SELECT i.*, _rvbbit_map('t0ken', 0, 'c', i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
SELECT 'LIMIT 5' AS a FROM t /* LIMIT 5 */ -- LIMIT 5

    ) AS q LIMIT 1001) WHERE _rvbbit_within('t0ken', 0, _rvbbit_row, 1000) ORDER BY _rvbbit_row
  ) AS i
) AS m

--@ limit as parameter in the query
--@call a
RVBBIT MAP 'c' USING (SELECT a FROM t LIMIT $1)
--@expect
target ToClient[]
call 0 MAP own limit true
sql
SELECT m."a", json_extract_string(m._rvbbit_answer, '$.value') AS "result"
FROM (
  SELECT i.*, _rvbbit_map('t0ken', 0, 'c', i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
SELECT a FROM t LIMIT $1
    ) AS q LIMIT 1001) WHERE _rvbbit_within('t0ken', 0, _rvbbit_row, 1000) ORDER BY _rvbbit_row
  ) AS i
) AS m

--@ fetch first
--@call a
RVBBIT MAP 'c' USING (SELECT a FROM t FETCH FIRST 5 ROWS ONLY)
--@expect
target ToClient[]
call 0 MAP own limit true
sql
SELECT m."a", json_extract_string(m._rvbbit_answer, '$.value') AS "result"
FROM (
  SELECT i.*, _rvbbit_map('t0ken', 0, 'c', i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
SELECT a FROM t FETCH FIRST 5 ROWS ONLY
    ) AS q LIMIT 1001) WHERE _rvbbit_within('t0ken', 0, _rvbbit_row, 1000) ORDER BY _rvbbit_row
  ) AS i
) AS m

--@ limit by percentage
--@call a
RVBBIT MAP 'c' USING (SELECT a FROM t LIMIT 10%)
--@expect
target ToClient[]
call 0 MAP own limit true
sql
SELECT m."a", json_extract_string(m._rvbbit_answer, '$.value') AS "result"
FROM (
  SELECT i.*, _rvbbit_map('t0ken', 0, 'c', i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
SELECT a FROM t LIMIT 10%
    ) AS q LIMIT 1001) WHERE _rvbbit_within('t0ken', 0, _rvbbit_row, 1000) ORDER BY _rvbbit_row
  ) AS i
) AS m
