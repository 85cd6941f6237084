package io.rvbbit.rewriter;

/**
 * What quoted text stands for, once its quotes and escapes are resolved.
 *
 * <p>A broken escape stands for itself: the engine reports it, and a guard must still see the rest.
 */
final class Literals {
    private Literals() {}

    static String quotedIdentifier(String text) {
        if (text.startsWith("U") || text.startsWith("u")) {
            return unicodeEscapes(text.substring(3, text.length() - 1).replace("\"\"", "\""));
        }
        return text.substring(1, text.length() - 1).replace("\"\"", "\"");
    }

    static String string(String text) {
        char first = text.charAt(0);
        if (first == '$') {
            int tag = text.indexOf('$', 1) + 1;
            return text.substring(tag, text.length() - tag);
        }
        if (first == '\'') {
            return text.substring(1, text.length() - 1).replace("''", "'");
        }
        int quote = text.indexOf('\'');
        String body = text.substring(quote + 1, text.length() - 1);
        return switch (first) {
            case 'e', 'E' -> backslashEscapes(body);
            case 'u', 'U' -> unicodeEscapes(body.replace("''", "'"));
            default -> body.replace("''", "'");
        };
    }

    private static String backslashEscapes(String body) {
        StringBuilder value = new StringBuilder(body.length());
        int at = 0;
        while (at < body.length()) {
            char character = body.charAt(at++);
            if (character == '\'') {
                // Inside the literal a quote can only stand doubled.
                at++;
                value.append('\'');
            } else if (character != '\\' || at == body.length()) {
                value.append(character);
            } else {
                at = backslashEscape(body, at, value);
            }
        }
        return value.toString();
    }

    private static int backslashEscape(String body, int at, StringBuilder value) {
        char escaped = body.charAt(at);
        return switch (escaped) {
            case 'b' -> plain(value, '\b', at);
            case 'f' -> plain(value, '\f', at);
            case 'n' -> plain(value, '\n', at);
            case 'r' -> plain(value, '\r', at);
            case 't' -> plain(value, '\t', at);
            case 'x' -> coded(body, at + 1, 1, 2, 16, value, at);
            case 'u' -> coded(body, at + 1, 4, 4, 16, value, at);
            case 'U' -> coded(body, at + 1, 8, 8, 16, value, at);
            case '0', '1', '2', '3', '4', '5', '6', '7' -> coded(body, at, 1, 3, 8, value, at);
            default -> plain(value, escaped, at);
        };
    }

    private static int plain(StringBuilder value, char character, int at) {
        value.append(character);
        return at + 1;
    }

    private static int coded(
            String body,
            int from,
            int atLeast,
            int atMost,
            int radix,
            StringBuilder value,
            int at) {
        int end = from;
        int code = 0;
        while (end < body.length()
                && end - from < atMost
                && Character.digit(body.charAt(end), radix) >= 0) {
            code = code * radix + Character.digit(body.charAt(end), radix);
            end++;
        }
        if (end - from < atLeast || !Character.isValidCodePoint(code)) {
            return plain(value, body.charAt(at), at);
        }
        value.appendCodePoint(code);
        return end;
    }

    private static String unicodeEscapes(String body) {
        StringBuilder value = new StringBuilder(body.length());
        int at = 0;
        while (at < body.length()) {
            char character = body.charAt(at++);
            if (character != '\\' || at == body.length()) {
                value.append(character);
            } else if (body.charAt(at) == '+') {
                at = coded(body, at + 1, 6, 6, 16, value, at);
            } else if (body.charAt(at) == '\\') {
                at = plain(value, '\\', at);
            } else {
                at = coded(body, at, 4, 4, 16, value, at);
            }
        }
        return value.toString();
    }
}
