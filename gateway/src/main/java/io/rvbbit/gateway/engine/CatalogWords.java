package io.rvbbit.gateway.engine;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How PostgreSQL spells objects as text and numbers. Threading: stateless. */
final class CatalogWords {
    private static final Pattern DIGITS = Pattern.compile("\\d+");
    private static final Pattern PART = Pattern.compile("\"(?:[^\"]|\"\")*\"|[^\".]+");
    private static final Pattern BRACKETS = Pattern.compile("(\\s*\\[\\d*])+$");
    private static final Pattern LENGTH = Pattern.compile("\\s*\\([\\d, ]*\\)");
    private static final Pattern ARGUMENTS = Pattern.compile("\\(.*$", Pattern.DOTALL);
    private static final String SEPARATOR = "\u001f";

    private CatalogWords() {}

    /** An object's name by its number: {@code -} for 0, the number itself for nobody's. */
    static @Nullable String name(CatalogLookups.Places places, @Nullable String number) {
        if (number == null || number.equals("0")) {
            return number == null ? null : "-";
        }
        String name = places.find(number);
        return name == null ? number : name;
    }

    /**
     * An object's number by its name or by the number's own text.
     *
     * @param missing what the error says if there is no such object, such as {@code 42P01:
     *     relation}; empty for null instead
     */
    static @Nullable String number(
            CatalogLookups.Places places,
            @Nullable String kind,
            @Nullable String text,
            @Nullable String missing) {
        if (text == null || kind == null || missing == null) {
            return null;
        }
        if (!missing.isEmpty() && DIGITS.matcher(text).matches()) {
            return text;
        }
        String number = places.find(key(kind, text));
        if (number == null && !missing.isEmpty()) {
            throw new SqlException(
                    state(missing), missing.substring(7) + " \"" + text + "\" does not exist");
        }
        return number;
    }

    private static SqlState state(String missing) {
        return switch (missing.substring(0, 5)) {
            case "42P01" -> SqlState.UNDEFINED_TABLE;
            case "42704" -> SqlState.UNDEFINED_OBJECT;
            case "42883" -> SqlState.UNDEFINED_FUNCTION;
            default -> SqlState.INVALID_SCHEMA_NAME;
        };
    }

    private static String key(String kind, String text) {
        return switch (kind) {
            case "type" -> {
                Matcher brackets = BRACKETS.matcher(text.strip());
                String bare = brackets.replaceFirst("");
                String suffix = bare.length() < text.strip().length() ? "[]" : "";
                yield names(LENGTH.matcher(bare).replaceAll(""), 2) + suffix;
            }
            case "function" -> names(ARGUMENTS.matcher(text).replaceFirst(""), 2);
            case "last name" -> names(text, 1);
            default -> names(text, 2);
        };
    }

    /** The last parts of a name as PostgreSQL reads it: unquoted ones in lower case. */
    private static String names(String text, int most) {
        List<String> parts = new ArrayList<>();
        Matcher part = PART.matcher(text.strip());
        while (part.find()) {
            String found = part.group();
            parts.add(
                    found.startsWith("\"")
                            ? found.substring(1, found.length() - 1).replace("\"\"", "\"")
                            : found.toLowerCase(Locale.ROOT));
        }
        return String.join(
                SEPARATOR, parts.subList(Math.max(0, parts.size() - most), parts.size()));
    }

    /** What {@code format_type} answers: rows are number, element, brackets, words. */
    static @Nullable String type(
            CatalogLookups.Places places, @Nullable String number, @Nullable String modifier) {
        if (number == null || number.equals("0")) {
            return number == null ? null : "-";
        }
        String element = places.find(number, 0);
        String suffix = places.find(number, 1);
        String words = places.find(number, 2);
        if (element == null || words == null) {
            return "???";
        }
        long mod = modifier == null ? -1 : Long.parseLong(modifier);
        return modified(element, words, mod) + (suffix == null ? "" : suffix);
    }

    private static String modified(String element, String words, long mod) {
        if (mod < 0) {
            return words;
        }
        return switch (element) {
            case "1700" -> words + "(" + ((mod - 4) >> 16) + "," + ((mod - 4) & 0xffff) + ")";
            case "1042", "1043" -> words + "(" + (mod - 4) + ")";
            case "1083", "1114", "1184", "1266" ->
                    words.replaceFirst("^(timestamp|time)", "$1(" + mod + ")");
            case "1560", "1562" -> words + "(" + mod + ")";
            default -> words;
        };
    }
}
