package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.udf.cascade.SourceNode.Entry;
import io.rvbbit.udf.cascade.SourceNode.Place;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads JSON with the place of everything; the same bounds as {@link YamlSource}. */
final class JsonSource {
    private final SourceFile file;
    private final JsonParser parser;
    private int nodes;

    private JsonSource(SourceFile file, JsonParser parser) {
        this.file = file;
        this.parser = parser;
    }

    static SourceNode read(SourceFile file, String text) {
        try (JsonParser parser = AnswerJson.MAPPER.createParser(text)) {
            JsonSource source = new JsonSource(file, parser);
            SourceNode root = source.convert(parser.nextToken(), 0);
            if (parser.nextToken() != null) {
                throw file.wrong(source.place(), "more than one JSON value");
            }
            return root;
        } catch (JsonProcessingException e) {
            throw notJson(file, e);
        } catch (IOException e) {
            throw file.wrong(Place.START, "not JSON: cannot be read");
        }
    }

    private static SqlException notJson(SourceFile file, JsonProcessingException e) {
        JsonLocation at = e.getLocation();
        String problem = e.getOriginalMessage().lines().findFirst().orElse("");
        return file.wrong(at == null ? Place.START : place(at), "not JSON: " + problem);
    }

    private static Place place(JsonLocation at) {
        return new Place(Math.max(1, at.getLineNr()), Math.max(1, at.getColumnNr()));
    }

    private Place place() {
        return place(parser.currentTokenLocation());
    }

    private SourceNode convert(@Nullable JsonToken token, int depth) throws IOException {
        if (token == null) {
            throw file.wrong(Place.START, "the file is empty");
        }
        Place place = place();
        if (depth > YamlSource.MAX_DEPTH) {
            throw file.wrong(place, "nested too deeply");
        }
        if (++nodes > YamlSource.MAX_NODES) {
            throw file.wrong(place, "too much in one file");
        }
        return switch (token) {
            case START_OBJECT -> mapping(place, depth);
            case START_ARRAY -> {
                List<SourceNode> items = new ArrayList<>();
                for (JsonToken next = parser.nextToken();
                        next != JsonToken.END_ARRAY;
                        next = parser.nextToken()) {
                    items.add(convert(next, depth + 1));
                }
                yield new SourceNode.Sequence(items, place);
            }
            default -> new SourceNode.Scalar(scalar(token), parser.getText(), place.line(), place);
        };
    }

    private SourceNode mapping(Place place, int depth) throws IOException {
        Map<String, Entry> entries = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            Place keyPlace = place();
            String key = parser.currentName();
            entries.put(key, new Entry(keyPlace, convert(parser.nextToken(), depth + 1)));
        }
        return new SourceNode.Mapping(entries, place);
    }

    private JsonNode scalar(JsonToken token) throws IOException {
        JsonNodeFactory json = JsonNodeFactory.instance;
        return switch (token) {
            case VALUE_TRUE -> json.booleanNode(true);
            case VALUE_FALSE -> json.booleanNode(false);
            case VALUE_NULL -> json.nullNode();
            case VALUE_NUMBER_INT -> json.numberNode(parser.getBigIntegerValue());
            case VALUE_NUMBER_FLOAT -> json.numberNode(parser.getDecimalValue());
            default -> json.textNode(parser.getText());
        };
    }
}
