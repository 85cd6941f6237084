package io.rvbbit.gateway.wire;

/**
 * Rows as text: {@code (1,,"a b")}; nothing between two commas is NULL.
 *
 * <p>A field is quoted if it is empty or holds a parenthesis, comma, quote, backslash or space; a
 * quote or backslash inside is doubled. Threading: stateless.
 */
final class RecordText {
    private RecordText() {}

    static void write(RowBuffer out, int fields, ElementWriter writer) {
        out.putByte('(');
        for (int i = 0; i < fields; i++) {
            if (i > 0) {
                out.putByte(',');
            }
            int start = out.size();
            if (writer.write(out, i)) {
                quote(out, start);
            } else {
                out.truncate(start);
            }
        }
        out.putByte(')');
    }

    /** Moves the field apart from its end backwards, so that no byte is lost. */
    private static void quote(RowBuffer out, int start) {
        int end = out.size();
        boolean quoted = end == start;
        int doubled = 0;
        for (int i = start; i < end; i++) {
            switch (out.byteAt(i)) {
                case '"', '\\' -> doubled++;
                case '(', ')', ',', ' ', '\t', '\n', '\r', 0x0B, '\f' -> quoted = true;
                default -> {}
            }
        }
        if (!quoted && doubled == 0) {
            return;
        }
        out.extend(doubled + 2);
        int to = out.size() - 1;
        out.setByte(to--, '"');
        for (int from = end - 1; from >= start; from--) {
            byte b = out.byteAt(from);
            out.setByte(to--, b);
            if (b == '"' || b == '\\') {
                out.setByte(to--, b);
            }
        }
        out.setByte(to, '"');
    }
}
