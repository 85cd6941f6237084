package io.rvbbit.tracking;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many tokens of a prompt the endpoint had cached, as its reply tells.
 *
 * <p>Looked for as text, since replies are long and few tell it: within a JSON string each quote
 * has a backslash before it, so no answer can be taken for the key. Threading: immutable.
 */
final class CachedTokens {
    private static final Pattern KEY =
            Pattern.compile("\"cached_tokens\"\\s{0,9}:\\s{0,9}(\\d{1,18})(?![\\d.eE])");

    private CachedTokens() {}

    /** {@code {"cached_tokens": n}}, or an empty object where there are none. */
    static String metadata(String responseJson) {
        Matcher matcher = KEY.matcher(responseJson);
        if (!matcher.find()) {
            return "{}";
        }
        long tokens = Long.parseLong(matcher.group(1));
        return tokens == 0 ? "{}" : "{\"cached_tokens\":" + tokens + "}";
    }
}
