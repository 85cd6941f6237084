package io.rvbbit.tracking;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the books, whichever store keeps them.
 *
 * <p>Threading: any thread.
 */
public interface BookReader {
    /** The tables that can be read, with their columns in order. */
    List<BookTable> tables();

    /**
     * Reads some columns of one table.
     *
     * <p>Sees every event that was recorded before this call: it waits until they are stored.
     *
     * @param columns names of {@code table}'s columns, in the order wanted; may be empty, then the
     *     rows have no values but their number is right
     * @throws BooksUnavailable if they are not stored in time, or the store cannot be read
     * @throws IllegalArgumentException if there is no such table or column
     */
    Scan scan(String table, List<String> columns);

    /**
     * As {@link #scan}, with only those rows whose caller is a statement of {@code userName}.
     *
     * <p>For users who may not see what others did.
     */
    Scan scanOwn(String table, List<String> columns, String userName);

    /**
     * As {@link #scan} or {@link #scanOwn}, for whoever looks at the conditions itself: rows that
     * do not meet one of them may be left out, and are where the store can do that faster.
     *
     * @param user whose statements' rows; empty for everybody's
     */
    default Scan scan(
            String table, List<String> columns, Optional<String> user, List<Condition> conditions) {
        return user.isPresent() ? scanOwn(table, columns, user.get()) : scan(table, columns);
    }

    /**
     * What a column has to be.
     *
     * @param operator {@code =} (any of the values), or {@code <}, {@code <=}, {@code >}, {@code
     *     >=} (the one value)
     * @param values texts for TEXT; digits for BIGINT and INTEGER, with a point for MONEY, which
     *     alone are compared otherwise than by {@code =}
     */
    record Condition(String column, String operator, List<String> values) {
        private static final Set<String> OPERATORS = Set.of("=", "<", "<=", ">", ">=");

        private static final Pattern WHOLE = Pattern.compile("-?\\d{1,18}");
        private static final Pattern MONEY = Pattern.compile("-?\\d{1,6}(?:\\.\\d{1,12})?");

        /** Whether a store reads the text as it stands: a driver takes braces for its own. */
        public static boolean isText(String value) {
            return value.indexOf('{') < 0;
        }

        /** Whether every store reads the number as the column's type, whole and unrounded. */
        public static boolean isNumber(BookType type, String value) {
            return (type == BookType.MONEY ? MONEY : WHOLE).matcher(value).matches();
        }

        public Condition {
            values = List.copyOf(values);
            if (!OPERATORS.contains(operator) || values.isEmpty()) {
                throw new IllegalArgumentException("no condition: " + operator + " " + values);
            }
        }
    }

    /** Rows of one read, in no promised order. Threading: one thread at a time. */
    interface Scan extends AutoCloseable {
        /**
         * The next row, or null at the end.
         *
         * @return values as String (TEXT, UUID), Long, Integer, Boolean, java.time.Instant and
         *     BigDecimal of scale 12 (MONEY); null is SQL NULL
         * @throws BooksUnavailable if the store fails halfway
         */
        @Nullable Object @Nullable [] next();

        @Override
        void close();
    }

    /**
     * A table or view of the books.
     *
     * @param reserved whether no client may give anything that name
     */
    record BookTable(String name, List<BookColumn> columns, boolean reserved) {
        public BookTable {
            columns = List.copyOf(columns);
        }

        public BookTable(String name, List<BookColumn> columns) {
            this(name, columns, true);
        }
    }

    record BookColumn(String name, BookType type) {}

    /** MONEY is DECIMAL(18,12). */
    enum BookType {
        TEXT,
        UUID,
        BIGINT,
        INTEGER,
        BOOLEAN,
        TIMESTAMPTZ,
        MONEY
    }
}
