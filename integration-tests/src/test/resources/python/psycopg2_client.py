"""psycopg2 against the gateway: python psycopg2_client.py PORT. Says what differs; exit 77 where it is not installed."""
import datetime
import decimal
import io
import sys
import threading

try:
    import psycopg2
    import psycopg2.errors
    import psycopg2.extras
except ImportError as missing:
    print(missing, file=sys.stderr)
    sys.exit(77)


def same(seen, expected):
    assert seen == expected, "%r, not %r" % (seen, expected)


def fails(state, cursor, sql, *parameters):
    try:
        cursor.execute(sql, *parameters)
    except psycopg2.Error as error:
        same(error.pgcode, state)
        return error
    raise AssertionError("has not failed: " + sql)


dsn = "host=127.0.0.1 port=%s user=rvbbit dbname=default" % sys.argv[1]
connection = psycopg2.connect(dsn)
cursor = connection.cursor()

cursor.execute(
    "SELECT %s::int, %s::numeric, %s::text, %s::date, %s::timestamptz, %s::bool, %s::float8, NULL, ARRAY[1, NULL, 3]",
    (7, decimal.Decimal("1.50"), "it's é", datetime.date(2026, 1, 2),
     datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc), True, 0.1))
row = cursor.fetchone()
same(row[:4], (7, decimal.Decimal("1.50"), "it's é", datetime.date(2026, 1, 2)))
same(row[4].astimezone(datetime.timezone.utc).isoformat(), "2026-01-02T03:04:05+00:00")
same(row[5:], (True, 0.1, None, [1, None, 3]))
same([column.type_code for column in cursor.description], [23, 1700, 25, 1082, 1184, 16, 701, 25, 1007])
connection.rollback()

cursor.execute("CREATE TABLE psycopg (id int PRIMARY KEY, name text NOT NULL, data bytea)")
cursor.execute("INSERT INTO psycopg VALUES (%s, %s, %s)", (1, "one", psycopg2.Binary(b"\x00\xff'\\")))
psycopg2.extras.execute_values(
    cursor, "INSERT INTO psycopg (id, name) VALUES %s", [(i, "row %d" % i) for i in range(2, 101)])
same(cursor.rowcount, 99)
cursor.execute("SELECT data FROM psycopg WHERE id = 1")
same(bytes(cursor.fetchone()[0]), b"\x00\xff'\\")
connection.commit()

error = fails("23505", cursor, "INSERT INTO psycopg VALUES (1, 'again')")
same(isinstance(error, psycopg2.errors.UniqueViolation), True)
fails("25P02", cursor, "SELECT 1")
connection.rollback()
fails("42P01", cursor, "SELECT * FROM nowhere")
connection.rollback()

cursor.execute("INSERT INTO psycopg VALUES (200, 'kept')")
cursor.execute("SAVEPOINT before")
fails("23505", cursor, "INSERT INTO psycopg VALUES (200, 'twice')")
cursor.execute("ROLLBACK TO SAVEPOINT before")
connection.commit()
cursor.execute("SELECT name FROM psycopg WHERE id = 200")
same(cursor.fetchone(), ("kept",))
connection.rollback()

named = connection.cursor("reader")
named.itersize = 7
named.execute("SELECT id FROM psycopg WHERE id <= 100 ORDER BY id")
same(named.fetchmany(3), [(1,), (2,), (3,)])
same([row[0] for row in named], list(range(4, 101)))
named.close()
connection.rollback()

cursor.copy_expert("COPY psycopg (id, name) FROM STDIN WITH (FORMAT csv)", io.StringIO('300,"a, ""b"""\n301,c\n'))
same(cursor.rowcount, 2)
out = io.StringIO()
cursor.copy_expert("COPY (SELECT id, name FROM psycopg WHERE id >= 300 ORDER BY id) TO STDOUT WITH (FORMAT csv, HEADER)", out)
same(out.getvalue(), 'id,name\n300,"a, ""b"""\n301,c\n')
connection.commit()

timer = threading.Timer(0.3, connection.cancel)
timer.start()
fails("57014", cursor, "SELECT count(*) FROM range(100000000000) AS r(i) WHERE i % 7 = 3")
timer.join()
connection.rollback()

del connection.notices[:]
cursor.execute("RVBBIT MAP 'first_word' AS word USING (SELECT * FROM (VALUES ('red apple'), ('green pear')) v(text))")
same(cursor.fetchall(), [("red apple", "red"), ("green pear", "green")])
same(connection.notices[0].startswith("NOTICE:  caller_id sql-"), True)
cursor.execute("RVBBIT MAP 'first_word' AS word USING (SELECT %s AS text)", ("blue plum",))
same(cursor.fetchall(), [("blue plum", "blue")])
connection.commit()
print("ok")
