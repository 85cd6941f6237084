package io.rvbbit.gateway.engine;

import io.rvbbit.tracking.BookReader;
import io.rvbbit.tracking.BookReader.BookColumn;
import io.rvbbit.tracking.BookReader.BookTable;
import io.rvbbit.tracking.BookReader.BookType;
import io.rvbbit.tracking.BookReader.Condition;
import java.lang.ref.Cleaner;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.duckdb.DuckDBColumnType;
import org.duckdb.DuckDBDataChunkWriter;
import org.duckdb.DuckDBFunctions;
import org.duckdb.DuckDBLogicalType;
import org.duckdb.DuckDBTableFunction;
import org.duckdb.DuckDBTableFunctionBindInfo;
import org.duckdb.DuckDBTableFunctionCallInfo;
import org.duckdb.DuckDBTableFunctionInitInfo;
import org.duckdb.DuckDBValue;
import org.duckdb.DuckDBWritableVector;
import org.jspecify.annotations.Nullable;

/**
 * The table function through which databases read the books: {@code _rvbbit_books('table', key,
 * conditions)}.
 *
 * <p>Only the columns that the query needs are read, only the rows that meet the conditions (as
 * {@link BookQuery} wrote them) where the store can tell, and rows stream. Before the table's
 * columns there is one that nobody asks for: the engine reads it where a query needs no column, as
 * count(*) does. Threading: DuckDB's threads, one at a time per read.
 */
final class BookFunction
        implements DuckDBTableFunction<BookFunction.BoundTable, BookFunction.Reading, Boolean> {
    static final String NAME = "_rvbbit_books";

    private static final Cleaner CLEANER = Cleaner.create();

    private final BookReader books;
    private final BookKeys keys;

    private BookFunction(BookReader books, BookKeys keys) {
        this.books = books;
        this.keys = keys;
    }

    static void register(Connection connection, BookReader books, BookKeys keys)
            throws SQLException {
        try (var function = DuckDBFunctions.tableFunction()) {
            function.withName(NAME)
                    .withParameter(DuckDBColumnType.VARCHAR)
                    .withParameter(DuckDBColumnType.VARCHAR)
                    .withParameter(DuckDBColumnType.VARCHAR)
                    .withProjectionPushdown()
                    .withFunction(new BookFunction(books, keys))
                    .register(connection);
        }
    }

    @Override
    public BoundTable bind(DuckDBTableFunctionBindInfo info) throws Exception {
        DuckDBValue name = info.getParameter(0);
        // Reading the text of a NULL ends the process.
        if (name.isNull()) {
            throw new IllegalArgumentException("the books have no table NULL");
        }
        String wanted = name.getString();
        BookTable table =
                books.tables().stream()
                        .filter(candidate -> candidate.name().equals(wanted))
                        .findFirst()
                        .orElseThrow(() ->
                                new IllegalArgumentException(
                                        "the books have no table \"" + wanted + "\""));
        try (DuckDBLogicalType type = DuckDBLogicalType.of(DuckDBColumnType.BOOLEAN)) {
            info.addResultColumn("_row", type);
        }
        for (BookColumn column : table.columns()) {
            try (DuckDBLogicalType type = type(column.type())) {
                info.addResultColumn(column.name(), type);
            }
        }
        // A view is made on a connection without a key; reading through it needs one.
        DuckDBValue key = info.getParameter(1);
        DuckDBValue conditions = info.getParameter(2);
        return new BoundTable(
                table,
                key.isNull() ? "" : key.getString(),
                conditions.isNull() ? List.of() : BookQuery.conditions(conditions.getString()));
    }

    private static DuckDBLogicalType type(BookType type) throws SQLException {
        return switch (type) {
            case TEXT, UUID -> DuckDBLogicalType.of(DuckDBColumnType.VARCHAR);
            case BIGINT -> DuckDBLogicalType.of(DuckDBColumnType.BIGINT);
            case INTEGER -> DuckDBLogicalType.of(DuckDBColumnType.INTEGER);
            case BOOLEAN -> DuckDBLogicalType.of(DuckDBColumnType.BOOLEAN);
            case TIMESTAMPTZ -> DuckDBLogicalType.of(DuckDBColumnType.TIMESTAMP_WITH_TIME_ZONE);
            case MONEY -> DuckDBLogicalType.decimal(18, 12);
        };
    }

    @Override
    public Reading init(DuckDBTableFunctionInitInfo info) {
        info.setMaxThreads(1);
        BoundTable bound = info.getBindData();
        List<BookColumn> all = bound.table().columns();
        List<BookColumn> wanted = new ArrayList<>();
        int[] places = new int[(int) info.getColumnCount()];
        for (int i = 0; i < places.length; i++) {
            long index = info.getColumnIndex(i) - 1;
            // A query that needs no column at all asks for the first, which nobody reads.
            boolean real = index >= 0 && index < all.size();
            places[i] = real ? wanted.size() : -1;
            if (real) {
                wanted.add(all.get((int) index));
            }
        }
        List<String> names = wanted.stream().map(BookColumn::name).toList();
        BookReader.Scan scan =
                keys.scan(books, bound.key(), bound.table().name(), names, bound.conditions());
        Reading reading = new Reading(scan, wanted, places);
        // DuckDB says nothing when a LIMIT ends the read early.
        CLEANER.register(reading, scan::close);
        return reading;
    }

    @Override
    public Boolean localInit(DuckDBTableFunctionInitInfo info) {
        return true;
    }

    @Override
    public long apply(DuckDBTableFunctionCallInfo info, DuckDBDataChunkWriter out) {
        Reading reading = info.getInitData();
        return reading.fill(out);
    }

    /** What a query reads from. */
    record BoundTable(BookTable table, String key, List<Condition> conditions) {}

    /** A read under way. */
    static final class Reading {
        private final BookReader.Scan scan;
        private final List<BookColumn> columns;
        private final int[] places;

        /** By place in the result; null where no text is wanted. */
        private final @Nullable TextColumn[] texts;

        private boolean ended;

        Reading(BookReader.Scan scan, List<BookColumn> columns, int[] places) {
            this.scan = scan;
            this.columns = columns;
            this.places = places;
            this.texts = new @Nullable TextColumn[places.length];
            for (int i = 0; i < places.length; i++) {
                boolean text = places[i] >= 0 && isText(columns.get(places[i]));
                texts[i] = text ? new TextColumn() : null;
            }
        }

        private static boolean isText(BookColumn column) {
            return column.type() == BookType.TEXT || column.type() == BookType.UUID;
        }

        long fill(DuckDBDataChunkWriter out) {
            long row = 0;
            while (!ended && row < out.capacity()) {
                @Nullable Object @Nullable [] values = scan.next();
                if (values == null) {
                    ended = true;
                    scan.close();
                } else {
                    write(out, row, values);
                    row++;
                }
            }
            for (int i = 0; i < texts.length; i++) {
                TextColumn text = texts[i];
                if (text != null) {
                    text.end(out.vector(i));
                }
            }
            return row;
        }

        private void write(DuckDBDataChunkWriter out, long row, @Nullable Object[] values) {
            for (int i = 0; i < places.length; i++) {
                TextColumn text = texts[i];
                if (text != null) {
                    Object value = values[places[i]];
                    text.add(out.vector(i), value == null ? null : value.toString());
                } else if (places[i] >= 0) {
                    write(out.vector(i), row, columns.get(places[i]), values[places[i]]);
                } else {
                    out.vector(i).setBoolean(row, true);
                }
            }
        }

        private static void write(
                DuckDBWritableVector out, long row, BookColumn column, @Nullable Object value) {
            if (value == null) {
                out.setNull(row);
                return;
            }
            switch (column.type()) {
                case TEXT, UUID -> throw new IllegalStateException("texts go together");
                case BIGINT -> out.setLong(row, ((Number) value).longValue());
                case INTEGER -> out.setInt(row, ((Number) value).intValue());
                case BOOLEAN -> out.setBoolean(row, (Boolean) value);
                case TIMESTAMPTZ ->
                        out.setOffsetDateTime(row, ((Instant) value).atOffset(ZoneOffset.UTC));
                case MONEY -> out.setBigDecimal(row, (BigDecimal) value);
            }
        }
    }
}
