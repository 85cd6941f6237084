package io.rvbbit.gateway.engine;

import io.rvbbit.gateway.engine.EngineType.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * The columns of a result and which of them come as text because raw reading cannot serve them.
 *
 * @param text one per column
 */
record RowShape(List<Column> columns, List<Boolean> text) {
    static final RowShape EMPTY = new RowShape(List.of(), List.of());

    RowShape {
        columns = List.copyOf(columns);
        text = List.copyOf(text);
    }

    /** The columns as they are, before anything is read as text. */
    static RowShape plain(List<Column> columns) {
        return new RowShape(columns, columns.stream().map(_ -> false).toList());
    }

    /** Which columns must be cast to text before they can be read; nested ones become OTHER. */
    static RowShape readable(List<Column> columns) {
        List<Column> read = new ArrayList<>();
        List<Boolean> text = new ArrayList<>();
        for (Column column : columns) {
            EngineType type = column.type();
            boolean asText = Layout.needsText(type);
            boolean nested = type.kind() != Kind.UNION && !type.children().isEmpty();
            read.add(
                    asText && nested
                            ? new Column(column.name(), EngineType.of(Kind.OTHER, type.name()))
                            : column);
            text.add(asText);
        }
        return new RowShape(read, text);
    }

    /** The columns {@code c0, c1, …} of a table that keeps rows of this shape. */
    List<Column> storedColumns() {
        List<Column> stored = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            stored.add(
                    new Column(
                            "c" + i,
                            isText(i)
                                    ? EngineType.of(Kind.VARCHAR, "VARCHAR")
                                    : columns.get(i).type()));
        }
        return stored;
    }

    boolean isText(int column) {
        return text.get(column);
    }

    boolean anyText() {
        return text.contains(true);
    }
}
