package io.rvbbit.gateway.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.rvbbit.rewriter.SqlText;
import io.rvbbit.udf.cascade.Cascade;
import io.rvbbit.udf.cascade.Cell;
import io.rvbbit.udf.cascade.Example;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs examples on a server and compares what their cells answered, which the books tell.
 *
 * <p>An example's {@code output} is the answer of the last cell that asks a model. A run's value is
 * not always that: cells of other kinds may follow, or a handoff may lead past it. Threading: one.
 */
final class ExampleRun {
    private static final ObjectMapper JSON = JsonMapper.builder().build();

    private final WireClient server;
    private final Consumer<ServerMessage> warnings;

    ExampleRun(WireClient server, Consumer<ServerMessage> warnings) {
        this.server = server;
        this.warnings = warnings;
    }

    /**
     * @param name by which the server knows the cascade
     * @param number of the example, from 1
     */
    ExampleResult run(String name, Cascade cascade, int number) {
        Example example = cascade.examples().get(number - 1);
        if (!example.input().isObject() || example.input().isEmpty()) {
            return ExampleResult.skipped(name, number, "its rows are not in the file");
        }
        List<String> missing =
                cascade.requiredInputs().stream()
                        .filter(input -> !example.input().has(input))
                        .sorted()
                        .toList();
        if (!missing.isEmpty()) {
            return ExampleResult.skipped(
                    name, number, "its input lacks " + String.join(", ", missing));
        }
        AnswerListener ran =
                ask(
                        "SELECT rvbbit_run(%s, %s)"
                                .formatted(
                                        SqlText.literal(name),
                                        SqlText.literal(example.input().toString())));
        BigDecimal cost = ran.callerId().isEmpty() ? BigDecimal.ZERO : lastCost();
        if (ran.error().isPresent()) {
            return ExampleResult.failed(
                    name, number, ran.error().get().message(), ran.callerId(), cost);
        }
        return compared(name, number, cascade, example, ran.callerId(), cost);
    }

    private ExampleResult compared(
            String name,
            int number,
            Cascade cascade,
            Example example,
            String callerId,
            BigDecimal cost) {
        Map<String, JsonNode> answers = answers(callerId);
        List<String> prompts =
                cascade.cells().stream()
                        .filter(cell -> cell.prompt().isPresent())
                        .map(Cell::name)
                        .toList();
        // No cell of its own asks a model: the output of the run itself is meant.
        List<String> compared = prompts.isEmpty() ? List.of("") : prompts;
        for (String cell : compared.reversed()) {
            JsonNode own = example.outputs().get(cell);
            JsonNode expected =
                    own == null && cell.equals(compared.getLast()) ? example.output() : own;
            JsonNode actual = answers.get(cell);
            if (expected != null && actual != null) {
                return ExampleResult.compared(
                        name,
                        number,
                        cell,
                        callerId,
                        cost,
                        JsonDifferences.between(expected, actual));
            }
        }
        return ExampleResult.failed(
                name, number, "no cell that it answers came to an end", callerId, cost);
    }

    /** What each cell answered, and under the empty name what the run did. */
    private Map<String, JsonNode> answers(String callerId) {
        AnswerListener told =
                known(
                        """
                        SELECT cell_name, content_json FROM rvbbit.unified_logs
                        WHERE caller_id = %s AND coalesce(parent_session_id, '') = ''
                          AND event_type IN ('phase_complete', 'cascade_complete')
                        """
                                .formatted(SqlText.literal(callerId)));
        Map<String, JsonNode> answers = new HashMap<>();
        for (List<@Nullable String> row : told.rows()) {
            String cell = Objects.requireNonNullElse(row.getFirst(), "");
            JsonNode content = parsed(Objects.requireNonNullElse(row.getLast(), "null"));
            answers.put(cell, cell.isEmpty() ? content : content.path("output"));
        }
        return answers;
    }

    private BigDecimal lastCost() {
        return known("SELECT rvbbit_last_cost()").rows().stream()
                .flatMap(row -> Stream.ofNullable(row.getFirst()))
                .map(BigDecimal::new)
                .findFirst()
                .orElse(BigDecimal.ZERO);
    }

    /** What has to succeed for a result to be told at all. */
    private AnswerListener known(String sql) {
        AnswerListener answer = ask(sql);
        if (answer.error().isPresent()) {
            throw new ConnectionFailure("can't read the books: " + answer.error().get().message());
        }
        return answer;
    }

    private AnswerListener ask(String sql) {
        AnswerListener answer = new AnswerListener(warnings);
        server.query(sql, answer);
        return answer;
    }

    private static JsonNode parsed(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException _) {
            return MissingNode.getInstance();
        }
    }
}
