package io.rvbbit.gateway.wire;

import io.rvbbit.gateway.wire.CopyReader.Found;
import io.rvbbit.rewriter.CopyOptions;
import io.rvbbit.rewriter.CopyOptions.Format;
import io.rvbbit.rewriter.SqlException;
import java.util.Arrays;

/**
 * Finds the lines of the text and csv formats, with PostgreSQL's idea of where one ends.
 *
 * <p>A backslash hides the character behind it (text), quotes hide line ends (csv), and {@code \.}
 * ends the data; in csv only alone on a line. The state of a half-read line survives from one
 * message to the next, so no byte is looked at twice. Threading: one thread at a time.
 */
final class CopyLines {
    private enum LineEnd {
        UNKNOWN,
        LF,
        CR,
        CRLF
    }

    private final CopyBuffer in;
    private final CopyContext context;
    private final boolean csv;
    private final byte quote;
    private final int escape;
    private LineEnd lineEnd = LineEnd.UNKNOWN;
    private long number;
    private boolean begun;
    private boolean inQuote;
    private boolean escaped;
    private boolean first;
    private boolean special;
    private boolean marked;
    private int start;
    private int length;
    private int next;

    CopyLines(CopyBuffer in, CopyOptions options, CopyContext context) {
        this.in = in;
        this.context = context;
        this.csv = options.format() == Format.CSV;
        this.quote = options.quote();
        this.escape = options.escape() == options.quote() ? -1 : options.escape();
    }

    /** Counts as PostgreSQL does: from 1, line ends inside quotes included. */
    long number() {
        return number;
    }

    int start() {
        return start;
    }

    int length() {
        return length;
    }

    /** Whether the line holds a backslash (text) or a quote (csv). */
    boolean special() {
        return special;
    }

    Found next() {
        if (marked) {
            return Found.END;
        }
        if (!begun) {
            begun = true;
            number++;
            in.consumeTo(next);
            inQuote = false;
            escaped = false;
            first = true;
            special = false;
        }
        boolean found;
        try {
            found = csv ? scanCsv() : scanText();
            if (!found && !in.ended) {
                return Found.NEED_MORE;
            }
            if (!found && !marked) {
                start = in.from;
                length = in.to - in.from;
                next = in.to;
                marked = true;
            }
            if (marked && length == 0) {
                return Found.END;
            }
            checkText();
        } catch (SqlException failure) {
            throw context.line(failure, number);
        }
        begun = false;
        return Found.ROW;
    }

    private boolean scanText() {
        byte[] data = in.data;
        int to = in.to;
        int i = in.at;
        while (i < to) {
            byte c = data[i];
            if (c > '\r' && c != '\\') {
                i++;
            } else if (c == '\n') {
                return ends(i, 1);
            } else if (c == '\r') {
                if (lacks(i, 1)) {
                    return wait(i);
                }
                return ends(i, carriageReturn(i));
            } else if (c == '\\') {
                special = true;
                if (lacksMarker(i)) {
                    return wait(i);
                }
                if (isMarker(i)) {
                    return true;
                }
                i = Math.min(i + 2, to);
            } else {
                i++;
            }
        }
        return wait(i);
    }

    private boolean scanCsv() {
        byte[] data = in.data;
        int to = in.to;
        int i = in.at;
        while (i < to) {
            byte c = data[i];
            if ((c == '\r' && lacks(i, 1)) || (c == '\\' && first && lacksMarker(i))) {
                return wait(i);
            }
            if (inQuote && c == escape) {
                escaped = !escaped;
            }
            if (c == quote && !escaped) {
                inQuote = !inQuote;
                special = true;
            }
            if (c != escape) {
                escaped = false;
            }
            if (inQuote) {
                if (c == (lineEnd == LineEnd.LF ? '\n' : '\r')) {
                    number++;
                }
            } else if (c == '\r') {
                return ends(i, carriageReturn(i));
            } else if (c == '\n') {
                return ends(i, 1);
            }
            if (c == '\\' && first && isMarker(i)) {
                return true;
            }
            first = false;
            i++;
        }
        return wait(i);
    }

    private boolean wait(int i) {
        in.at = i;
        return false;
    }

    /** Whether a decision at {@code i} needs bytes that have not arrived and still may. */
    private boolean lacks(int i, int behind) {
        return i + behind >= in.to && !in.ended;
    }

    private boolean lacksMarker(int i) {
        if (lacks(i, 1)) {
            return true;
        }
        if (i + 1 >= in.to || in.data[i + 1] != '.') {
            return false;
        }
        return lacks(i, 2) || (lineEnd == LineEnd.CRLF && byteAt(i + 2) == '\r' && lacks(i, 3));
    }

    private int byteAt(int i) {
        return i < in.to ? in.data[i] : 0;
    }

    /** Length of the line end that begins with this carriage return. */
    private int carriageReturn(int i) {
        if (lineEnd == LineEnd.UNKNOWN || lineEnd == LineEnd.CRLF) {
            if (byteAt(i + 1) == '\n') {
                lineEnd = LineEnd.CRLF;
                return 2;
            }
            if (lineEnd == LineEnd.CRLF) {
                throw literal("carriage return", "\\r");
            }
            lineEnd = LineEnd.CR;
        } else if (lineEnd == LineEnd.LF) {
            throw literal("carriage return", "\\r");
        }
        return 1;
    }

    private boolean ends(int i, int bytes) {
        if (in.data[i] == '\n') {
            if (lineEnd == LineEnd.CR || lineEnd == LineEnd.CRLF) {
                throw literal("newline", "\\n");
            }
            lineEnd = LineEnd.LF;
        }
        start = in.from;
        length = i - in.from;
        next = i + bytes;
        return true;
    }

    private SqlException literal(String what, String escapeSequence) {
        return CopyReader.badFormat((csv ? "unquoted " : "literal ") + what + " found in data")
                .hint(
                        csv
                                ? "Use quoted CSV field to represent " + what + "."
                                : "Use \"" + escapeSequence + "\" to represent " + what + ".");
    }

    /** At a backslash: whether {@code \.} ends the data here. */
    private boolean isMarker(int i) {
        if (byteAt(i + 1) != '.') {
            return false;
        }
        int at = i + 2;
        if (lineEnd == LineEnd.CRLF) {
            int c = byteAt(at++);
            if (c == '\n' && !csv) {
                throw otherStyle();
            }
            if (c != '\r') {
                return corrupt();
            }
        }
        int c = byteAt(at);
        if (c != '\r' && c != '\n') {
            return corrupt();
        }
        boolean same =
                switch (lineEnd) {
                    case UNKNOWN -> true;
                    case LF, CRLF -> c == '\n';
                    case CR -> c == '\r';
                };
        if (!same) {
            throw otherStyle();
        }
        start = in.from;
        length = i - in.from;
        next = in.to;
        marked = true;
        return true;
    }

    private boolean corrupt() {
        if (csv) {
            return false;
        }
        throw CopyReader.badFormat("end-of-copy marker corrupt");
    }

    private static SqlException otherStyle() {
        return CopyReader.badFormat("end-of-copy marker does not match previous newline style");
    }

    /** Well-formed UTF-8 without zero bytes; ASCII is told apart at a glance. */
    private void checkText() {
        byte[] data = in.data;
        int end = start + length;
        int bits = 0;
        int least = 1;
        for (int i = start; i < end; i++) {
            bits |= data[i];
            least = Math.min(least, data[i] & 0xFF);
        }
        if (bits < 0 || least == 0) {
            Utf8.checkValue(Arrays.copyOfRange(data, start, end));
        }
    }
}
