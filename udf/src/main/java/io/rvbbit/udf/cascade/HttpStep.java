package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.udf.cascade.Cell.HttpCell;
import io.rvbbit.udf.cascade.Cell.PlacedTemplate;
import io.rvbbit.udf.llm.Sleeper;
import io.rvbbit.udf.web.WebClient;
import io.rvbbit.udf.web.WebFailure;
import io.rvbbit.udf.web.WebRequest;
import java.time.Duration;

/**
 * Runs a {@code http} cell: {@code {status, headers, json, body}}, of which json or body is null.
 *
 * <p>What passes (no connection, too slow, 408, 429, 5xx) is tried again as the cell's {@code
 * retry} says; a variable that headers may not name is the statement's fault. The books have the
 * request with the variables' names in the place of their values. Threading: any thread.
 */
final class HttpStep {
    static final String TOOL = "http";

    private final HttpRequests requests;
    private final ToolBooks books;
    private final Sleeper sleeper;

    HttpStep(WebClient client, ToolBooks books, Sleeper sleeper) {
        this.requests = new HttpRequests(client);
        this.books = books;
        this.sleeper = sleeper;
    }

    JsonNode run(HttpCell cell, CellRun run) throws InterruptedException {
        RunNames names = run.names();
        ObjectNode given = JsonNodeFactory.instance.objectNode();
        given.put("method", cell.method().name());
        String url = Rendering.of(cell, cell.place(), () -> cell.url().render(names.forPrompt()));
        given.put("url", url);
        HttpRequests.Headers headers = requests.headers(cell.headers(), cell, cell.place(), names);
        given.set("headers", headers.shown());
        String body = body(cell, names);
        if (!body.isEmpty()) {
            given.put("body", body);
        }
        WebRequest request =
                requests.request(
                        cell.method().name(),
                        HttpRequests.uri(cell, cell.place(), url),
                        headers.sent(),
                        body,
                        null,
                        cell.maxBytes());
        int attempts = cell.retry().tries();
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
            return requests.answer(request);
        } catch (WebFailure failure) {
            String told = HttpRequests.told(request, failure);
            throw RowFailure.ofTool(
                    cell.place().located(cell.name(), 1, told), failure.isPassing());
        }
    }

    private static String body(HttpCell cell, RunNames names) throws InterruptedException {
        PlacedTemplate body = cell.body();
        return body == null
                ? ""
                : Rendering.of(cell, body.place(), () -> body.template().render(names.forPrompt()));
    }
}
