package io.rvbbit.gateway.wire;

import io.rvbbit.rewriter.CopyOptions;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Fields of the text format: backslash escapes, NULL told before they are undone. */
final class TextFields extends CopyFields {
    private final byte delimiter;
    private final byte[] nullText;
    private int at;

    TextFields(CopyOptions options, int columns) {
        super(columns);
        this.delimiter = options.delimiter();
        this.nullText = options.nullText().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    void cut(byte[] line, int start, int end) {
        int from = start;
        for (int i = start; i < end; i++) {
            if (line[i] == delimiter) {
                add(from, i - from, equal(line, from, i, nullText));
                from = i + 1;
            }
        }
        add(from, end - from, equal(line, from, end, nullText));
    }

    @Override
    void unescape(byte[] line, int start, int end, byte[] out) {
        int to = 0;
        at = start;
        while (true) {
            int from = at;
            int field = to;
            int fieldEnd = end;
            boolean delimited = false;
            boolean check = false;
            while (at < end) {
                fieldEnd = at;
                byte c = line[at++];
                if (c == delimiter) {
                    delimited = true;
                    break;
                }
                if (c == '\\') {
                    if (at == end) {
                        break;
                    }
                    c = escaped(line, end);
                    check |= c <= 0;
                }
                out[to++] = c;
                fieldEnd = end;
            }
            boolean isNull = equal(line, from, fieldEnd, nullText);
            if (check && !isNull) {
                Utf8.checkValue(Arrays.copyOfRange(out, field, to));
            }
            add(field, to - field, isNull);
            if (!delimited) {
                return;
            }
        }
    }

    /** The byte that an escape stands for; {@code at} is behind its backslash. */
    private byte escaped(byte[] line, int end) {
        byte c = line[at++];
        return switch (c) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'v' -> 0x0B;
            case 'x' -> hexadecimal(line, end);
            case '0', '1', '2', '3', '4', '5', '6', '7' -> octal(c, line, end);
            default -> c;
        };
    }

    private byte octal(byte first, byte[] line, int end) {
        int value = first - '0';
        for (int i = 0; i < 2 && at < end && line[at] >= '0' && line[at] <= '7'; i++) {
            value = value << 3 | (line[at++] - '0');
        }
        return (byte) value;
    }

    private byte hexadecimal(byte[] line, int end) {
        if (at == end || Character.digit(line[at], 16) < 0) {
            return 'x';
        }
        int value = Character.digit(line[at++], 16);
        if (at < end && Character.digit(line[at], 16) >= 0) {
            value = value << 4 | Character.digit(line[at++], 16);
        }
        return (byte) value;
    }
}
