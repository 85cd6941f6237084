SELECT ARRAY[1, 2, 3], ARRAY['a', 'b'], ARRAY[1.5, 2.5], ARRAY[true, NULL]
> array:1007	array:1009	array:1231	array:1000
| {1,2,3}	{a,b}	{1.5,2.5}	{t,NULL}
= SELECT 1

SELECT '{1,2,NULL}'::int[], '{}'::int[], '{a,"b c",NULL,"NULL"}'::text[]
> int4:1007	int4:1007	text:1009
| {1,2,NULL}	{}	{a,"b c",NULL,"NULL"}
= SELECT 1

SELECT '{{1,2},{3,4}}'::int[], ARRAY[[1,2],[3,4]]
> int4:1007	array:1007
| {{1,2},{3,4}}	{{1,2},{3,4}}
= SELECT 1

SELECT '{1.5,2}'::numeric[], '{2024-01-01}'::date[], '{t,f}'::bool[], '{"a,b","c\"d"}'::text[]
> numeric:1231	date:1182	bool:1000	text:1009
| {1.5,2}	{2024-01-01}	{t,f}	{"a,b","c\\"d"}
= SELECT 1

SELECT '{1,x}'::int[]
! 22P02 invalid input syntax for type integer: "x"

SELECT '{1,2'::int[]
! 22P02 malformed array literal: "{1,2"

SELECT (ARRAY[10, 20, 30])[1], (ARRAY[10, 20, 30])[0], (ARRAY[10, 20, 30])[4], ('{10,20}'::int[])[2]
> array:23	array:23	array:23	int4:23
| 10	\N	\N	20
= SELECT 1

SELECT (ARRAY[1,2,3,4])[2:3], (ARRAY[1,2,3])[2:], (ARRAY[1,2,3])[:2]
> array:1007	array:1007	array:1007
| {2,3}	{2,3}	{1,2}
= SELECT 1

SELECT (ARRAY[[1,2],[3,4]])[2][1]
> array:23
| 3
= SELECT 1

SELECT ARRAY[1,2] || ARRAY[3], ARRAY[1,2] || 3, 0 || ARRAY[1]
> ?column?:1007	?column?:1007	?column?:1007
| {1,2,3}	{1,2,3}	{0,1}
= SELECT 1

SELECT ARRAY[1,2] = ARRAY[1,2], ARRAY[1,2] < ARRAY[1,3], ARRAY[1,2] <> ARRAY[2,1]
> ?column?:16	?column?:16	?column?:16
| t	t	t
= SELECT 1

SELECT ARRAY[1,2,3] @> ARRAY[2], ARRAY[2] <@ ARRAY[1,2], ARRAY[1,2] && ARRAY[2,3], ARRAY['a'] @> ARRAY['a']
> ?column?:16	?column?:16	?column?:16	?column?:16
| t	t	t	t
= SELECT 1

SELECT 2 = ANY (ARRAY[1,2]), 5 = ANY ('{1,2}'), 5 <> ALL (ARRAY[1,2]), 1 < ANY (ARRAY[0,2]), 'a' = ANY ('{a,b}'::text[])
> ?column?:16	?column?:16	?column?:16	?column?:16	?column?:16
| t	f	t	t	t
= SELECT 1

SELECT array_length(ARRAY[1,2,3], 1), array_length(ARRAY[1,2,3], 2), array_length('{}'::int[], 1), cardinality(ARRAY[1,2]), array_ndims(ARRAY[[1],[2]])
> array_length:23	array_length:23	array_length:23	cardinality:23	array_ndims:23
| 3	\N	\N	2	2
= SELECT 1

SELECT array_upper(ARRAY[1,2,3], 1), array_lower(ARRAY[1,2,3], 1), array_dims(ARRAY[1,2,3])
> array_upper:23	array_lower:23	array_dims:25
| 3	1	[1:3]
= SELECT 1

SELECT array_append(ARRAY[1], 2), array_prepend(0, ARRAY[1]), array_cat(ARRAY[1], ARRAY[2])
> array_append:1007	array_prepend:1007	array_cat:1007
| {1,2}	{0,1}	{1,2}
= SELECT 1

SELECT array_remove(ARRAY[1,2,1], 1), array_replace(ARRAY[1,2,1], 1, 9), array_position(ARRAY['a','b'], 'b'), array_positions(ARRAY[1,2,1], 1)
> array_remove:1007	array_replace:1007	array_position:23	array_positions:1007
| {2}	{9,2,9}	2	{1,3}
= SELECT 1

SELECT array_position(ARRAY[1,2], 5)
> array_position:23
| \N
= SELECT 1

SELECT array_to_string(ARRAY[1,2,3], ','), array_to_string(ARRAY[1,NULL,3], ',', '*'), array_to_string(ARRAY[1,NULL], ',')
> array_to_string:25	array_to_string:25	array_to_string:25
| 1,2,3	1,*,3	1
= SELECT 1

SELECT unnest(ARRAY[1,2])
> unnest:23
| 1
| 2
= SELECT 2

SELECT * FROM unnest(ARRAY[1,2], ARRAY['a','b']) AS t(x, y)
> x:23	y:25
| 1	a
| 2	b
= SELECT 2

SELECT * FROM unnest(ARRAY['a','b']) WITH ORDINALITY AS t(v, n)
> v:25	n:20
| a	1
| b	2
= SELECT 2

SELECT ARRAY(SELECT x FROM (VALUES (2), (1)) t(x) ORDER BY x)
> array:1007
| {1,2}
= SELECT 1

SELECT array_agg(x) FROM (VALUES (1), (NULL), (2)) t(x)
> array_agg:1007
| {1,NULL,2}
= SELECT 1

SELECT array_agg(x ORDER BY x DESC) FROM (VALUES (1), (3), (2)) t(x)
> array_agg:1007
| {3,2,1}
= SELECT 1

SELECT array_agg(DISTINCT x ORDER BY x) FROM (VALUES (1), (3), (1)) t(x)
> array_agg:1007
| {1,3}
= SELECT 1

SELECT array_agg(x) FROM (SELECT 1 AS x WHERE false) t
> array_agg:1007
| \N
= SELECT 1

SELECT array_fill(7, ARRAY[3])
> array_fill:1007
| {7,7,7}
= SELECT 1

SELECT trim_array(ARRAY[1,2,3], 1)
> trim_array:1007
| {1,2}
= SELECT 1

SELECT generate_subscripts(ARRAY[4,5,6], 1)
> generate_subscripts:23
| 1
| 2
| 3
= SELECT 3

SELECT ARRAY[]::int[], ARRAY[NULL]::text[], ARRAY[1,2]::text[], ARRAY['1','2']::int[]
> array:1007	array:1009	array:1009	array:1007
| {}	{NULL}	{1,2}	{1,2}
= SELECT 1

SELECT ARRAY[1,2]::text, '{1,2}'::text
> array:25	text:25
| {1,2}	{1,2}
= SELECT 1

SELECT string_to_array('1,2,3', ',')::int[]
> string_to_array:1007
| {1,2,3}
= SELECT 1

SELECT ARRAY[1, 2.5]
> array:1231
| {1,2.5}
= SELECT 1

SELECT ARRAY[date '2024-01-01'], ARRAY[timestamp '2024-01-01 10:00'], ARRAY[interval '1 day'], ARRAY['\x01'::bytea], ARRAY['{"a": 1}'::json]
> array:1182	array:1115	array:1187	array:1001	array:199
| {2024-01-01}	{"2024-01-01 10:00:00"}	{"1 day"}	{"\\\\x01"}	{"{\\"a\\": 1}"}
= SELECT 1

SELECT 1 IN (1, 2), 3 NOT IN (1, 2), NULL IN (1)
> ?column?:16	?column?:16	?column?:16
| t	t	\N
= SELECT 1

SELECT ROW(1, 'a')
> row:2249
| (1,a)
= SELECT 1

SELECT (1, 2) = (1, 2), ROW(1, 2) < ROW(1, 3), (1, NULL) IS NULL
> ?column?:16	?column?:16	?column?:16
| t	t	f
= SELECT 1

SELECT (1, 2) IN ((1, 2), (3, 4))
> ?column?:16
| t
= SELECT 1

SELECT ARRAY[1,2,3] IS NOT NULL, NULL::int[] IS NULL
> ?column?:16	?column?:16
| t	t
= SELECT 1

SELECT array_agg(ARRAY[x, x]) FROM (VALUES (1), (2)) t(x)
> array_agg:1007
| {{1,1},{2,2}}
= SELECT 1

