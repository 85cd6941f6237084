package io.rvbbit.gateway.wire;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.util.List;

/** How a value is spelled on the wire: as text, or in the binary form of its type. */
public enum Format {
    TEXT,
    BINARY;

    /** The format for a code of the protocol; any code but 0 and 1 is 22023, as in PostgreSQL. */
    static Format ofCode(int code) {
        return switch (code) {
            case 0 -> TEXT;
            case 1 -> BINARY;
            default ->
                    throw new SqlException(
                            SqlState.INVALID_PARAMETER_VALUE, "unsupported format code: " + code);
        };
    }

    int code() {
        return this == TEXT ? 0 : 1;
    }

    /**
     * The format of one column or parameter under the rule of Bind: an empty list means text for
     * all, a list of one is for all, otherwise each has its own.
     */
    public static Format at(List<Format> formats, int index) {
        return switch (formats.size()) {
            case 0 -> TEXT;
            case 1 -> formats.getFirst();
            default -> formats.get(index);
        };
    }
}
