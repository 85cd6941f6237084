package io.rvbbit.tracking;

import io.rvbbit.tracking.BookReader.BookColumn;
import io.rvbbit.tracking.BookReader.BookType;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How columns of the books are asked of DuckDB, and what a row of the answer says of them.
 *
 * <p>The driver takes 0.3 µs to make a text, which is most of what a read of many short texts
 * takes. So those of a row may come together, as one value before the columns; in the place of each
 * is then the number of its bytes. Threading: immutable.
 *
 * @param together whether texts come as one value
 */
record DuckDbColumns(List<BookColumn> columns, boolean together) {
    /** Tables with many short texts. Of long ones the engine would have each twice in memory. */
    private static final Set<String> SHORT_TEXTS = Set.of("trace_spans", "trace_waterfall");

    private static final byte[] NO_TEXTS = {};

    DuckDbColumns {
        columns = List.copyOf(columns);
    }

    static DuckDbColumns of(String table, List<BookColumn> columns) {
        return new DuckDbColumns(
                columns,
                SHORT_TEXTS.contains(table) && columns.stream().anyMatch(DuckDbColumns::isText));
    }

    private static boolean isText(BookColumn column) {
        return column.type() == BookType.TEXT;
    }

    /** What stands behind SELECT. */
    String expressions() {
        if (columns.isEmpty()) {
            return "1";
        }
        Stream<String> each = columns.stream().map(this::expression);
        return (together ? Stream.concat(Stream.of(texts()), each) : each)
                .collect(Collectors.joining(", "));
    }

    private String texts() {
        return columns.stream()
                .filter(DuckDbColumns::isText)
                .map(DuckDbValues::expression)
                .collect(Collectors.joining(", ", "encode(concat(", "))"));
    }

    private String expression(BookColumn column) {
        String expression = DuckDbValues.expression(column);
        return together && isText(column) ? "strlen(" + expression + ")" : expression;
    }

    /** Of the row that {@code rows} stands at. */
    @Nullable Object[] values(ResultSet rows) throws SQLException {
        @Nullable Object[] values = new @Nullable Object[columns.size()];
        byte[] texts = together ? rows.getBytes(1) : NO_TEXTS;
        int first = together ? 2 : 1;
        int from = 0;
        for (int i = 0; i < values.length; i++) {
            BookColumn column = columns.get(i);
            if (together && isText(column)) {
                int length = (int) rows.getLong(first + i);
                values[i] =
                        rows.wasNull()
                                ? null
                                : new String(texts, from, length, StandardCharsets.UTF_8);
                from += length;
            } else {
                values[i] = DuckDbValues.shown(rows, first + i, column.type());
            }
        }
        return values;
    }
}
