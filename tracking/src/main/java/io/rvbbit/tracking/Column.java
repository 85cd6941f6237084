package io.rvbbit.tracking;

import io.rvbbit.tracking.BookReader.BookColumn;
import io.rvbbit.tracking.BookReader.BookType;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One column of a {@link Row}: implemented by enums, one per kind of row.
 *
 * <p>Threading: immutable.
 */
interface Column {
    String name();

    BookType type();

    /** The name in SQL: the constant in lower case. */
    default String sqlName() {
        return name().toLowerCase(Locale.ROOT);
    }

    default BookColumn bookColumn() {
        return new BookColumn(sqlName(), type());
    }

    /** What stands where nothing was set: texts are empty, JSON is an empty object, never NULL. */
    default @Nullable Object initial() {
        return switch (type()) {
            case TEXT -> name().endsWith("_JSON") ? "{}" : "";
            case UUID, BIGINT, INTEGER, BOOLEAN, TIMESTAMPTZ, MONEY -> null;
        };
    }
}
