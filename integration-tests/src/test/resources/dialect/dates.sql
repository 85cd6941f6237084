SELECT date '2024-01-15', '2024-01-15'::date, DATE '20240115'
> date:1082	date:1082	date:1082
| 2024-01-15	2024-01-15	2024-01-15
= SELECT 1

SELECT timestamp '2024-01-15 10:30:00', '2024-01-15 10:30:00.123456'::timestamp, '2024-01-15'::timestamp
> timestamp:1114	timestamp:1114	timestamp:1114
| 2024-01-15 10:30:00	2024-01-15 10:30:00.123456	2024-01-15 00:00:00
= SELECT 1

SELECT timestamp '2024-01-15T10:30:00', '2024-01-15 10:30:00.100'::timestamp
> timestamp:1114	timestamp:1114
| 2024-01-15 10:30:00	2024-01-15 10:30:00.1
= SELECT 1

SELECT timestamptz '2024-01-15 10:30:00+02', '2024-01-15 10:30:00'::timestamptz, '2024-01-15T10:30:00Z'::timestamptz
> timestamptz:1184	timestamptz:1184	timestamptz:1184
| 2024-01-15 08:30:00+00	2024-01-15 10:30:00+00	2024-01-15 10:30:00+00
= SELECT 1

SELECT time '10:30', '10:30:15.5'::time, '10:30:00+02'::timetz
> time:1083	time:1083	timetz:1266
| 10:30:00	10:30:15.5	10:30:00+02
= SELECT 1

SELECT 'infinity'::timestamp, '-infinity'::timestamp, 'infinity'::date, 'infinity'::timestamptz
> timestamp:1114	timestamp:1114	date:1082	timestamptz:1184
| infinity	-infinity	infinity	infinity
= SELECT 1

SELECT 'epoch'::timestamp, 'epoch'::timestamptz
> timestamp:1114	timestamptz:1184
| 1970-01-01 00:00:00	1970-01-01 00:00:00+00
= SELECT 1

SELECT '0044-03-15 BC'::date, '10000-01-01'::date
> date:1082	date:1082
| 0044-03-15 BC	10000-01-01
= SELECT 1

SELECT 'today'::date = current_date, 'tomorrow'::date = current_date + 1, 'now'::timestamptz <= now()
> ?column?:16	?column?:16	?column?:16
| t	t	t
= SELECT 1

SELECT 'not a date'::date
! 22007 invalid input syntax for type date: "not a date"

SELECT '2024-02-30'::date
! 22008 date/time field value out of range: "2024-02-30"

SELECT '2024-13-01'::date
! 22008 date/time field value out of range: "2024-13-01"

SELECT date '2024-01-31' + 1, date '2024-01-31' - 1
> ?column?:1082	?column?:1082
| 2024-02-01	2024-01-30
= SELECT 1

SELECT date '2024-03-01' - date '2024-02-01'
> ?column?:23
| 29
= SELECT 1

SELECT date '2024-01-31' + interval '1 month', date '2024-01-31' - interval '1 day'
> ?column?:1114	?column?:1114
| 2024-02-29 00:00:00	2024-01-30 00:00:00
= SELECT 1

SELECT timestamp '2024-01-31 10:00' + interval '1 month 2 hours'
> ?column?:1114
| 2024-02-29 12:00:00
= SELECT 1

SELECT timestamp '2024-03-01' - timestamp '2024-02-01 12:00'
> ?column?:1186
| 28 days 12:00:00
= SELECT 1

SELECT timestamptz '2024-03-01+00' - interval '36 hours'
> ?column?:1184
| 2024-02-28 12:00:00+00
= SELECT 1

SELECT date '2024-01-01' + time '10:00'
> ?column?:1114
| 2024-01-01 10:00:00
= SELECT 1

SELECT time '10:00' + interval '90 minutes', time '10:00' - time '08:30'
> ?column?:1083	?column?:1186
| 11:30:00	01:30:00
= SELECT 1

SELECT interval '1 year 2 months 3 days 04:05:06.789'
> interval:1186
| 1 year 2 mons 3 days 04:05:06.789
= SELECT 1

SELECT interval '1 day', interval '-1 day', interval '1 hour', interval '90 minutes', interval '0'
> interval:1186	interval:1186	interval:1186	interval:1186	interval:1186
| 1 day	-1 days	01:00:00	01:30:00	00:00:00
= SELECT 1

SELECT interval '1-2', interval '1 12:30', interval '12:30:15', interval 'P1Y2M3DT4H5M6S', interval '3 weeks'
> interval:1186	interval:1186	interval:1186	interval:1186	interval:1186
| 1 year 2 mons	1 day 12:30:00	12:30:15	1 year 2 mons 3 days 04:05:06	21 days
= SELECT 1

SELECT interval '1 day ago', interval '1.5 days', interval '-1 year +2 days -03:00'
> interval:1186	interval:1186	interval:1186
| -1 days	1 day 12:00:00	-1 years +2 days -03:00:00
= SELECT 1

SELECT interval '5' day, interval '2' hour, interval '1' year
> interval:1186	interval:1186	interval:1186
| 5 days	02:00:00	1 year
= SELECT 1

SELECT '1 mon'::interval, '25:00:00'::interval, '1 decade'::interval
> interval:1186	interval:1186	interval:1186
| 1 mon	25:00:00	10 years
= SELECT 1

SELECT interval '1 month' * 2, interval '1 day' / 2, 2 * interval '1 hour', interval '1 day' * 1.5
> ?column?:1186	?column?:1186	?column?:1186	?column?:1186
| 2 mons	12:00:00	02:00:00	1 day 12:00:00
= SELECT 1

SELECT interval '1 day' + interval '2 hours', -interval '1 day', interval '1 day' - interval '2 hours'
> ?column?:1186	?column?:1186	?column?:1186
| 1 day 02:00:00	-1 days	1 day -02:00:00
= SELECT 1

SELECT interval '1 day' = interval '24 hours', interval '1 month' > interval '29 days'
> ?column?:16	?column?:16
| t	t
= SELECT 1

SELECT interval '1 day'::text, (interval '1 mon 2 days')::text
> text:25	text:25
| 1 day	1 mon 2 days
= SELECT 1

SELECT make_interval(days => 10), make_interval(1, 2, 3, 4, 5, 6, 7.5)
> make_interval:1186	make_interval:1186
| 10 days	1 year 2 mons 25 days 05:06:07.5
= SELECT 1

SELECT justify_days(interval '35 days'), justify_hours(interval '27 hours'), justify_interval(interval '1 mon -1 hour')
> justify_days:1186	justify_hours:1186	justify_interval:1186
| 1 mon 5 days	1 day 03:00:00	29 days 23:00:00
= SELECT 1

SELECT make_date(2024, 2, 29), make_time(8, 15, 23.5), make_timestamp(2024, 1, 2, 3, 4, 5.5)
> make_date:1082	make_time:1083	make_timestamp:1114
| 2024-02-29	08:15:23.5	2024-01-02 03:04:05.5
= SELECT 1

SELECT make_timestamptz(2024, 1, 2, 3, 4, 5.5)
> make_timestamptz:1184
| 2024-01-02 03:04:05.5+00
= SELECT 1

SELECT make_date(2024, 2, 30)
! 22008 date field value out of range: 2024-02-30

SELECT date_trunc('month', timestamp '2024-03-15 10:20:30'), date_trunc('hour', timestamp '2024-03-15 10:20:30')
> date_trunc:1114	date_trunc:1114
| 2024-03-01 00:00:00	2024-03-15 10:00:00
= SELECT 1

SELECT date_trunc('week', date '2024-03-15'), date_trunc('quarter', timestamptz '2024-05-15 10:00+00')
> date_trunc:1184	date_trunc:1184
| 2024-03-11 00:00:00+00	2024-04-01 00:00:00+00
= SELECT 1

SELECT date_trunc('day', interval '3 days 4 hours'), date_trunc('decade', timestamp '2024-03-15'), date_trunc('century', timestamp '2024-03-15')
> date_trunc:1186	date_trunc:1114	date_trunc:1114
| 3 days	2020-01-01 00:00:00	2001-01-01 00:00:00
= SELECT 1

SELECT date_trunc('nonsense', timestamp '2024-03-15')
! 22023 unit "nonsense" not recognized for type timestamp without time zone

SELECT extract(year FROM date '2024-03-15'), extract(month FROM timestamp '2024-03-15 10:00'), extract(day FROM timestamptz '2024-03-15 10:00+00')
> extract:1700	extract:1700	extract:1700
| 2024	3	15
= SELECT 1

SELECT extract(hour FROM timestamp '2024-03-15 10:20:30.5'), extract(minute FROM time '10:20'), extract(second FROM timestamp '2024-03-15 10:20:30.5')
> extract:1700	extract:1700	extract:1700
| 10	20	30.500000
= SELECT 1

SELECT extract(epoch FROM timestamp '2024-03-15 10:20:30.5'), extract(epoch FROM interval '1 day 1 second'), extract(epoch FROM date '2024-01-01')
> extract:1700	extract:1700	extract:1700
| 1710498030.500000	86401.000000	1704067200
= SELECT 1

SELECT extract(dow FROM date '2024-03-17'), extract(isodow FROM date '2024-03-17'), extract(doy FROM date '2024-03-15'), extract(week FROM date '2024-03-15')
> extract:1700	extract:1700	extract:1700	extract:1700
| 0	7	75	11
= SELECT 1

SELECT extract(quarter FROM date '2024-05-01'), extract(century FROM date '2024-05-01'), extract(decade FROM date '2024-05-01'), extract(isoyear FROM date '2024-12-31')
> extract:1700	extract:1700	extract:1700	extract:1700
| 2	21	202	2025
= SELECT 1

SELECT extract(milliseconds FROM timestamp '2024-03-15 10:20:30.5'), extract(microseconds FROM timestamp '2024-03-15 10:20:30.5')
> extract:1700	extract:1700
| 30500.000	30500000
= SELECT 1

SELECT extract(day FROM interval '3 days 4 hours'), extract(hour FROM interval '3 days 4 hours'), extract(timezone FROM timestamptz '2024-01-01+00')
> extract:1700	extract:1700	extract:1700
| 3	4	0
= SELECT 1

SELECT extract(julian FROM date '2024-01-01')
> extract:1700
| 2460311
= SELECT 1

SELECT extract('year' FROM date '2024-03-15')
> extract:1700
| 2024
= SELECT 1

SELECT date_part('year', date '2024-03-15'), date_part('epoch', interval '1 hour'), date_part('second', timestamp '2024-01-01 00:00:05.25')
> date_part:701	date_part:701	date_part:701
| 2024	3600	5.25
= SELECT 1

SELECT age(timestamp '2024-03-01', timestamp '2023-01-15'), age(date '2024-03-01', date '2024-02-28')
> age:1186	age:1186
| 1 year 1 mon 17 days	2 days
= SELECT 1

SELECT age(timestamp '2023-01-15', timestamp '2024-03-01')
> age:1186
| -1 years -1 mons -17 days
= SELECT 1

SELECT timestamp '2024-01-15 12:00' AT TIME ZONE 'America/New_York'
> timezone:1184
| 2024-01-15 17:00:00+00
= SELECT 1

SELECT timestamptz '2024-01-15 12:00+00' AT TIME ZONE 'America/New_York', timestamptz '2024-01-15 12:00+00' AT TIME ZONE 'UTC'
> timezone:1114	timezone:1114
| 2024-01-15 07:00:00	2024-01-15 12:00:00
= SELECT 1

SELECT timezone('Europe/Berlin', timestamptz '2024-07-15 12:00+00')
> timezone:1114
| 2024-07-15 14:00:00
= SELECT 1

SELECT to_char(timestamp '2024-03-05 14:07:09.123456', 'YYYY-MM-DD HH24:MI:SS')
> to_char:25
| 2024-03-05 14:07:09
= SELECT 1

SELECT to_char(timestamp '2024-03-05 14:07:09.123456', 'Dy, DD Mon YYYY HH12:MI AM'), to_char(date '2024-03-05', 'FMMonth FMDD, YYYY'), to_char(date '2024-03-05', 'Day')
> to_char:25	to_char:25	to_char:25
| Tue, 05 Mar 2024 02:07 PM	March 5, 2024	Tuesday  
= SELECT 1

SELECT to_char(timestamp '2024-03-05 14:07:09.123456', 'MS US'), to_char(date '2024-03-05', 'Q WW IW DDD D J'), to_char(date '2024-03-05', '"Year:" YYYY'), to_char(date '2024-03-05', 'YY MON mon MONTH DY')
> to_char:25	to_char:25	to_char:25	to_char:25
| 123 123456	1 10 10 065 3 2460375	Year: 2024	24 MAR mar MARCH     TUE
= SELECT 1

SELECT to_char(timestamptz '2024-03-05 14:07:09+00', 'YYYY-MM-DD HH24:MI:SSOF TZ')
> to_char:25
| 2024-03-05 14:07:09+00 UTC
= SELECT 1

SELECT to_char(interval '26 hours 5 minutes', 'HH24:MI:SS'), to_char(date '2024-03-05', 'DDth'), to_char(date '2024-03-05', 'IYYY-IW')
> to_char:25	to_char:25	to_char:25
| 26:05:00	05th	2024-10
= SELECT 1

SELECT to_date('05 Mar 2024', 'DD Mon YYYY'), to_date('2024-03-05', 'YYYY-MM-DD'), to_date('20240305', 'YYYYMMDD'), to_date('3/5/24', 'MM/DD/YY')
> to_date:1082	to_date:1082	to_date:1082	to_date:1082
| 2024-03-05	2024-03-05	2024-03-05	2024-03-05
= SELECT 1

SELECT to_timestamp('2024-03-05 14:07:09', 'YYYY-MM-DD HH24:MI:SS'), to_timestamp('05/03/2024 02:07 PM', 'DD/MM/YYYY HH12:MI AM')
> to_timestamp:1184	to_timestamp:1184
| 2024-03-05 14:07:09+00	2024-03-05 14:07:00+00
= SELECT 1

SELECT to_timestamp(0), to_timestamp(1700000000.5)
> to_timestamp:1184	to_timestamp:1184
| 1970-01-01 00:00:00+00	2023-11-14 22:13:20.5+00
= SELECT 1

SELECT to_date('xx', 'YYYY')
! 22007 invalid value "xx" for "YYYY"

SELECT now() = now(), now() = current_timestamp, now() = transaction_timestamp()
> ?column?:16	?column?:16	?column?:16
| t	t	t
= SELECT 1

SELECT clock_timestamp() >= now(), statement_timestamp() >= now()
> ?column?:16	?column?:16
| t	t
= SELECT 1

SELECT current_date = now()::date, localtimestamp = now()::timestamp
> ?column?:16	?column?:16
| t	t
= SELECT 1

SELECT pg_typeof(current_time)::text, pg_typeof(localtime)::text, pg_typeof(current_timestamp)::text
> pg_typeof:25	pg_typeof:25	pg_typeof:25
| time with time zone	time without time zone	timestamp with time zone
= SELECT 1

SELECT generate_series(date '2024-01-01', date '2024-01-03', interval '1 day')
> generate_series:1184
| 2024-01-01 00:00:00+00
| 2024-01-02 00:00:00+00
| 2024-01-03 00:00:00+00
= SELECT 3

SELECT * FROM generate_series(timestamp '2024-01-01', timestamp '2024-01-02', interval '12 hours') AS g(t)
> t:1114
| 2024-01-01 00:00:00
| 2024-01-01 12:00:00
| 2024-01-02 00:00:00
= SELECT 3

SELECT d::date FROM generate_series(timestamp '2024-01-01', timestamp '2024-01-03', '1 day') d
> d:1082
| 2024-01-01
| 2024-01-02
| 2024-01-03
= SELECT 3

SELECT (date '2024-01-01', date '2024-02-01') OVERLAPS (date '2024-01-15', date '2024-03-01')
> overlaps:16
| t
= SELECT 1

SELECT isfinite(date '2024-01-01'), isfinite('infinity'::timestamp)
> isfinite:16	isfinite:16
| t	f
= SELECT 1

SELECT timestamp '2024-01-15 10:30:00.123456'::timestamp(0), '10:30:15.678'::time(1)
> timestamp:1114	time:1083
| 2024-01-15 10:30:00	10:30:15.7
= SELECT 1

SELECT timestamp '2024-01-15 10:30'::date, timestamp '2024-01-15 10:30'::time, date '2024-01-15'::timestamp
> date:1082	time:1083	timestamp:1114
| 2024-01-15	10:30:00	2024-01-15 00:00:00
= SELECT 1

SELECT date '2024-01-15'::text, timestamp '2024-01-15 10:30'::text, time '10:30'::text
> text:25	text:25	text:25
| 2024-01-15	2024-01-15 10:30:00	10:30:00
= SELECT 1

SELECT timestamptz '2024-01-15 10:30+00'::text
> text:25
| 2024-01-15 10:30:00+00
= SELECT 1

SELECT date '2024-01-01' < timestamp '2024-01-01 00:00:01', '2024-01-01' < date '2024-01-02'
> ?column?:16	?column?:16
| t	t
= SELECT 1

SELECT min(d), max(d) FROM (VALUES (date '2024-01-01'), (date '2023-01-01')) t(d)
> min:1082	max:1082
| 2023-01-01	2024-01-01
= SELECT 1

SELECT sum(i), avg(i) FROM (VALUES (interval '1 day'), (interval '2 hours')) t(i)
> sum:1186	avg:1186
| 1 day 02:00:00	13:00:00
= SELECT 1

SELECT timestamp 'infinity' > timestamp '2024-01-01'
> ?column?:16
| t
= SELECT 1

SELECT date_bin('15 minutes', timestamp '2024-02-11 15:44:17', timestamp '2001-01-01')
> date_bin:1114
| 2024-02-11 15:30:00
= SELECT 1

SELECT timestamp '2024-01-15 24:00:00'
> timestamp:1114
| 2024-01-16 00:00:00
= SELECT 1

SELECT interval '1 day' BETWEEN interval '1 hour' AND interval '2 days'
> ?column?:16
| t
= SELECT 1

SET IntervalStyle = 'iso_8601'
= SET

SELECT interval '1 year 2 days 03:04:05'
> interval:1186
| P1Y2DT3H4M5S
= SELECT 1

SET IntervalStyle = 'sql_standard'
= SET

SELECT interval '1 year 2 days 03:04:05'
> interval:1186
| +1-0 +2 +3:04:05
= SELECT 1

SET IntervalStyle = 'postgres_verbose'
= SET

SELECT interval '1 year 2 days 03:04:05'
> interval:1186
| @ 1 year 2 days 3 hours 4 mins 5 secs
= SELECT 1

RESET IntervalStyle
= RESET

SET DateStyle = 'German'
= SET

RESET DateStyle
= RESET

SELECT '01/02/2024'::date
> date:1082
| 2024-01-02
= SELECT 1

RESET DateStyle
= RESET

SET TimeZone = 'America/New_York'
= SET

SELECT timestamptz '2024-01-15 12:00+00', timestamptz '2024-07-15 12:00+00'
> timestamptz:1184	timestamptz:1184
| 2024-01-15 07:00:00-05	2024-07-15 08:00:00-04
= SELECT 1

SELECT timestamptz '2024-01-15 12:00+00'::timestamp, timestamp '2024-01-15 12:00'::timestamptz
> timestamp:1114	timestamptz:1184
| 2024-01-15 07:00:00	2024-01-15 12:00:00-05
= SELECT 1

RESET TimeZone
= RESET

