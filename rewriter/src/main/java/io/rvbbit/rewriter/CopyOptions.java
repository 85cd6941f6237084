package io.rvbbit.rewriter;

import java.util.List;

/**
 * How the data of a COPY looks, checked as PostgreSQL checks it.
 *
 * @param delimiter one byte between fields
 * @param nullText what stands for NULL
 * @param quote one byte; in csv only
 * @param escape one byte; in csv only
 */
public record CopyOptions(
        Format format,
        byte delimiter,
        String nullText,
        Header header,
        byte quote,
        byte escape,
        Columns forceQuote,
        Columns forceNotNull,
        Columns forceNull) {

    /** The three formats of PostgreSQL. */
    public enum Format {
        TEXT,
        CSV,
        BINARY
    }

    /** Whether the first line names the columns, and whether the names must fit. */
    public enum Header {
        NONE,
        PRESENT,
        MATCH
    }

    /** The columns that an option is about: all, or those named. */
    public record Columns(boolean all, List<String> names) {
        public static final Columns NONE = new Columns(false, List.of());
        public static final Columns ALL = new Columns(true, List.of());

        public Columns {
            names = List.copyOf(names);
        }

        public static Columns of(List<String> names) {
            return new Columns(false, names);
        }

        public boolean holds(String column) {
            return all || names.stream().anyMatch(column::equalsIgnoreCase);
        }

        boolean isGiven() {
            return all || !names.isEmpty();
        }
    }
}
