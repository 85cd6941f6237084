package io.rvbbit.gateway.wire;

import io.rvbbit.rewriter.SqlException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Says where in a COPY something went wrong, in PostgreSQL's words.
 *
 * @param columns names in the order of the fields
 */
record CopyContext(String table, List<String> columns) {
    private static final int SHOWN = 100;

    CopyContext {
        columns = List.copyOf(columns);
    }

    SqlException line(SqlException failure, long line) {
        return failure.context("COPY %s, line %d".formatted(table, line));
    }

    SqlException line(SqlException failure, long line, byte[] bytes, int start, int length) {
        return failure.context(
                "COPY %s, line %d: \"%s\"".formatted(table, line, shown(bytes, start, length)));
    }

    SqlException column(SqlException failure, long line, int column) {
        return failure.context(
                "COPY %s, line %d, column %s".formatted(table, line, columns.get(column)));
    }

    SqlException nullInput(SqlException failure, long line, int column) {
        return failure.context(
                "COPY %s, line %d, column %s: null input"
                        .formatted(table, line, columns.get(column)));
    }

    SqlException value(
            SqlException failure, long line, int column, byte[] bytes, int start, int length) {
        return failure.context(
                "COPY %s, line %d, column %s: \"%s\""
                        .formatted(table, line, columns.get(column), shown(bytes, start, length)));
    }

    /** At most 100 bytes, cut between characters. */
    private static String shown(byte[] bytes, int start, int length) {
        if (length <= SHOWN) {
            return new String(bytes, start, length, StandardCharsets.UTF_8);
        }
        int end = SHOWN;
        while (end > 0 && (bytes[start + end] & 0xC0) == 0x80) {
            end--;
        }
        return new String(bytes, start, end, StandardCharsets.UTF_8) + "...";
    }
}
