package io.rvbbit.udf.web;

import java.net.URI;
import java.time.Duration;
import java.util.Map;

/**
 * One request.
 *
 * @param headers secrets included
 * @param body empty for none
 * @param timeout with redirects
 */
public record WebRequest(
        String method,
        URI uri,
        Map<String, String> headers,
        String body,
        Duration timeout,
        int maxBytes) {
    public WebRequest {
        headers = Map.copyOf(headers);
    }

    /** Goes on at another place: what was meant for one origin is not shown to another. */
    WebRequest redirected(URI next, boolean sameOrigin, boolean asGet) {
        boolean head = method.equals("HEAD");
        return new WebRequest(
                asGet && !head ? "GET" : method,
                next,
                sameOrigin ? headers : Map.of(),
                asGet ? "" : body,
                timeout,
                maxBytes);
    }

    /** Without headers and body. */
    @Override
    public String toString() {
        return method + " " + uri;
    }
}
