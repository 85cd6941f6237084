package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What a model is told that picks or merges the answers of takes. */
final class JudgePrompt {
    static final String EVALUATE =
            "Several answers were given to the same task. Pick the one that does the task best.";
    static final String AGGREGATE =
            "Several answers were given to the same task. Make one answer of them: keep what they"
                    + " agree on, and decide where they differ.";

    private static final String BEST = "best";

    /** By the number of answers, of which there are a hundred at most. */
    private static final Map<Integer, OutputSchema> CHOICES = new ConcurrentHashMap<>();

    private JudgePrompt() {}

    /** {@code instructions}, the task, and the answers, numbered from 1. */
    static String of(Takes.Mode mode, String instructions, String task, List<JsonNode> answers) {
        StringBuilder text = new StringBuilder(instructions);
        text.append("\n\nThe task:\n<task>\n").append(task).append("\n</task>\n\nThe answers:\n");
        for (int i = 0; i < answers.size(); i++) {
            String answer = AnswerJson.text(answers.get(i));
            text.append("<answer number=\"").append(i + 1).append("\">\n");
            text.append(answer == null ? "null" : answer).append("\n</answer>\n");
        }
        return text.append(
                        mode == Takes.Mode.AGGREGATE
                                ? "\nGive the one answer in the form that the task asks for, and"
                                        + " nothing else."
                                : "\nSay which answer is best with nothing but JSON:"
                                        + " {\"best\": its number}")
                .toString();
    }

    /** The form of a choice among so many answers. */
    static OutputSchema choice(int answers) {
        return CHOICES.computeIfAbsent(answers, JudgePrompt::choiceAmong);
    }

    private static OutputSchema choiceAmong(int answers) {
        ObjectNode schema = JsonNodeFactory.instance.objectNode().put("type", "object");
        ObjectNode best = schema.putObject("properties").putObject(BEST).put("type", "integer");
        ArrayNode numbers = best.putArray("enum");
        for (int number = 1; number <= answers; number++) {
            numbers.add(number);
        }
        schema.putArray("required").add(BEST);
        schema.put("additionalProperties", false);
        return OutputSchema.of(schema);
    }

    /** 0-based. */
    static int chosen(JsonNode choice) {
        return choice.path(BEST).intValue() - 1;
    }
}
