package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/** A definition as read, YAML or JSON alike, with the place of everything. */
sealed interface SourceNode {
    Place place();

    /** Counted from 1. */
    record Place(int line, int column) {
        static final Place START = new Place(1, 1);
    }

    /** Keys in the order of the text. */
    record Mapping(Map<String, Entry> entries, Place place) implements SourceNode {}

    /** {@code key} is where the key stands. */
    record Entry(Place key, SourceNode value) {}

    record Sequence(List<SourceNode> items, Place place) implements SourceNode {
        public Sequence {
            items = List.copyOf(items);
        }
    }

    /**
     * Text, a number, a boolean or null.
     *
     * @param text as written
     * @param firstLine where the text's own first line stands: a block scalar begins below its sign
     */
    record Scalar(JsonNode value, String text, int firstLine, Place place) implements SourceNode {
        boolean isText() {
            return value.isTextual();
        }
    }

    default JsonNode toJson() {
        return switch (this) {
            case Scalar scalar -> scalar.value();
            case Sequence sequence -> {
                ArrayNode array = JsonNodeFactory.instance.arrayNode();
                sequence.items().forEach(item -> array.add(item.toJson()));
                yield array;
            }
            case Mapping mapping -> {
                ObjectNode object = JsonNodeFactory.instance.objectNode();
                mapping.entries().forEach((key, entry) -> object.set(key, entry.value().toJson()));
                yield object;
            }
        };
    }

    /** What it is, for messages. */
    default String kind() {
        return switch (this) {
            case Mapping _ -> "a mapping";
            case Sequence _ -> "a list";
            case Scalar scalar ->
                    switch (scalar.value().getNodeType()) {
                        case STRING -> "text";
                        case NUMBER -> "a number";
                        case BOOLEAN -> "true or false";
                        default -> "nothing";
                    };
        };
    }
}
