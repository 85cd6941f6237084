package io.rvbbit.gateway.dialect;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** PostgreSQL's regular expressions in the engine's and in Java's words. Threading: stateless. */
final class PgRegex {
    private PgRegex() {}

    /** Word boundaries are written {@code \m}, {@code \M} and {@code \y} there. */
    static String translated(String pattern) {
        if (pattern.indexOf('\\') < 0) {
            return pattern;
        }
        StringBuilder out = new StringBuilder(pattern.length() + 4);
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c != '\\' || i + 1 == pattern.length()) {
                out.append(c);
                continue;
            }
            char next = pattern.charAt(++i);
            switch (next) {
                case 'm', 'M', 'y' -> out.append("\\b");
                case 'Y' -> out.append("\\B");
                case 'Z' -> out.append("\\z");
                default -> out.append('\\').append(next);
            }
        }
        return out.toString();
    }

    /** The pattern of SIMILAR TO as a regular expression for the whole value. */
    static String similar(String pattern, char escape) {
        StringBuilder out = new StringBuilder("(?s:");
        boolean inClass = false;
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c == escape && i + 1 < pattern.length()) {
                out.append('\\').append(pattern.charAt(++i));
            } else if (inClass) {
                inClass = c != ']';
                out.append(c);
            } else {
                inClass = c == '[';
                switch (c) {
                    case '%' -> out.append(".*");
                    case '_' -> out.append('.');
                    case '.', '^', '$', '\\' -> out.append('\\').append(c);
                    default -> out.append(c);
                }
            }
        }
        return out.append(')').toString();
    }

    /** The first group if there is one, else the whole match. */
    static @Nullable String substring(String text, String pattern) {
        Matcher matcher = compiled(pattern, "").matcher(text);
        if (!matcher.find()) {
            return null;
        }
        return matcher.groupCount() > 0 ? matcher.group(1) : matcher.group();
    }

    static @Nullable String whole(String text, String pattern) {
        Matcher matcher = compiled(pattern, "").matcher(text);
        return matcher.find() ? matcher.group() : null;
    }

    /** What stands between {@code escape "} and {@code escape "}. */
    static @Nullable String similarPart(String text, String pattern, String escape) {
        String mark = escape + "\"";
        String[] parts = pattern.split(Pattern.quote(mark), -1);
        if (parts.length != 3 || escape.length() != 1) {
            throw DialectFunctions.invalid("SQL regular expression needs two " + mark);
        }
        char character = escape.charAt(0);
        String regex =
                similar(parts[0], character).replace(".*", ".*?")
                        + "("
                        + similar(parts[1], character)
                        + ")"
                        + similar(parts[2], character);
        Matcher matcher = Pattern.compile(regex).matcher(text);
        return matcher.matches() ? matcher.group(1) : null;
    }

    /** The first match, or each with the flag g, replaced; {@code \1} and {@code \&} are parts. */
    static String replace(String text, String pattern, String replacement, String flags) {
        Matcher matcher = compiled(pattern, flags).matcher(text);
        StringBuilder out = new StringBuilder(text.length() + 16);
        boolean all = flags.indexOf('g') >= 0;
        int copied = 0;
        while (matcher.find()) {
            out.append(text, copied, matcher.start());
            fill(matcher, replacement, out);
            copied = matcher.end();
            if (!all) {
                break;
            }
        }
        return out.append(text, copied, text.length()).toString();
    }

    private static void fill(Matcher matcher, String replacement, StringBuilder out) {
        for (int i = 0; i < replacement.length(); i++) {
            char c = replacement.charAt(i);
            if (c != '\\' || i + 1 == replacement.length()) {
                out.append(c);
                continue;
            }
            char next = replacement.charAt(++i);
            if (next == '&') {
                out.append(matcher.group());
            } else if (next >= '0' && next <= '9') {
                int group = next - '0';
                String part = group <= matcher.groupCount() ? matcher.group(group) : null;
                out.append(part == null ? "" : part);
            } else {
                out.append(next);
            }
        }
    }

    /** A JSON array of the groups of the first match. */
    static @Nullable String match(String text, String pattern, String flags) {
        Matcher matcher = compiled(pattern, flags).matcher(text);
        return matcher.find() ? groups(matcher).toString() : null;
    }

    /** A JSON array of the groups of each match. */
    static String matches(String text, String pattern, String flags) {
        Matcher matcher = compiled(pattern, flags).matcher(text);
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        while (matcher.find()) {
            all.add(groups(matcher));
            if (flags.indexOf('g') < 0) {
                break;
            }
        }
        return all.toString();
    }

    private static ArrayNode groups(Matcher matcher) {
        ArrayNode groups = JsonNodeFactory.instance.arrayNode();
        if (matcher.groupCount() == 0) {
            groups.add(matcher.group());
        }
        for (int i = 1; i <= matcher.groupCount(); i++) {
            groups.add(matcher.group(i));
        }
        return groups;
    }

    private static Pattern compiled(String pattern, String flags) {
        int mode = 0;
        for (int i = 0; i < flags.length(); i++) {
            switch (flags.charAt(i)) {
                case 'i' -> mode |= Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE;
                case 'g', 'c', 's' -> {}
                case 'n', 'm' -> mode |= Pattern.MULTILINE;
                case 'x' -> mode |= Pattern.COMMENTS;
                default ->
                        throw DialectFunctions.invalid(
                                "invalid regular expression option: \"" + flags.charAt(i) + "\"");
            }
        }
        try {
            return Pattern.compile(translated(pattern), mode | Pattern.DOTALL);
        } catch (PatternSyntaxException fault) {
            throw new SqlException(
                    SqlState.INVALID_PARAMETER_VALUE,
                    "invalid regular expression: " + fault.getDescription(),
                    fault);
        }
    }
}
