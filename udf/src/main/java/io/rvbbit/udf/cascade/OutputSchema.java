package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.dialect.Dialects;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a cell's answer must look like: a JSON Schema, draft 2020-12.
 *
 * <p>References stay within the schema; nothing is ever fetched. Threading: immutable, any thread.
 */
public final class OutputSchema {
    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDialect(
                    Dialects.getDraft202012(),
                    registry ->
                            registry.schemaLoader(
                                            loader -> loader.allow(OutputSchema::isMetaSchema))
                                    .schemaRegistryConfig(
                                            SchemaRegistryConfig.builder()
                                                    .regularExpressionFactory(new SchemaPatterns())
                                                    .build()));
    private static final int SHOWN_FAULTS = 8;

    private final JsonNode json;
    private final Schema schema;

    private OutputSchema(JsonNode json, Schema schema) {
        this.json = json;
        this.schema = schema;
    }

    private static boolean isMetaSchema(com.networknt.schema.AbsoluteIri iri) {
        return iri.toString().startsWith("https://json-schema.org/draft/2020-12/");
    }

    /**
     * Compiles a schema.
     *
     * @throws IllegalArgumentException in plain words, if it is none
     */
    static OutputSchema of(JsonNode json) {
        if (!json.isObject()) {
            throw new IllegalArgumentException("a JSON Schema is a mapping");
        }
        try {
            Schema meta =
                    REGISTRY.getSchema(
                            com.networknt.schema.SchemaLocation.of(
                                    SpecificationVersion.DRAFT_2020_12.getDialectId()));
            List<Error> faults = meta.validate(json);
            if (!faults.isEmpty()) {
                throw new IllegalArgumentException(text(faults));
            }
            SchemaPatterns.check(json);
            Schema schema = REGISTRY.getSchema(json);
            schema.initializeValidators();
            return new OutputSchema(json.deepCopy(), schema);
        } catch (com.networknt.schema.SchemaException | StackOverflowError e) {
            throw new IllegalArgumentException("not a usable JSON Schema: " + e.getMessage(), e);
        }
    }

    JsonNode json() {
        return json;
    }

    /** The properties of an object answer in their order, name to type; null for other answers. */
    @Nullable Map<String, String> properties() {
        JsonNode properties = json.path("properties");
        boolean object = "object".equals(type(json)) && properties.isObject();
        if (!object || properties.isEmpty()) {
            return null;
        }
        Map<String, String> types = new LinkedHashMap<>();
        properties.properties().forEach(each -> types.put(each.getKey(), type(each.getValue())));
        return Collections.unmodifiableMap(types);
    }

    /** The first type that is not null; of the listed values where no type is said. */
    private static String type(JsonNode schema) {
        JsonNode type = schema.path("type");
        if (type.isTextual()) {
            return type.textValue();
        }
        for (JsonNode each : type) {
            if (!"null".equals(each.asText())) {
                return each.asText();
            }
        }
        JsonNode values = schema.path("enum");
        boolean words = values.isArray() && !values.isEmpty();
        for (JsonNode each : values) {
            words = words && each.isTextual();
        }
        return words ? "string" : "object";
    }

    /** What is wrong with an answer, one line each; empty if it is right. */
    List<String> faults(JsonNode answer) {
        return schema.validate(answer).stream()
                .limit(SHOWN_FAULTS)
                .map(OutputSchema::line)
                .toList();
    }

    private static String line(Error error) {
        String place = error.getInstanceLocation().toString();
        return place.isEmpty() ? error.getMessage() : place + ": " + error.getMessage();
    }

    private static String text(List<Error> faults) {
        return faults.stream()
                .limit(SHOWN_FAULTS)
                .map(OutputSchema::line)
                .collect(Collectors.joining("; "));
    }

    /** Reads a model's text: the first JSON in it that fits, or a bare word, else why none does. */
    Reading read(String text) {
        List<JsonNode> candidates = AnswerJson.candidates(text, "string".equals(type(json)));
        List<String> first = List.of("there is no JSON in the answer");
        for (int i = 0; i < candidates.size(); i++) {
            List<String> faults = faults(candidates.get(i));
            if (faults.isEmpty()) {
                return new Reading(Optional.of(candidates.get(i)), List.of());
            }
            if (i == 0) {
                first = faults;
            }
        }
        Optional<JsonNode> word =
                BareWord.read(text, json).filter(answer -> faults(answer).isEmpty());
        if (word.isPresent()) {
            return new Reading(word, List.of());
        }
        return new Reading(Optional.empty(), first);
    }

    /** {@code faults} is empty exactly if there is an {@code answer}. */
    record Reading(Optional<JsonNode> answer, List<String> faults) {}
}
