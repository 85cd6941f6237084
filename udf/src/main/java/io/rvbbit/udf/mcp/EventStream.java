package io.rvbbit.udf.mcp;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The data of server-sent events, one after the other. Threading: one thread.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">Server-sent
 *     events</a>
 */
final class EventStream {
    private final InputStream in;
    private final int maxBytes;

    /** {@code maxBytes} of one event. */
    EventStream(InputStream in, int maxBytes) {
        this.in = new BufferedInputStream(in);
        this.maxBytes = maxBytes;
    }

    /**
     * The next event's data, its lines joined; null at the end.
     *
     * @throws McpFailure if it is too long
     */
    @Nullable String next() throws IOException, McpFailure {
        StringBuilder data = new StringBuilder();
        boolean any = false;
        for (String line = line(); line != null; line = line()) {
            if (line.isEmpty() && any) {
                return data.toString();
            }
            if (line.startsWith("data:")) {
                String value = line.substring(line.startsWith("data: ") ? 6 : 5);
                data.append(any ? "\n" : "").append(value);
                any = true;
            }
            if (data.length() > maxBytes) {
                throw tooLong();
            }
        }
        return null;
    }

    private @Nullable String line() throws IOException, McpFailure {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                return null;
            }
            if (bytes.size() >= maxBytes) {
                throw tooLong();
            }
            if (next != '\r') {
                bytes.write(next);
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private McpFailure tooLong() {
        return new McpFailure("answered with more than " + maxBytes + " bytes", false);
    }
}
