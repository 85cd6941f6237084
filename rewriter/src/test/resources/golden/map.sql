--@ acceptance: three product names
--@call product_name
RVBBIT MAP 'traits/extract_brand.yaml' AS brand
USING (
  SELECT * FROM (VALUES
    ('Apple iPhone 15'),
    ('Samsung Galaxy S24'),
    ('Sony WH-1000XM5')
  ) AS t(product_name)
);
--@expect
target ToClient[]
call 0 MAP own limit false
sql
SELECT m."product_name", json_extract_string(m._rvbbit_answer, '$.value') AS "brand"
FROM (
  SELECT i.*, _rvbbit_map('t0ken', 0, 'traits/extract_brand.yaml', i._rvbbit_row, CAST(to_json(struct_pack("product_name" := i."product_name")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (

  SELECT * FROM (VALUES
    ('Apple iPhone 15'),
    ('Samsung Galaxy S24'),
    ('Sony WH-1000XM5')
  ) AS t(product_name)

    ) AS q LIMIT 1001) WHERE _rvbbit_within('t0ken', 0, _rvbbit_row, 1000) ORDER BY _rvbbit_row
  ) AS i
) AS m

--@ acceptance: default output and own limit
--@call product_name, id; bound 1000000
RVBBIT MAP 'extract_brand' USING (SELECT * FROM products LIMIT 5);
--@expect
target ToClient[]
call 0 MAP own limit true
sql
SELECT m."product_name", m."id", json_extract_string(m._rvbbit_answer, '$.value') AS "result"
FROM (
  SELECT i.*, _rvbbit_map('t0ken', 0, 'extract_brand', i._rvbbit_row, CAST(to_json(struct_pack("product_name" := i."product_name", "id" := i."id")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
SELECT * FROM products LIMIT 5
    ) AS q LIMIT 1000001) WHERE _rvbbit_within('t0ken', 0, _rvbbit_row, 1000000) ORDER BY _rvbbit_row
  ) AS i
) AS m

--@ acceptance: parallel
--@call product_name; bound 1000000
RVBBIT MAP PARALLEL 5 'extract_brand' AS brand USING (SELECT * FROM products LIMIT 5);
--@expect
target ToClient[]
call 0 MAP own limit true
sql
SELECT m."product_name", json_extract_string(m._rvbbit_answer, '$.value') AS "brand"
FROM (
  SELECT i.*, _rvbbit_map('t0ken', 0, 'extract_brand', i._rvbbit_row, CAST(to_json(struct_pack("product_name" := i."product_name")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
SELECT * FROM products LIMIT 5
    ) AS q LIMIT 1000001) WHERE _rvbbit_within('t0ken', 0, _rvbbit_row, 1000000) ORDER BY _rvbbit_row
  ) AS i
) AS m

--@ any case and any white space, comments between words
--@call a
rvBBit	/* x /* y */ */ map -- here
  distinct parallel 3
'c.yaml'as "Out Name"using(select 1 as a -- the query ends in a comment
);
--@expect
target ToClient[]
call 0 MAP own limit false
sql
SELECT m."a", json_extract_string(m._rvbbit_answer, '$.value') AS "Out Name"
FROM (
  SELECT i.*, _rvbbit_map('t0ken', 0, 'c.yaml', i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER (ORDER BY q._rvbbit_input) AS _rvbbit_row FROM (
      SELECT q.* FROM (SELECT q.*, row_number() OVER () AS _rvbbit_input FROM (
select 1 as a -- the query ends in a comment

      ) AS q) AS q QUALIFY row_number() OVER (PARTITION BY q."a" ORDER BY q._rvbbit_input) = 1
    ) AS q ORDER BY _rvbbit_row LIMIT 1001) WHERE _rvbbit_within('t0ken', 0, _rvbbit_row, 1000) ORDER BY _rvbbit_row
  ) AS i
) AS m

--@ cascade with a quote in its name
--@call a
RVBBIT MAP 'it''s.yaml' USING (SELECT 1 AS a)
--@expect
target ToClient[]
call 0 MAP own limit false
sql
SELECT m."a", json_extract_string(m._rvbbit_answer, '$.value') AS "result"
FROM (
  SELECT i.*, _rvbbit_map('t0ken', 0, 'it''s.yaml', i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
SELECT 1 AS a
    ) AS q LIMIT 1001) WHERE _rvbbit_within('t0ken', 0, _rvbbit_row, 1000) ORDER BY _rvbbit_row
  ) AS i
) AS m

--@ escape and dollar strings name cascades too
--@call a
RVBBIT MAP E'a\x2eyaml' AS r USING (SELECT $x$)$x$ AS a)
--@expect
target ToClient[]
call 0 MAP own limit false
sql
SELECT m."a", json_extract_string(m._rvbbit_answer, '$.value') AS "r"
FROM (
  SELECT i.*, _rvbbit_map('t0ken', 0, 'a.yaml', i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
SELECT $x$)$x$ AS a
    ) AS q LIMIT 1001) WHERE _rvbbit_within('t0ken', 0, _rvbbit_row, 1000) ORDER BY _rvbbit_row
  ) AS i
) AS m

--@ query with literals that look like ends
--@call a, b
RVBBIT MAP 'c' AS r USING (SELECT ')' AS a, $$ ) ; $$ AS b /* ) ; */ FROM t WHERE "x)" = E'\')') WITH (limit = 7)
--@expect
target ToClient[]
call 0 MAP own limit false
sql
SELECT m."a", m."b", json_extract_string(m._rvbbit_answer, '$.value') AS "r"
FROM (
  SELECT i.*, _rvbbit_map('t0ken', 0, 'c', i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a", "b" := i."b")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
SELECT ')' AS a, $$ ) ; $$ AS b /* ) ; */ FROM t WHERE "x)" = E'\')'
    ) AS q LIMIT 1001) WHERE _rvbbit_within('t0ken', 0, _rvbbit_row, 1000) ORDER BY _rvbbit_row
  ) AS i
) AS m

--@ distinct compares whole rows before the limit
--@call a, B c; bound 10
RVBBIT MAP DISTINCT 'c' AS r USING (SELECT a, "B c" FROM t ORDER BY a)
--@expect
target ToClient[]
call 0 MAP own limit false
sql
SELECT m."a", m."B c", json_extract_string(m._rvbbit_answer, '$.value') AS "r"
FROM (
  SELECT i.*, _rvbbit_map('t0ken', 0, 'c', i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a", "B c" := i."B c")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER (ORDER BY q._rvbbit_input) AS _rvbbit_row FROM (
      SELECT q.* FROM (SELECT q.*, row_number() OVER () AS _rvbbit_input FROM (
SELECT a, "B c" FROM t ORDER BY a
      ) AS q) AS q QUALIFY row_number() OVER (PARTITION BY q."a", q."B c" ORDER BY q._rvbbit_input) = 1
    ) AS q ORDER BY _rvbbit_row LIMIT 11) WHERE _rvbbit_within('t0ken', 0, _rvbbit_row, 10) ORDER BY _rvbbit_row
  ) AS i
) AS m

--@ dedupe_by takes names in any case
--@call a, Name
RVBBIT MAP 'c' AS r USING (SELECT a, Name FROM t) WITH (dedupe_by = 'name')
--@expect
target ToClient[]
call 0 MAP own limit false
sql
SELECT m."a", m."Name", json_extract_string(m._rvbbit_answer, '$.value') AS "r"
FROM (
  SELECT i.*, _rvbbit_map('t0ken', 0, 'c', i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a", "Name" := i."Name")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER (ORDER BY q._rvbbit_input) AS _rvbbit_row FROM (
      SELECT q.* FROM (SELECT q.*, row_number() OVER () AS _rvbbit_input FROM (
SELECT a, Name FROM t
      ) AS q) AS q QUALIFY row_number() OVER (PARTITION BY q."Name" ORDER BY q._rvbbit_input) = 1
    ) AS q ORDER BY _rvbbit_row LIMIT 1001) WHERE _rvbbit_within('t0ken', 0, _rvbbit_row, 1000) ORDER BY _rvbbit_row
  ) AS i
) AS m

--@ dedupe_by with distinct keeps the first per key
--@call a, b
RVBBIT MAP 'c' AS r USING (SELECT a, b FROM t) WITH (distinct = true, dedupe_by = 'b, a')
--@expect
target ToClient[]
call 0 MAP own limit false
sql
SELECT m."a", m."b", json_extract_string(m._rvbbit_answer, '$.value') AS "r"
FROM (
  SELECT i.*, _rvbbit_map('t0ken', 0, 'c', i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a", "b" := i."b")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER (ORDER BY q._rvbbit_input) AS _rvbbit_row FROM (
      SELECT q.* FROM (SELECT q.*, row_number() OVER () AS _rvbbit_input FROM (
SELECT a, b FROM t
      ) AS q) AS q QUALIFY row_number() OVER (PARTITION BY q."b", q."a" ORDER BY q._rvbbit_input) = 1
    ) AS q ORDER BY _rvbbit_row LIMIT 1001) WHERE _rvbbit_within('t0ken', 0, _rvbbit_row, 1000) ORDER BY _rvbbit_row
  ) AS i
) AS m

--@ dedupe_by names a missing column
--@call a, brand
RVBBIT MAP 'c' AS r USING (SELECT a, brand FROM t) WITH (dedupe_by = 'brnad')
--@expect
42703 at 0: column "brnad" of dedupe_by is not in the query
hint: did you mean brand? columns: a, brand

--@ key names a missing column
--@call a
RVBBIT MAP 'c' AS r USING (SELECT a FROM t) WITH (key = 'id')
--@expect
42703 at 0: column "id" of key is not in the query
hint: columns: a

--@ typed columns
--@call a
RVBBIT MAP 'c' AS (brand VARCHAR, Price DECIMAL(10, 2), "When" TIMESTAMP WITH TIME ZONE) USING (SELECT a FROM t)
--@expect
target ToClient[]
call 0 MAP own limit false
sql
SELECT m."a", CASE WHEN m._rvbbit_raw_0 IS NULL THEN NULL WHEN TRY_CAST(m._rvbbit_raw_0 AS VARCHAR) IS NOT NULL THEN TRY_CAST(m._rvbbit_raw_0 AS VARCHAR) ELSE TRY_CAST(_rvbbit_cast_failed('t0ken', 0, m._rvbbit_row, 'brand', 'VARCHAR', m._rvbbit_raw_0) AS VARCHAR) END AS "brand", CASE WHEN m._rvbbit_raw_1 IS NULL THEN NULL WHEN TRY_CAST(m._rvbbit_raw_1 AS DECIMAL(10, 2)) IS NOT NULL THEN TRY_CAST(m._rvbbit_raw_1 AS DECIMAL(10, 2)) ELSE TRY_CAST(_rvbbit_cast_failed('t0ken', 0, m._rvbbit_row, 'price', 'DECIMAL(10, 2)', m._rvbbit_raw_1) AS DECIMAL(10, 2)) END AS "price", CASE WHEN m._rvbbit_raw_2 IS NULL THEN NULL WHEN TRY_CAST(m._rvbbit_raw_2 AS TIMESTAMP WITH TIME ZONE) IS NOT NULL THEN TRY_CAST(m._rvbbit_raw_2 AS TIMESTAMP WITH TIME ZONE) ELSE TRY_CAST(_rvbbit_cast_failed('t0ken', 0, m._rvbbit_row, 'When', 'TIMESTAMP WITH TIME ZONE', m._rvbbit_raw_2) AS TIMESTAMP WITH TIME ZONE) END AS "When"
FROM (
  SELECT a.*, json_extract_string(a._rvbbit_answer, '$.output."brand"') AS _rvbbit_raw_0, json_extract_string(a._rvbbit_answer, '$.output."price"') AS _rvbbit_raw_1, json_extract_string(a._rvbbit_answer, '$.output."When"') AS _rvbbit_raw_2
  FROM (
  SELECT i.*, _rvbbit_map('t0ken', 0, 'c', i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
SELECT a FROM t
    ) AS q LIMIT 1001) WHERE _rvbbit_within('t0ken', 0, _rvbbit_row, 1000) ORDER BY _rvbbit_row
  ) AS i
  ) AS a
) AS m

--@ nested types are read as json
--@call a
RVBBIT MAP 'c' AS (tags VARCHAR[], dims STRUCT(w INTEGER, "h h" DOUBLE), props MAP(VARCHAR, INT), j JSON, grid INT[3][]) USING (SELECT a FROM t)
--@expect
target ToClient[]
call 0 MAP own limit false
sql
SELECT m."a", CASE WHEN m._rvbbit_raw_0 IS NULL THEN NULL WHEN TRY(CAST(m._rvbbit_raw_0 AS VARCHAR[])) IS NOT NULL THEN TRY(CAST(m._rvbbit_raw_0 AS VARCHAR[])) ELSE TRY_CAST(_rvbbit_cast_failed('t0ken', 0, m._rvbbit_row, 'tags', 'VARCHAR[]', CAST(m._rvbbit_raw_0 AS VARCHAR)) AS VARCHAR[]) END AS "tags", CASE WHEN m._rvbbit_raw_1 IS NULL THEN NULL WHEN TRY(CAST(m._rvbbit_raw_1 AS STRUCT(w INTEGER, "h h" DOUBLE))) IS NOT NULL THEN TRY(CAST(m._rvbbit_raw_1 AS STRUCT(w INTEGER, "h h" DOUBLE))) ELSE TRY_CAST(_rvbbit_cast_failed('t0ken', 0, m._rvbbit_row, 'dims', 'STRUCT(w INTEGER, "h h" DOUBLE)', CAST(m._rvbbit_raw_1 AS VARCHAR)) AS STRUCT(w INTEGER, "h h" DOUBLE)) END AS "dims", CASE WHEN m._rvbbit_raw_2 IS NULL THEN NULL WHEN TRY(CAST(m._rvbbit_raw_2 AS MAP(VARCHAR, INT))) IS NOT NULL THEN TRY(CAST(m._rvbbit_raw_2 AS MAP(VARCHAR, INT))) ELSE TRY_CAST(_rvbbit_cast_failed('t0ken', 0, m._rvbbit_row, 'props', 'MAP(VARCHAR, INT)', CAST(m._rvbbit_raw_2 AS VARCHAR)) AS MAP(VARCHAR, INT)) END AS "props", CASE WHEN m._rvbbit_raw_3 IS NULL THEN NULL WHEN TRY(CAST(m._rvbbit_raw_3 AS JSON)) IS NOT NULL THEN TRY(CAST(m._rvbbit_raw_3 AS JSON)) ELSE TRY_CAST(_rvbbit_cast_failed('t0ken', 0, m._rvbbit_row, 'j', 'JSON', CAST(m._rvbbit_raw_3 AS VARCHAR)) AS JSON) END AS "j", CASE WHEN m._rvbbit_raw_4 IS NULL THEN NULL WHEN TRY(CAST(m._rvbbit_raw_4 AS INT[3][])) IS NOT NULL THEN TRY(CAST(m._rvbbit_raw_4 AS INT[3][])) ELSE TRY_CAST(_rvbbit_cast_failed('t0ken', 0, m._rvbbit_row, 'grid', 'INT[3][]', CAST(m._rvbbit_raw_4 AS VARCHAR)) AS INT[3][]) END AS "grid"
FROM (
  SELECT a.*, NULLIF(json_extract(a._rvbbit_answer, '$.output."tags"'), 'null') AS _rvbbit_raw_0, NULLIF(json_extract(a._rvbbit_answer, '$.output."dims"'), 'null') AS _rvbbit_raw_1, NULLIF(json_extract(a._rvbbit_answer, '$.output."props"'), 'null') AS _rvbbit_raw_2, NULLIF(json_extract(a._rvbbit_answer, '$.output."j"'), 'null') AS _rvbbit_raw_3, NULLIF(json_extract(a._rvbbit_answer, '$.output."grid"'), 'null') AS _rvbbit_raw_4
  FROM (
  SELECT i.*, _rvbbit_map('t0ken', 0, 'c', i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
SELECT a FROM t
    ) AS q LIMIT 1001) WHERE _rvbbit_within('t0ken', 0, _rvbbit_row, 1000) ORDER BY _rvbbit_row
  ) AS i
  ) AS a
) AS m

--@ enum and user types are kept as written
--@call a
RVBBIT MAP 'c' AS (mood ENUM('sad', 'it''s, ok'), x "my type", y main.pt) USING (SELECT a FROM t)
--@expect
target ToClient[]
call 0 MAP own limit false
sql
SELECT m."a", CASE WHEN m._rvbbit_raw_0 IS NULL THEN NULL WHEN TRY_CAST(m._rvbbit_raw_0 AS ENUM('sad', 'it''s, ok')) IS NOT NULL THEN TRY_CAST(m._rvbbit_raw_0 AS ENUM('sad', 'it''s, ok')) ELSE TRY_CAST(_rvbbit_cast_failed('t0ken', 0, m._rvbbit_row, 'mood', 'ENUM(''sad'', ''it''''s, ok'')', m._rvbbit_raw_0) AS ENUM('sad', 'it''s, ok')) END AS "mood", CASE WHEN m._rvbbit_raw_1 IS NULL THEN NULL WHEN TRY_CAST(m._rvbbit_raw_1 AS "my type") IS NOT NULL THEN TRY_CAST(m._rvbbit_raw_1 AS "my type") ELSE TRY_CAST(_rvbbit_cast_failed('t0ken', 0, m._rvbbit_row, 'x', '"my type"', m._rvbbit_raw_1) AS "my type") END AS "x", CASE WHEN m._rvbbit_raw_2 IS NULL THEN NULL WHEN TRY_CAST(m._rvbbit_raw_2 AS main.pt) IS NOT NULL THEN TRY_CAST(m._rvbbit_raw_2 AS main.pt) ELSE TRY_CAST(_rvbbit_cast_failed('t0ken', 0, m._rvbbit_row, 'y', 'main.pt', m._rvbbit_raw_2) AS main.pt) END AS "y"
FROM (
  SELECT a.*, json_extract_string(a._rvbbit_answer, '$.output."mood"') AS _rvbbit_raw_0, json_extract_string(a._rvbbit_answer, '$.output."x"') AS _rvbbit_raw_1, json_extract_string(a._rvbbit_answer, '$.output."y"') AS _rvbbit_raw_2
  FROM (
  SELECT i.*, _rvbbit_map('t0ken', 0, 'c', i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
SELECT a FROM t
    ) AS q LIMIT 1001) WHERE _rvbbit_within('t0ken', 0, _rvbbit_row, 1000) ORDER BY _rvbbit_row
  ) AS i
  ) AS a
) AS m

--@ names that a json path cannot say
--@call a
RVBBIT MAP 'c' AS ("q""k" INT, "a/b~c" INT, "*" INT, "a.b" INT, "größe" INT) USING (SELECT a FROM t)
--@expect
target ToClient[]
call 0 MAP own limit false
sql
SELECT m."a", CASE WHEN m._rvbbit_raw_0 IS NULL THEN NULL WHEN TRY_CAST(m._rvbbit_raw_0 AS INT) IS NOT NULL THEN TRY_CAST(m._rvbbit_raw_0 AS INT) ELSE TRY_CAST(_rvbbit_cast_failed('t0ken', 0, m._rvbbit_row, 'q"k', 'INT', m._rvbbit_raw_0) AS INT) END AS "q""k", CASE WHEN m._rvbbit_raw_1 IS NULL THEN NULL WHEN TRY_CAST(m._rvbbit_raw_1 AS INT) IS NOT NULL THEN TRY_CAST(m._rvbbit_raw_1 AS INT) ELSE TRY_CAST(_rvbbit_cast_failed('t0ken', 0, m._rvbbit_row, 'a/b~c', 'INT', m._rvbbit_raw_1) AS INT) END AS "a/b~c", CASE WHEN m._rvbbit_raw_2 IS NULL THEN NULL WHEN TRY_CAST(m._rvbbit_raw_2 AS INT) IS NOT NULL THEN TRY_CAST(m._rvbbit_raw_2 AS INT) ELSE TRY_CAST(_rvbbit_cast_failed('t0ken', 0, m._rvbbit_row, '*', 'INT', m._rvbbit_raw_2) AS INT) END AS "*", CASE WHEN m._rvbbit_raw_3 IS NULL THEN NULL WHEN TRY_CAST(m._rvbbit_raw_3 AS INT) IS NOT NULL THEN TRY_CAST(m._rvbbit_raw_3 AS INT) ELSE TRY_CAST(_rvbbit_cast_failed('t0ken', 0, m._rvbbit_row, 'a.b', 'INT', m._rvbbit_raw_3) AS INT) END AS "a.b", CASE WHEN m._rvbbit_raw_4 IS NULL THEN NULL WHEN TRY_CAST(m._rvbbit_raw_4 AS INT) IS NOT NULL THEN TRY_CAST(m._rvbbit_raw_4 AS INT) ELSE TRY_CAST(_rvbbit_cast_failed('t0ken', 0, m._rvbbit_row, 'größe', 'INT', m._rvbbit_raw_4) AS INT) END AS "größe"
FROM (
  SELECT a.*, json_extract_string(a._rvbbit_answer, '/output/q"k') AS _rvbbit_raw_0, json_extract_string(a._rvbbit_answer, '/output/a~1b~0c') AS _rvbbit_raw_1, json_extract_string(a._rvbbit_answer, '/output/*') AS _rvbbit_raw_2, json_extract_string(a._rvbbit_answer, '/output/a.b') AS _rvbbit_raw_3, json_extract_string(a._rvbbit_answer, '$.output."größe"') AS _rvbbit_raw_4
  FROM (
  SELECT i.*, _rvbbit_map('t0ken', 0, 'c', i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
SELECT a FROM t
    ) AS q LIMIT 1001) WHERE _rvbbit_within('t0ken', 0, _rvbbit_row, 1000) ORDER BY _rvbbit_row
  ) AS i
  ) AS a
) AS m

--@ one declared column of a plain text cascade
--@call a; value
RVBBIT MAP 'c' AS (score INTEGER) USING (SELECT a FROM t)
--@expect
target ToClient[]
call 0 MAP own limit false
sql
SELECT m."a", CASE WHEN m._rvbbit_raw_0 IS NULL THEN NULL WHEN TRY_CAST(m._rvbbit_raw_0 AS INTEGER) IS NOT NULL THEN TRY_CAST(m._rvbbit_raw_0 AS INTEGER) ELSE TRY_CAST(_rvbbit_cast_failed('t0ken', 0, m._rvbbit_row, 'score', 'INTEGER', m._rvbbit_raw_0) AS INTEGER) END AS "score"
FROM (
  SELECT a.*, json_extract_string(a._rvbbit_answer, '$.value') AS _rvbbit_raw_0
  FROM (
  SELECT i.*, _rvbbit_map('t0ken', 0, 'c', i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
SELECT a FROM t
    ) AS q LIMIT 1001) WHERE _rvbbit_within('t0ken', 0, _rvbbit_row, 1000) ORDER BY _rvbbit_row
  ) AS i
  ) AS a
) AS m

--@ one declared list of a single value cascade
--@call a; value
RVBBIT MAP 'c' AS (tags VARCHAR[]) USING (SELECT a FROM t)
--@expect
target ToClient[]
call 0 MAP own limit false
sql
SELECT m."a", CASE WHEN m._rvbbit_raw_0 IS NULL THEN NULL WHEN TRY(CAST(CAST(m._rvbbit_raw_0 AS JSON) AS VARCHAR[])) IS NOT NULL THEN TRY(CAST(CAST(m._rvbbit_raw_0 AS JSON) AS VARCHAR[])) ELSE TRY_CAST(_rvbbit_cast_failed('t0ken', 0, m._rvbbit_row, 'tags', 'VARCHAR[]', m._rvbbit_raw_0) AS VARCHAR[]) END AS "tags"
FROM (
  SELECT a.*, json_extract_string(a._rvbbit_answer, '$.value') AS _rvbbit_raw_0
  FROM (
  SELECT i.*, _rvbbit_map('t0ken', 0, 'c', i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
SELECT a FROM t
    ) AS q LIMIT 1001) WHERE _rvbbit_within('t0ken', 0, _rvbbit_row, 1000) ORDER BY _rvbbit_row
  ) AS i
  ) AS a
) AS m

--@ inferred columns
--@call a; out brand VARCHAR | n BIGINT | rest JSON
RVBBIT MAP 'c' USING (SELECT a FROM t) WITH (infer_schema = true)
--@expect
target ToClient[]
call 0 MAP own limit false
sql
SELECT m."a", CASE WHEN m._rvbbit_raw_0 IS NULL THEN NULL WHEN TRY_CAST(m._rvbbit_raw_0 AS VARCHAR) IS NOT NULL THEN TRY_CAST(m._rvbbit_raw_0 AS VARCHAR) ELSE TRY_CAST(_rvbbit_cast_failed('t0ken', 0, m._rvbbit_row, 'brand', 'VARCHAR', m._rvbbit_raw_0) AS VARCHAR) END AS "brand", CASE WHEN m._rvbbit_raw_1 IS NULL THEN NULL WHEN TRY_CAST(m._rvbbit_raw_1 AS BIGINT) IS NOT NULL THEN TRY_CAST(m._rvbbit_raw_1 AS BIGINT) ELSE TRY_CAST(_rvbbit_cast_failed('t0ken', 0, m._rvbbit_row, 'n', 'BIGINT', m._rvbbit_raw_1) AS BIGINT) END AS "n", CASE WHEN m._rvbbit_raw_2 IS NULL THEN NULL WHEN TRY(CAST(m._rvbbit_raw_2 AS JSON)) IS NOT NULL THEN TRY(CAST(m._rvbbit_raw_2 AS JSON)) ELSE TRY_CAST(_rvbbit_cast_failed('t0ken', 0, m._rvbbit_row, 'rest', 'JSON', CAST(m._rvbbit_raw_2 AS VARCHAR)) AS JSON) END AS "rest"
FROM (
  SELECT a.*, json_extract_string(a._rvbbit_answer, '$.output."brand"') AS _rvbbit_raw_0, json_extract_string(a._rvbbit_answer, '$.output."n"') AS _rvbbit_raw_1, NULLIF(json_extract(a._rvbbit_answer, '$.output."rest"'), 'null') AS _rvbbit_raw_2
  FROM (
  SELECT i.*, _rvbbit_map('t0ken', 0, 'c', i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
SELECT a FROM t
    ) AS q LIMIT 1001) WHERE _rvbbit_within('t0ken', 0, _rvbbit_row, 1000) ORDER BY _rvbbit_row
  ) AS i
  ) AS a
) AS m

--@ meta columns
--@call a; meta
RVBBIT MAP 'c' AS r USING (SELECT a FROM t) WITH (meta = true)
--@expect
target ToClient[]
call 0 MAP own limit false
sql
SELECT m."a", json_extract_string(m._rvbbit_answer, '$.value') AS "r", json_extract_string(m._rvbbit_answer, '$.session_id') AS "_session_id", CAST(json_extract_string(m._rvbbit_answer, '$.cost') AS DECIMAL(18,12)) AS "_cost", CAST(json_extract_string(m._rvbbit_answer, '$.tokens_in') AS BIGINT) AS "_tokens_in", CAST(json_extract_string(m._rvbbit_answer, '$.tokens_out') AS BIGINT) AS "_tokens_out", CAST(json_extract_string(m._rvbbit_answer, '$.cached') AS BOOLEAN) AS "_cached", CAST(json_extract_string(m._rvbbit_answer, '$.duration_ms') AS BIGINT) AS "_duration_ms"
FROM (
  SELECT i.*, _rvbbit_map('t0ken', 0, 'c', i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
SELECT a FROM t
    ) AS q LIMIT 1001) WHERE _rvbbit_within('t0ken', 0, _rvbbit_row, 1000) ORDER BY _rvbbit_row
  ) AS i
) AS m

--@ error column on text output
--@call a; on_error column
RVBBIT MAP 'c' AS r USING (SELECT a FROM t) WITH (on_error = 'column')
--@expect
target ToClient[]
call 0 MAP own limit false
sql
SELECT m."a", json_extract_string(m._rvbbit_answer, '$.value') AS "r", CAST(_rvbbit_row_error('t0ken', 0, m._rvbbit_row, m._rvbbit_answer) AS JSON) AS "_error"
FROM (
  SELECT i.*, _rvbbit_map('t0ken', 0, 'c', i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
SELECT a FROM t
    ) AS q LIMIT 1001) WHERE _rvbbit_within('t0ken', 0, _rvbbit_row, 1000) ORDER BY _rvbbit_row
  ) AS i
) AS m

--@ error column, meta and typed output
--@call a; on_error column; meta
RVBBIT MAP 'c' AS (x INTEGER, y DATE) USING (SELECT a FROM t) WITH (on_error = 'column', meta = true)
--@expect
target ToClient[]
call 0 MAP own limit false
sql
SELECT e."a", e."x", e."y", e."_session_id", e."_cost", e."_tokens_in", e."_tokens_out", e."_cached", e."_duration_ms", CAST(_rvbbit_row_error('t0ken', 0, e._rvbbit_row, CASE WHEN e."x" IS NULL OR e."y" IS NULL THEN e._rvbbit_answer ELSE e._rvbbit_answer END) AS JSON) AS "_error"
FROM (
  SELECT m."a", CASE WHEN m._rvbbit_raw_0 IS NULL THEN NULL WHEN TRY_CAST(m._rvbbit_raw_0 AS INTEGER) IS NOT NULL THEN TRY_CAST(m._rvbbit_raw_0 AS INTEGER) ELSE TRY_CAST(_rvbbit_cast_failed('t0ken', 0, m._rvbbit_row, 'x', 'INTEGER', m._rvbbit_raw_0) AS INTEGER) END AS "x", CASE WHEN m._rvbbit_raw_1 IS NULL THEN NULL WHEN TRY_CAST(m._rvbbit_raw_1 AS DATE) IS NOT NULL THEN TRY_CAST(m._rvbbit_raw_1 AS DATE) ELSE TRY_CAST(_rvbbit_cast_failed('t0ken', 0, m._rvbbit_row, 'y', 'DATE', m._rvbbit_raw_1) AS DATE) END AS "y", json_extract_string(m._rvbbit_answer, '$.session_id') AS "_session_id", CAST(json_extract_string(m._rvbbit_answer, '$.cost') AS DECIMAL(18,12)) AS "_cost", CAST(json_extract_string(m._rvbbit_answer, '$.tokens_in') AS BIGINT) AS "_tokens_in", CAST(json_extract_string(m._rvbbit_answer, '$.tokens_out') AS BIGINT) AS "_tokens_out", CAST(json_extract_string(m._rvbbit_answer, '$.cached') AS BOOLEAN) AS "_cached", CAST(json_extract_string(m._rvbbit_answer, '$.duration_ms') AS BIGINT) AS "_duration_ms", m._rvbbit_row, m._rvbbit_answer
  FROM (
  SELECT a.*, json_extract_string(a._rvbbit_answer, '$.output."x"') AS _rvbbit_raw_0, json_extract_string(a._rvbbit_answer, '$.output."y"') AS _rvbbit_raw_1
  FROM (
  SELECT i.*, _rvbbit_map('t0ken', 0, 'c', i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
SELECT a FROM t
    ) AS q LIMIT 1001) WHERE _rvbbit_within('t0ken', 0, _rvbbit_row, 1000) ORDER BY _rvbbit_row
  ) AS i
  ) AS a
  ) AS m
) AS e

--@ result_column names the output
--@call a
RVBBIT MAP 'c' USING (SELECT a FROM t) WITH (result_column = 'My Brand')
--@expect
target ToClient[]
call 0 MAP own limit false
sql
SELECT m."a", json_extract_string(m._rvbbit_answer, '$.value') AS "My Brand"
FROM (
  SELECT i.*, _rvbbit_map('t0ken', 0, 'c', i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
SELECT a FROM t
    ) AS q LIMIT 1001) WHERE _rvbbit_within('t0ken', 0, _rvbbit_row, 1000) ORDER BY _rvbbit_row
  ) AS i
) AS m

--@ output name that the input has
--@call a, Brand
RVBBIT MAP 'c' AS brand USING (SELECT a, Brand FROM t)
--@expect
42701 at 12: output column "brand" is also a column of the query
hint: name the output with AS, or give the input column an alias

--@ default output name that the input has
--@call result
RVBBIT MAP 'c' USING (SELECT 1 AS result)
--@expect
42701 at 12: output column "result" is also a column of the query
hint: name the output with AS, or give the input column an alias

--@ meta name that the input has
--@call _cost; meta
RVBBIT MAP 'c' USING (SELECT 1 AS _cost) WITH (meta = true)
--@expect
42701 at 12: output column "_cost" is also a column of the query
hint: name the output with AS, or give the input column an alias

--@ two input columns of one name
--@call id, name, ID
RVBBIT MAP 'c' USING (SELECT * FROM a JOIN b ON true)
--@expect
42701 at 23: the query of USING has two columns named "ID"
hint: give it an alias

--@ input column with a hidden name
--@call _rvbbit_row
RVBBIT MAP 'c' USING (SELECT * FROM t)
--@expect
42939 at 23: column name "_rvbbit_row" is reserved
hint: give it an alias

--@ every key
--@call a, b
RVBBIT MAP 'c' USING (SELECT a, b FROM t) WITH (result_column = 'r', infer_schema = false, distinct = false, dedupe_by = 'a', limit = NONE, parallel = 8, model = 'gpt-x', temperature = 0.7, max_tokens = 1_000, cache = '30m', budget_dollars = 2.50, timeout = '500ms', on_error = 'null', meta = FALSE, key = 'b', max_failed_rows = 0)
--@expect
target ToClient[]
call 0 MAP own limit false
sql
SELECT m."a", m."b", json_extract_string(m._rvbbit_answer, '$.value') AS "r"
FROM (
  SELECT i.*, _rvbbit_map('t0ken', 0, 'c', i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a", "b" := i."b")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER (ORDER BY q._rvbbit_input) AS _rvbbit_row FROM (
      SELECT q.* FROM (SELECT q.*, row_number() OVER () AS _rvbbit_input FROM (
SELECT a, b FROM t
      ) AS q) AS q QUALIFY row_number() OVER (PARTITION BY q."a" ORDER BY q._rvbbit_input) = 1
    ) AS q ORDER BY _rvbbit_row LIMIT 1001) WHERE _rvbbit_within('t0ken', 0, _rvbbit_row, 1000) ORDER BY _rvbbit_row
  ) AS i
) AS m

--@ nested map over map
--@call a
--@call a, x
RVBBIT MAP 'outer' AS y USING (RVBBIT MAP 'inner' AS x USING (SELECT a FROM t LIMIT 3))
--@expect
target ToClient[]
call 0 MAP own limit true
call 1 MAP own limit false described by
SELECT m."a", json_extract_string(m._rvbbit_answer, '$.value') AS "x"
FROM (
  SELECT i.*, _rvbbit_map('t0ken', 0, 'inner', i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
SELECT a FROM t LIMIT 3
    ) AS q LIMIT 1001) WHERE _rvbbit_within('t0ken', 0, _rvbbit_row, 1000) ORDER BY _rvbbit_row
  ) AS i
) AS m
sql
SELECT m."a", m."x", json_extract_string(m._rvbbit_answer, '$.value') AS "y"
FROM (
  SELECT i.*, _rvbbit_map('t0ken', 1, 'outer', i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a", "x" := i."x")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
SELECT m."a", json_extract_string(m._rvbbit_answer, '$.value') AS "x"
FROM (
  SELECT i.*, _rvbbit_map('t0ken', 0, 'inner', i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
SELECT a FROM t LIMIT 3
    ) AS q LIMIT 1001) WHERE _rvbbit_within('t0ken', 0, _rvbbit_row, 1000) ORDER BY _rvbbit_row
  ) AS i
) AS m
    ) AS q LIMIT 1001) WHERE _rvbbit_within('t0ken', 1, _rvbbit_row, 1000) ORDER BY _rvbbit_row
  ) AS i
) AS m

--@ nested map inside the query
--@call a
--@call x
RVBBIT MAP 'outer' AS y USING (SELECT m.x FROM (RVBBIT MAP 'inner' AS x USING (SELECT a FROM t)) AS m WHERE m.x <> ')' LIMIT 3)
--@expect
target ToClient[]
call 0 MAP own limit false
call 1 MAP own limit true described by
SELECT m.x FROM (SELECT m."a", json_extract_string(m._rvbbit_answer, '$.value') AS "x"
FROM (
  SELECT i.*, _rvbbit_map('t0ken', 0, 'inner', i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
SELECT a FROM t
    ) AS q LIMIT 1001) WHERE _rvbbit_within('t0ken', 0, _rvbbit_row, 1000) ORDER BY _rvbbit_row
  ) AS i
) AS m) AS m WHERE m.x <> ')' LIMIT 3
sql
SELECT m."x", json_extract_string(m._rvbbit_answer, '$.value') AS "y"
FROM (
  SELECT i.*, _rvbbit_map('t0ken', 1, 'outer', i._rvbbit_row, CAST(to_json(struct_pack("x" := i."x")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
SELECT m.x FROM (SELECT m."a", json_extract_string(m._rvbbit_answer, '$.value') AS "x"
FROM (
  SELECT i.*, _rvbbit_map('t0ken', 0, 'inner', i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
SELECT a FROM t
    ) AS q LIMIT 1001) WHERE _rvbbit_within('t0ken', 0, _rvbbit_row, 1000) ORDER BY _rvbbit_row
  ) AS i
) AS m) AS m WHERE m.x <> ')' LIMIT 3
    ) AS q LIMIT 1001) WHERE _rvbbit_within('t0ken', 1, _rvbbit_row, 1000) ORDER BY _rvbbit_row
  ) AS i
) AS m

--@ parameters stay in the query
--@call a
RVBBIT MAP 'c' AS r USING (SELECT a FROM t WHERE b = $1 AND c = $2 LIMIT $3)
--@expect
target ToClient[]
call 0 MAP own limit true
sql
SELECT m."a", json_extract_string(m._rvbbit_answer, '$.value') AS "r"
FROM (
  SELECT i.*, _rvbbit_map('t0ken', 0, 'c', i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
SELECT a FROM t WHERE b = $1 AND c = $2 LIMIT $3
    ) AS q LIMIT 1001) WHERE _rvbbit_within('t0ken', 0, _rvbbit_row, 1000) ORDER BY _rvbbit_row
  ) AS i
) AS m

--@ semicolons split, literals do not
--@call a
--@call a
SELECT ';'; ; RVBBIT MAP 'c' USING (SELECT ';' AS a); -- only a comment;
;
--@expect
plain at 0: SELECT ';'
--
target ToClient[]
call 0 MAP own limit false
sql
SELECT m."a", json_extract_string(m._rvbbit_answer, '$.value') AS "result"
FROM (
  SELECT i.*, _rvbbit_map('t0ken', 0, 'c', i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a")) AS VARCHAR)) AS _rvbbit_answer
  FROM (
    SELECT * FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
SELECT ';' AS a
    ) AS q LIMIT 1001) WHERE _rvbbit_within('t0ken', 0, _rvbbit_row, 1000) ORDER BY _rvbbit_row
  ) AS i
) AS m
