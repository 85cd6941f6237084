package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.udf.cascade.Cell.HttpCell.HeaderValue;
import io.rvbbit.udf.cascade.Cell.PlacedTemplate;
import io.rvbbit.udf.web.WebAccess;
import io.rvbbit.udf.web.WebClient;
import io.rvbbit.udf.web.WebFailure;
import io.rvbbit.udf.web.WebRequest;
import io.rvbbit.udf.web.WebResponse;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What HTTP requests of cells and of models have in common: their headers and bounds, and what is
 * made of an answer. Threading: any thread.
 */
record HttpRequests(WebClient client) {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /**
     * Rendered headers.
     *
     * @param sent with secrets
     * @param shown with the names of variables in the place of their values
     */
    record Headers(Map<String, String> sent, ObjectNode shown) {}

    /**
     * Renders headers; {@code place}: where faults of variables are.
     *
     * @throws SqlException for a variable that headers may not name, or that is not there
     */
    Headers headers(Map<String, HeaderValue> declared, Cell cell, CellPlace place, RunNames names)
            throws InterruptedException {
        Headers headers = new Headers(new LinkedHashMap<>(), JSON.objectNode());
        for (Map.Entry<String, HeaderValue> each : declared.entrySet()) {
            HeaderValue value = each.getValue();
            PlacedTemplate template = value.template();
            if (template == null) {
                String secret = secret(cell, place, value.env());
                headers.sent().put(each.getKey(), value.prefix() + secret);
                headers.shown().put(each.getKey(), value.prefix() + "<" + value.env() + ">");
            } else {
                String text = oneLine(cell, template, names);
                headers.sent().put(each.getKey(), text);
                headers.shown().put(each.getKey(), text);
            }
        }
        return headers;
    }

    /** A request within the server's bounds and its own; null leaves one to the server. */
    WebRequest request(
            String method,
            URI uri,
            Map<String, String> headers,
            String body,
            @Nullable Duration timeout,
            @Nullable Integer maxBytes) {
        WebAccess access = client.access();
        int most = maxBytes == null ? access.maxBytes() : Math.min(maxBytes, access.maxBytes());
        return new WebRequest(method, uri, headers, body, shorter(timeout, access.timeout()), most);
    }

    /** {@code {status, headers, json, body}}; the books keep the status and the length. */
    ToolBooks.Result answer(WebRequest request) throws WebFailure, InterruptedException {
        WebResponse response = client.send(request);
        ObjectNode output = JSON.objectNode();
        output.put("status", response.status());
        ObjectNode headers = output.putObject("headers");
        response.headers().forEach(headers::put);
        JsonNode json = json(response);
        output.set("json", json);
        output.put("body", json.isNull() ? response.body() : null);
        ObjectNode kept = JSON.objectNode();
        kept.put("status", response.status());
        kept.put("characters", response.body().length());
        return new ToolBooks.Result(output, kept);
    }

    /** What went wrong and where, without path and query. */
    static String told(WebRequest request, WebFailure failure) {
        URI uri = request.uri();
        return uri.getScheme() + "://" + uri.getAuthority() + " " + failure.getMessage();
    }

    private static JsonNode json(WebResponse response) {
        if (!response.headers().getOrDefault("content-type", "").contains("json")) {
            return JSON.nullNode();
        }
        try {
            return AnswerJson.MAPPER.readTree(response.body());
        } catch (JsonProcessingException e) {
            return JSON.nullNode();
        }
    }

    private String secret(Cell cell, CellPlace place, String name) {
        WebAccess access = client.access();
        if (!access.named().contains(name)) {
            String fault = "no header may name the variable " + Names.quoted(name);
            throw new SqlException(
                            SqlState.INSUFFICIENT_PRIVILEGE, place.located(cell.name(), 1, fault))
                    .hint("add it to http-tool-env of the server's configuration");
        }
        String value = access.secrets().get(name);
        if (value == null) {
            String fault = "the server has no variable " + Names.quoted(name);
            throw new SqlException(
                    SqlState.INVALID_PARAMETER_VALUE, place.located(cell.name(), 1, fault));
        }
        return value;
    }

    private static String oneLine(Cell cell, PlacedTemplate template, RunNames names)
            throws InterruptedException {
        String text =
                Rendering.of(
                        cell,
                        template.place(),
                        () -> template.template().render(names.forPrompt()));
        if (text.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
            throw ofValue(template.place().located(cell.name(), 1, "a header is one line"), "");
        }
        return text;
    }

    /** A rendered URL; {@code place}: where its template is. */
    static URI uri(Cell cell, CellPlace place, String url) {
        try {
            URI uri = new URI(url);
            if (uri.getHost() == null || uri.getUserInfo() != null) {
                // Not shown: it may hold a password.
                String fault = "the URL needs a host, and no user within";
                throw ofValue(place.located(cell.name(), 1, fault), "");
            }
            return uri;
        } catch (URISyntaxException e) {
            throw ofValue(
                    place.located(cell.name(), 1, "this is no URL: " + e.getReason()),
                    "{{ x | urlencode }} makes a part of a URL of any text");
        }
    }

    private static RowFailure ofValue(String message, String hint) {
        return new RowFailure("value", SqlState.INVALID_PARAMETER_VALUE, message, hint);
    }

    private static Duration shorter(@Nullable Duration one, Duration other) {
        return one == null || other.compareTo(one) < 0 ? other : one;
    }
}
