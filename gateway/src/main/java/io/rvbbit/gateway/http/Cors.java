package io.rvbbit.gateway.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.List;
import java.util.Map;

/**
 * Which pages of other sites may use the port from a browser; none unless they are configured.
 *
 * <p>Threading: immutable.
 *
 * @see <a href="https://fetch.spec.whatwg.org/#http-cors-protocol">CORS protocol</a>
 */
record Cors(List<String> origins) {
    private static final String HEADERS = "Authorization, Content-Type, X-Request-Id, traceparent";
    private static final String SHOWN =
            "X-Request-Id, " + StreamedAnswer.CALLER + ", " + StreamedAnswer.SESSION;

    Cors {
        origins = List.copyOf(origins);
    }

    /** As browsers write it: scheme, host, and a port that is not the scheme's own. */
    boolean allows(String origin) {
        return origins.contains(origin);
    }

    /** Lets the page read whatever is answered, refusals too. */
    void mark(Exchange exchange) {
        if (origins.isEmpty()) {
            return;
        }
        exchange.onEveryAnswer(HttpHeaderNames.VARY, "Origin");
        String origin = exchange.header(HttpHeaderNames.ORIGIN);
        if (allows(origin)) {
            exchange.onEveryAnswer(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            exchange.onEveryAnswer(HttpHeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS, SHOWN);
        }
    }

    /** Whether a browser asks beforehand if its page may. */
    boolean isAsked(Exchange exchange) {
        return exchange.method().equals(HttpMethod.OPTIONS)
                && allows(exchange.header(HttpHeaderNames.ORIGIN))
                && !exchange.header(HttpHeaderNames.ACCESS_CONTROL_REQUEST_METHOD).isEmpty();
    }

    Answer leave() {
        return new Answer(
                HttpResponseStatus.NO_CONTENT,
                "",
                new byte[0],
                Map.of(
                        HttpHeaderNames.ACCESS_CONTROL_ALLOW_METHODS.toString(),
                        "GET, HEAD, POST",
                        HttpHeaderNames.ACCESS_CONTROL_ALLOW_HEADERS.toString(),
                        HEADERS,
                        HttpHeaderNames.ACCESS_CONTROL_MAX_AGE.toString(),
                        "600"));
    }
}
