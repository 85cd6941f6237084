package io.rvbbit.gateway.engine;

import io.rvbbit.rewriter.NearestName;
import io.rvbbit.rewriter.SqlState;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * SQLSTATE, message and hint for one fault, decided by a table of what DuckDB says.
 *
 * <p>Threading: immutable.
 */
record ErrorWording(SqlState state, String message, String hint) {

    static ErrorWording of(DuckDbFault fault) {
        for (ErrorRules.Rule rule : ErrorRules.ALL) {
            if (rule.kind().isEmpty() || rule.kind().equals(fault.kind())) {
                Matcher matcher = rule.pattern().matcher(fault.message());
                if (matcher.matches()) {
                    String words = rule.words();
                    String message =
                            words == null
                                    ? startingLower(fault.message())
                                    : filled(words, matcher.toMatchResult());
                    return new ErrorWording(rule.state(), message, hint(fault));
                }
            }
        }
        return new ErrorWording(
                SqlState.INTERNAL_ERROR, startingLower(fault.message()), hint(fault));
    }

    private static String filled(String words, MatchResult match) {
        String message = words;
        for (int i = 1; i <= match.groupCount(); i++) {
            String value = match.group(i);
            message = message.replace("$" + i, value == null ? "" : typeWord(value));
        }
        return message;
    }

    // DuckDB's internal names of integer types, in the words that its SQL uses.
    private static String typeWord(String value) {
        return switch (value) {
            case "INT8" -> "tinyint";
            case "INT16" -> "smallint";
            case "INT32" -> "integer";
            case "INT64" -> "bigint";
            case "INT128" -> "hugeint";
            case "BOOL" -> "boolean";
            case "UINT8" -> "utinyint";
            case "UINT16" -> "usmallint";
            case "UINT32" -> "uinteger";
            case "UINT64" -> "ubigint";
            case "View", "Table", "Index", "Sequence" -> value.toLowerCase(Locale.ROOT);
            default -> value;
        };
    }

    private static final Pattern SUGGESTION =
            Pattern.compile(
                    "(?:Did you mean|Candidate bindings|Candidate tables|Possible matches)[:\\s]*(?<names>.+?)\\??\\s*(?:\n|$)");

    private static String hint(DuckDbFault fault) {
        if (fault.kind().equals("INTERRUPT")) {
            return "run the statement again to see the reason";
        }
        if (fault.subtype().equals("NO_MATCHING_FUNCTION") && !fault.candidates().isEmpty()) {
            return "candidates: " + fault.candidates() + "; or add explicit type casts";
        }
        Matcher suggestion = SUGGESTION.matcher(fault.message());
        if (suggestion.find()) {
            String names = suggestion.group("names").replace("\"", "");
            return fault.name().isEmpty() ? "did you mean " + names + "?" : near(fault, names);
        }
        return "";
    }

    /** DuckDB suggests something for every name, however far away it is. */
    private static String near(DuckDbFault fault, String names) {
        return NearestName.of(fault.name(), List.of(names.split(",\\s*| or ", -1)))
                .map(name -> "did you mean \"" + name + "\"?")
                .orElse("");
    }

    private static String startingLower(String message) {
        boolean word = message.length() > 1 && Character.isLowerCase(message.charAt(1));
        return word ? Character.toLowerCase(message.charAt(0)) + message.substring(1) : message;
    }
}
