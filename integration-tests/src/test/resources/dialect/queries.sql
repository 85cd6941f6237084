CREATE TEMP TABLE emp (id int PRIMARY KEY, name text NOT NULL, dept text, salary numeric(10,2), hired date)
= CREATE TABLE

INSERT INTO emp VALUES (1, 'Ann', 'eng', 100.50, '2020-01-15'), (2, 'Bob', 'eng', 200, '2021-03-01'), (3, 'Cid', 'ops', NULL, '2019-07-07'), (4, 'Dee', NULL, 50.25, NULL)
= INSERT 0 4

SELECT * FROM emp ORDER BY id
> id:23	name:25	dept:25	salary:1700	hired:1082
| 1	Ann	eng	100.50	2020-01-15
| 2	Bob	eng	200.00	2021-03-01
| 3	Cid	ops	\N	2019-07-07
| 4	Dee	\N	50.25	\N
= SELECT 4

SELECT name, salary FROM emp ORDER BY salary
> name:25	salary:1700
| Dee	50.25
| Ann	100.50
| Bob	200.00
| Cid	\N
= SELECT 4

SELECT name, salary FROM emp ORDER BY salary DESC
> name:25	salary:1700
| Cid	\N
| Bob	200.00
| Ann	100.50
| Dee	50.25
= SELECT 4

SELECT name FROM emp ORDER BY salary NULLS FIRST, name
> name:25
| Cid
| Dee
| Ann
| Bob
= SELECT 4

SELECT name FROM emp ORDER BY dept DESC NULLS LAST, name
> name:25
| Cid
| Ann
| Bob
| Dee
= SELECT 4

SELECT DISTINCT dept FROM emp ORDER BY dept
> dept:25
| eng
| ops
| \N
= SELECT 3

SELECT DISTINCT ON (dept) dept, name FROM emp ORDER BY dept, salary DESC NULLS LAST
> dept:25	name:25
| eng	Bob
| ops	Cid
| \N	Dee
= SELECT 3

SELECT dept, count(*), sum(salary), avg(salary), min(hired), max(name) FROM emp GROUP BY dept ORDER BY dept
> dept:25	count:20	sum:1700	avg:1700	min:1082	max:25
| eng	2	300.50	150.2500000000000000	2020-01-15	Bob
| ops	1	\N	\N	2019-07-07	Cid
| \N	1	50.25	50.2500000000000000	\N	Dee
= SELECT 3

SELECT dept, count(*) FILTER (WHERE salary > 100) FROM emp GROUP BY dept ORDER BY dept
> dept:25	count:20
| eng	2
| ops	0
| \N	0
= SELECT 3

SELECT dept, sum(id) FROM emp GROUP BY dept HAVING count(*) > 1
> dept:25	sum:20
| eng	3
= SELECT 1

SELECT count(*), count(salary), count(DISTINCT dept) FROM emp
> count:20	count:20	count:20
| 4	3	2
= SELECT 1

SELECT sum(id), sum(id) FILTER (WHERE id > 100), avg(id) FROM emp
> sum:20	sum:20	avg:1700
| 10	\N	2.5000000000000000
= SELECT 1

SELECT sum(salary) FROM emp WHERE false
> sum:1700
| \N
= SELECT 1

SELECT dept, grouping(dept), count(*) FROM emp GROUP BY ROLLUP (dept) ORDER BY 2, 1
> dept:25	grouping:23	count:20
| eng	0	2
| ops	0	1
| \N	0	1
| \N	1	4
= SELECT 4

SELECT dept, name, count(*) FROM emp GROUP BY GROUPING SETS ((dept), (name)) ORDER BY 1, 2
> dept:25	name:25	count:20
| eng	\N	2
| ops	\N	1
| \N	Ann	1
| \N	Bob	1
| \N	Cid	1
| \N	Dee	1
| \N	\N	1
= SELECT 7

SELECT name, row_number() OVER (ORDER BY id), rank() OVER (ORDER BY dept), lag(name) OVER (ORDER BY id) FROM emp ORDER BY id
> name:25	row_number:20	rank:20	lag:25
| Ann	1	1	\N
| Bob	2	1	Ann
| Cid	3	3	Bob
| Dee	4	4	Cid
= SELECT 4

SELECT id, sum(id) OVER (ORDER BY id), sum(id) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW), avg(id) OVER (PARTITION BY dept) FROM emp ORDER BY id
> id:23	sum:20	sum:20	avg:1700
| 1	1	1	1.5000000000000000
| 2	3	3	1.5000000000000000
| 3	6	5	3.0000000000000000
| 4	10	7	4.0000000000000000
= SELECT 4

SELECT id, first_value(name) OVER w, ntile(2) OVER w FROM emp WINDOW w AS (ORDER BY id) ORDER BY id
> id:23	first_value:25	ntile:23
| 1	Ann	1
| 2	Ann	1
| 3	Ann	2
| 4	Ann	2
= SELECT 4

SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY id), percentile_disc(0.5) WITHIN GROUP (ORDER BY id), mode() WITHIN GROUP (ORDER BY dept) FROM emp
> percentile_cont:701	percentile_disc:23	mode:25
| 2.5	2	eng
= SELECT 1

SELECT bool_and(id > 0), bool_or(id > 3), every(id > 1) FROM emp
> bool_and:16	bool_or:16	every:16
| t	t	f
= SELECT 1

SELECT stddev(id), variance(id), stddev_pop(id), var_pop(id) FROM emp
> stddev:1700	variance:1700	stddev_pop:1700	var_pop:1700
| 1.2909944487358056	1.6666666666666667	1.1180339887498948	1.2500000000000000
= SELECT 1

SELECT corr(id, id * 2), regr_slope(id * 2, id) FROM emp
> corr:701	regr_slope:701
| 1	2
= SELECT 1

SELECT bit_and(id), bit_or(id) FROM emp
> bit_and:23	bit_or:23
| 0	7
= SELECT 1

SELECT e.name, d.n FROM emp e JOIN (SELECT dept, count(*) AS n FROM emp GROUP BY dept) d ON d.dept = e.dept ORDER BY 1
> name:25	n:20
| Ann	2
| Bob	2
| Cid	1
= SELECT 3

SELECT e.name, x.m FROM emp e CROSS JOIN LATERAL (SELECT max(id) AS m FROM emp i WHERE i.dept = e.dept) x ORDER BY 1
> name:25	m:23
| Ann	2
| Bob	2
| Cid	3
| Dee	\N
= SELECT 4

SELECT e.name, o.name FROM emp e LEFT JOIN emp o ON o.id = e.id + 1 ORDER BY e.id
> name:25	name:25
| Ann	Bob
| Bob	Cid
| Cid	Dee
| Dee	\N
= SELECT 4

SELECT name FROM emp WHERE dept IS NOT DISTINCT FROM NULL
> name:25
| Dee
= SELECT 1

SELECT name FROM emp WHERE (dept, id) = ('eng', 1)
> name:25
| Ann
= SELECT 1

SELECT name FROM emp WHERE EXISTS (SELECT 1 FROM emp i WHERE i.id > emp.id) ORDER BY name
> name:25
| Ann
| Bob
| Cid
= SELECT 3

SELECT name FROM emp WHERE id = (SELECT max(id) FROM emp)
> name:25
| Dee
= SELECT 1

SELECT (SELECT id FROM emp)
! 21000 more than one row returned by a subquery used as an expression

WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 5) SELECT n FROM t
> n:23
| 1
| 2
| 3
| 4
| 5
= SELECT 5

WITH a AS MATERIALIZED (SELECT 1 AS x), b AS NOT MATERIALIZED (SELECT 2 AS y) SELECT x, y FROM a, b
> x:23	y:23
| 1	2
= SELECT 1

VALUES (1, 'a'), (2, 'b')
> column1:23	column2:25
| 1	a
| 2	b
= SELECT 2

SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS t(n, s)
> n:23	s:25
| 1	a
| 2	b
= SELECT 2

SELECT id FROM emp ORDER BY id LIMIT 2 OFFSET 1
> id:23
| 2
| 3
= SELECT 2

SELECT id FROM emp ORDER BY id LIMIT ALL
> id:23
| 1
| 2
| 3
| 4
= SELECT 4

SELECT id FROM emp ORDER BY id FETCH FIRST 2 ROWS ONLY
> id:23
| 1
| 2
= SELECT 2

SELECT id FROM emp ORDER BY id OFFSET 2 ROWS FETCH NEXT ROW ONLY
> id:23
| 3
= SELECT 1

SELECT dept FROM emp WHERE dept IS NOT NULL ORDER BY dept FETCH FIRST 1 ROW WITH TIES
> dept:25
| eng
| eng
= SELECT 2

SELECT id FROM emp ORDER BY id LIMIT -1
! 2201W LIMIT must not be negative

SELECT id FROM emp WHERE id = 1 FOR UPDATE
> id:23
| 1
= SELECT 1

SELECT e.id FROM emp e WHERE e.id = 1 FOR NO KEY UPDATE OF e NOWAIT
> id:23
| 1
= SELECT 1

SELECT id FROM emp ORDER BY id LIMIT 1 FOR SHARE SKIP LOCKED
> id:23
| 1
= SELECT 1

TABLE emp ORDER BY id LIMIT 1
> id:23	name:25	dept:25	salary:1700	hired:1082
| 1	Ann	eng	100.50	2020-01-15
= SELECT 1

SELECT 1 UNION SELECT 2 ORDER BY 1
> ?column?:23
| 1
| 2
= SELECT 2

SELECT 1 UNION ALL SELECT 1
> ?column?:23
| 1
| 1
= SELECT 2

SELECT 1 INTERSECT SELECT 1
> ?column?:23
| 1
= SELECT 1

SELECT 1 EXCEPT SELECT 2
> ?column?:23
| 1
= SELECT 1

SELECT NULL UNION SELECT 1 ORDER BY 1
> ?column?:23
| 1
| \N
= SELECT 2

SELECT generate_series(1, 3)
> generate_series:23
| 1
| 2
| 3
= SELECT 3

SELECT generate_series(1, 6, 2), 'x'
> generate_series:23	?column?:25
| 1	x
| 3	x
| 5	x
= SELECT 3

SELECT * FROM generate_series(3, 1, -1) AS g
> g:23
| 3
| 2
| 1
= SELECT 3

SELECT g FROM generate_series(1, 2) g
> g:23
| 1
| 2
= SELECT 2

SELECT g.i FROM generate_series(1, 2) AS g(i)
> i:23
| 1
| 2
= SELECT 2

SELECT s * 2 AS d FROM generate_series(1, 3) AS s WHERE s <> 2
> d:23
| 2
| 6
= SELECT 2

SELECT CASE id WHEN 1 THEN 'one' WHEN 2 THEN 'two' ELSE 'many' END FROM emp ORDER BY id
> case:25
| one
| two
| many
| many
= SELECT 4

SELECT CASE WHEN salary > 100 THEN 'high' END AS c FROM emp ORDER BY id
> c:25
| high
| high
| \N
| \N
= SELECT 4

SELECT id AS "Weird Name", name "other" FROM emp WHERE id = 1
> Weird Name:23	other:25
| 1	Ann
= SELECT 1

SELECT emp.* FROM emp WHERE emp.id = 1
> id:23	name:25	dept:25	salary:1700	hired:1082
| 1	Ann	eng	100.50	2020-01-15
= SELECT 1

SELECT count(*) AS n, 1 + 1 FROM emp
> n:20	?column?:23
| 4	2
= SELECT 1

SELECT upper(name), salary * 2, salary / 3 FROM emp WHERE id = 1
> upper:25	?column?:1700	?column?:1700
| ANN	201.00	33.5000000000000000
= SELECT 1

SELECT round(avg(salary), 2) FROM emp
> round:1700
| 116.92
= SELECT 1

SELECT dept, array_agg(name ORDER BY name) FROM emp GROUP BY dept ORDER BY dept
> dept:25	array_agg:1009
| eng	{Ann,Bob}
| ops	{Cid}
| \N	{Dee}
= SELECT 3

SELECT name FROM emp WHERE hired BETWEEN '2020-01-01' AND '2021-12-31' ORDER BY 1
> name:25
| Ann
| Bob
= SELECT 2

SELECT name FROM emp WHERE name ILIKE '%n%' OR name ~ '^D' ORDER BY 1
> name:25
| Ann
| Dee
= SELECT 2

SELECT name FROM emp WHERE id = ANY ('{1,3}') ORDER BY 1
> name:25
| Ann
| Cid
= SELECT 2

SELECT name FROM emp WHERE id IN (SELECT unnest(ARRAY[1,2])) ORDER BY 1
> name:25
| Ann
| Bob
= SELECT 2

SELECT extract(year FROM hired) AS y, count(*) FROM emp GROUP BY 1 ORDER BY 1
> y:1700	count:20
| 2019	1
| 2020	1
| 2021	1
| \N	1
= SELECT 4

SELECT to_char(hired, 'YYYY-MM') FROM emp ORDER BY id
> to_char:25
| 2020-01
| 2021-03
| 2019-07
| \N
= SELECT 4

SELECT date_trunc('year', hired) FROM emp ORDER BY id
> date_trunc:1184
| 2020-01-01 00:00:00+00
| 2021-01-01 00:00:00+00
| 2019-01-01 00:00:00+00
| \N
= SELECT 4

SELECT no_such_column FROM emp
! 42703 column "no_such_column" does not exist

SELECT * FROM no_such_table
! 42P01 relation "no_such_table" does not exist

SELECT emp.nope FROM emp
! 42703 column emp.nope does not exist

SELECT name, count(*) FROM emp
! 42803 column "emp.name" must appear in the GROUP BY clause or be used in an aggregate function

SELECT id FROM emp GROUP BY name
! 42803 column "emp.id" must appear in the GROUP BY clause or be used in an aggregate function

SELECT * FROM emp WHERE
! 42601 syntax error at end of input

SELECT name + 1 FROM emp
! 42883 operator does not exist: text + integer

SELECT 1 WHERE 'a'
! 22P02 invalid input syntax for type boolean: "a"

SELECT id FROM emp WHERE id = 'abc'
! 22P02 invalid input syntax for type integer: "abc"

SELECT id FROM emp WHERE sum(id) > 1
! 42803 aggregate functions are not allowed in WHERE

SELECT id FROM emp e JOIN emp f ON true
! 42702 column reference "id" is ambiguous

SELECT max(id) FROM emp WHERE name = 'Ann' AND hired > '2019-01-01'::date
> max:23
| 1
= SELECT 1

SELECT name FROM emp ORDER BY length(name), name COLLATE "C" DESC
> name:25
| Dee
| Cid
| Bob
| Ann
= SELECT 4

SELECT t.a FROM (SELECT 1 AS a) AS t
> a:23
| 1
= SELECT 1

SELECT current_schema IS NOT NULL, current_user IS NOT NULL
> ?column?:16	?column?:16
| t	t
= SELECT 1

SELECT DISTINCT dept, count(*) OVER () FROM emp ORDER BY 1
> dept:25	count:20
| eng	4
| ops	4
| \N	4
= SELECT 3

SELECT nullif(dept, 'eng') FROM emp ORDER BY id
> nullif:25
| \N
| \N
| ops
| \N
= SELECT 4

SELECT coalesce(salary, 0) FROM emp ORDER BY id
> coalesce:1700
| 100.50
| 200.00
| 0
| 50.25
= SELECT 4

SELECT coalesce(dept, 'none') || ':' || count(*) FROM emp GROUP BY dept ORDER BY 1
> ?column?:25
| eng:2
| none:1
| ops:1
= SELECT 3

SELECT cume_dist() OVER (ORDER BY id), percent_rank() OVER (ORDER BY id), dense_rank() OVER (ORDER BY dept) FROM emp ORDER BY id
> cume_dist:701	percent_rank:701	dense_rank:20
| 0.25	0	1
| 0.5	0.3333333333333333	1
| 0.75	0.6666666666666666	2
| 1	1	3
= SELECT 4

SELECT id, lead(id, 1, 0) OVER (ORDER BY id) FROM emp ORDER BY id
> id:23	lead:23
| 1	2
| 2	3
| 3	4
| 4	0
= SELECT 4

SELECT sum(salary) OVER (PARTITION BY dept) FROM emp ORDER BY id
> sum:1700
| 300.50
| 300.50
| \N
| 50.25
= SELECT 4

SELECT id FROM ONLY emp WHERE id = 1
> id:23
| 1
= SELECT 1

SELECT * FROM emp AS e (a, b) WHERE a = 1
> a:23	b:25	dept:25	salary:1700	hired:1082
| 1	Ann	eng	100.50	2020-01-15
= SELECT 1

EXPLAIN SELECT nope FROM emp
! 42703 column "nope" does not exist

