package io.rvbbit.gateway.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A request that is answered with an error: its HTTP status, and what the body says of it.
 *
 * <p>A failure that is no {@link SqlException} is our fault: it is logged with its stack, and the
 * client gets XX000 with the reference under which it was logged, nothing else. Threading:
 * immutable.
 */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(Refusal.class);
    private static final HttpResponseStatus MISDIRECTED =
            new HttpResponseStatus(421, "Misdirected Request");

    private final transient HttpResponseStatus status;
    private final SqlException told;
    private final transient Map<String, String> headers;

    private Refusal(HttpResponseStatus status, SqlException told, Map<String, String> headers) {
        super(told.getMessage(), told, false, false);
        this.status = status;
        this.told = told;
        this.headers = Map.copyOf(headers);
    }

    /** A failure as the client is told of it. */
    static Refusal of(Throwable failure) {
        if (failure instanceof Refusal known) {
            return known;
        }
        if (failure instanceof CompletionException && failure.getCause() != null) {
            return of(failure.getCause());
        }
        SqlException told = failure instanceof SqlException sql ? sql : internal(failure);
        return new Refusal(status(told), told, Map.of());
    }

    private static SqlException internal(Throwable failure) {
        String reference = UUID.randomUUID().toString();
        LOG.error("internal error {}", reference, failure);
        return new SqlException(SqlState.INTERNAL_ERROR, "internal error")
                .detail("The server's log has it under " + reference + ".");
    }

    static Refusal notFound(String path) {
        return of(
                HttpResponseStatus.NOT_FOUND,
                SqlState.UNDEFINED_OBJECT,
                "there is nothing at \"" + path + "\"",
                "GET /openapi.json tells what there is");
    }

    static Refusal wrongMethod(String allowed) {
        return new Refusal(
                HttpResponseStatus.METHOD_NOT_ALLOWED,
                new SqlException(SqlState.PROTOCOL_VIOLATION, "this takes " + allowed + " only"),
                Map.of("Allow", allowed));
    }

    static Refusal wrongHost(String host) {
        return of(
                MISDIRECTED,
                SqlState.INSUFFICIENT_PRIVILEGE,
                "this server is not \"" + host + "\"",
                "use 127.0.0.1 or localhost, or add the name to http-hosts");
    }

    static Refusal foreignOrigin(String origin) {
        return of(
                HttpResponseStatus.FORBIDDEN,
                SqlState.INSUFFICIENT_PRIVILEGE,
                "requests from pages of \"" + origin + "\" are refused",
                "send them from your own server");
    }

    static Refusal wrongContentType() {
        return of(
                HttpResponseStatus.UNSUPPORTED_MEDIA_TYPE,
                SqlState.PROTOCOL_VIOLATION,
                "the body has to be JSON",
                "send Content-Type: application/json");
    }

    static Refusal tooLarge(long mostBytes) {
        return of(
                HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE,
                SqlState.PROGRAM_LIMIT_EXCEEDED,
                "the request has more than " + mostBytes + " bytes",
                "http-max-request sets the limit");
    }

    static Refusal tooSlow(Duration patience) {
        return of(
                HttpResponseStatus.REQUEST_TIMEOUT,
                SqlState.PROTOCOL_VIOLATION,
                "the request was not complete after " + patience.toMillis() / 1e3 + " seconds",
                "http-client-timeout sets the limit");
    }

    static Refusal tooManyConnections(int most) {
        return of(
                HttpResponseStatus.SERVICE_UNAVAILABLE,
                SqlState.TOO_MANY_CONNECTIONS,
                "too many HTTP connections",
                "http-max-connections is " + most);
    }

    static Refusal malformed(HttpResponseStatus status, String what) {
        return of(status, SqlState.PROTOCOL_VIOLATION, what, "");
    }

    static Refusal badRequest(String what, String hint) {
        return of(HttpResponseStatus.BAD_REQUEST, SqlState.INVALID_PARAMETER_VALUE, what, hint);
    }

    static Refusal missing(SqlState state, String what, String hint) {
        return of(HttpResponseStatus.NOT_FOUND, state, what, hint);
    }

    static Refusal conflict(String what, String hint) {
        return of(HttpResponseStatus.CONFLICT, SqlState.OBJECT_IN_USE, what, hint);
    }

    private static Refusal of(
            HttpResponseStatus status, SqlState state, String message, String hint) {
        SqlException told = new SqlException(state, message);
        return new Refusal(status, hint.isEmpty() ? told : told.hint(hint), Map.of());
    }

    /** The same with a further header. */
    Refusal with(String name, String value) {
        return new Refusal(status, told, Map.of(name, value));
    }

    private static HttpResponseStatus status(SqlException told) {
        String code = told.state().code();
        return switch (told.state()) {
            case QUERY_CANCELED ->
                    String.valueOf(told.getMessage()).contains("timeout")
                            ? HttpResponseStatus.GATEWAY_TIMEOUT
                            : HttpResponseStatus.CONFLICT;
            case INSUFFICIENT_PRIVILEGE -> HttpResponseStatus.FORBIDDEN;
            case CONFIGURATION_LIMIT_EXCEEDED -> HttpResponseStatus.PAYMENT_REQUIRED;
            case EXTERNAL_ROUTINE -> HttpResponseStatus.BAD_GATEWAY;
            case OBJECT_IN_USE, SERIALIZATION_FAILURE, LOCK_NOT_AVAILABLE ->
                    HttpResponseStatus.CONFLICT;
            case INTERNAL_ERROR, IO_ERROR -> HttpResponseStatus.INTERNAL_SERVER_ERROR;
            default -> {
                if (code.startsWith("28")) {
                    yield HttpResponseStatus.UNAUTHORIZED;
                }
                yield code.startsWith("53") || code.startsWith("57")
                        ? HttpResponseStatus.SERVICE_UNAVAILABLE
                        : HttpResponseStatus.BAD_REQUEST;
            }
        };
    }

    /** What a body says of it; no stack, no secret. */
    ObjectNode json(String requestId) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("success", false);
        json.put("error", String.valueOf(told.getMessage()));
        json.put("sqlstate", told.state().code());
        if (told.position() > 0) {
            json.put("position", told.position());
        } else {
            json.putNull("position");
        }
        json.put("hint", told.hint().orElse(null));
        told.detail().ifPresent(detail -> json.put("detail", detail));
        told.context().ifPresent(context -> json.put("context", context));
        json.put("request_id", requestId);
        return json;
    }

    Answer answer(ObjectNode json) {
        Answer answer = Answer.json(status, json);
        for (Map.Entry<String, String> header : headers.entrySet()) {
            answer = answer.with(header.getKey(), header.getValue());
        }
        return answer;
    }

    Answer answer(String requestId) {
        return answer(json(requestId));
    }
}
