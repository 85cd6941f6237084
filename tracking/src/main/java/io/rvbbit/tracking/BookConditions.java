package io.rvbbit.tracking;

import io.rvbbit.tracking.BookReader.BookColumn;
import io.rvbbit.tracking.BookReader.BookType;
import io.rvbbit.tracking.BookReader.Condition;
import java.util.List;
import java.util.stream.Collectors;

/** Conditions on a table of the books as SQL of a store. Threading: stateless. */
final class BookConditions {
    private BookConditions() {}

    /** How a store writes literals. */
    interface Literals {
        String text(String value);

        /** {@code value}: digits, at most six before the point and twelve behind it. */
        String money(String value);
    }

    /**
     * Behind WHERE, or behind AND where there is something else already; empty for no condition.
     *
     * @param where whether WHERE stands there already
     * @throws IllegalArgumentException for columns that are not there or cannot be compared so
     */
    static String sql(String table, List<Condition> conditions, boolean where, Literals literals) {
        if (conditions.isEmpty()) {
            return "";
        }
        return conditions.stream()
                .map(condition -> sql(table, condition, literals))
                .collect(Collectors.joining(" AND ", where ? " AND " : " WHERE ", ""));
    }

    private static String sql(String table, Condition condition, Literals literals) {
        BookColumn column = BookTables.columns(table, List.of(condition.column())).getFirst();
        // One by one: ClickHouse converts what is in a list to the column's type.
        return condition.values().stream()
                .map(value -> literal(column, condition, value, literals))
                .map(value -> '"' + column.name() + "\" " + condition.operator() + " " + value)
                .collect(Collectors.joining(" OR ", "(", ")"));
    }

    private static String literal(
            BookColumn column, Condition condition, String value, Literals literals) {
        boolean known =
                switch (column.type()) {
                    case TEXT -> condition.operator().equals("=") && Condition.isText(value);
                    case BIGINT, INTEGER, MONEY -> Condition.isNumber(column.type(), value);
                    case UUID, BOOLEAN, TIMESTAMPTZ -> false;
                };
        if (!known) {
            throw new IllegalArgumentException(
                    "no condition for " + column.name() + ": " + condition);
        }
        if (column.type() == BookType.TEXT) {
            return literals.text(value);
        }
        return column.type() == BookType.MONEY ? literals.money(value) : value;
    }
}
