package io.rvbbit.gateway.wire;

import java.util.Arrays;

/**
 * The fields of one line: where each lies, and which are NULL.
 *
 * <p>They lie in the line itself, or where something had to be unescaped, in a copy. Threading: one
 * thread at a time.
 */
abstract sealed class CopyFields permits TextFields, CsvFields {
    private static final int NULL = -1;

    private byte[] bytes = new byte[0];
    private byte[] copy = new byte[0];
    private int[] starts;
    private int[] lengths;
    private int count;

    CopyFields(int columns) {
        starts = new int[columns + 1];
        lengths = new int[columns + 1];
    }

    /** Takes a line apart; {@code special} tells whether anything in it may need unescaping. */
    final void split(byte[] line, int start, int length, boolean special) {
        count = 0;
        if (special) {
            if (copy.length < length) {
                copy = new byte[Math.max(length, 2 * copy.length)];
            }
            bytes = copy;
            unescape(line, start, start + length, copy);
        } else {
            bytes = line;
            cut(line, start, start + length);
        }
    }

    /** Fields without any escape stay where they are. */
    abstract void cut(byte[] line, int start, int end);

    abstract void unescape(byte[] line, int start, int end, byte[] out);

    final void add(int start, int length, boolean isNull) {
        if (count == starts.length) {
            starts = Arrays.copyOf(starts, 2 * count);
            lengths = Arrays.copyOf(lengths, 2 * count);
        }
        starts[count] = start;
        lengths[count++] = isNull ? NULL : length;
    }

    final byte[] bytes() {
        return bytes;
    }

    final int count() {
        return count;
    }

    final boolean isNull(int column) {
        return lengths[column] == NULL;
    }

    final int start(int column) {
        return starts[column];
    }

    final int length(int column) {
        return lengths[column];
    }

    static boolean equal(byte[] line, int start, int end, byte[] expected) {
        return Arrays.equals(line, start, end, expected, 0, expected.length);
    }
}
