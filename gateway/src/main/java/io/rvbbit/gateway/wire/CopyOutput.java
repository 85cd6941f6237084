package io.rvbbit.gateway.wire;

import io.rvbbit.rewriter.CopyOptions;
import io.rvbbit.rewriter.CopyOptions.Format;
import java.nio.charset.StandardCharsets;

/**
 * What COPY TO puts around values: escapes, quotes, delimiters, line ends, header and trailer.
 *
 * <p>A value is first written in its plain text form, then escaped where it stands, so that the
 * common value without anything special costs no copy. Threading: immutable; the row is the
 * caller's.
 */
public final class CopyOutput {
    private final boolean csv;
    private final boolean binary;
    private final byte delimiter;
    private final byte quote;
    private final byte escape;
    private final byte[] nullText;
    private final boolean plainDelimiter;

    public CopyOutput(CopyOptions options) {
        this.csv = options.format() == Format.CSV;
        this.binary = options.format() == Format.BINARY;
        this.delimiter = options.delimiter();
        this.quote = options.quote();
        this.escape = options.escape();
        this.nullText = options.nullText().getBytes(StandardCharsets.UTF_8);
        this.plainDelimiter = "\t,;|".indexOf(delimiter) >= 0 && quote == '"';
    }

    /** Before the first row of the binary format: no message of its own, as in PostgreSQL. */
    public static void binaryHeader(RowBuffer out) {
        out.putBytes(CopyBinaryReader.SIGNATURE);
        out.putInt(0);
        out.putInt(0);
    }

    /** Behind the last row of the binary format. */
    public static void binaryTrailer(RowBuffer out) {
        out.putShort(-1);
    }

    /** Before each field of the text and csv formats but the first. */
    public void delimiter(RowBuffer out) {
        out.putByte(delimiter);
    }

    public void lineEnd(RowBuffer out) {
        out.putByte('\n');
    }

    public void nullValue(RowBuffer out) {
        if (binary) {
            out.putInt(-1);
        } else {
            out.putBytes(nullText);
        }
    }

    /** Whether numbers, dates and their like can hold nothing that needs escaping. */
    public boolean sparesNumbers() {
        // With NULL '0' or NULL 'f' a number may look like NULL, and then needs its quotes.
        return plainDelimiter && !(csv && nullText.length > 0);
    }

    /**
     * Escapes what was put since {@code start}.
     *
     * @param force quotes it whatever it is; csv only
     * @param alone whether it is the row's only field, where {@code \.} must not stand bare
     */
    public void escape(RowBuffer out, int start, boolean force, boolean alone) {
        if (csv) {
            if (force || out.holdsFrom(start, nullText) || needsQuotes(out, start, alone)) {
                quote(out, start);
            }
        } else {
            backslashes(out, start);
        }
    }

    private boolean needsQuotes(RowBuffer out, int start, boolean alone) {
        int end = out.size();
        if (alone
                && end - start == 2
                && out.byteAt(start) == '\\'
                && out.byteAt(start + 1) == '.') {
            return true;
        }
        for (int i = start; i < end; i++) {
            byte c = out.byteAt(i);
            if (c == delimiter || c == quote || c == '\n' || c == '\r') {
                return true;
            }
        }
        return false;
    }

    private void quote(RowBuffer out, int start) {
        int end = out.size();
        int extra = 2;
        for (int i = start; i < end; i++) {
            byte c = out.byteAt(i);
            extra += c == quote || c == escape ? 1 : 0;
        }
        out.extend(extra);
        int to = out.size() - 1;
        out.setByte(to--, quote);
        for (int i = end - 1; i >= start; i--) {
            byte c = out.byteAt(i);
            out.setByte(to--, c);
            if (c == quote || c == escape) {
                out.setByte(to--, escape);
            }
        }
        out.setByte(to, quote);
    }

    private void backslashes(RowBuffer out, int start) {
        int end = out.size();
        int extra = 0;
        for (int i = start; i < end; i++) {
            extra += letter(out.byteAt(i)) == 0 ? 0 : 1;
        }
        if (extra == 0) {
            return;
        }
        out.extend(extra);
        int to = out.size() - 1;
        for (int i = end - 1; i >= start; i--) {
            byte c = out.byteAt(i);
            int letter = letter(c);
            out.setByte(to--, letter == 0 ? c : letter);
            if (letter != 0) {
                out.setByte(to--, '\\');
            }
        }
    }

    /** What stands behind the backslash for this byte; 0 if it needs none. */
    private int letter(byte c) {
        if (c > '\r' || c < 0) {
            return c == '\\' || c == delimiter ? c : 0;
        }
        return switch (c) {
            case '\b' -> 'b';
            case '\f' -> 'f';
            case '\n' -> 'n';
            case '\r' -> 'r';
            case '\t' -> 't';
            case 0x0B -> 'v';
            default -> c == delimiter ? c : 0;
        };
    }
}
