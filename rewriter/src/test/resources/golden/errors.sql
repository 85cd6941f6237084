--@ map without using
RVBBIT MAP 'brand.yaml' AS brand
--@expect
42601 at 33: syntax error at end of input, expected USING
hint: RVBBIT MAP [PARALLEL n] [DISTINCT] 'cascade.yaml' [AS name | AS (name type, …)] USING (SELECT …) [WITH (…)]

--@ misspelled using
RVBBIT MAP 'c' AS brand USNG (SELECT 1)
--@expect
42601 at 25: syntax error at or near "USNG", expected USING
hint: did you mean USING? RVBBIT MAP [PARALLEL n] [DISTINCT] 'cascade.yaml' [AS name | AS (name type, …)] USING (SELECT …) [WITH (…)]

--@ misspelled map
RVBBIT MPA 'c' USING (SELECT 1)
--@expect
42601 at 8: syntax error at or near "MPA", expected MAP, RUN, RESUME, REPLAY or PROMOTE
hint: did you mean MAP? RVBBIT MAP 'cascade.yaml' AS name USING (SELECT …), RVBBIT RUN …, RVBBIT RESUME 'caller id', RVBBIT REPLAY 'caller id', RVBBIT PROMOTE FUNCTION name TO 'file'

--@ misspelled rvbbit
RVBIT MAP 'c' USING (SELECT 1)
--@expect
42601 at 1: syntax error at or near "RVBIT", expected RVBBIT
hint: did you mean RVBBIT? RVBBIT MAP 'cascade.yaml' AS name USING (SELECT …), RVBBIT RUN …, RVBBIT RESUME 'caller id', RVBBIT REPLAY 'caller id', RVBBIT PROMOTE FUNCTION name TO 'file'

--@ misspelled parallel
RVBBIT MAP PARALEL 5 'c' USING (SELECT 1)
--@expect
42601 at 12: syntax error at or near "PARALEL", expected the cascade in single quotes
hint: did you mean PARALLEL? RVBBIT MAP [PARALLEL n] [DISTINCT] 'cascade.yaml' [AS name | AS (name type, …)] USING (SELECT …) [WITH (…)]

--@ misspelled with
RVBBIT MAP 'c' USING (SELECT 1) WTH (limit = 5)
--@expect
42601 at 33: syntax error at or near "WTH", expected WITH (…) or the end of the statement after USING (…)
hint: did you mean WITH? put what follows around it: SELECT … FROM (RVBBIT …) AS m …

--@ position counts characters of the whole text
SELECT 'ü😀'; RVBBIT MAP 'c' USNG (SELECT 1)
--@expect
42601 at 29: syntax error at or near "USNG", expected USING or AS
hint: did you mean USING? RVBBIT MAP [PARALLEL n] [DISTINCT] 'cascade.yaml' [AS name | AS (name type, …)] USING (SELECT …) [WITH (…)]

--@ cascade in double quotes
RVBBIT MAP "c" USING (SELECT 1)
--@expect
42601 at 12: syntax error at or near ""c"", expected the cascade in single quotes
hint: RVBBIT MAP [PARALLEL n] [DISTINCT] 'cascade.yaml' [AS name | AS (name type, …)] USING (SELECT …) [WITH (…)]

--@ cascade as parameter
RVBBIT MAP $1 USING (SELECT 1)
--@expect
42601 at 12: syntax error at or near "$1", expected the cascade in single quotes
hint: the cascade is part of the statement and cannot be a parameter

--@ empty cascade
RVBBIT MAP '' USING (SELECT 1)
--@expect
42601 at 12: syntax error at or near "''", expected the cascade's file or name
hint: RVBBIT MAP [PARALLEL n] [DISTINCT] 'cascade.yaml' [AS name | AS (name type, …)] USING (SELECT …) [WITH (…)]

--@ rvbbit alone
RVBBIT
--@expect
42601 at 7: syntax error at end of input, expected MAP, RUN, RESUME, REPLAY or PROMOTE
hint: RVBBIT MAP 'cascade.yaml' AS name USING (SELECT …), RVBBIT RUN …, RVBBIT RESUME 'caller id', RVBBIT REPLAY 'caller id', RVBBIT PROMOTE FUNCTION name TO 'file'

--@ parallel without a number
RVBBIT MAP PARALLEL 'c' USING (SELECT 1)
--@expect
42601 at 21: syntax error at or near "'c'", expected a number after PARALLEL
hint: RVBBIT MAP [PARALLEL n] [DISTINCT] 'cascade.yaml' [AS name | AS (name type, …)] USING (SELECT …) [WITH (…)]

--@ parallel of zero
RVBBIT MAP PARALLEL 0 'c' USING (SELECT 1)
--@expect
22023 at 21: key "parallel" must be a whole number from 1 to 10000, not 0

--@ distinct twice
RVBBIT MAP DISTINCT DISTINCT 'c' USING (SELECT 1)
--@expect
42601 at 21: syntax error at or near "DISTINCT", expected each of PARALLEL and DISTINCT once
hint: RVBBIT MAP [PARALLEL n] [DISTINCT] 'cascade.yaml' [AS name | AS (name type, …)] USING (SELECT …) [WITH (…)]

--@ query not closed
RVBBIT MAP 'c' USING (SELECT 1
--@expect
42601 at 31: syntax error at end of input, expected ")" after the query of USING
hint: RVBBIT MAP [PARALLEL n] [DISTINCT] 'cascade.yaml' [AS name | AS (name type, …)] USING (SELECT …) [WITH (…)]

--@ semicolon inside the query
RVBBIT MAP 'c' USING (SELECT 1;)
--@expect
42601 at 31: syntax error at or near ";", expected ")" after the query of USING
hint: RVBBIT MAP [PARALLEL n] [DISTINCT] 'cascade.yaml' [AS name | AS (name type, …)] USING (SELECT …) [WITH (…)]

--@ empty query
RVBBIT MAP 'c' USING ( )
--@expect
42601 at 24: syntax error at or near ")", expected a query in USING (…)
hint: RVBBIT MAP [PARALLEL n] [DISTINCT] 'cascade.yaml' [AS name | AS (name type, …)] USING (SELECT …) [WITH (…)]

--@ query that is none
RVBBIT MAP 'c' USING (DELETE FROM t)
--@expect
42601 at 23: syntax error at or near "DELETE", expected a query in USING (…)
hint: RVBBIT MAP [PARALLEL n] [DISTINCT] 'cascade.yaml' [AS name | AS (name type, …)] USING (SELECT …) [WITH (…)]

--@ table name instead of a query
RVBBIT MAP 'c' USING products
--@expect
42601 at 22: syntax error at or near "products", expected "(" after USING
hint: RVBBIT MAP [PARALLEL n] [DISTINCT] 'cascade.yaml' [AS name | AS (name type, …)] USING (SELECT …) [WITH (…)]

--@ something behind the clause
RVBBIT MAP 'c' USING (SELECT 1) LIMIT 5
--@expect
42601 at 33: syntax error at or near "LIMIT", expected WITH (…) or the end of the statement after USING (…)
hint: put what follows around it: SELECT … FROM (RVBBIT …) AS m …

--@ something behind the clause in parentheses
SELECT * FROM (RVBBIT MAP 'c' USING (SELECT 1) UNION SELECT 2)
--@expect
42601 at 48: syntax error at or near "UNION", expected WITH (…) or ")" after USING (…)
hint: put what follows around it: SELECT … FROM (RVBBIT …) AS m …

--@ clause without its parentheses
SELECT * FROM RVBBIT MAP 'c' USING (SELECT 1)
--@expect
42601 at 15: syntax error at or near "RVBBIT", expected a RVBBIT clause in parentheses here
hint: SELECT … FROM (RVBBIT MAP 'cascade.yaml' USING (SELECT …)) AS m

--@ as without a name
RVBBIT MAP 'c' AS USING (SELECT 1)
--@expect
42601 at 19: syntax error at or near "USING", expected a column name or (name type, …) after AS
hint: RVBBIT MAP [PARALLEL n] [DISTINCT] 'cascade.yaml' [AS name | AS (name type, …)] USING (SELECT …) [WITH (…)]

--@ typed column without a type
RVBBIT MAP 'c' AS (brand, price INT) USING (SELECT 1)
--@expect
42601 at 25: syntax error at or near ",", expected a type for the column "brand"
hint: AS (name type, …), or AS name for one text column

--@ empty column list
RVBBIT MAP 'c' AS () USING (SELECT 1)
--@expect
42601 at 20: syntax error at or near ")", expected a column name in AS (…)
hint: RVBBIT MAP [PARALLEL n] [DISTINCT] 'cascade.yaml' [AS name | AS (name type, …)] USING (SELECT …) [WITH (…)]

--@ column with a constraint
RVBBIT MAP 'c' AS (brand VARCHAR NOT NULL) USING (SELECT 1)
--@expect
42601 at 34: syntax error at or near "NOT", expected a name and a type only in AS (…)
hint: AS (name type, …); NULL is what a missing value becomes

--@ column twice
RVBBIT MAP 'c' AS (brand VARCHAR, BRAND INT) USING (SELECT 1)
--@expect
42701 at 35: column "brand" is named twice in AS (…)

--@ unterminated literal
SELECT 1; RVBBIT MAP 'c USING (SELECT 1)
--@expect
42601 at 22: unterminated quoted string at or near "'c USING (SELECT 1)"

--@ unterminated comment
RVBBIT MAP 'c' /* USING /* */ (SELECT 1)
--@expect
42601 at 16: unterminated /* comment at or near "/* USING /* */ (SELECT 1)"

--@ unterminated dollar string
RVBBIT MAP $a$c USING (SELECT 1)
--@expect
42601 at 12: unterminated dollar-quoted string at or near "$a$c USING (SELECT 1)"

--@ unknown key
RVBBIT MAP 'c' USING (SELECT 1) WITH (limt = 5)
--@expect
22023 at 39: unknown key "limt" in WITH (…)
hint: did you mean limit? keys: result_column, infer_schema, distinct, dedupe_by, limit, parallel, model, temperature, max_tokens, cache, budget_dollars, timeout, on_error, meta, key, max_failed_rows

--@ unknown key without a neighbour
RVBBIT RUN 'c' USING (SELECT 1) WITH (frobnicate = 5)
--@expect
22023 at 39: unknown key "frobnicate" in WITH (…)
hint: keys: result_column, as_table, limit, model, temperature, max_tokens, cache, budget_dollars, timeout, on_error, meta

--@ as_table on map
RVBBIT MAP 'c' USING (SELECT 1) WITH (as_table = 'x')
--@expect
22023 at 39: key "as_table" is not legal on RVBBIT MAP
hint: to keep the rows, write CREATE TEMP TABLE name AS RVBBIT MAP …

--@ key twice
RVBBIT MAP 'c' USING (SELECT 1) WITH (limit = 5, LIMIT = 5)
--@expect
22023 at 50: key "limit" is given twice

--@ key without a value
RVBBIT MAP 'c' USING (SELECT 1) WITH (limit)
--@expect
42601 at 44: syntax error at or near ")", expected "=" after the key "limit"
hint: WITH (key = value, …), for example WITH (limit = 100)

--@ with without parentheses
RVBBIT MAP 'c' USING (SELECT 1) WITH limit = 5
--@expect
42601 at 38: syntax error at or near "limit", expected "(" after WITH
hint: WITH (key = value, …), for example WITH (limit = 100)

--@ empty with
RVBBIT MAP 'c' USING (SELECT 1) WITH ()
--@expect
42601 at 39: syntax error at or near ")", expected a key in WITH (…)
hint: keys: result_column, infer_schema, distinct, dedupe_by, limit, parallel, model, temperature, max_tokens, cache, budget_dollars, timeout, on_error, meta, key, max_failed_rows

--@ limit as text
RVBBIT MAP 'c' USING (SELECT 1) WITH (limit = '5')
--@expect
22023 at 47: key "limit" must be a whole number, not '5'

--@ negative limit
RVBBIT MAP 'c' USING (SELECT 1) WITH (limit=-5)
--@expect
22023 at 45: key "limit" must be a whole number from 0 up, not -5

--@ fraction of a row
RVBBIT MAP 'c' USING (SELECT 1) WITH (limit = 1.5)
--@expect
22023 at 47: key "limit" must be a whole number from 0 up, not 1.5

--@ limit as parameter
RVBBIT MAP 'c' USING (SELECT 1) WITH (limit = $1)
--@expect
22023 at 47: key "limit" takes a constant, not a parameter

--@ flag as number
RVBBIT MAP 'c' USING (SELECT 1) WITH (meta = 1)
--@expect
22023 at 46: key "meta" must be true or false, not 1

--@ on_error without quotes
RVBBIT MAP 'c' USING (SELECT 1) WITH (on_error = null)
--@expect
22023 at 50: key "on_error" must be one of 'null', 'fail', 'column', not null

--@ cache that is no age
RVBBIT MAP 'c' USING (SELECT 1) WITH (cache = 'forever')
--@expect
22023 at 47: key "cache" must be true, false, 'only' or an age like '30m', not 'forever'
hint: units: ms, s, m, h, d

--@ timeout without a unit
RVBBIT MAP 'c' USING (SELECT 1) WITH (timeout = 30)
--@expect
22023 at 49: key "timeout" must be a time like '30s' or '5m', not 30
hint: units: ms, s, m, h, d

--@ negative budget
RVBBIT MAP 'c' USING (SELECT 1) WITH (budget_dollars = -1)
--@expect
22023 at 56: key "budget_dollars" must be a number from 0 to 9000000, not -1

--@ temperature out of range
RVBBIT MAP 'c' USING (SELECT 1) WITH (temperature = 2.5)
--@expect
22023 at 53: key "temperature" must be a number from 0 to 2, not 2.5

--@ empty model
RVBBIT MAP 'c' USING (SELECT 1) WITH (model = ' ')
--@expect
22023 at 47: key "model" must be a text in single quotes, not ' '

--@ parallel contradicts
RVBBIT MAP PARALLEL 5 'c' USING (SELECT 1) WITH (parallel = 6)
--@expect
22023 at 61: key "parallel" contradicts PARALLEL 5

--@ distinct contradicts
RVBBIT MAP DISTINCT 'c' USING (SELECT 1) WITH (distinct = false)
--@expect
22023 at 59: key "distinct" contradicts DISTINCT

--@ result_column contradicts a name
RVBBIT MAP 'c' AS brand USING (SELECT 1) WITH (result_column = 'make')
--@expect
22023 at 64: key "result_column" contradicts AS brand

--@ result_column contradicts a list
RVBBIT MAP 'c' AS (brand VARCHAR) USING (SELECT 1) WITH (result_column = 'brand')
--@expect
22023 at 74: key "result_column" contradicts AS (…)

--@ infer_schema contradicts a name
RVBBIT MAP 'c' AS brand USING (SELECT 1) WITH (infer_schema = true)
--@expect
22023 at 63: key "infer_schema" contradicts AS brand

--@ infer_schema contradicts result_column
RVBBIT MAP 'c' USING (SELECT 1) WITH (infer_schema = true, result_column = 'x')
--@expect
22023 at 54: key "infer_schema" contradicts result_column
