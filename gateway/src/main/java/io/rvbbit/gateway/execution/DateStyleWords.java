package io.rvbbit.gateway.execution;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.util.Locale;

/** The words that {@code SET datestyle} takes. Threading: stateless. */
final class DateStyleWords {
    private DateStyleWords() {}

    /**
     * The value in PostgreSQL's spelling; what the words leave open stays as it is.
     *
     * @throws SqlException 22023 for an unknown word, or two of which one denies the other
     */
    static String applied(String current, String initial, String value) {
        String form = "";
        String order = "";
        for (String word : value.split(",", -1)) {
            String upper = word.strip().toUpperCase(Locale.ROOT);
            String saysForm = form(upper);
            String saysOrder = order(upper);
            if (upper.equals("DEFAULT")) {
                saysForm = form.isEmpty() ? part(initial, 0) : "";
                saysOrder = order.isEmpty() ? part(initial, 1) : "";
            } else if (saysForm.isEmpty() && saysOrder.isEmpty()) {
                throw wrong(value).detail("Unrecognized key word: \"" + word.strip() + "\".");
            } else if (denies(form, saysForm) || denies(order, saysOrder)) {
                throw wrong(value).detail("Conflicting \"datestyle\" specifications.");
            }
            form = saysForm.isEmpty() ? form : saysForm;
            order = saysOrder.isEmpty() ? order : saysOrder;
        }
        if (order.isEmpty()) {
            order = form.equals("German") ? "DMY" : part(current, 1);
        }
        return (form.isEmpty() ? part(current, 0) : form) + ", " + order;
    }

    private static String form(String word) {
        if (word.startsWith("POSTGRES")) {
            return "Postgres";
        }
        return switch (word) {
            case "ISO", "SQL" -> word;
            case "GERMAN" -> "German";
            default -> "";
        };
    }

    private static String order(String word) {
        if (word.startsWith("EURO")) {
            return "DMY";
        }
        if (word.startsWith("NONEURO") || word.equals("US")) {
            return "MDY";
        }
        return switch (word) {
            case "MDY", "DMY", "YMD" -> word;
            default -> "";
        };
    }

    private static boolean denies(String before, String now) {
        return !before.isEmpty() && !now.isEmpty() && !before.equals(now);
    }

    private static String part(String style, int index) {
        return style.split(", ", -1)[index];
    }

    private static SqlException wrong(String value) {
        return new SqlException(
                        SqlState.INVALID_PARAMETER_VALUE,
                        "invalid value for parameter \"DateStyle\": \"" + value + "\"")
                .hint("expected ISO, SQL, Postgres or German, and MDY, DMY or YMD");
    }
}
