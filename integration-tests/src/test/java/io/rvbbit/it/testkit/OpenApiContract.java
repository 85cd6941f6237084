package io.rvbbit.it.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Holds each answer against what the OpenAPI document says of its request. Threading: any thread.
 */
public final class OpenApiContract {
    private static final String ERROR = "#/components/schemas/Error";
    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDialect(Dialects.getDraft202012());
    private static final JsonNode DOCUMENT = read();
    private static final Map<String, Schema> SCHEMAS = new ConcurrentHashMap<>();

    private OpenApiContract() {}

    private static JsonNode read() {
        try (InputStream in =
                OpenApiContract.class.getResourceAsStream("/io/rvbbit/gateway/http/openapi.json")) {
            return HttpCaller.JSON.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void check(String method, String path, int status, String type, String body) {
        if (method.equals("HEAD")) {
            return;
        }
        String media = type.split(";", 2)[0].strip();
        Optional<JsonNode> response = response(method, path, Integer.toString(status));
        if (response.isEmpty()) {
            // Nothing of it stands in the document, so it has to be refused as everything is.
            assertThat(status).as("%s %s", method, path).isGreaterThanOrEqualTo(400);
            fits(ERROR, body);
            return;
        }
        JsonNode schema = response.get().path("content").path(media).path("schema");
        assertThat(schema.isObject())
                .as("%s %s answers %s with %s, which is documented", method, path, status, type)
                .isTrue();
        if (media.equals("application/x-ndjson")) {
            lastLineFits(body);
        } else if (schema.has("$ref")) {
            fits(schema.path("$ref").textValue(), body);
        }
    }

    static void checkError(String body) {
        fits(ERROR, body);
    }

    private static Optional<JsonNode> response(String method, String path, String status) {
        for (Map.Entry<String, JsonNode> entry : DOCUMENT.path("paths").properties()) {
            String pattern =
                    Pattern.compile("\\{\\w+}").matcher(entry.getKey()).replaceAll("[^/]+");
            if (path.matches(pattern)) {
                JsonNode responses =
                        entry.getValue().path(method.toLowerCase(Locale.ROOT)).path("responses");
                JsonNode response =
                        responses.has(status) ? responses.path(status) : responses.path("default");
                String reference = response.path("$ref").asText("");
                return Optional.of(reference.isEmpty() ? response : resolved(reference))
                        .filter(JsonNode::isObject);
            }
        }
        return Optional.empty();
    }

    private static JsonNode resolved(String reference) {
        return DOCUMENT.at(reference.substring(1));
    }

    private static void lastLineFits(String body) {
        JsonNode last = json(body.substring(body.stripTrailing().lastIndexOf('\n') + 1));
        if (last.has("error")) {
            fits(ERROR, last.path("error").toString());
        } else {
            fits("#/components/schemas/Summary", last.path("summary").toString());
        }
    }

    private static void fits(String reference, String body) {
        JsonNode json = json(body);
        Schema schema =
                SCHEMAS.computeIfAbsent(
                        reference,
                        wanted -> {
                            ObjectNode root = DOCUMENT.deepCopy();
                            root.put("$ref", wanted);
                            return REGISTRY.getSchema(root);
                        });
        assertThat(schema.validate(json)).as("%s: %s", reference, json).isEmpty();
    }

    private static JsonNode json(String text) {
        try {
            return HttpCaller.JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError("no JSON: " + text, e);
        }
    }
}
