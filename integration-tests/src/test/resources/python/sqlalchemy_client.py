"""SQLAlchemy against the gateway: python sqlalchemy_client.py PORT. Exit 77 where it is not installed."""
import sys

try:
    import psycopg2  # noqa: F401
    import sqlalchemy as sa
    from sqlalchemy.orm import Session, declarative_base
except ImportError as missing:
    print(missing, file=sys.stderr)
    sys.exit(77)


def same(seen, expected):
    assert seen == expected, "%r, not %r" % (seen, expected)


engine = sa.create_engine("postgresql+psycopg2://rvbbit@127.0.0.1:%s/default" % sys.argv[1])
Base = declarative_base()


class Author(Base):
    __tablename__ = "author"
    id = sa.Column(sa.Integer, primary_key=True, autoincrement=True)
    name = sa.Column(sa.String(40), nullable=False, unique=True)


class Book(Base):
    __tablename__ = "book"
    id = sa.Column(sa.BigInteger, primary_key=True, autoincrement=False)
    author_id = sa.Column(sa.Integer, sa.ForeignKey("author.id"), nullable=False)
    title = sa.Column(sa.Text, server_default="untitled")
    price = sa.Column(sa.Numeric(10, 2))
    out = sa.Column(sa.DateTime(timezone=True))


Base.metadata.create_all(engine)
# What exists is not made again.
Base.metadata.create_all(engine)

inspector = sa.inspect(engine)
# The query that SQLAlchemy sends asks for no order.
same(sorted(name for name in inspector.get_table_names() if name in ("author", "book")), ["author", "book"])
columns = {column["name"]: column for column in inspector.get_columns("book")}
same([str(columns[name]["type"]) for name in ("id", "author_id", "title", "price", "out")],
     ["BIGINT", "INTEGER", "TEXT", "NUMERIC(10, 2)", "TIMESTAMP"])
same(columns["out"]["type"].timezone, True)
same([columns[name]["nullable"] for name in ("id", "author_id", "title")], [False, False, True])
same(inspector.get_pk_constraint("book")["constrained_columns"], ["id"])
foreign = inspector.get_foreign_keys("book")
same([(key["constrained_columns"], key["referred_table"], key["referred_columns"]) for key in foreign],
     [(["author_id"], "author", ["id"])])
same([key["column_names"] for key in inspector.get_unique_constraints("author")], [["name"]])
reflected = sa.MetaData()
reflected.reflect(bind=engine, only=["book"])
same(sorted(reflected.tables), ["author", "book"])

with Session(engine) as session:
    ann = Author(name="Ann")
    session.add(ann)
    session.flush()
    same(ann.id, 1)
    session.add_all([Book(id=i, author_id=ann.id, title="t%d" % i, price=i) for i in range(1, 4)])
    session.commit()
    try:
        with session.begin_nested():
            session.add(Author(name="Ann"))
    except sa.exc.IntegrityError:
        pass
    session.add(Author(name="Bob"))
    session.commit()
    same(sorted(name for (name,) in session.query(Author.name)), ["Ann", "Bob"])
    same(session.query(sa.func.sum(Book.price)).scalar(), 6)

with engine.connect() as connection:
    rows = connection.execution_options(stream_results=True).execute(
        sa.text("SELECT i FROM generate_series(1, 5000) AS g(i)"))
    same(sum(row[0] for row in rows), 12502500)
Base.metadata.drop_all(engine)
print("ok")
