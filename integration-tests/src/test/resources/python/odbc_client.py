"""psqlODBC against the gateway: python odbc_client.py PORT. Exit 77 where pyodbc or the driver is not installed."""
import datetime
import decimal
import sys

try:
    import pyodbc
except ImportError as missing:
    print(missing, file=sys.stderr)
    sys.exit(77)
if "PostgreSQL Unicode" not in pyodbc.drivers():
    print("psqlODBC is not installed", file=sys.stderr)
    sys.exit(77)


def same(seen, expected):
    assert seen == expected, "%r, not %r" % (seen, expected)


def connect(*options):
    return pyodbc.connect(";".join((
        "DRIVER={PostgreSQL Unicode}", "SERVER=127.0.0.1", "PORT=" + sys.argv[1], "UID=rvbbit", "DATABASE=default") + options))


connection = connect()
cursor = connection.cursor()
cursor.execute("CREATE TABLE odbc_things (id int PRIMARY KEY, name varchar(20) NOT NULL, price numeric(9,2), day date)")
cursor.executemany("INSERT INTO odbc_things VALUES (?, ?, ?, ?)", [
    (i, "thing %d" % i, decimal.Decimal(i) / 4, datetime.date(2026, 1, i)) for i in range(1, 31)])
connection.commit()
cursor.execute("SELECT * FROM odbc_things WHERE id = ?", 3)
same(tuple(cursor.fetchone()), (3, "thing 3", decimal.Decimal("0.75"), datetime.date(2026, 1, 3)))
same([row.table_name for row in cursor.tables(table="odbc_things")], ["odbc_things"])
same([(row.column_name, row.type_name, row.nullable) for row in cursor.columns(table="odbc_things")],
     [("id", "int4", 0), ("name", "varchar", 0), ("price", "numeric", 1), ("day", "date", 1)])
same([row.column_name for row in cursor.primaryKeys(table="odbc_things")], ["id"])
try:
    cursor.execute("INSERT INTO odbc_things VALUES (3, 'again', 1, NULL)")
    raise AssertionError("has not failed")
except pyodbc.Error as error:
    same(error.args[0], "23505")
# The driver's own savepoint around each statement keeps the transaction.
cursor.execute("SELECT count(*) FROM odbc_things")
same(cursor.fetchone()[0], 30)
connection.rollback()
connection.close()

fetching = connect("UseDeclareFetch=1", "Fetch=7").cursor()
fetching.execute("SELECT id FROM odbc_things ORDER BY id")
same([row[0] for row in fetching], list(range(1, 31)))
fetching.execute("RVBBIT MAP 'first_word' AS word USING (SELECT 'red apple' AS text)")
same([tuple(row) for row in fetching.fetchall()], [("red apple", "red")])
print("ok")
