package io.rvbbit.tracking;

import io.rvbbit.tracking.BookReader.BookColumn;
import io.rvbbit.tracking.BookReader.BookType;
import io.rvbbit.tracking.BookReader.Condition;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Conditions on a table of the books as SQL of a store. Threading: stateless. */
final class BookConditions {
    private static final Pattern NUMBER = Pattern.compile("-?\\d{1,18}(\\.\\d{1,18})?");

    private BookConditions() {}

    /**
     * Behind WHERE, or behind AND where there is something else already; empty for no condition.
     *
     * @param where whether WHERE stands there already
     * @param quoted makes a literal of a text, as the store reads it
     * @throws IllegalArgumentException for columns that are not there or cannot be compared so
     */
    static String sql(
            String table, List<Condition> conditions, boolean where, UnaryOperator<String> quoted) {
        if (conditions.isEmpty()) {
            return "";
        }
        return conditions.stream()
                .map(condition -> sql(table, condition, quoted))
                .collect(Collectors.joining(" AND ", where ? " AND " : " WHERE ", ""));
    }

    private static String sql(String table, Condition condition, UnaryOperator<String> quoted) {
        BookColumn column = BookTables.columns(table, List.of(condition.column())).getFirst();
        List<String> values =
                condition.values().stream()
                        .map(value -> literal(column, condition, value, quoted))
                        .toList();
        String name = '"' + column.name() + '"';
        return condition.operator().equals("=")
                ? values.stream().collect(Collectors.joining(", ", name + " IN (", ")"))
                : name + " " + condition.operator() + " " + values.getFirst();
    }

    private static String literal(
            BookColumn column, Condition condition, String value, UnaryOperator<String> quoted) {
        if (column.type() == BookType.TEXT && condition.operator().equals("=")) {
            return quoted.apply(value);
        }
        boolean number =
                switch (column.type()) {
                    case BIGINT, INTEGER, MONEY -> true;
                    case TEXT, UUID, BOOLEAN, TIMESTAMPTZ -> false;
                };
        if (!number || !NUMBER.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "no condition for " + column.name() + ": " + condition);
        }
        return value;
    }
}
