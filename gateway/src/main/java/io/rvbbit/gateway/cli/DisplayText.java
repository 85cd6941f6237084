package io.rvbbit.gateway.cli;

/** Text as a terminal shows it. Threading: stateless. */
final class DisplayText {
    private static final int TAB = 8;

    /** First and last of the code points that take two columns: East Asian letters and emoji. */
    private static final int[][] WIDE = {
        {0x1100, 0x115F},
        {0x2E80, 0xA4CF},
        {0xAC00, 0xD7A3},
        {0xF900, 0xFAFF},
        {0xFE30, 0xFE6F},
        {0xFF00, 0xFF60},
        {0xFFE0, 0xFFE6},
        {0x1F300, 0x1FAFF},
        {0x20000, 0x3FFFD}
    };

    private DisplayText() {}

    /** Columns that the text takes; combining marks take none. */
    static int width(String text) {
        int width = 0;
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            width += width(text.codePointAt(i));
        }
        return width;
    }

    private static int width(int codePoint) {
        if (codePoint < 0x300) {
            return 1;
        }
        return switch (Character.getType(codePoint)) {
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.FORMAT -> 0;
            default -> isWide(codePoint) ? 2 : 1;
        };
    }

    private static boolean isWide(int codePoint) {
        for (int[] range : WIDE) {
            if (codePoint >= range[0] && codePoint <= range[1]) {
                return true;
            }
        }
        return false;
    }

    /**
     * The lines of a value; tabs become blanks, and what would steer a terminal is written out.
     *
     * <p>A value may come from a model: it must not be able to move the cursor.
     */
    static String[] lines(String value) {
        StringBuilder shown = new StringBuilder(value.length());
        int lineStart = 0;
        for (int i = 0; i < value.length(); i++) {
            char character = value.charAt(i);
            if (character == '\n') {
                shown.append('\n');
                lineStart = shown.length();
            } else if (character == '\t') {
                shown.repeat(' ', TAB - (shown.length() - lineStart) % TAB);
            } else if (character == '\r') {
                shown.append("\\r");
            } else if (Character.isISOControl(character)) {
                shown.append("\\x%02X".formatted((int) character));
            } else {
                shown.append(character);
            }
        }
        return shown.toString().split("\n", -1);
    }
}
