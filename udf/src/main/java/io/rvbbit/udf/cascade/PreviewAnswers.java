package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.udf.cascade.PromptPreview.Prompt;
import io.rvbbit.udf.cascade.PromptPreview.Share;
import io.rvbbit.udf.llm.ModelRequest.Message;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What one input of a preview has come to, its sub-cascades included. Threading: one thread. */
final class PreviewAnswers {
    /** Characters of no language; one for each cell whose answer is not known. */
    private static final char FIRST_MARK = '\uE000';

    private static final int MOST_MARKS = 6_400;
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    final List<Prompt> prompts = new ArrayList<>();
    final Map<String, Character> marks = new HashMap<>();
    final Map<String, Integer> values = new HashMap<>();

    /** What of answers stands in a text, by the cells' paths. */
    Map<String, Share> in(String text) {
        Map<String, Share> answers = new HashMap<>();
        marks.forEach((path, mark) -> {
            int times = count(text, mark);
            if (times > 0) {
                answers.put(path, new Share(times, values.getOrDefault(path, 1)));
            }
        });
        return answers;
    }

    Map<String, Share> in(List<Message> messages) {
        return in(messages.stream().map(Message::content).collect(Collectors.joining("\n")));
    }

    List<Message> without(List<Message> messages) {
        return messages.stream()
                .map(each -> new Message(each.role(), without(each.content())))
                .toList();
    }

    boolean areIn(String text) {
        return text.chars().anyMatch(c -> marks.containsValue((char) c));
    }

    String without(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        text.chars()
                .filter(c -> !marks.containsValue((char) c))
                .forEach(c -> plain.append((char) c));
        return plain.toString();
    }

    static int count(String text, char mark) {
        return (int) text.chars().filter(c -> c == mark).count();
    }

    /** Stands for a cell's answers. */
    char mark(String path) {
        return marks.computeIfAbsent(path, _ -> (char) (FIRST_MARK + marks.size() % MOST_MARKS));
    }

    /** An answer in the form of a schema, with a mark at each of its values. */
    static JsonNode marked(JsonNode schema, String mark, int depth) {
        if (depth > 8) {
            return JSON.textNode(mark);
        }
        JsonNode properties = schema.path("properties");
        if (properties.isObject() && !properties.isEmpty()) {
            ObjectNode object = JSON.objectNode();
            properties
                    .properties()
                    .forEach(each ->
                            object.set(each.getKey(), marked(each.getValue(), mark, depth + 1)));
            return object;
        }
        if (schema.path("items").isObject()) {
            ArrayNode array = JSON.arrayNode();
            array.add(marked(schema.path("items"), mark, depth + 1));
            return array;
        }
        return JSON.textNode(mark);
    }
}
