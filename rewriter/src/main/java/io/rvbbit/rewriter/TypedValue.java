package io.rvbbit.rewriter;

import io.rvbbit.rewriter.OutputShape.Column;
import java.util.List;

/**
 * How one typed column is read from an answer: scalars as text, nested types as JSON.
 *
 * @param path of the value in the answer
 * @param nested the type is a list, struct, map, union, or JSON itself
 * @param fromText the value is JSON inside a text, not part of the answer's structure
 */
record TypedValue(String path, String type, boolean nested, boolean fromText) {
    private static final String OUTPUT = "output";

    static TypedValue of(Column column) {
        String path = column.fromValue() ? "$.value" : path(OUTPUT, column.name());
        return new TypedValue(path, column.type(), isNested(column.type()), column.fromValue());
    }

    /** A member of a JSON object that is a row. */
    static TypedValue ofRow(String name, String type) {
        return new TypedValue(path("", name), type, isNested(type), false);
    }

    /** The value as the model gave it; SQL NULL where it is absent or JSON null. */
    String raw(String answer) {
        String function = nested && !fromText ? "json_extract" : "json_extract_string";
        String value = "%s(%s, %s)".formatted(function, answer, SqlText.literal(path));
        return nested && !fromText ? "NULLIF(" + value + ", 'null')" : value;
    }

    /** The value in its type, NULL where it does not fit. */
    String cast(String raw) {
        if (!nested) {
            return "TRY_CAST(%s AS %s)".formatted(raw, type);
        }
        // TRY_CAST would make one bad element a NULL inside an otherwise good list, silently.
        String json = fromText ? "CAST(" + raw + " AS JSON)" : raw;
        return "TRY(CAST(%s AS %s))".formatted(json, type);
    }

    String text(String raw) {
        return nested && !fromText ? "CAST(" + raw + " AS VARCHAR)" : raw;
    }

    // In a path even a quoted * is every member; a JSON pointer has no such names, but reads badly.
    private static String path(String parent, String name) {
        boolean plain =
                !name.isEmpty()
                        && name.codePoints()
                                .allMatch(
                                        c -> Character.isLetterOrDigit(c) || c == '_' || c == ' ');
        return plain
                ? (parent.isEmpty() ? "$" : "$." + parent) + ".\"" + name + "\""
                : (parent.isEmpty() ? "/" : "/" + parent + "/")
                        + name.replace("~", "~0").replace("/", "~1");
    }

    private static boolean isNested(String type) {
        List<Token> tokens = Lexer.tokens(type);
        Token first = tokens.getFirst();
        Token last = tokens.get(tokens.size() - 2);
        return last.isOperator("]")
                || last.is("ARRAY")
                || first.isAny("STRUCT", "MAP", "UNION", "ROW", "LIST", "JSON", "VARIANT")
                || (tokens.size() > 2 && tokens.get(1).is("ARRAY"));
    }
}
