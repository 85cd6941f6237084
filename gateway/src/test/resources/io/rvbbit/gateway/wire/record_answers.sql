-- Records what PostgreSQL 15 answers, for the tests of the value formats. Needs a throw-away server:
--   psql -X -q -d postgres -f record_answers.sql
-- It writes into the current directory types.tsv, values.tsv (type, input, text, binary as hex) and errors.tsv.
\set ON_ERROR_STOP on
\pset format unaligned
\pset fieldsep '\t'
\pset tuples_only on
set timezone = 'UTC';

\o types.tsv
select oid, typname, typlen, typarray, typcategory, typelem, format_type(oid, null)
from pg_type
where oid < 10000 and typrelid = 0 and typtype in ('b', 'p')
order by oid;
\o

create temp table answers (position serial, type text, input text, answer text, bytes text);

create function pg_temp.record(type text, send text, inputs text[]) returns void language plpgsql as $$
declare
    input text;
begin
    foreach input in array inputs loop
        execute format('insert into answers (type, input, answer, bytes) select %L, %L, (%L::%s)::text, encode(%s(%L::%s), ''hex'')',
                       type, input, input, type, send, input, type);
    end loop;
end
$$;

-- boolean's own output is t and f; the cast to text says true and false.
insert into answers (type, input, answer, bytes)
select 'bool', i, boolout(i::bool)::text, encode(boolsend(i::bool), 'hex')
from unnest(array['true','false','t','f','yes','no','on','off','of','1','0','  TRUE  ','y','n']) i;

do $$
begin
perform pg_temp.record('int2', 'int2send', array['0','1','-1','32767','-32768',' 42 ','+7','007']);
perform pg_temp.record('int4', 'int4send', array['0','9','10','99','100','-1','2147483647','-2147483648','1000000']);
perform pg_temp.record('int8', 'int8send', array['0','-1','9223372036854775807','-9223372036854775808','999999999999999999','1000000000000000000','1234567890123']);
perform pg_temp.record('oid', 'oidsend', array['0','25','4294967295','2147483648']);
perform pg_temp.record('float4', 'float4send', array['0','-0','1','-1','1.5','0.1','3.1415927','123456','999999.5','1000000','1234567','16777216','33554432','1e20','1e-4','0.0001','0.00012345','1e-5','0.00001','1.4e-45','4.2e-45','1.17549435e-38','3.4028235e38','NaN','Infinity','-Infinity','0.3333333','16777217','67108864','9.5367431640625e-07','100000','12345.678','8388608.5','2.5e9','1.1e10','1e10','8.5e-42','9.8e-45']);
perform pg_temp.record('float8', 'float8send', array['0','-0','1','-1','1.5','0.1','0.2','0.3','0.30000000000000004','3.141592653589793','12.34','-99.99','100','123456789012345','999999999999999','1000000000000000','1e15','1e14','123456789012345.6','1e16','1e20','1e21','1e22','1e23','5e22','8.41e21','1e-4','0.0001','0.00012345','0.000123456789','1e-5','0.00001','1.5e-7','4.9e-324','5e-324','1e-323','9.9e-324','2.5e-320','2.2250738585072014e-308','1.7976931348623157e308','NaN','Infinity','-Infinity','inf','9007199254740992','9007199254740993','9007199254740994','18014398509481984','1152921504606846976','2305843009213693952','4503599627370496.5','4503599627370497.5','0.333333333333333','0.3333333333333333','1234567.891','0.1e1','.5','5.','1e+3','2e0','9.5e15','7e22','9e15','3e40','1e100','1.2345678901234567e-200']);
perform pg_temp.record('numeric', 'numeric_send', array['0','0.0','0.000','1','-1','10','100','9999','10000','10001','99999999','100000000','12345.678','0.5','0.05','0.005','0.0005','0.00005','0.000000000001','-0.0001','123456789012345678','1234567890123456789','12345678901234567890','-12345678901234567890.123456789','170141183460469231731687303715884105727','0.00000001','15678.00','1.10','1e5','1e-5','1.5e3','2500000.000000000000','0.012345678901','-9223372036854775808','9223372036854775807','-922337203685477580.8','10000.0001','1.00000000000000000000','99999999999999999999999999999999999999','0.99999999999999999999999999999999999999']);
perform pg_temp.record('text', 'textsend', array['','a','héllo','日本語','😀 x','quote '' " \ ','a	tab']);
perform pg_temp.record('varchar', 'varcharsend', array['','abc','ÄÖ']);
perform pg_temp.record('json', 'json_send', array['{"a":1}','[1, 2]','"x"','null']);
perform pg_temp.record('jsonb', 'jsonb_send', array['{"a": 1}','[1, 2]','"é"','null']);
perform pg_temp.record('bytea', 'byteasend', array['\x','\x00ff','\xDEADBEEF','\x 01 02','abc','a\\b','\001\377x']);
perform pg_temp.record('uuid', 'uuid_send', array['6f1c0c1e-0000-4000-8000-000000000001','ffffffff-ffff-ffff-ffff-ffffffffffff','{A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11}','a0eebc999c0b4ef8bb6d6bb9bd380a11','a0ee-bc99-9c0b-4ef8-bb6d-6bb9-bd38-0a11']);
perform pg_temp.record('date', 'date_send', array['2026-02-28','1970-01-01','1969-12-31','2000-01-01','2000-02-29','1900-03-01','0001-01-01','0001-12-31 BC','0044-03-15 BC','4713-01-01 BC','9999-12-31','10000-01-01','294276-12-31','5874897-12-31','infinity','-infinity','epoch','20260228','2026-2-3','2026-02-28 12:30:00','2026-02-28 +02','2024-12-31','2023-02-28']);
perform pg_temp.record('time', 'time_send', array['00:00:00','01:02:03.000004','12:30','23:59:59.999999','23:59:59.5','04:05:06.789','1:2:3','12:00:00.1234567','12:00:00.1234565','12:00:00+02']);
perform pg_temp.record('timetz', 'timetz_send', array['12:00:00+00','12:00:00+02','12:00:00.5-08','12:00:00+05:30','12:00:00+0530','23:59:59.999999-15:59','12:00:00+05:30:15','12:00Z']);
perform pg_temp.record('timestamp', 'timestamp_send', array['2026-02-28 01:02:03.5','1970-01-01 00:00:00','1969-12-31 23:59:59.999999','2000-01-01 00:00:00','0001-01-01 00:00:00','0001-12-31 23:59:59 BC','4713-01-01 00:00:00 BC','9999-12-31 23:59:59.999999','10000-01-01 00:00:00','294247-01-09 23:59:59','infinity','-infinity','epoch','2026-02-28T01:02:03','2026-02-28 01:02','2026-02-28','2026-02-28 24:00:00','2026-02-28 01:02:60','2026-02-28 01:02:03.1234567','2026-02-28 01:02:03+02','20260228T010203','2026-02-28 01:02:03.000010','2026-02-28 01:02:03.1 BC']);
perform pg_temp.record('interval', 'interval_send', array['0','1 second','1 mon 2 days 03:04:05','1 year','2 years','-1 year','-1 mon','1 year -1 mon','14 mons','-14 mons','1 year 2 mons 3 days 04:05:06.789','-1 year -2 mons +3 days -04:05:06.789','1 day -00:00:01','-1 day +00:00:01','-1 days','1.5 months','1.5 days','1.5 hours','2 weeks','100:00:00','-100:00:00.000001','1 hour ago','@ 1 year 2 mons','1.5','P1Y2M3DT4H5M6.7S','P1W','PT36H','PT0.000001S','P-1Y2M','0 years 0 mons 1 days 0 hours 0 mins 0.00 secs','1 decade','1 century','1 millennium','-1 mon 1 day','1 mon -1 day','178000000 years','3 ms','5 us','1.5 years','-1.5 months','1.1 mons','0.7 days','04:05','-00:00:00.5','1 day 2','1 w 2.5 d']);
perform pg_temp.record('varbit', 'varbit_send', array['','0','1','101','10101010','101010101','x1F','B0101']);
perform pg_temp.record('int4[]', 'array_send', array['{}','{1,2,NULL}','{{1,2},{3,4}}','{ 1 , 2 }','{{{1},{2}},{{3},{4}}}','{null,NuLl}','{NULL}']);
perform pg_temp.record('int8[]', 'array_send', array['{1,-2}','{{1,2},{3,4}}']);
perform pg_temp.record('text[]', 'array_send', array['{}','{a,NULL}','{"","NULL","null","nul"}','{"a b","a,b","{x}","q\"q","b\\s"}','{é,日本}','{"tab	x"}','{ a b , c }','{a\ }','{\N\U\L\L}','{{a,NULL},{"x y",""}}']);
perform pg_temp.record('bool[]', 'array_send', array['{t,f,NULL}','{true,no}']);
perform pg_temp.record('float8[]', 'array_send', array['{1.5,NaN,-0,1e20}']);
perform pg_temp.record('numeric[]', 'array_send', array['{1.50,NULL,-0.001}']);
perform pg_temp.record('date[]', 'array_send', array['{2026-02-28,infinity,0044-03-15 BC}']);
perform pg_temp.record('timestamp[]', 'array_send', array['{"2026-02-28 01:02:03.5",NULL}']);
perform pg_temp.record('interval[]', 'array_send', array['{1 mon,"1 day -00:00:01"}']);
perform pg_temp.record('bytea[]', 'array_send', array['{"\\x00ff",NULL}']);
perform pg_temp.record('uuid[]', 'array_send', array['{6f1c0c1e-0000-4000-8000-000000000001}']);
perform pg_temp.record('jsonb[]', 'array_send', array['{"{\"a\": 1}","null"}']);
end
$$;

create function pg_temp.record_zone(zone text, inputs text[]) returns void language plpgsql as $$
declare
    input text;
begin
    perform set_config('timezone', zone, false);
    foreach input in array inputs loop
        insert into answers (type, input, answer, bytes)
        values ('timestamptz ' || zone, input, input::timestamptz::text, encode(timestamptz_send(input::timestamptz), 'hex'));
    end loop;
end
$$;

do $$
begin
perform pg_temp.record_zone('UTC', array['2026-02-28 01:02:03.5+00','1970-01-01 00:00:00Z','infinity','-infinity','0001-12-31 23:59:59+00 BC','10000-01-01 00:00:00+00','294247-01-09 23:59:59+00','2026-02-28 01:02:03','2026-02-28 01:02:03 Europe/Berlin','epoch','2026-07-01 12:00:00 UTC']);
perform pg_temp.record_zone('Europe/Berlin', array['2026-02-28 01:02:03+00','2026-07-01 12:00:00+00','2026-03-29 02:30:00','2026-10-25 02:30:00','2026-10-25 00:30:00+00','2026-10-25 01:30:00+00','1900-01-01 00:00:00+00','1880-01-01 00:00:00+00','0044-03-15 12:00:00+00 BC','9999-12-31 23:30:00+00','infinity']);
perform pg_temp.record_zone('Asia/Kolkata', array['2026-02-28 01:02:03+00','1850-01-01 00:00:00+00','2026-02-28 01:02:03']);
perform pg_temp.record_zone('America/New_York', array['2026-02-28 01:02:03+00','2026-07-04 12:00:00','2026-03-08 02:30:00','2026-11-01 01:30:00','1800-01-01 00:00:00+00','0001-01-01 00:00:00+00']);
perform pg_temp.record_zone('Asia/Kathmandu', array['2026-02-28 01:02:03+00']);
end
$$;
set timezone = 'UTC';

\o values.tsv
select type, replace(input, E'\t', '<TAB>'), replace(answer, E'\t', '<TAB>'), bytes from answers order by position;
\o
\o errors.tsv
create temp table refusals (position serial, type text, input text, state text, message text);
create function pg_temp.refuse(type text, inputs text[]) returns void language plpgsql as $$
declare
    input text;
begin
    foreach input in array inputs loop
        begin
            execute format('select %L::%s', input, type);
            raise exception 'accepted: % %', type, input;
        exception when data_exception or program_limit_exceeded then
            insert into refusals (type, input, state, message) values (type, input, sqlstate, sqlerrm);
        end;
    end loop;
end
$$;
do $$
begin
perform pg_temp.refuse('bool', array['','maybe','o','2','tr ue']);
perform pg_temp.refuse('int2', array['32768','-32769','','a','1.5','1e3','99999999999999999999999']);
perform pg_temp.refuse('int4', array['abc','2147483648','','-','1 2','99999999999','0x10']);
perform pg_temp.refuse('int8', array['9223372036854775808','-9223372036854775809','x','1_000']);
perform pg_temp.refuse('oid', array['abc','']);
perform pg_temp.refuse('float4', array['1e39','1e-50','abc','','1.5x','-1e400']);
perform pg_temp.refuse('float8', array['1e309','1e-400','abc','','.','1e','--1','1.5d','nanx']);
perform pg_temp.refuse('numeric', array['abc','','.','1e','1e200000','1.2.3','- 1']);
perform pg_temp.refuse('uuid', array['','x','6f1c0c1e-0000-4000-8000-00000000000','6f1c0c1e-0000-4000-8000-0000000000011','6f1c0c1e0-000-4000-8000-000000000001','{6f1c0c1e-0000-4000-8000-000000000001','6f1c0c1e--0000-4000-8000-000000000001']);
perform pg_temp.refuse('bytea', array['\xg0','\x0','\9','\1','a\']);
perform pg_temp.refuse('date', array['','x','2026-02-30','2026-13-01','0000-01-01']);
perform pg_temp.refuse('time', array['','25:00:00','12:60:00','x','12:00:61']);
perform pg_temp.refuse('timestamp', array['','x','2026-02-30 00:00:00','2026-01-01 25:00:00','2026-01-01 24:00:01']);
perform pg_temp.refuse('timestamptz', array['','2026-01-01 00:00:00+99','2026-01-01 00:00:00 Mars/Olympus']);
perform pg_temp.refuse('interval', array['','x','1 foo','P','P1X','99999999999 years','1:99:00']);
perform pg_temp.refuse('varbit', array['2','xG','10 ']);
perform pg_temp.refuse('int4[]', array['','1','{1','{1}}','{1,}','{,1}','{1,2','{a}','{{1},2}','{{1},{2,3}}','{{{{{{{1}}}}}}}','{"1','{1}x','{1 2}','{99999999999}','{{},{}}','{{}}']);
perform pg_temp.refuse('text[]', array['{a"b}','{"a"b}','{a{b}','{"a" "b"}','[1:2={a}']);
end
$$;
select type, input, state, message from refusals order by position;
\o
