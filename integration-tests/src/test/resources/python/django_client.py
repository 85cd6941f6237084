"""Django's ORM on psycopg2 against the gateway: python django_client.py PORT. Says what differs; exit 77 where it is not installed."""
import datetime
import decimal
import io
import sys
import uuid

try:
    import django
    import psycopg2  # noqa: F401
    from django.conf import settings
except ImportError as missing:
    print(missing, file=sys.stderr)
    sys.exit(77)

settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.postgresql", "HOST": "127.0.0.1", "PORT": sys.argv[1],
                           "NAME": "default", "USER": "rvbbit"}},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    USE_TZ=True,
)
django.setup()
from django.core.management import call_command
from django.db import IntegrityError, connection, migrations, models, transaction
from django.db.migrations.state import ProjectState
from django.db.models import Avg, Count, Exists, F, OuterRef, Sum


def same(seen, expected):
    assert seen == expected, "%r, not %r" % (seen, expected)


# Constraints that are added to a table afterwards are what the engine lacks, hence db_constraint.
migration = migrations.Migration("0001_initial", "shop")
migration.operations = [
    migrations.CreateModel("Author", [
        ("id", models.BigAutoField(primary_key=True)),
        ("name", models.CharField(max_length=50, unique=True)),
        ("born", models.DateField(null=True)),
    ]),
    migrations.CreateModel("Book", [
        ("id", models.BigAutoField(primary_key=True)),
        ("author", models.ForeignKey("shop.Author", models.CASCADE, related_name="books", db_constraint=False)),
        ("title", models.CharField(max_length=200, db_index=True)),
        ("price", models.DecimalField(max_digits=8, decimal_places=2)),
        ("published", models.DateTimeField(auto_now_add=True)),
        ("key", models.UUIDField(default=uuid.uuid4)),
        ("length", models.DurationField(null=True)),
        ("blob", models.BinaryField(null=True)),
        ("active", models.BooleanField(default=True)),
    ]),
    migrations.AddField("Author", "pages", models.IntegerField(null=True)),
]
state = ProjectState()
with connection.schema_editor() as editor:
    state = migration.apply(state, editor)
Author = state.apps.get_model("shop", "Author")
Book = state.apps.get_model("shop", "Book")

ann = Author.objects.create(name="Ann", born=datetime.date(1970, 1, 2))
bob = Author.objects.create(name="Bob")
span = datetime.timedelta(days=1, seconds=3)
book = Book.objects.create(author=ann, title="One", price=decimal.Decimal("9.50"), length=span, blob=b"\0\xff")
made = Book.objects.bulk_create([Book(author=bob, title="B%d" % i, price=i) for i in range(1, 11)])
same([each.pk for each in made], list(range(book.pk + 1, book.pk + 11)))
read = Book.objects.select_related("author").get(title="One")
same((read.author.name, read.price, read.length, bytes(read.blob), read.active, read.key),
     ("Ann", decimal.Decimal("9.50"), span, b"\0\xff", True, book.key))
same(abs(read.published - datetime.datetime.now(datetime.timezone.utc)) < datetime.timedelta(hours=1), True)
same(list(Book.objects.filter(author__name="Bob", price__gt=5).order_by("-price").values_list("title", "price")[:2]),
     [("B10", decimal.Decimal("10.00")), ("B9", decimal.Decimal("9.00"))])
same(Book.objects.aggregate(total=Sum("price"), mean=Avg("price"), count=Count("id")),
     {"total": decimal.Decimal("64.50"), "mean": decimal.Decimal("5.8636363636363636"), "count": 11})
same(list(Author.objects.values("name").annotate(n=Count("books"), total=Sum("books__price")).order_by("name")
          .values_list("name", "n", "total")),
     [("Ann", 1, decimal.Decimal("9.50")), ("Bob", 10, decimal.Decimal("55.00"))])
same(Book.objects.filter(author=bob).update(price=F("price") * 2), 10)
same(Book.objects.filter(title__icontains="b1").count(), 2)
same(Book.objects.filter(published__year=read.published.year).count(), 11)
same(list(Author.objects.filter(born__month=1).dates("born", "month")), [datetime.date(1970, 1, 1)])
same(Author.objects.filter(Exists(Book.objects.filter(author=OuterRef("pk"), price__gt=15))).count(), 1)
same(len(list(Book.objects.order_by("id").iterator(chunk_size=3))), 11)
same([each.title for each in Book.objects.raw("SELECT * FROM shop_book WHERE price > %s ORDER BY id", [15])],
     ["B8", "B9", "B10"])
same(Author.objects.get_or_create(name="Cid")[1], True)
same(Author.objects.get_or_create(name="Cid")[1], False)
same(Author.objects.update_or_create(name="Cid", defaults={"pages": 7})[0].pages, 7)
try:
    Author.objects.create(name="Ann")
    raise AssertionError("has not failed")
except IntegrityError:
    pass

with transaction.atomic():
    same(Book.objects.select_for_update().filter(title="One").count(), 1)
    Author.objects.filter(name="Cid").update(pages=8)
    fay = Author.objects.create(name="Fay")
    try:
        with transaction.atomic():
            Author.objects.create(name="Dan")
            raise ValueError
    except ValueError:
        pass
    try:
        with transaction.atomic():
            Author.objects.create(name="Ann")
    except IntegrityError:
        pass
    Author.objects.create(name="Eve")
same(list(Author.objects.order_by("name").values_list("name", "pages")),
     [("Ann", None), ("Bob", None), ("Cid", 8), ("Eve", None), ("Fay", None)])
same(Author.objects.get(name="Fay").pk, fay.pk)
same(Author.objects.filter(name="Bob").delete(), (11, {"shop.Book": 10, "shop.Author": 1}))

out = io.StringIO()
call_command("inspectdb", "shop_author", "shop_book", stdout=out)
shown = out.getvalue()
for line in ("id = models.BigAutoField(primary_key=True)", "born = models.DateField(blank=True, null=True)",
             "price = models.DecimalField(max_digits=8, decimal_places=2)", "key = models.UUIDField()",
             "length = models.DurationField(blank=True, null=True)", "blob = models.BinaryField(blank=True, null=True)",
             "active = models.BooleanField()", "db_table = 'shop_book'"):
    assert line in shown, line + " is not in " + shown
print("ok")
