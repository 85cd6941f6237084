package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.udf.cascade.Cell.PromptCell;
import io.rvbbit.udf.llm.ModelRequest;
import io.rvbbit.udf.llm.ModelRequest.Message;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a model may call in one run of a cell, and the calls themselves.
 *
 * <p>The calls of one turn run at the same time. A call that cannot be made (an unknown name,
 * arguments that do not fit) and a tool that fails are told to the model, which may do better in
 * its next turn; only a fault of the statement, or a budget that is used up, ends the run.
 * Threading: the thread of the conversation.
 */
final class Toolbox {
    /** Calls of one turn that are made; more are refused. */
    static final int MOST_CALLS = 16;

    /** Characters of a result that a model is given. */
    static final int MOST_RESULT = 32_768;

    /** Characters of an error that it is told. */
    static final int MOST_ERROR = 2_000;

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int MOST_NAME = 64;

    private final PromptCell cell;
    private final CellRun run;
    private final ToolBooks books;
    private final Map<String, BoundSkill> skills = new LinkedHashMap<>();

    Toolbox(PromptCell cell, CellRun run, List<BoundSkill> skills, ToolBooks books) {
        this.cell = cell;
        this.run = run;
        this.books = books;
        skills.forEach(skill -> this.skills.put(skill.definition().name(), skill));
    }

    /** Of a cell that calls none. */
    static Toolbox none(PromptCell cell, CellRun run) {
        return new Toolbox(cell, run, List.of(), new ToolBooks(_ -> {}, Clock.systemUTC()));
    }

    boolean isEmpty() {
        return skills.isEmpty();
    }

    List<ModelRequest.Tool> definitions() {
        return skills.values().stream().map(BoundSkill::definition).toList();
    }

    /** The calls of an answer, each with an id that its result can name. */
    static ArrayNode withIds(JsonNode toolCalls) {
        ArrayNode calls = toolCalls.deepCopy();
        for (int i = 0; i < calls.size(); i++) {
            if (calls.get(i) instanceof ObjectNode call && call.path("id").asText().isEmpty()) {
                call.put("id", "call_" + (i + 1));
            }
        }
        return calls;
    }

    /** Makes all calls; one message for each, in their order. */
    List<Message> answers(ArrayNode calls) throws InterruptedException {
        List<Parallel.Task<Message>> tasks = new ArrayList<>();
        for (int i = 0; i < calls.size(); i++) {
            JsonNode call = calls.get(i);
            boolean tooMany = i >= MOST_CALLS;
            tasks.add(() -> answer(call, tooMany));
        }
        return Parallel.all("tool", tasks);
    }

    private Message answer(JsonNode call, boolean tooMany) throws InterruptedException {
        String id = call.path("id").asText();
        String name = call.path("function").path("name").asText();
        JsonNode written = call.path("function").path("arguments");
        String tool = name.length() <= MOST_NAME ? name : name.substring(0, MOST_NAME);
        Optional<JsonNode> arguments = arguments(written);
        ObjectNode given = JSON.objectNode().put("call_id", id);
        given.set("arguments", arguments.orElse(written));
        String content;
        try {
            JsonNode result =
                    books.booked(
                            run,
                            cell.name(),
                            tool,
                            given,
                            () -> {
                                ToolBooks.Result made = made(tool, arguments, tooMany);
                                ObjectNode kept = JSON.objectNode().put("call_id", id);
                                kept.set("output", kept(made.forBooks()));
                                return new ToolBooks.Result(made.value(), kept);
                            });
            content = text(result);
        } catch (RowFailure failure) {
            if (failure.endsRun()) {
                throw failure;
            }
            String told = failure.told().replaceAll("\\p{Cntrl}+", " ");
            content = JSON.objectNode().put("error", shortened(told, MOST_ERROR)).toString();
        }
        return new Message("tool", shortened(content, MOST_RESULT), null, id);
    }

    private ToolBooks.Result made(String name, Optional<JsonNode> arguments, boolean tooMany)
            throws InterruptedException {
        BoundSkill skill = skills.get(name);
        if (tooMany) {
            throw refusal("too_many", "no more than " + MOST_CALLS + " calls at a time");
        }
        if (skill == null) {
            throw refusal(
                    "unknown_tool",
                    "there is no tool %s; there are %s"
                            .formatted(Names.quoted(name), String.join(", ", skills.keySet())));
        }
        if (!(arguments.orElse(null) instanceof ObjectNode object)) {
            throw refusal("arguments", "the arguments are no JSON object");
        }
        List<String> faults = skill.parameters().faults(object);
        if (!faults.isEmpty()) {
            throw refusal("arguments", "wrong arguments: " + String.join("; ", faults));
        }
        return skill.work().call(object);
    }

    private static RowFailure refusal(String errorClass, String message) {
        return new RowFailure(errorClass, SqlState.INVALID_PARAMETER_VALUE, message);
    }

    /** Endpoints send them as text; some as JSON. */
    private static Optional<JsonNode> arguments(JsonNode written) {
        if (!written.isTextual()) {
            return Optional.of(written);
        }
        if (written.textValue().isBlank()) {
            return Optional.of(JSON.objectNode());
        }
        try {
            return Optional.of(AnswerJson.MAPPER.readTree(written.textValue()));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    private static String text(JsonNode result) {
        return result.isTextual() ? result.textValue() : result.toString();
    }

    private static JsonNode kept(JsonNode result) {
        String text = text(result);
        return text.length() <= MOST_RESULT ? result : JSON.textNode(shortened(text, MOST_RESULT));
    }

    private static String shortened(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
        return text.substring(0, end)
                + "… (cut: %d of %d characters)".formatted(end, text.length());
    }
}
