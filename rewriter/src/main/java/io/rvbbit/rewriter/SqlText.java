package io.rvbbit.rewriter;

/** How text is written into SQL: quoting, and PostgreSQL's folding of names. */
public final class SqlText {
    private SqlText() {}

    /** The text as a string literal that holds no escapes. */
    public static String literal(String value) {
        return "'" + value.replace("'", "''") + "'";
    }

    /** The name as a quoted identifier. */
    public static String identifier(String name) {
        return "\"" + name.replace("\"", "\"\"") + "\"";
    }

    /** Lower case for the letters A to Z only, as PostgreSQL folds names in UTF-8. */
    public static String fold(String name) {
        StringBuilder folded = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i++) {
            folded.append(lower(name.charAt(i)));
        }
        return folded.toString();
    }

    // String.equalsIgnoreCase would take the long s for an S: another word than the engine sees.
    static boolean sameWord(String one, String other) {
        if (one.length() != other.length()) {
            return false;
        }
        for (int i = 0; i < one.length(); i++) {
            if (lower(one.charAt(i)) != lower(other.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static char lower(char character) {
        return character >= 'A' && character <= 'Z' ? (char) (character + 32) : character;
    }
}
