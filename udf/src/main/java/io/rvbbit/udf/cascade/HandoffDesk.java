package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.udf.cascade.Cell.PromptCell;
import io.rvbbit.udf.cascade.Ways.Handoff;
import io.rvbbit.udf.llm.ModelRequest.Message;
import io.rvbbit.udf.llm.ModelRequest.Tool;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Takes a model's choice of the next cell: the function {@value #FUNCTION} that it may call.
 *
 * <p>The first choice that is right holds, until another answer is asked for: then that one's takes
 * its place. A model that says nothing beside its choice is asked for its answer once more, if
 * anybody reads it. Threading: the thread of the conversation.
 */
final class HandoffDesk {
    static final String FUNCTION = "route_to";

    /** Requests for one answer, of which the others end in calls of the function. */
    static final int MOST_REQUESTS = 3;

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final PromptCell cell;
    private final CellGraph graph;
    private final List<Handoff> handoffs;
    private String target = "";
    private String reason = "";
    private String wrong = "";
    private boolean mayChange;

    HandoffDesk(PromptCell cell, CellGraph graph) {
        this.cell = cell;
        this.graph = graph;
        this.handoffs = graph.handoffsOf(cell);
    }

    /** Whether there is anything to choose. */
    boolean isOpen() {
        return !handoffs.isEmpty();
    }

    /** A conversation begins: nothing is chosen. */
    void begin() {
        target = "";
        reason = "";
        wrong = "";
    }

    /** Another answer is asked for: a choice that comes with it counts instead. */
    void again() {
        mayChange = true;
    }

    List<Tool> tools() {
        if (!isOpen()) {
            return List.of();
        }
        ObjectNode properties = JSON.objectNode();
        ObjectNode to = properties.putObject("target").put("type", "string");
        ArrayNode names = to.putArray("enum");
        handoffs.forEach(each -> names.add(each.target().cell()));
        to.put(
                "description",
                handoffs.stream()
                        .map(each -> each.target().cell() + described(each))
                        .collect(Collectors.joining("\n")));
        properties
                .putObject("reason")
                .put("type", "string")
                .put("description", "Why, in one sentence.");
        ObjectNode schema = JSON.objectNode().put("type", "object");
        schema.set("properties", properties);
        schema.putArray("required").add("target");
        schema.put("additionalProperties", false);
        return List.of(
                new Tool(
                        FUNCTION,
                        "Hands the work over to the step that is to follow. Call it once, together"
                                + " with your answer.",
                        schema));
    }

    private String described(Handoff handoff) {
        String own = handoff.description();
        String text = own.isEmpty() ? graph.description(handoff.target().cell()) : own;
        return text.isEmpty() ? "" : ": " + text;
    }

    /** The calls of other functions. */
    ArrayNode notItsOwn(ArrayNode calls) {
        ArrayNode others = calls.arrayNode();
        for (JsonNode call : calls) {
            if (!isOpen() || !FUNCTION.equals(call.at("/function/name").asText())) {
                others.add(call);
            }
        }
        return others;
    }

    /**
     * What the model is told of each of its calls but {@code others}, which tools have answered.
     */
    List<Message> answers(ArrayNode calls, ArrayNode others) {
        List<Message> answers = new ArrayList<>();
        List<JsonNode> answered = new ArrayList<>();
        others.forEach(answered::add);
        for (JsonNode call : calls) {
            if (!answered.contains(call)) {
                answers.add(new Message("tool", answer(call), null, call.path("id").asText()));
            }
        }
        return answers;
    }

    private String answer(JsonNode call) {
        String function = call.at("/function/name").asText();
        if (!FUNCTION.equals(function)) {
            return error("there is no function " + Names.quoted(function));
        }
        JsonNode given = arguments(call.at("/function/arguments"));
        String wanted = given.path("target").asText();
        if (!target.isEmpty() && !mayChange) {
            return error("the next step is " + Names.quoted(target) + " already");
        }
        if (handoffs.stream().noneMatch(each -> each.target().cell().equals(wanted))) {
            wrong = wanted;
            return error(Names.quoted(wanted) + " is none of " + choices());
        }
        choose(wanted, given.path("reason").asText());
        return JSON.objectNode().put("next", wanted).toString()
                + " Now give your own answer, without calling a function.";
    }

    private static String error(String text) {
        return JSON.objectNode().put("error", text).toString();
    }

    /** Endpoints send them as text; some as JSON. */
    private static JsonNode arguments(JsonNode written) {
        if (!written.isTextual()) {
            return written;
        }
        try {
            return AnswerJson.MAPPER.readTree(written.textValue());
        } catch (JsonProcessingException e) {
            return JSON.objectNode();
        }
    }

    private String choices() {
        return handoffs.stream()
                .map(each -> each.target().cell())
                .collect(Collectors.joining(", "));
    }

    private void choose(String cellName, String why) {
        target = cellName;
        reason = why;
        mayChange = false;
    }

    /** The examples' model calls nothing: it goes where its example has the next answer. */
    void chooseByExample(Invocation invocation) {
        Cascade cascade = invocation.cascade();
        cascade.examples().stream()
                .filter(each -> each.matches(invocation.input(), invocation.rowsHash()))
                .findFirst()
                .flatMap(example ->
                        handoffs.stream()
                                .map(each -> each.target().cell())
                                .filter(example.outputs()::containsKey)
                                .findFirst())
                .ifPresent(next -> choose(next, "as in the example"));
    }

    /** Whether an answer that came with calls is all that is wanted of the model. */
    boolean isSettledBy(String content) {
        return !target.isEmpty()
                && (!content.isBlank() || (cell.outputSchema() == null && !graph.isRead(cell)));
    }

    /** The model has called functions in the last request that it had. */
    void ended() {
        if (target.isEmpty()) {
            String fault =
                    wrong.isEmpty()
                            ? "calls functions that it was not given"
                            : "hands over to %s, which is none of %s"
                                    .formatted(Names.quoted(wrong), choices());
            throw new RowFailure(
                    "handoff",
                    SqlState.EXTERNAL_ROUTINE,
                    "the model of cell " + Names.quoted(cell.name()) + " " + fault);
        }
    }

    /** The cell that was chosen, which is booked; empty if none was. */
    Optional<String> book(CellLog log) {
        if (target.isEmpty()) {
            return Optional.empty();
        }
        log.handedTo(target, reason);
        return Optional.of(target);
    }
}
