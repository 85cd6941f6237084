package io.rvbbit.gateway.engine;

import java.util.ArrayList;
import java.util.List;

/**
 * The columns of a result, and the types of the engine in which their values come.
 *
 * @param carriers one per column: its own type's name, or that of one which raw reading can serve
 */
record RowShape(List<Column> columns, List<String> carriers) {
    static final RowShape EMPTY = new RowShape(List.of(), List.of());

    RowShape {
        columns = List.copyOf(columns);
        carriers = List.copyOf(carriers);
    }

    /** The columns as they are, before anything is cast. */
    static RowShape plain(List<Column> columns) {
        return new RowShape(columns, columns.stream().map(column -> column.type().name()).toList());
    }

    /** The columns as they have to be cast before they can be read. */
    static RowShape readable(List<Column> columns) {
        return new RowShape(
                columns, columns.stream().map(column -> Layout.carrier(column.type())).toList());
    }

    /** The columns {@code c0, c1, …} of a table that keeps rows of this shape. */
    List<Column> storedColumns() {
        List<Column> stored = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            stored.add(new Column("c" + i, columns.get(i).type().named(carriers.get(i))));
        }
        return stored;
    }

    boolean isCast(int column) {
        return !carriers.get(column).equals(columns.get(column).type().name());
    }

    boolean anyCast() {
        for (int i = 0; i < columns.size(); i++) {
            if (isCast(i)) {
                return true;
            }
        }
        return false;
    }
}
