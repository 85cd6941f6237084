SELECT 1
> ?column?:23
| 1
= SELECT 1

SELECT 7 / 2
> ?column?:23
| 3
= SELECT 1

SELECT -7 / 2
> ?column?:23
| -3
= SELECT 1

SELECT 7 % 3, -7 % 3
> ?column?:23	?column?:23
| 1	-1
= SELECT 1

SELECT 1 / 0
! 22012 division by zero

SELECT 1.0 / 0
! 22012 division by zero

SELECT 1::float8 / 0
! 22012 division by zero

SELECT 5 % 0
! 22012 division by zero

SELECT mod(5, 0)
! 22012 division by zero

SELECT 7.0 / 2
> ?column?:1700
| 3.5000000000000000
= SELECT 1

SELECT 10 / 3.0
> ?column?:1700
| 3.3333333333333333
= SELECT 1

SELECT 1::numeric / 3
> ?column?:1700
| 0.33333333333333333333
= SELECT 1

SELECT 100.0 * 2 / 7
> ?column?:1700
| 28.5714285714285714
= SELECT 1

SELECT round(100.0 * 2 / 7, 2)
> round:1700
| 28.57
= SELECT 1

SELECT 7::float8 / 2
> ?column?:701
| 3.5
= SELECT 1

SELECT 7::float4 / 2
> ?column?:701
| 3.5
= SELECT 1

SELECT 7::bigint / 2
> ?column?:20
| 3
= SELECT 1

SELECT 2 * 3 + 4 / 2 - 1
> ?column?:23
| 7
= SELECT 1

SELECT 2 + 3 * 4 / 5 % 3
> ?column?:23
| 4
= SELECT 1

SELECT 12345678901234567890
> ?column?:1700
| 12345678901234567890
= SELECT 1

SELECT 9223372036854775807
> ?column?:20
| 9223372036854775807
= SELECT 1

SELECT 9223372036854775807 + 1
! 22003 bigint out of range

SELECT 2147483647 + 1
! 22003 integer out of range

SELECT 1.5 + 2
> ?column?:1700
| 3.5
= SELECT 1

SELECT 1.10 + 2.205
> ?column?:1700
| 3.305
= SELECT 1

SELECT 1.5 * 2.25
> ?column?:1700
| 3.375
= SELECT 1

SELECT 3.14::numeric
> numeric:1700
| 3.14
= SELECT 1

SELECT 3.14159265358979::numeric
> numeric:1700
| 3.14159265358979
= SELECT 1

SELECT '3.14159265358979'::numeric
> numeric:1700
| 3.14159265358979
= SELECT 1

SELECT 12.345::numeric(10,2)
> numeric:1700
| 12.35
= SELECT 1

SELECT 12345.678::numeric(5,2)
! 22003 numeric field overflow

SELECT 0.1::float8 + 0.2::float8
> ?column?:701
| 0.30000000000000004
= SELECT 1

SELECT 1e20::float8, 1e15::float8, 123456789.0::float8, 1e-5::float8
> float8:701	float8:701	float8:701	float8:701
| 1e+20	1e+15	123456789	1e-05
= SELECT 1

SELECT 1.0::float8
> float8:701
| 1
= SELECT 1

SELECT 0.1::float4
> float4:700
| 0.1
= SELECT 1

SELECT 'NaN'::float8, 'Infinity'::float8, '-Infinity'::float8
> float8:701	float8:701	float8:701
| NaN	Infinity	-Infinity
= SELECT 1

SELECT 1::float8::text, 1.5::float8::text, 1e20::float8::text
> text:25	text:25	text:25
| 1	1.5	1e+20
= SELECT 1

SELECT round(2.5), round(3.5), round(-2.5)
> round:1700	round:1700	round:1700
| 3	4	-3
= SELECT 1

SELECT round(2.5::float8), round(3.5::float8), round(-0.5::float8)
> round:701	round:701	round:701
| 2	4	-0
= SELECT 1

SELECT round(2.345, 2), round(1234.5, -2)
> round:1700	round:1700
| 2.35	1200
= SELECT 1

SELECT round(42)
> round:701
| 42
= SELECT 1

SELECT trunc(2.7), trunc(-2.7), trunc(2.789, 2)
> trunc:1700	trunc:1700	trunc:1700
| 2	-2	2.78
= SELECT 1

SELECT trunc(2.7::float8)
> trunc:701
| 2
= SELECT 1

SELECT ceil(2.1), ceiling(-2.1), floor(2.9), floor(-2.1)
> ceil:1700	ceiling:1700	floor:1700	floor:1700
| 3	-2	2	-3
= SELECT 1

SELECT ceil(2.1::float8), floor(2.9::float8)
> ceil:701	floor:701
| 3	2
= SELECT 1

SELECT ceil(2), floor(2)
> ceil:701	floor:701
| 2	2
= SELECT 1

SELECT abs(-5), abs(-5.5), abs(-5.5::float8)
> abs:23	abs:1700	abs:701
| 5	5.5	5.5
= SELECT 1

SELECT sign(-2), sign(3.5), sign(0::float8)
> sign:701	sign:1700	sign:701
| -1	1	0
= SELECT 1

SELECT power(2, 10), power(2.0, 3), 2 ^ 10
> power:701	power:1700	?column?:701
| 1024	8.0000000000000000	1024
= SELECT 1

SELECT 2.0 ^ 3
> ?column?:1700
| 8.0000000000000000
= SELECT 1

SELECT sqrt(16), sqrt(2::float8)
> sqrt:701	sqrt:701
| 4	1.4142135623730951
= SELECT 1

SELECT |/ 25, ||/ 27
> ?column?:701	?column?:701
| 5	3.0000000000000004
= SELECT 1

SELECT @ -5
> ?column?:23
| 5
= SELECT 1

SELECT 5 & 3, 5 | 3, 5 # 3, ~5, 1 << 4, 16 >> 2
> ?column?:23	?column?:23	?column?:23	?column?:23	?column?:23	?column?:23
| 1	7	6	-6	16	4
= SELECT 1

SELECT 5 # 3 = 6
> ?column?:16
| t
= SELECT 1

SELECT exp(1::float8), ln(2::float8), log(100::float8)
> exp:701	ln:701	log:701
| 2.718281828459045	0.6931471805599453	2
= SELECT 1

SELECT log(2.0, 64.0)
> log:1700
| 6.0000000000000000
= SELECT 1

SELECT ln(0::float8)
! 2201E cannot take logarithm of zero

SELECT sqrt(-1::float8)
! 2201F cannot take square root of a negative number

SELECT cbrt(27::float8)
> cbrt:701
| 3.0000000000000004
= SELECT 1

SELECT div(7, 2), div(-7, 2)
> div:1700	div:1700
| 3	-3
= SELECT 1

SELECT mod(7, 3), mod(-7, 3)
> mod:23	mod:23
| 1	-1
= SELECT 1

SELECT gcd(12, 8), lcm(4, 6)
> gcd:23	lcm:23
| 4	12
= SELECT 1

SELECT factorial(5)
> factorial:1700
| 120
= SELECT 1

SELECT width_bucket(5.35, 0.024, 10.06, 5)
> width_bucket:23
| 3
= SELECT 1

SELECT width_bucket(5::float8, 0, 10, 5)
> width_bucket:23
| 3
= SELECT 1

SELECT degrees(pi()), radians(180::float8)
> degrees:701	radians:701
| 180	3.141592653589793
= SELECT 1

SELECT pi()
> pi:701
| 3.141592653589793
= SELECT 1

SELECT sin(0::float8), cos(0::float8), tan(0::float8), atan2(1::float8, 1::float8)
> sin:701	cos:701	tan:701	atan2:701
| 0	1	0	0.7853981633974483
= SELECT 1

SELECT greatest(1, 3, 2), least(1, 3, 2), greatest(1, NULL)
> greatest:23	least:23	greatest:23
| 3	1	1
= SELECT 1

SELECT 2.5::int, 3.5::int, -2.5::int
> int4:23	int4:23	?column?:23
| 3	4	-3
= SELECT 1

SELECT 2.5::float8::int, 3.5::float8::int
> int4:23	int4:23
| 2	4
= SELECT 1

SELECT '42'::int, ' 42 '::int
> int4:23	int4:23
| 42	42
= SELECT 1

SELECT 'abc'::int
! 22P02 invalid input syntax for type integer: "abc"

SELECT '12.5'::int
! 22P02 invalid input syntax for type integer: "12.5"

SELECT '99999999999'::int
! 22003 value "99999999999" is out of range for type integer

SELECT 99999999999::int
! 22003 integer out of range

SELECT 70000::smallint
! 22003 smallint out of range

SELECT '1' + 2
> ?column?:23
| 3
= SELECT 1

SELECT '5' * 2
> ?column?:23
| 10
= SELECT 1

SELECT 1 = '1', 1.5 = '1.50'
> ?column?:16	?column?:16
| t	t
= SELECT 1

SELECT 1 < 2.5, 2 > 1.5::float8
> ?column?:16	?column?:16
| t	t
= SELECT 1

SELECT 10 BETWEEN 1 AND 20, 5 NOT BETWEEN 1 AND 3
> ?column?:16	?column?:16
| t	t
= SELECT 1

SELECT 2 BETWEEN SYMMETRIC 3 AND 1
> ?column?:16
| t
= SELECT 1

SELECT NULLIF(1, 1), NULLIF(2, 1), coalesce(NULL, 3)
> nullif:23	nullif:23	coalesce:23
| \N	2	3
= SELECT 1

SELECT 1 IS DISTINCT FROM NULL, NULL IS NOT DISTINCT FROM NULL
> ?column?:16	?column?:16
| t	t
= SELECT 1

SELECT true AND NULL, false OR NULL, NOT NULL
> ?column?:16	?column?:16	?column?:16
| \N	\N	\N
= SELECT 1

SELECT 1::bool, 0::bool, true::int
> bool:16	bool:16	int4:23
| t	f	1
= SELECT 1

SELECT 't'::bool, 'f'::bool, 'yes'::bool, 'off'::bool, 'on'::bool, '1'::bool
> bool:16	bool:16	bool:16	bool:16	bool:16	bool:16
| t	f	t	f	t	t
= SELECT 1

SELECT 'maybe'::bool
! 22P02 invalid input syntax for type boolean: "maybe"

SELECT true::text, false::text
> text:25	text:25
| true	false
= SELECT 1

SELECT 123::text, 1.50::text, (-5)::text
> text:25	text:25	text:25
| 123	1.50	-5
= SELECT 1

SELECT CAST(5 AS text), CAST('5' AS integer), CAST(1.7 AS integer)
> text:25	int4:23	int4:23
| 5	5	2
= SELECT 1

SELECT int '5', numeric '5.50', float8 '1.5', bool 'true'
> int4:23	numeric:1700	float8:701	bool:16
| 5	5.50	1.5	t
= SELECT 1

SELECT 5::int2, 5::int4, 5::int8, 5::smallint, 5::bigint
> int2:21	int4:23	int8:20	int2:21	int8:20
| 5	5	5	5	5
= SELECT 1

SELECT 1::oid
> oid:26
| 1
= SELECT 1

SELECT to_char(1234.5, '9,999.99')
> to_char:25
|  1,234.50
= SELECT 1

SELECT to_char(1234.5, 'FM9,999.00')
> to_char:25
| 1,234.50
= SELECT 1

SELECT to_char(-5, '999'), to_char(5, '000'), to_char(0.5, '0.00'), to_char(12, 'FM999')
> to_char:25	to_char:25	to_char:25	to_char:25
|   -5	 005	 0.50	12
= SELECT 1

SELECT to_char(1234567, '9,999,999'), to_char(123.456, '999D9'), to_char(5, 'S9'), to_char(-5, '9MI')
> to_char:25	to_char:25	to_char:25	to_char:25
|  1,234,567	 123.5	+5	5-
= SELECT 1

SELECT to_char(5, 'RN'), to_char(485, 'FMRN'), to_char(0.1, '$0.99'), to_char(5, '9th')
> to_char:25	to_char:25	to_char:25	to_char:25
|               V	CDLXXXV	$ 0.10	 5th
= SELECT 1

SELECT to_char(123.45::float8, '999.9'), to_char(15, '99%')
> to_char:25	to_char:25
|  123.5	 15%
= SELECT 1

SELECT to_number('1,234.56', '9,999.99'), to_number('-12', '999')
> to_number:1700	to_number:1700
| 1234.56	-12
= SELECT 1

SELECT random() BETWEEN 0 AND 1
> ?column?:16
| t
= SELECT 1

SELECT scale(1.230), trim_scale(1.230)
> scale:23	trim_scale:1700
| 3	1.23
= SELECT 1

SELECT avg(x) FROM (VALUES (1), (2), (4)) t(x)
> avg:1700
| 2.3333333333333333
= SELECT 1

SELECT avg(x) FROM (VALUES (1.5), (2.5)) t(x)
> avg:1700
| 2.0000000000000000
= SELECT 1

SELECT avg(x) FROM (VALUES (1::float8), (2)) t(x)
> avg:701
| 1.5
= SELECT 1

SELECT sum(x) FROM (VALUES (1), (2)) t(x)
> sum:20
| 3
= SELECT 1

SELECT sum(x) FROM (VALUES (1::bigint), (2)) t(x)
> sum:1700
| 3
= SELECT 1

SELECT sum(x) FROM (VALUES (1.10), (2.2)) t(x)
> sum:1700
| 3.30
= SELECT 1

SELECT sum(x) FROM (VALUES (1::float8), (2.5)) t(x)
> sum:701
| 3.5
= SELECT 1

SELECT sum(x) / count(*) FROM (VALUES (1), (2)) t(x)
> ?column?:20
| 1
= SELECT 1

SELECT sum(x)::float8 / count(*) FROM (VALUES (1), (2)) t(x)
> ?column?:701
| 1.5
= SELECT 1

