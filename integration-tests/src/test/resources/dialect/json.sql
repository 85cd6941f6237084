SELECT '{"a": 1, "b": [1, 2]}'::json
> json:114
| {"a": 1, "b": [1, 2]}
= SELECT 1

SELECT '{"b": 1, "a":2, "a": 3}'::jsonb
> jsonb:3802
| {"a": 3, "b": 1}
= SELECT 1

SELECT '{"a":1}'::jsonb, '[1,2, 3]'::jsonb, '"x"'::jsonb, 'null'::jsonb, '1.50'::jsonb
> jsonb:3802	jsonb:3802	jsonb:3802	jsonb:3802	jsonb:3802
| {"a": 1}	[1, 2, 3]	"x"	null	1.50
= SELECT 1

SELECT '{bad'::json
! 22P02 invalid input syntax for type json

SELECT '{bad'::jsonb
! 22P02 invalid input syntax for type json

SELECT '{"a": {"b": 1}}'::json -> 'a', '{"a": {"b": 1}}'::json -> 'a' -> 'b', '{"a": {"b": 1}}'::json ->> 'a'
> ?column?:114	?column?:114	?column?:25
| {"b": 1}	1	{"b": 1}
= SELECT 1

SELECT '{"a": {"b": 1}}'::jsonb -> 'a', '{"a": {"b": "x"}}'::jsonb -> 'a' ->> 'b'
> ?column?:3802	?column?:25
| {"b": 1}	x
= SELECT 1

SELECT '[1,2,3]'::json -> 0, '[1,2,3]'::json -> -1, '[1,2,3]'::json ->> 1, '[1,2,3]'::json -> 5
> ?column?:114	?column?:114	?column?:25	?column?:114
| 1	3	2	\N
= SELECT 1

SELECT '{"a": 1}'::json -> 'x', '{"a": null}'::json -> 'a', '{"a": null}'::json ->> 'a'
> ?column?:114	?column?:114	?column?:25
| \N	null	\N
= SELECT 1

SELECT '{"a":"x"}'::jsonb ->> 'a' = 'x'
> ?column?:16
| t
= SELECT 1

SELECT '{"a":"x"}'::jsonb -> 'a' = '"x"'
> ?column?:16
| t
= SELECT 1

SELECT '{"a.b": 1}'::jsonb -> 'a.b', '{"a b": 1}'::jsonb ->> 'a b', '{"$": 1}'::jsonb -> '$'
> ?column?:3802	?column?:25	?column?:3802
| 1	1	1
= SELECT 1

SELECT '{"a": {"b": [10, 20]}}'::json #> '{a,b}', '{"a": {"b": [10, 20]}}'::json #>> '{a,b,1}'
> ?column?:114	?column?:25
| [10, 20]	20
= SELECT 1

SELECT '{"a": {"b": [10, 20]}}'::jsonb #> '{a,b}', '{"a": {"b": [10, 20]}}'::jsonb #>> ARRAY['a','b','0']
> ?column?:3802	?column?:25
| [10, 20]	10
= SELECT 1

SELECT ('{"n": 5}'::json ->> 'n')::int + 1
> ?column?:23
| 6
= SELECT 1

SELECT ('{"n": 5}'::jsonb -> 'n')::int, ('{"n": 1.5}'::jsonb -> 'n')::numeric, ('{"t": true}'::jsonb -> 't')::boolean
> int4:23	numeric:1700	bool:16
| 5	1.5	t
= SELECT 1

SELECT '{"a":1,"b":2}'::jsonb @> '{"a":1}', '{"a":1}'::jsonb <@ '{"a":1,"b":2}', '[1,2,3]'::jsonb @> '[1,3]', '{"a":1}'::jsonb @> '{"a":2}'
> ?column?:16	?column?:16	?column?:16	?column?:16
| t	t	t	f
= SELECT 1

SELECT '{"a":{"b":1,"c":2}}'::jsonb @> '{"a":{"b":1}}', '[1,2]'::jsonb @> '2'
> ?column?:16	?column?:16
| t	t
= SELECT 1

SELECT '{"a":1}'::jsonb ? 'a', '{"a":1}'::jsonb ? 'b', '["a","b"]'::jsonb ? 'a'
> ?column?:16	?column?:16	?column?:16
| t	f	t
= SELECT 1

SELECT '{"a":1,"b":2}'::jsonb ?| ARRAY['x','b'], '{"a":1,"b":2}'::jsonb ?& ARRAY['a','b'], '{"a":1}'::jsonb ?& ARRAY['a','b']
> ?column?:16	?column?:16	?column?:16
| t	t	f
= SELECT 1

SELECT '{"a":1}'::jsonb || '{"b":2}'::jsonb, '[1]'::jsonb || '[2]'::jsonb, '[1]'::jsonb || '2'::jsonb, '{"a":1}'::jsonb || '{"a":5}'::jsonb
> ?column?:3802	?column?:3802	?column?:3802	?column?:3802
| {"a": 1, "b": 2}	[1, 2]	[1, 2]	{"a": 5}
= SELECT 1

SELECT '{"a":1,"b":2}'::jsonb - 'a', '[1,2,3]'::jsonb - 1, '{"a":1,"b":2,"c":3}'::jsonb - ARRAY['a','c']
> ?column?:3802	?column?:3802	?column?:3802
| {"b": 2}	[1, 3]	{"b": 2}
= SELECT 1

SELECT '{"a":{"b":1,"c":2}}'::jsonb #- '{a,b}'
> ?column?:3802
| {"a": {"c": 2}}
= SELECT 1

SELECT '{"a":1}'::jsonb = '{"a": 1}'::jsonb, '{"a":1,"b":2}'::jsonb = '{"b":2,"a":1}'::jsonb
> ?column?:16	?column?:16
| t	t
= SELECT 1

SELECT json_build_object('a', 1, 'b', 'x', 'c', NULL, 'd', true), json_build_array(1, 'a', NULL)
> json_build_object:114	json_build_array:114
| {"a" : 1, "b" : "x", "c" : null, "d" : true}	[1, "a", null]
= SELECT 1

SELECT jsonb_build_object('b', 1, 'a', 'x'), jsonb_build_array(1, 'a', NULL, 1.5), jsonb_build_object()
> jsonb_build_object:3802	jsonb_build_array:3802	jsonb_build_object:3802
| {"a": "x", "b": 1}	[1, "a", null, 1.5]	{}
= SELECT 1

SELECT json_build_object('a', json_build_array(1, 2), 'd', date '2024-01-02')
> json_build_object:114
| {"a" : [1, 2], "d" : "2024-01-02"}
= SELECT 1

SELECT json_object('{a,1,b,2}'), json_object('{a,b}', '{1,2}')
> json_object:114	json_object:114
| {"a" : "1", "b" : "2"}	{"a" : "1", "b" : "2"}
= SELECT 1

SELECT to_json('a"b'::text), to_json(1), to_json(ARRAY[1,2]), to_jsonb(true), to_jsonb('x'::text)
> to_json:114	to_json:114	to_json:114	to_jsonb:3802	to_jsonb:3802
| "a\\"b"	1	[1,2]	true	"x"
= SELECT 1

SELECT row_to_json(t) FROM (SELECT 1 AS a, 'x' AS b) t
> row_to_json:114
| {"a":1,"b":"x"}
= SELECT 1

SELECT to_jsonb(t) FROM (SELECT 1 AS a, 'x' AS b) t
> to_jsonb:3802
| {"a": 1, "b": "x"}
= SELECT 1

SELECT json_agg(x) FROM (VALUES (1), (2), (NULL)) t(x)
> json_agg:114
| [1, 2, null]
= SELECT 1

SELECT jsonb_agg(x ORDER BY x DESC) FROM (VALUES (1), (2)) t(x)
> jsonb_agg:3802
| [2, 1]
= SELECT 1

SELECT json_agg(t) FROM (SELECT 1 AS a, 'x' AS b) t
> json_agg:114
| [{"a":1,"b":"x"}]
= SELECT 1

SELECT json_object_agg(k, v) FROM (VALUES ('a', 1), ('b', 2)) t(k, v)
> json_object_agg:114
| { "a" : 1, "b" : 2 }
= SELECT 1

SELECT jsonb_object_agg(k, v) FROM (VALUES ('b', 1), ('a', 2)) t(k, v)
> jsonb_object_agg:3802
| {"a": 2, "b": 1}
= SELECT 1

SELECT array_to_json(ARRAY[1,2,3])
> array_to_json:114
| [1,2,3]
= SELECT 1

SELECT key, value FROM json_each('{"a": 1, "b": "x"}')
> key:25	value:114
| a	1
| b	"x"
= SELECT 2

SELECT * FROM jsonb_each('{"a": 1, "b": "x"}')
> key:25	value:3802
| a	1
| b	"x"
= SELECT 2

SELECT key, value FROM jsonb_each_text('{"a": 1, "b": "x", "c": null}')
> key:25	value:25
| a	1
| b	x
| c	\N
= SELECT 3

SELECT value FROM json_array_elements('[1, "a", {"b": 2}]')
> value:114
| 1
| "a"
| {"b": 2}
= SELECT 3

SELECT * FROM jsonb_array_elements('[1, "a", null]')
> value:3802
| 1
| "a"
| null
= SELECT 3

SELECT * FROM jsonb_array_elements_text('[1, "a", null]')
> value:25
| 1
| a
| \N
= SELECT 3

SELECT jsonb_array_elements_text('["x", "y"]')
> jsonb_array_elements_text:25
| x
| y
= SELECT 2

SELECT e ->> 'n' FROM jsonb_array_elements('[{"n":"x"},{"n":"y"}]') e
> ?column?:25
| x
| y
= SELECT 2

SELECT jsonb_object_keys('{"b": 1, "a": 2}')
> jsonb_object_keys:25
| a
| b
= SELECT 2

SELECT json_array_length('[1,2,3]'), jsonb_array_length('[]')
> json_array_length:23	jsonb_array_length:23
| 3	0
= SELECT 1

SELECT json_typeof('[1]'), jsonb_typeof('{"a":1}'), jsonb_typeof('1'), jsonb_typeof('"x"'), jsonb_typeof('null'), jsonb_typeof('true')
> json_typeof:25	jsonb_typeof:25	jsonb_typeof:25	jsonb_typeof:25	jsonb_typeof:25	jsonb_typeof:25
| array	object	number	string	null	boolean
= SELECT 1

SELECT jsonb_set('{"a":1,"b":2}', '{a}', '5'), jsonb_set('{"a":{"b":1}}', '{a,c}', '"x"'), jsonb_set('{"a":1}', '{x}', '1', false)
> jsonb_set:3802	jsonb_set:3802	jsonb_set:3802
| {"a": 5, "b": 2}	{"a": {"b": 1, "c": "x"}}	{"a": 1}
= SELECT 1

SELECT jsonb_insert('[1,2]', '{1}', '9'), jsonb_insert('{"a":1}', '{b}', '2')
> jsonb_insert:3802	jsonb_insert:3802
| [1, 9, 2]	{"a": 1, "b": 2}
= SELECT 1

SELECT jsonb_strip_nulls('{"a":null,"b":1}'), json_strip_nulls('{"a":null,"b":[null]}')
> jsonb_strip_nulls:3802	json_strip_nulls:114
| {"b": 1}	{"b":[null]}
= SELECT 1

SELECT jsonb_pretty('{"a":[1,2],"b":{}}')
> jsonb_pretty:25
| {\n    "a": [\n        1,\n        2\n    ],\n    "b": {\n    }\n}
= SELECT 1

SELECT jsonb_extract_path('{"a":{"b":1}}', 'a', 'b'), jsonb_extract_path_text('{"a":{"b":"x"}}', 'a', 'b'), json_extract_path_text('{"a":{"b":"x"}}', 'a', 'b')
> jsonb_extract_path:3802	jsonb_extract_path_text:25	json_extract_path_text:25
| 1	x	x
= SELECT 1

SELECT * FROM jsonb_to_recordset('[{"a":1,"b":"x"},{"a":2,"b":"y"}]') AS t(a int, b text)
> a:23	b:25
| 1	x
| 2	y
= SELECT 2

SELECT * FROM json_to_record('{"a":1,"b":"x"}') AS t(a int, b text)
> a:23	b:25
| 1	x
= SELECT 1

SELECT jsonb_path_query('{"a":[1,2,3]}', '$.a[*]')
> jsonb_path_query:3802
| 1
| 2
| 3
= SELECT 3

SELECT '{"a":1}'::jsonb::text, '{"a":1}'::json::text, '{"a": 1}'::text::jsonb
> text:25	text:25	jsonb:3802
| {"a": 1}	{"a":1}	{"a": 1}
= SELECT 1

SELECT count(*) FROM (VALUES ('{"a":1}'::jsonb), ('{"a":2}'::jsonb)) t(j) WHERE j ->> 'a' = '1'
> count:20
| 1
= SELECT 1

SELECT j -> 'a' AS v, count(*) FROM (VALUES ('{"a":1}'::jsonb), ('{"a":1}'::jsonb)) t(j) GROUP BY 1
> v:3802	count:20
| 1	2
= SELECT 1

SELECT j ->> 'k' || '!' FROM (VALUES ('{"k":"v"}'::json)) t(j)
> ?column?:25
| v!
= SELECT 1

SELECT '{"a":1}'::jsonb ->> 'a' IS NULL, '{"a":1}'::jsonb ->> 'b' IS NULL
> ?column?:16	?column?:16
| f	t
= SELECT 1

