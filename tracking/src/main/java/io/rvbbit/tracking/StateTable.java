package io.rvbbit.tracking;

import io.rvbbit.tracking.BookReader.BookColumn;
import io.rvbbit.tracking.BookReader.BookTable;
import io.rvbbit.tracking.BookReader.BookType;
import io.rvbbit.tracking.BookReader.Scan;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A table that stands in no store but tells the state of this process, so it can be read also while
 * the store cannot.
 *
 * <p>Its name is an ordinary word, which clients may well use for tables of their own. Threading:
 * immutable.
 *
 * @param <S> what a row is made of
 */
record StateTable<S>(String name, List<Entry<S>> entries) {
    record Entry<S>(String name, BookType type, Function<S, @Nullable Object> value) {}

    StateTable {
        entries = List.copyOf(entries);
    }

    BookTable table() {
        return new BookTable(
                name,
                entries.stream().map(entry -> new BookColumn(entry.name(), entry.type())).toList(),
                false);
    }

    /**
     * @throws IllegalArgumentException if there is no such column
     */
    Scan scan(List<String> columns, List<S> states) {
        List<Entry<S>> wanted = columns.stream().map(this::entry).toList();
        Iterator<S> rows = List.copyOf(states).iterator();
        return new Scan() {
            @Override
            public @Nullable Object @Nullable [] next() {
                if (!rows.hasNext()) {
                    return null;
                }
                S state = rows.next();
                return wanted.stream().map(entry -> entry.value().apply(state)).toArray();
            }

            @Override
            public void close() {
                // Nothing is held open.
            }
        };
    }

    private Entry<S> entry(String column) {
        return entries.stream()
                .filter(entry -> entry.name().equals(column))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("no column " + column + " in " + name));
    }
}
