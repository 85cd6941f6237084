package io.rvbbit.gateway.wire;

/**
 * Arrays as text: {@code {1,NULL,"a b"}}, nested braces per dimension.
 *
 * <p>An element is quoted if it is empty, spells NULL, or holds a brace, comma, quote, backslash or
 * space. It is written first and quoted in place afterwards, when that is known.
 */
final class ArrayText {
    private ArrayText() {}

    static void write(RowBuffer out, int[] dimensions, ElementWriter elements) {
        if (isEmpty(dimensions)) {
            out.putByte('{');
            out.putByte('}');
        } else {
            level(out, dimensions, 0, 0, elements);
        }
    }

    static boolean isEmpty(int[] dimensions) {
        for (int dimension : dimensions) {
            if (dimension == 0) {
                return true;
            }
        }
        return dimensions.length == 0;
    }

    /** Writes one brace level; returns the index of the element after it. */
    private static int level(
            RowBuffer out, int[] dimensions, int depth, int first, ElementWriter elements) {
        boolean innermost = depth == dimensions.length - 1;
        int index = first;
        out.putByte('{');
        for (int i = 0; i < dimensions[depth]; i++) {
            if (i > 0) {
                out.putByte(',');
            }
            if (innermost) {
                element(out, index++, elements);
            } else {
                index = level(out, dimensions, depth + 1, index, elements);
            }
        }
        out.putByte('}');
        return index;
    }

    private static void element(RowBuffer out, int index, ElementWriter elements) {
        int start = out.size();
        if (!elements.write(out, index)) {
            out.truncate(start);
            out.putAscii("NULL");
            return;
        }
        int end = out.size();
        boolean quoted = end == start || spellsNull(out, start, end);
        int escapes = 0;
        for (int i = start; i < end; i++) {
            switch (out.byteAt(i)) {
                case '"', '\\' -> escapes++;
                case '{', '}', ',', ' ', '\t', '\n', '\r', 0x0B, '\f' -> quoted = true;
                default -> {}
            }
        }
        if (quoted || escapes > 0) {
            quote(out, start, end, escapes);
        }
    }

    private static boolean spellsNull(RowBuffer out, int start, int end) {
        return end - start == 4
                && (out.byteAt(start) | 0x20) == 'n'
                && (out.byteAt(start + 1) | 0x20) == 'u'
                && (out.byteAt(start + 2) | 0x20) == 'l'
                && (out.byteAt(start + 3) | 0x20) == 'l';
    }

    /** Moves the element apart from its end backwards, so that no byte is lost. */
    private static void quote(RowBuffer out, int start, int end, int escapes) {
        out.extend(escapes + 2);
        int to = out.size() - 1;
        out.setByte(to--, '"');
        for (int from = end - 1; from >= start; from--) {
            byte b = out.byteAt(from);
            out.setByte(to--, b);
            if (b == '"' || b == '\\') {
                out.setByte(to--, '\\');
            }
        }
        out.setByte(to, '"');
    }
}
