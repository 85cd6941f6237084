package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.udf.cascade.Cell.HttpCell;
import io.rvbbit.udf.cascade.Cell.HttpCell.HeaderValue;
import io.rvbbit.udf.cascade.Cell.PlacedTemplate;
import io.rvbbit.udf.llm.Sleeper;
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
 * Runs a {@code http} cell: {@code {status, headers, json, body}}, of which json or body is null.
 *
 * <p>What passes (no connection, too slow, 408, 429, 5xx) is tried again as the cell's {@code
 * retry} says; a variable that headers may not name is the statement's fault. The books have the
 * request with the variables' names in the place of their values. Threading: any thread.
 */
final class HttpStep {
    static final String TOOL = "http";

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final WebClient client;
    private final ToolBooks books;
    private final Sleeper sleeper;

    HttpStep(WebClient client, ToolBooks books, Sleeper sleeper) {
        this.client = client;
        this.books = books;
        this.sleeper = sleeper;
    }

    JsonNode run(HttpCell cell, CellRun run) throws InterruptedException {
        RunNames names = run.names();
        WebAccess access = client.access();
        ObjectNode given = JSON.objectNode();
        given.put("method", cell.method().name());
        String url = Rendering.of(cell, cell.place(), () -> cell.url().render(names.forPrompt()));
        given.put("url", url);
        ObjectNode shown = given.putObject("headers");
        Map<String, String> headers = new LinkedHashMap<>();
        for (Map.Entry<String, HeaderValue> each : cell.headers().entrySet()) {
            HeaderValue value = each.getValue();
            PlacedTemplate template = value.template();
            if (template == null) {
                headers.put(each.getKey(), value.prefix() + secret(cell, value.env(), access));
                shown.put(each.getKey(), value.prefix() + "<" + value.env() + ">");
            } else {
                String text = oneLine(cell, template, names);
                headers.put(each.getKey(), text);
                shown.put(each.getKey(), text);
            }
        }
        String body = body(cell, names);
        if (!body.isEmpty()) {
            given.put("body", body);
        }
        WebRequest request =
                new WebRequest(
                        cell.method().name(),
                        uri(cell, url),
                        headers,
                        body,
                        shorter(cell.timeout(), access.timeout()),
                        Math.min(
                                cell.maxBytes() == null ? access.maxBytes() : cell.maxBytes(),
                                access.maxBytes()));
        int attempts = Math.max(1, cell.retry().maxAttempts());
        for (int attempt = 1; ; attempt++) {
            try {
                return books.booked(run, cell.name(), TOOL, given, () -> answer(cell, request));
            } catch (RowFailure failure) {
                if (!failure.isPassing() || attempt >= attempts) {
                    throw failure;
                }
                Duration wait = cell.retry().waitAfter(attempt);
                run.log().retrying(wait, String.valueOf(failure.getMessage()));
                sleeper.sleep(wait);
            }
        }
    }

    private ToolBooks.Result answer(HttpCell cell, WebRequest request) throws InterruptedException {
        try {
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
        } catch (WebFailure failure) {
            String message =
                    cell.place()
                            .located(
                                    cell.name(),
                                    1,
                                    request.uri().getScheme()
                                            + "://"
                                            + request.uri().getAuthority()
                                            + " "
                                            + failure.getMessage());
            throw RowFailure.ofTool(message, failure.isPassing());
        }
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

    private static String secret(HttpCell cell, String name, WebAccess access) {
        if (!access.named().contains(name)) {
            throw new SqlException(
                            SqlState.INSUFFICIENT_PRIVILEGE,
                            cell.place()
                                    .located(
                                            cell.name(),
                                            1,
                                            "no header may name the variable "
                                                    + Names.quoted(name)))
                    .hint("add it to http-tool-env of the server's configuration");
        }
        String value = access.secrets().get(name);
        if (value == null) {
            throw new SqlException(
                    SqlState.INVALID_PARAMETER_VALUE,
                    cell.place()
                            .located(
                                    cell.name(),
                                    1,
                                    "the server has no variable " + Names.quoted(name)));
        }
        return value;
    }

    private static String oneLine(HttpCell cell, PlacedTemplate template, RunNames names)
            throws InterruptedException {
        String text =
                Rendering.of(
                        cell,
                        template.place(),
                        () -> template.template().render(names.forPrompt()));
        if (text.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
            throw new RowFailure(
                    "value",
                    SqlState.INVALID_PARAMETER_VALUE,
                    template.place().located(cell.name(), 1, "a header is one line"));
        }
        return text;
    }

    private static String body(HttpCell cell, RunNames names) throws InterruptedException {
        PlacedTemplate body = cell.body();
        return body == null
                ? ""
                : Rendering.of(cell, body.place(), () -> body.template().render(names.forPrompt()));
    }

    private static URI uri(HttpCell cell, String url) {
        try {
            URI uri = new URI(url);
            if (uri.getHost() == null || uri.getUserInfo() != null) {
                // Not shown: it may hold a password.
                throw new RowFailure(
                        "value",
                        SqlState.INVALID_PARAMETER_VALUE,
                        cell.place()
                                .located(
                                        cell.name(),
                                        1,
                                        "the URL needs a host, and no user within"));
            }
            return uri;
        } catch (URISyntaxException e) {
            throw new RowFailure(
                    "value",
                    SqlState.INVALID_PARAMETER_VALUE,
                    cell.place().located(cell.name(), 1, "this is no URL: " + e.getReason()),
                    "{{ x | urlencode }} makes a part of a URL of any text");
        }
    }

    private static Duration shorter(@Nullable Duration one, Duration other) {
        return one == null || other.compareTo(one) < 0 ? other : one;
    }
}
