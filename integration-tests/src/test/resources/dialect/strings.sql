SELECT 'a' || 'b', 'a' || 1, 1 || 'a', 'n: ' || 1.50
> ?column?:25	?column?:25	?column?:25	?column?:25
| ab	a1	1a	n: 1.50
= SELECT 1

SELECT 'a' || NULL
> ?column?:25
| \N
= SELECT 1

SELECT 'it''s', E'a\nb', E'\u0041', $$dollar$$
> ?column?:25	?column?:25	?column?:25	?column?:25
| it's	a\nb	A	dollar
= SELECT 1

SELECT 'con' 'cat'
! 42601 syntax error at or near "'cat'"

SELECT 'x' || true, 'd' || date '2024-01-02'
> ?column?:25	?column?:25
| xtrue	d2024-01-02
= SELECT 1

SELECT upper('abc'), lower('ABC'), initcap('hello wORLD foo-bar')
> upper:25	lower:25	initcap:25
| ABC	abc	Hello World Foo-Bar
= SELECT 1

SELECT length('héllo'), char_length('abc'), character_length('abc'), octet_length('héllo'), bit_length('abc')
> length:23	char_length:23	character_length:23	octet_length:23	bit_length:23
| 5	3	3	6	24
= SELECT 1

SELECT split_part('a,b,c', ',', 2), split_part('a,b,c', ',', -1), split_part('a', ',', 3)
> split_part:25	split_part:25	split_part:25
| b	c	
= SELECT 1

SELECT split_part('a,b', ',', 0)
! 22023 field position must not be zero

SELECT substring('abcdef' FROM 2 FOR 3), substring('abcdef' FROM 3), substring('abcdef', 2, 2), substr('abcdef', 4)
> substring:25	substring:25	substring:25	substr:25
| bcd	cdef	bc	def
= SELECT 1

SELECT substring('abcdef', -1, 4), substring('abc' FOR 2)
> substring:25	substring:25
| ab	ab
= SELECT 1

SELECT substring('abc123def' FROM '[0-9]+'), substring('foobar' FROM 'o(.)b')
> substring:25	substring:25
| 123	o
= SELECT 1

SELECT substring('abc' from 'x')
> substring:25
| \N
= SELECT 1

SELECT substring('abc123' SIMILAR '%#"[0-9]+#"' ESCAPE '#')
> substring:25
| 123
= SELECT 1

SELECT overlay('abcdef' PLACING 'XX' FROM 2 FOR 3), overlay('abcdef' PLACING 'XX' FROM 2)
> overlay:25	overlay:25
| aXXef	aXXdef
= SELECT 1

SELECT position('b' IN 'abc'), position('z' IN 'abc'), strpos('abc', 'c')
> position:23	position:23	strpos:23
| 2	0	3
= SELECT 1

SELECT trim('  a  '), trim(BOTH 'x' FROM 'xxaxx'), trim(LEADING 'x' FROM 'xax'), trim(TRAILING 'x' FROM 'xax')
> btrim:25	btrim:25	ltrim:25	rtrim:25
| a	a	ax	xa
= SELECT 1

SELECT btrim('  a '), btrim('xyaxy', 'xy'), ltrim('  a'), rtrim('a  '), ltrim('xxa', 'x')
> btrim:25	btrim:25	ltrim:25	rtrim:25	ltrim:25
| a	a	a	a	a
= SELECT 1

SELECT lpad('abc', 5), lpad('abc', 6, 'xy'), rpad('abc', 5, '-'), lpad('abcdef', 3)
> lpad:25	lpad:25	rpad:25	lpad:25
|   abc	xyxabc	abc--	abc
= SELECT 1

SELECT repeat('ab', 3), repeat('x', 0), reverse('abc')
> repeat:25	repeat:25	reverse:25
| ababab		cba
= SELECT 1

SELECT replace('banana', 'an', 'AN'), translate('12345', '143', 'ax')
> replace:25	translate:25
| bANANa	a2x5
= SELECT 1

SELECT left('abc', 2), left('abc', -1), right('abc', 2), right('abc', -1)
> left:25	left:25	right:25	right:25
| ab	ab	bc	bc
= SELECT 1

SELECT concat('a', 1, NULL, true), concat_ws('-', 'a', NULL, 'b', 2)
> concat:25	concat_ws:25
| a1t	a-b-2
= SELECT 1

SELECT ascii('A'), chr(65), ascii('é'), chr(8364)
> ascii:23	chr:25	ascii:23	chr:25
| 65	A	233	€
= SELECT 1

SELECT chr(0)
! 54000 null character not permitted

SELECT md5('abc')
> md5:25
| 900150983cd24fb0d6963f7d28e17f72
= SELECT 1

SELECT encode('abc'::bytea, 'hex'), encode('abc'::bytea, 'base64'), encode('\x00ff61'::bytea, 'escape')
> encode:25	encode:25	encode:25
| 616263	YWJj	\\000\\377a
= SELECT 1

SELECT decode('616263', 'hex'), decode('YWJj', 'base64')
> decode:17	decode:17
| \\x616263	\\x616263
= SELECT 1

SELECT convert_from('\x616263'::bytea, 'UTF8'), convert_to('abc', 'UTF8')
> convert_from:25	convert_to:17
| abc	\\x616263
= SELECT 1

SELECT sha256('abc')
> sha256:17
| \\xba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad
= SELECT 1

SELECT to_hex(255), to_hex(-1)
> to_hex:25	to_hex:25
| ff	ffffffff
= SELECT 1

SELECT quote_ident('abc'), quote_ident('A b'), quote_ident('select')
> quote_ident:25	quote_ident:25	quote_ident:25
| abc	"A b"	"select"
= SELECT 1

SELECT quote_literal('it''s'), quote_literal(E'a\\b'), quote_nullable(NULL), quote_literal(5)
> quote_literal:25	quote_literal:25	quote_nullable:25	quote_literal:25
| 'it''s'	E'a\\\\b'	NULL	'5'
= SELECT 1

SELECT format('Hello %s', 'World'), format('%I = %L', 'a b', 'it''s'), format('%s%%', 5)
> format:25	format:25	format:25
| Hello World	"a b" = 'it''s'	5%
= SELECT 1

SELECT format('%2$s %1$s', 'a', 'b'), format('|%10s|%-10s|', 'a', 'b'), format('%s', NULL), format('%L', NULL)
> format:25	format:25	format:25	format:25
| b a	|         a|b         |		NULL
= SELECT 1

SELECT format('%s %s', 'a')
! 22023 too few arguments for format()

SELECT starts_with('abc', 'ab'), 'abc' ^@ 'ab'
> starts_with:16	?column?:16
| t	t
= SELECT 1

SELECT 'abc' LIKE 'a%', 'abc' LIKE '_b_', 'abc' NOT LIKE 'x%', 'ABC' ILIKE 'a%', 'ABC' NOT ILIKE 'x%'
> ?column?:16	?column?:16	?column?:16	?column?:16	?column?:16
| t	t	t	t	t
= SELECT 1

SELECT 'a_c' LIKE 'a\_c', 'abc' LIKE 'a\_c', 'a%c' LIKE 'a#%c' ESCAPE '#'
> ?column?:16	?column?:16	?column?:16
| t	f	t
= SELECT 1

SELECT 'abc' ~~ 'a%', 'abc' !~~ 'a%', 'ABC' ~~* 'a%', 'ABC' !~~* 'a%'
> ?column?:16	?column?:16	?column?:16	?column?:16
| t	f	t	f
= SELECT 1

SELECT 'abc' ~ 'b', 'abc' ~ '^b', 'abc' !~ 'b', 'ABC' ~* 'b', 'ABC' !~* 'b'
> ?column?:16	?column?:16	?column?:16	?column?:16	?column?:16
| t	f	f	t	f
= SELECT 1

SELECT 'foo.bar' ~ 'o\.b', 'a1' ~ '\d', 'ab' ~ '^(a|x)b$'
> ?column?:16	?column?:16	?column?:16
| t	t	t
= SELECT 1

SELECT 'hello world' ~ '\mwor', 'hello' ~ 'l{2}'
> ?column?:16	?column?:16
| t	t
= SELECT 1

SELECT 'a' || 'b' ~ 'ab'
> ?column?:16
| t
= SELECT 1

SELECT NOT 'abc' ~ 'x'
> ?column?:16
| t
= SELECT 1

SELECT 'abc' SIMILAR TO 'a%', 'abc' SIMILAR TO '(a|x)bc', 'abc' NOT SIMILAR TO 'b%', 'abc' SIMILAR TO 'a'
> ?column?:16	?column?:16	?column?:16	?column?:16
| t	t	t	f
= SELECT 1

SELECT 'a' LIKE ANY (ARRAY['a%', 'b%']), 'c' LIKE ANY (ARRAY['a%', 'b%']), 'A' ILIKE ANY (ARRAY['a', 'b'])
> ?column?:16	?column?:16	?column?:16
| t	f	t
= SELECT 1

SELECT 'ab' LIKE ALL (ARRAY['a%', '%b']), 'ab' NOT LIKE ALL (ARRAY['x%', 'y%']), 'ab' NOT LIKE ANY (ARRAY['a%', 'y%'])
> ?column?:16	?column?:16	?column?:16
| t	t	t
= SELECT 1

SELECT 'abc' ILIKE ANY ('{A%,B%}')
> ?column?:16
| t
= SELECT 1

SELECT 'abc' ~ ANY (ARRAY['x', '^a'])
> ?column?:16
| t
= SELECT 1

SELECT regexp_replace('abcabc', 'b', 'X'), regexp_replace('abcabc', 'b', 'X', 'g'), regexp_replace('ABC', 'b', 'x', 'i')
> regexp_replace:25	regexp_replace:25	regexp_replace:25
| aXcabc	aXcaXc	AxC
= SELECT 1

SELECT regexp_replace('foobar', '(o+)(b)', '[\1|\2]'), regexp_replace('foo', 'o', '\&\&', 'g')
> regexp_replace:25	regexp_replace:25
| f[oo|b]ar	foooo
= SELECT 1

SELECT regexp_match('foobarbequebaz', 'bar.*que'), regexp_match('foobarbequebaz', '(bar)(beque)'), regexp_match('abc', 'x')
> regexp_match:1009	regexp_match:1009	regexp_match:1009
| {barbeque}	{bar,beque}	\N
= SELECT 1

SELECT regexp_matches('a1b2', '[a-z][0-9]', 'g')
> regexp_matches:1009
| {a1}
| {b2}
= SELECT 2

SELECT regexp_matches('foobar', '(o)(b)')
> regexp_matches:1009
| {o,b}
= SELECT 1

SELECT regexp_split_to_array('hello  world', '\s+')
> regexp_split_to_array:1009
| {hello,world}
= SELECT 1

SELECT regexp_split_to_table('a,b,c', ',')
> regexp_split_to_table:25
| a
| b
| c
= SELECT 3

SELECT regexp_count('abcabc', 'b'), regexp_instr('abcabc', 'c'), regexp_like('abc', 'B', 'i'), regexp_substr('abc123', '[0-9]+')
> regexp_count:23	regexp_instr:23	regexp_like:16	regexp_substr:25
| 2	3	t	123
= SELECT 1

SELECT string_to_array('a,b,c', ','), string_to_array('a,,c', ',', ''), array_to_string(ARRAY['a', NULL, 'b'], ',', '*')
> string_to_array:1009	string_to_array:1009	array_to_string:25
| {a,b,c}	{a,NULL,c}	a,*,b
= SELECT 1

SELECT string_to_table('a,b', ',')
> string_to_table:25
| a
| b
= SELECT 2

SELECT 'abc' < 'abd', 'a' < 'B', 'Z' < 'a', 'abc' = 'ABC'
> ?column?:16	?column?:16	?column?:16	?column?:16
| t	f	t	f
= SELECT 1

SELECT 'abc'::char(5), length('abc'::char(5)), 'abcdef'::varchar(3), 'abc'::char
> bpchar:1042	length:23	varchar:1043	bpchar:1042
| abc  	3	abc	a
= SELECT 1

SELECT 'abc'::char(5) || 'x'
> ?column?:25
| abcx
= SELECT 1

SELECT 'a'::char(3) = 'a  '::char(3)
> ?column?:16
| t
= SELECT 1

SELECT 'abc'::bpchar
> bpchar:1042
| abc
= SELECT 1

SELECT CAST('abcdef' AS varchar(3)), CAST('ab' AS character(4)), CAST('abc' AS character varying)
> varchar:1043	bpchar:1042	varchar:1043
| abc	ab  	abc
= SELECT 1

SELECT 'text'::name
> name:19
| text
= SELECT 1

SELECT '\xDEADBEEF'::bytea
> bytea:17
| \\xdeadbeef
= SELECT 1

SELECT 'abc\000\\'::bytea
> bytea:17
| \\x616263005c
= SELECT 1

SELECT length('\xDEADBEEF'::bytea), get_byte('\x0102'::bytea, 1), substring('\x010203'::bytea FROM 2 FOR 1)
> length:23	get_byte:23	substring:17
| 4	2	\\x02
= SELECT 1

SELECT '\x01'::bytea || '\x02'::bytea
> ?column?:17
| \\x0102
= SELECT 1

SELECT '\x01'::bytea = '\x01'::bytea, '\x01'::bytea < '\x02'::bytea
> ?column?:16	?column?:16
| t	t
= SELECT 1

SELECT '\xZZ'::bytea
! 22023 invalid hexadecimal digit: "Z"

SELECT B'101', '101'::bit(3), '1011'::varbit, X'1F'
> ?column?:1560	bit:1560	varbit:1562	?column?:1560
| 101	101	1011	00011111
= SELECT 1

SELECT '101'::bit varying(5), '10'::bit(4)
> varbit:1562	bit:1560
| 101	1000
= SELECT 1

SELECT B'101' | B'010', B'101' & B'100', length(B'101')
> ?column?:1560	?column?:1560	length:23
| 111	100	3
= SELECT 1

SELECT NULL AS n, '1' AS t
> n:25	t:25
| \N	1
= SELECT 1

SELECT pg_typeof(1), pg_typeof('a'::text), pg_typeof(1.5), pg_typeof(now()), pg_typeof(ARRAY[1]), pg_typeof(true)
> pg_typeof:2206	pg_typeof:2206	pg_typeof:2206	pg_typeof:2206	pg_typeof:2206	pg_typeof:2206
| integer	text	numeric	timestamp with time zone	integer[]	boolean
= SELECT 1

SELECT string_agg(x, ',') FROM (VALUES ('a'), ('b')) t(x)
> string_agg:25
| a,b
= SELECT 1

SELECT string_agg(x, ', ' ORDER BY x DESC) FROM (VALUES ('a'), ('b'), (NULL)) t(x)
> string_agg:25
| b, a
= SELECT 1

SELECT string_agg(DISTINCT x, ',' ORDER BY x) FROM (VALUES ('b'), ('a'), ('b')) t(x)
> string_agg:25
| a,b
= SELECT 1

SELECT unistr('\0041'), normalize('a')
> unistr:25	normalize:25
| A	a
= SELECT 1

SELECT 'a' COLLATE "C" < 'b'
> ?column?:16
| t
= SELECT 1

SELECT text 'abc', varchar 'abc'
> text:25	varchar:1043
| abc	abc
= SELECT 1

SELECT strpos('', 'a'), length('')
> strpos:23	length:23
| 0	0
= SELECT 1

SELECT upper(NULL)
> upper:25
| \N
= SELECT 1

SELECT lower('ÀÉ'), upper('straße')
> lower:25	upper:25
| àé	STRAßE
= SELECT 1

SELECT no_such_function(1)
! 42883 function no_such_function(integer) does not exist

SELECT upper(1)
! 42883 function upper(integer) does not exist

SELECT length(5)
! 42883 function length(integer) does not exist

