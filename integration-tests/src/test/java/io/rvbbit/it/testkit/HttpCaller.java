package io.rvbbit.it.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A client of the HTTP port; what it is answered has to fit the document. Threading: any thread.
 */
public final class HttpCaller {
    public static final ObjectMapper JSON =
            JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

    private static final Duration LONGEST = Duration.ofSeconds(60);

    private final String url;
    private final Map<String, String> headers;
    private final HttpClient client;

    HttpCaller(String url) {
        this(url, Map.of(), HttpClient.newHttpClient());
    }

    private HttpCaller(String url, Map<String, String> headers, HttpClient client) {
        this.url = url;
        this.headers = Map.copyOf(headers);
        this.client = client;
    }

    /** What came back. */
    public record Reply(int status, String body, HttpResponse<String> response) {
        public JsonNode json() {
            try {
                return JSON.readTree(body);
            } catch (JsonProcessingException e) {
                throw new IllegalStateException(body, e);
            }
        }

        /** Empty if there is none of that name. */
        public String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }
    }

    /** The same with a further header on each request. */
    public HttpCaller with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new HttpCaller(url, more, client);
    }

    public Reply get(String path) {
        return send(builder(path).GET());
    }

    public Reply send(String method, String path, String body) {
        return send(builder(path).method(method, HttpRequest.BodyPublishers.ofString(body)));
    }

    /** Runs a query; {@code more} are further keys of the body and their values. */
    public Reply execute(String query, String... more) {
        ObjectNode body = JSON.createObjectNode().put("query", query);
        for (int at = 0; at + 1 < more.length; at += 2) {
            body.put(more[at], more[at + 1]);
        }
        return with("Content-Type", "application/json")
                .send("POST", "/api/sql/execute", body.toString());
    }

    private HttpRequest.Builder builder(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(url + path)).timeout(LONGEST);
        headers.forEach(request::setHeader);
        return request;
    }

    private Reply send(HttpRequest.Builder request) {
        try {
            HttpRequest sent = request.build();
            HttpResponse<String> response = client.send(sent, BodyHandlers.ofString());
            OpenApiContract.check(
                    sent.method(),
                    sent.uri().getPath(),
                    response.statusCode(),
                    response.headers().firstValue("Content-Type").orElse(""),
                    response.body());
            return new Reply(response.statusCode(), response.body(), response);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
