"""asyncpg against the gateway: python asyncpg_client.py PORT. Says what differs; exit 77 where it is not installed."""
import asyncio
import datetime
import decimal
import io
import json
import sys
import uuid

try:
    import asyncpg
except ImportError as missing:
    print(missing, file=sys.stderr)
    sys.exit(77)

utc = datetime.timezone.utc
target = {"host": "127.0.0.1", "port": int(sys.argv[1]), "user": "rvbbit", "database": "default"}


def same(seen, expected):
    assert seen == expected, "%r, not %r" % (seen, expected)


VALUES = [
    ("int2", -3), ("int4", 5), ("int8", 2**40), ("oid", 5), ("float4", 0.5), ("float8", 1.5),
    ("numeric", decimal.Decimal("1.5")), ("text", "é"), ("varchar", "x"), ("name", "abc"), ("bytea", b"\0\xff"),
    ("bool", True), ("date", datetime.date(2024, 1, 2)), ("date", datetime.date.max),
    ("time", datetime.time(1, 2, 3)), ("timestamp", datetime.datetime(2024, 1, 2, 3, 4, 5, 6)),
    ("timetz", datetime.time(1, 2, 3, tzinfo=datetime.timezone(datetime.timedelta(hours=5)))),
    ("timestamptz", datetime.datetime(2024, 1, 2, 3, 4, 5, 6, tzinfo=utc)),
    ("interval", datetime.timedelta(days=-3, seconds=5, microseconds=7)), ("uuid", uuid.UUID(int=5)),
    ("json", '{"a": 1}'), ("jsonb", '{"a": 1}'), ("bit(3)", asyncpg.BitString("101")),
    ("varbit", asyncpg.BitString("10111")), ("text[]", ["a", None]), ("text[]", [["a", "b"], ["c", "d"]]),
    ("oid[]", [1, 2]), ("int4[]", [1, None, 3]), ("int8[]", [[1, 2], [3, 4]]), ("bool[]", [True]), ("float8[]", [0.5]),
    ("numeric[]", [decimal.Decimal("1.5")]), ("date[]", [datetime.date(2024, 1, 2)]), ("uuid[]", [uuid.UUID(int=5)]),
]


async def values(connection):
    for name, value in VALUES:
        same(await connection.fetchval("SELECT $1::" + name, value), value)
    await connection.set_type_codec("jsonb", encoder=json.dumps, decoder=json.loads, schema="pg_catalog")
    same(await connection.fetchval("SELECT $1::jsonb", {"a": [1]}), {"a": [1]})
    await connection.reset_type_codec("jsonb", schema="pg_catalog")


async def tables(connection):
    await connection.execute(
        "CREATE TABLE async (id serial PRIMARY KEY, name text NOT NULL, price numeric(10, 2), tags text[],"
        " made timestamptz DEFAULT now(), data jsonb)")
    insert = "INSERT INTO async (name, price, tags, data) VALUES ($1, $2, $3, $4) RETURNING id"
    same(await connection.fetchval(insert, "one", decimal.Decimal("1.50"), ["x", "y"], '{"k": 1}'), 1)
    await connection.executemany(
        "INSERT INTO async (name, price) VALUES ($1, $2)", [("n%d" % i, decimal.Decimal(i)) for i in range(20)])
    row = await connection.fetchrow("SELECT id, name, price, tags FROM async WHERE id = $1", 1)
    same(tuple(row), (1, "one", decimal.Decimal("1.50"), ["x", "y"]))
    prepared = await connection.prepare("SELECT id, name FROM async WHERE id > $1 ORDER BY id LIMIT $2")
    same([each.name for each in prepared.get_parameters()], ["int4", "int8"])
    same([(each.name, each.type.name) for each in prepared.get_attributes()], [("id", "int4"), ("name", "text")])
    for i in range(7):
        same([each["id"] for each in await prepared.fetch(i, 2)], [i + 1, i + 2])
    try:
        await connection.execute("INSERT INTO async (id, name) VALUES (1, 'again')")
        raise AssertionError("has not failed")
    except asyncpg.UniqueViolationError:
        pass


async def cursors(connection):
    async with connection.transaction():
        found = [row[0] async for row in connection.cursor("SELECT id FROM async WHERE id < 20 ORDER BY id", prefetch=5)]
        same(found, list(range(1, 20)))
        cursor = await connection.cursor("SELECT id FROM async ORDER BY id")
        same([row[0] for row in await cursor.fetch(3)], [1, 2, 3])
        same(await cursor.forward(2), 2)
        same((await cursor.fetchrow())[0], 6)
    async with connection.transaction(isolation="serializable", readonly=True, deferrable=True):
        same(await connection.fetchval("SHOW transaction_read_only"), "on")


async def copies(connection):
    rows = [(1000, "a", ["q", None]), (1001, "b", None)]
    same(await connection.copy_records_to_table("async", records=rows, columns=["id", "name", "tags"]), "COPY 2")
    out = io.BytesIO()
    query = "SELECT id, name, tags FROM async WHERE id >= 1000 ORDER BY id"
    same(await connection.copy_from_query(query, output=out, format="csv"), "COPY 2")
    same(out.getvalue(), b'1000,a,"{q,NULL}"\n1001,b,\n')
    source = io.BytesIO(b"1002,c\n")
    same(await connection.copy_to_table("async", source=source, columns=["id", "name"], format="csv"), "COPY 1")


async def savepoints(connection):
    async with connection.transaction():
        made = await connection.fetchval("INSERT INTO async (name) VALUES ('made') RETURNING id")
        await connection.execute("UPDATE async SET name = 'outer' WHERE id = 1")
        try:
            async with connection.transaction():
                await connection.execute("UPDATE async SET name = 'inner' WHERE id = 2")
                await connection.execute("SELECT 1 / 0")
        except asyncpg.DivisionByZeroError:
            pass
        async with connection.transaction():
            await connection.execute("UPDATE async SET name = 'inner' WHERE id = 3")
    found = await connection.fetch("SELECT id FROM async WHERE name IN ('inner', 'outer') ORDER BY id")
    same([row["id"] for row in found], [1, 3])
    same(await connection.fetchval("SELECT id FROM async WHERE name = 'made'"), made)


async def many():
    async with asyncpg.create_pool(min_size=2, max_size=4, **target) as pool:
        doubled = await asyncio.gather(*[pool.fetchval("SELECT $1::int * 2", i) for i in range(20)])
        same(doubled, [2 * i for i in range(20)])
        async with pool.acquire() as connection:
            long = "SELECT count(*) FROM range(100000000000) AS r(i) WHERE i % 7 = 3"
            try:
                await connection.fetchval(long, timeout=0.5)
                raise AssertionError("has not been cancelled")
            except asyncio.TimeoutError:
                same(await connection.fetchval("SELECT 1"), 1)


async def main():
    connection = await asyncpg.connect(**target)
    for part in (values, tables, cursors, copies, savepoints):
        await part(connection)
    await connection.reset()
    await connection.close()
    await many()


asyncio.run(main())
print("ok")
