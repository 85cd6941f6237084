"""psycopg 3 against the gateway: python psycopg_client.py PORT. Says what differs; exit 77 where it is not installed."""
import datetime
import decimal
import random
import sys
import uuid

try:
    import psycopg
    from psycopg.types.enum import EnumInfo, register_enum
    from psycopg.types.json import Json, Jsonb
except ImportError as missing:
    print(missing, file=sys.stderr)
    sys.exit(77)


def same(seen, expected):
    assert seen == expected, "%r, not %r" % (seen, expected)


def connect():
    return psycopg.connect("host=127.0.0.1 port=%s user=rvbbit dbname=default" % sys.argv[1])


rng = random.Random(20)
utc = datetime.timezone.utc


def moment():
    return datetime.datetime(rng.randint(1, 9999), 1, 1) + datetime.timedelta(microseconds=rng.randrange(10**13))


def span():
    return datetime.timedelta(days=rng.randint(-10**5, 10**5), microseconds=rng.randint(-10**10, 10**10))


def number():
    return decimal.Decimal(rng.randint(-10**18, 10**18)).scaleb(-rng.randint(0, 10))


makers = [
    lambda: rng.randint(-2**63, 2**63 - 1),
    lambda: rng.randint(-100, 100),
    lambda: rng.uniform(-1e300, 1e300),
    lambda: rng.choice([float("inf"), float("-inf"), 0.1]),
    number,
    lambda: rng.choice([True, False]),
    lambda: "".join(rng.choice("ab'\"\\{}, é€\U0001f600\n") for _ in range(rng.randint(0, 12))),
    lambda: rng.randbytes(rng.randint(0, 12)),
    lambda: moment().date(),
    moment,
    lambda: moment().replace(tzinfo=utc),
    lambda: moment().time(),
    lambda: moment().time().replace(tzinfo=datetime.timezone(datetime.timedelta(minutes=rng.randint(-900, 900)))),
    span,
    lambda: uuid.UUID(int=rng.getrandbits(128)),
    lambda: Json({"a": [rng.random(), None], "é": "x"}),
    lambda: Jsonb({"a": [rng.randint(0, 9), None], "é": "x"}),
    lambda: [rng.randint(-9, 9), None],
    lambda: [[rng.randint(-9, 9), 2], [None, 4]],
    lambda: [rng.uniform(-1, 1), 0.5],
    lambda: [number()],
    lambda: [moment().date(), None],
    lambda: [moment()],
    lambda: [span(), span()],
    lambda: [uuid.UUID(int=rng.getrandbits(128))],
    lambda: [rng.randbytes(3)],
    lambda: [True, False],
    lambda: None,
]
connection = connect()
connection.execute("SET TimeZone = 'UTC'")
for binary in (False, True):
    cursor = connection.cursor(binary=binary)
    for placeholder in ("%t", "%b", "%s"):
        for make in makers:
            for _ in range(5):
                value = make()
                cursor.execute("SELECT " + placeholder, (value,))
                same(cursor.fetchone()[0], value.obj if isinstance(value, (Json, Jsonb)) else value)
        for texts in (["a", None, "NULL", "", 'q"\\', "{}, "], [["a]", "b"], ["\x19[", "d"]]):
            cursor.execute("SELECT %s::text[]" % placeholder, (texts,))
            same(cursor.fetchone()[0], texts)

connection.execute("""
    CREATE TABLE psycopg3 (id int PRIMARY KEY, span interval, grid int[][], price numeric(10, 3), clock timetz,
                           data jsonb, bits bit(3))""")
row = (1, span(), [[1, 2], [3, 4]], decimal.Decimal("1.500"), datetime.time(1, 2, tzinfo=utc), Jsonb({"a": 1}), "101")
connection.execute("INSERT INTO psycopg3 VALUES (%s, %s, %s, %s, %s, %s, %s)", row)
stored = connection.execute("SELECT * FROM psycopg3").fetchone()
same(stored, row[:5] + ({"a": 1}, "101"))
connection.commit()

with connection.pipeline() as pipeline:
    cursor = connection.cursor()
    cursor.executemany("INSERT INTO psycopg3 (id) VALUES (%s)", [(i,) for i in range(10, 60)])
    counted = connection.execute("SELECT count(*), sum(id) FROM psycopg3")
    pipeline.sync()
    same(counted.fetchone(), (51, 1726))
connection.commit()
try:
    with connection.pipeline():
        connection.execute("INSERT INTO psycopg3 (id) VALUES (99)")
        connection.execute("SELECT 1 / 0")
        connection.execute("SELECT 2")
    raise AssertionError("has not failed")
except psycopg.errors.DivisionByZero:
    connection.rollback()
same(connection.execute("SELECT count(*) FROM psycopg3 WHERE id = 99").fetchone(), (0,))

cursor.executemany("INSERT INTO psycopg3 (id) VALUES (%s) RETURNING id", [(100,), (101,)], returning=True)
same(cursor.fetchone(), (100,))
same(cursor.nextset(), True)
same(cursor.fetchone(), (101,))
with connection.cursor("reader") as named:
    named.itersize = 7
    named.execute("SELECT id FROM psycopg3 WHERE id < %s ORDER BY id", (60,))
    same(named.fetchmany(2), [(1,), (10,)])
    same([found[0] for found in named], list(range(11, 60)))
with connection.cursor("scrolling", scrollable=True, binary=True) as named:
    named.execute("SELECT id FROM psycopg3 ORDER BY id")
    named.scroll(10)
    same(named.fetchone(), (19,))
    named.scroll(0, mode="absolute")
    same(named.fetchone(), (1,))
held = connection.cursor("held", withhold=True)
held.execute("SELECT id FROM psycopg3 ORDER BY id")
connection.commit()
same(held.fetchone(), (1,))
held.close()

rows = [(200, datetime.timedelta(days=-1, seconds=3)), (201, None)]
for form in ("TEXT", "BINARY"):
    connection.execute("DELETE FROM psycopg3 WHERE id >= 200")
    with cursor.copy("COPY psycopg3 (id, span) FROM STDIN (FORMAT %s)" % form) as copy:
        copy.set_types(["int4", "interval"])
        for each in rows:
            copy.write_row(each)
    with cursor.copy("COPY (SELECT id, span FROM psycopg3 WHERE id >= %%s ORDER BY id) TO STDOUT (FORMAT %s)" % form, (200,)) as copy:
        copy.set_types(["int4", "interval"])
        same(list(copy.rows()), rows)

for turn in range(8):
    found = connection.execute("SELECT id FROM psycopg3 WHERE id = %s", (turn + 10,), prepare=True, binary=True)
    same(found.fetchone(), (turn + 10,))
same(connection.execute("SELECT count(*) FROM pg_prepared_statements").fetchone()[0] >= 1, True)
connection.commit()

with connection.transaction():
    connection.execute("INSERT INTO psycopg3 (id) VALUES (300)")
    with connection.transaction():
        connection.execute("INSERT INTO psycopg3 (id) VALUES (301)")
        raise psycopg.Rollback()
    try:
        with connection.transaction():
            connection.execute("SELECT 1 / 0")
    except psycopg.errors.DivisionByZero:
        pass
same(connection.execute("SELECT id FROM psycopg3 WHERE id >= 300").fetchall(), [(300,)])

connection.execute("CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy')")
connection.execute("CREATE TABLE moods (mood mood)")
connection.execute("INSERT INTO moods VALUES (%s)", ("ok",))
connection.commit()
info = EnumInfo.fetch(connection, "mood")
same(list(info.labels), ["sad", "ok", "happy"])
with connect() as other:
    same((EnumInfo.fetch(other, "mood").oid, EnumInfo.fetch(other, "mood").array_oid), (info.oid, info.array_oid))
register_enum(info, connection)
for binary in (False, True):
    found = connection.execute("SELECT mood FROM moods", binary=binary).fetchone()[0]
    same(found, info.enum.ok)
    for placeholder in ("%t", "%b"):
        same(connection.execute("SELECT count(*) FROM moods WHERE mood = " + placeholder, (found,)).fetchone(), (1,))
connection.commit()
print("ok")
