package io.rvbbit.gateway.wire;

import io.rvbbit.rewriter.CopyOptions;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Fields of the csv format; only what stands without quotes can be NULL, unless forced. */
final class CsvFields extends CopyFields {
    private final byte delimiter;
    private final byte quote;
    private final byte escape;
    private final byte[] nullText;
    private final boolean[] forceNull;
    private final boolean[] forceNotNull;

    CsvFields(CopyOptions options, List<String> columns) {
        super(columns.size());
        this.delimiter = options.delimiter();
        this.quote = options.quote();
        this.escape = options.escape();
        this.nullText = options.nullText().getBytes(StandardCharsets.UTF_8);
        this.forceNull = new boolean[columns.size()];
        this.forceNotNull = new boolean[columns.size()];
        for (int i = 0; i < columns.size(); i++) {
            forceNull[i] = options.forceNull().holds(columns.get(i));
            forceNotNull[i] = options.forceNotNull().holds(columns.get(i));
        }
    }

    @Override
    void cut(byte[] line, int start, int end) {
        int from = start;
        for (int i = start; i < end; i++) {
            if (line[i] == delimiter) {
                field(line, from, i, line, from, i - from, false);
                from = i + 1;
            }
        }
        field(line, from, end, line, from, end - from, false);
    }

    /** {@code raw} is the field as written, {@code value} what it means. */
    private void field(
            byte[] raw, int from, int end, byte[] value, int start, int length, boolean quoted) {
        int column = count();
        boolean isNull = !quoted && equal(raw, from, end, nullText);
        if (column < forceNull.length) {
            if (isNull) {
                isNull = !forceNotNull[column];
            } else {
                isNull = forceNull[column] && equal(value, start, start + length, nullText);
            }
        }
        add(start, length, isNull);
    }

    @Override
    void unescape(byte[] line, int start, int end, byte[] out) {
        int at = start;
        int to = 0;
        while (true) {
            int from = at;
            int begin = to;
            boolean quoted = false;
            boolean inQuote = false;
            boolean delimited = false;
            int fieldEnd = end;
            while (at < end) {
                byte c = line[at++];
                if (!inQuote) {
                    if (c == delimiter) {
                        delimited = true;
                        fieldEnd = at - 1;
                        break;
                    }
                    if (c == quote) {
                        quoted = true;
                        inQuote = true;
                        continue;
                    }
                } else if (c == escape && at < end && (line[at] == escape || line[at] == quote)) {
                    c = line[at++];
                } else if (c == quote) {
                    inQuote = false;
                    continue;
                }
                out[to++] = c;
            }
            if (inQuote) {
                throw CopyReader.badFormat("unterminated CSV quoted field");
            }
            field(line, from, fieldEnd, out, begin, to - begin, quoted);
            if (!delimited) {
                return;
            }
        }
    }
}
