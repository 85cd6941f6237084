package io.rvbbit.gateway.http;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Lines of comma-separated values: NULL is nothing, an empty text is {@code ""}.
 *
 * <p>Threading: stateless.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc4180">RFC 4180</a>
 */
final class Csv {
    private Csv() {}

    /** Adds a field and the comma behind it. */
    static void append(StringBuilder line, @Nullable String value) {
        if (value == null) {
            line.append(',');
            return;
        }
        boolean quoted =
                value.isEmpty()
                        || value.chars()
                                .anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        if (quoted) {
            line.append('"').append(value.replace("\"", "\"\"")).append("\",");
        } else {
            line.append(value).append(',');
        }
    }

    /** The line with its last comma replaced by its end. */
    static byte[] ended(StringBuilder line) {
        line.setLength(Math.max(0, line.length() - 1));
        return line.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
    }
}
