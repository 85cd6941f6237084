package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.tracking.CallerId;
import io.rvbbit.tracking.EventSink;
import io.rvbbit.udf.cascade.Cell.PromptCell;
import io.rvbbit.udf.cascade.Cell.SqlCell;
import io.rvbbit.udf.llm.Allowance;
import io.rvbbit.udf.llm.ModelRequest;
import io.rvbbit.udf.llm.ModelRequest.Message;
import io.rvbbit.udf.llm.Models;
import io.rvbbit.udf.llm.PromptSize;
import io.rvbbit.udf.llm.Sleeper;

import org.jspecify.annotations.Nullable;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What a cascade would send for an input, found out without asking any model.
 *
 * <p>The prompts that hang on the input and on SQL cells alone are rendered as the run renders
 * them; SQL cells are run, which costs nothing. In later prompts, marks stand for what models would
 * answer, and it is counted how often each answer stands there. Nothing is booked. Threading: any
 * thread; previews share nothing.
 */
public final class PromptPreview {
    /** Stands in requests that are measured and never sent. */
    private static final CallerId NOBODY = new CallerId("sql-no-body-000000");

    private static final EventSink UNBOOKED = _ -> {};

    /** Characters of no language; one for each cell whose answer is not known. */
    private static final char FIRST_MARK = '\uE000';

    private static final int MOST_MARKS = 6_400;
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Models models;
    private final StepRunner.Limits limits;
    private final Clock clock;

    /**
     * One cell's first request for one input, or that of its takes for one model, or of their
     * judge.
     *
     * @param size without the answers that will stand in it
     * @param answers what of earlier prompt cells' answers stands in it, by the cells' names
     * @param againBytes that it may have more when it is sent again
     * @param unbounded why its length has no bound; empty if it has one
     */
    public record Prompt(
            Takes.Part part,
            PromptSize size,
            Map<String, Share> answers,
            long againBytes,
            String unbounded) {
        public Prompt {
            answers = Map.copyOf(answers);
        }

        public PromptCell cell() {
            return part.cell();
        }

        /** Whether it stands here as it will be sent. */
        public boolean isKnown() {
            return answers.isEmpty() && unbounded.isEmpty();
        }
    }

    /**
     * The part of an answer that stands in a later prompt.
     *
     * @param times how many of its values stand there, each as often as it does
     * @param values that the whole answer has
     */
    public record Share(int times, int values) {}

    public PromptPreview(Models models, StepRunner.Limits limits, Clock clock) {
        this.models = models;
        this.limits = limits;
        this.clock = clock;
    }

    /** The model that a cell asks, and whoever serves it. */
    public Models.Resolved resolve(PromptCell cell, Invocation.Overrides overrides) {
        return PromptRequest.resolve(models, cell, overrides);
    }

    /** How often one request of a cell is sent at most to one model. */
    public int attempts(PromptCell cell) {
        int own = cell.retry().maxAttempts();
        return own == 0 ? limits.modelAttempts() : own;
    }

    /** Of the template as it is written, where nothing tells what will stand in it. */
    public static long templateTokens(PromptCell cell, String model) {
        return PromptSize.tokens(model, cell.instructions().source());
    }

    /** Bytes of the schema that a repair sends once more; 0 for a cell that has none. */
    public static int schemaBytes(PromptCell cell) {
        OutputSchema schema = cell.outputSchema();
        return schema == null
                ? 0
                : schema.json().toString().getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
    }

    /**
     * The prompts of a run, in order; those before the cell at which it would fail.
     *
     * @param rows of a RUN, with the table that {@code input} names; the SQL cells read {@code sql}
     * @throws SqlException as the run, if the cascade can be right for no row
     */
    public List<Prompt> of(
            Cascade cascade,
            ObjectNode input,
            boolean rows,
            Invocation.Overrides overrides,
            @Nullable SqlSource sql)
            throws InterruptedException {
        Invocation invocation =
                new Invocation(
                        cascade,
                        input,
                        NOBODY,
                        rows ? "batch" : "udf",
                        -1,
                        "",
                        "",
                        "",
                        overrides,
                        Allowance.UNLIMITED,
                        sql);
        Run run = new Run(invocation);
        for (Cell cell : cascade.cells()) {
            try {
                run.cell(cell);
            } catch (RowFailure failure) {
                if (!cascade.graph().goesOnWithout(cell)) {
                    break;
                }
                run.names.add(cell.name(), JSON.nullNode());
            }
        }
        return run.prompts;
    }

    /** One input on its way through the cells. */
    private final class Run {
        private final Invocation invocation;
        private final RunNames names;
        private final Map<String, CellChance> chances;
        private final List<Prompt> prompts = new ArrayList<>();
        private final Map<String, Character> marks = new HashMap<>();
        private final Map<String, Integer> values = new HashMap<>();

        /** Cells whose rows are known only when models have answered. */
        private final Set<String> unread = new HashSet<>();

        Run(Invocation invocation) {
            this.invocation = invocation;
            this.names = new RunNames(invocation);
            this.chances = CellChance.of(invocation.cascade());
        }

        void cell(Cell cell) throws InterruptedException {
            switch (cell) {
                case PromptCell prompt -> prompt(prompt);
                case SqlCell query -> query(query);
            }
        }

        private void query(SqlCell cell) throws InterruptedException {
            Set<String> reads = new HashSet<>(cell.query().use().cells().keySet());
            cell.parameters().forEach(each -> reads.addAll(each.template().use().cells().keySet()));
            if (reads.stream().anyMatch(this::isOpen)) {
                unread.add(cell.name());
                ObjectNode nothing = JSON.objectNode();
                nothing.putArray("rows");
                nothing.put("row_count", 0);
                nothing.putArray("columns");
                names.add(cell.name(), nothing);
                return;
            }
            CellLog log = new CellLog(UNBOOKED, clock, invocation.caller(), "", cell.name());
            SqlStep step = new SqlStep(UNBOOKED, clock, Sleeper.SYSTEM, limits);
            names.add(cell.name(), step.run(cell, new CellRun(invocation, "", names, log)));
        }

        private boolean isOpen(String cell) {
            return marks.containsKey(cell) || unread.contains(cell);
        }

        private void prompt(PromptCell cell) throws InterruptedException {
            Set<String> reads = cell.instructions().use().cells().keySet();
            boolean open = reads.stream().anyMatch(this::isOpen) || readsAll(cell, reads);
            String text;
            String unbounded = open ? whyUnbounded(cell, reads) : "";
            try {
                text = PromptRequest.question(cell, names).content();
            } catch (SqlException | RowFailure fault) {
                if (!open && isCertain(cell)) {
                    throw fault;
                }
                // It may be the mark that does not fit; then the template's own text must do.
                text = cell.instructions().source();
                unbounded = "the prompt of cell " + Names.quoted(cell.name()) + " is not known";
            }
            long againBytes = 0;
            if (RetryInstructions.cells(cell).stream().noneMatch(this::isOpen)) {
                againBytes = RetryInstructions.mostBytes(cell, names);
            } else if (unbounded.isEmpty()) {
                unbounded =
                        "\"retry_instructions\" of cell "
                                + Names.quoted(cell.name())
                                + " show what models answer";
            }
            for (Takes.Part part : cell.parts()) {
                prompts.add(
                        part.judges()
                                ? judge(cell, part, text, unbounded)
                                : asked(part, text, open, againBytes, unbounded));
            }
            answered(cell);
        }

        /** What another cell's outcome leads to need not fit where the outcome is another. */
        private boolean isCertain(PromptCell cell) {
            return chances.getOrDefault(cell.name(), CellChance.CERTAIN).certain();
        }

        private Prompt asked(
                Takes.Part part, String text, boolean open, long againBytes, String unbounded) {
            ModelRequest request =
                    PromptRequest.of(
                            part.cell(),
                            invocation,
                            resolve(part.cell(), invocation.overrides()).model(),
                            List.of(new Message("user", open ? withoutMarks(text) : text)),
                            new HandoffDesk(part.cell(), invocation.cascade().graph()).tools(),
                            limits);
            Map<String, Share> answers = open ? answersIn(text) : Map.of();
            return new Prompt(part, PromptSize.of(request), answers, againBytes, unbounded);
        }

        /** Shows the answers of all takes, each once. */
        private Prompt judge(PromptCell cell, Takes.Part part, String text, String unbounded) {
            Takes takes = Objects.requireNonNull(cell.takes());
            Takes.Judge judge = Objects.requireNonNull(takes.judge());
            String instructions;
            try {
                instructions = judge.instructions().render(names.forPrompt());
            } catch (TemplateFault fault) {
                // A mark may not fit; then the template's own text must do.
                instructions = judge.instructions().source();
            }
            List<JsonNode> none = Collections.nCopies(takes.factor(), JSON.textNode(""));
            String shown = JudgePrompt.of(takes.mode(), instructions, text, none);
            Prompt prompt = asked(part, shown, true, 0, unbounded);
            Map<String, Share> answers = new HashMap<>(prompt.answers());
            answers.put(cell.name(), new Share(takes.factor(), 1));
            return new Prompt(part, prompt.size(), answers, 0, unbounded);
        }

        /** Whether it may show the answers of all cells before it. */
        private boolean readsAll(PromptCell cell, Set<String> reads) {
            return reads.isEmpty()
                    && !(marks.isEmpty() && unread.isEmpty())
                    && cell.instructions().source().contains("outputs");
        }

        private String whyUnbounded(PromptCell cell, Set<String> reads) {
            if (reads.stream().anyMatch(unread::contains)) {
                return "the prompt of cell "
                        + Names.quoted(cell.name())
                        + " shows rows that are read when models have answered";
            }
            return cell.instructions().source().contains("{%")
                    ? "what models answer decides on the prompt of cell "
                            + Names.quoted(cell.name())
                    : "";
        }

        /** From here on a mark stands for the cell's answer. */
        private void answered(PromptCell cell) {
            char mark = (char) (FIRST_MARK + marks.size() % MOST_MARKS);
            marks.put(cell.name(), mark);
            OutputSchema schema = cell.outputSchema();
            JsonNode answer =
                    schema == null
                            ? JSON.textNode(String.valueOf(mark))
                            : marked(schema.json(), String.valueOf(mark), 0);
            values.put(cell.name(), count(answer.toString(), mark));
            names.add(cell.name(), answer);
        }

        private Map<String, Share> answersIn(String text) {
            Map<String, Share> answers = new HashMap<>();
            marks.forEach((cell, mark) -> {
                int times = count(text, mark);
                if (times > 0) {
                    answers.put(cell, new Share(times, values.getOrDefault(cell, 1)));
                }
            });
            return answers;
        }

        private static int count(String text, char mark) {
            return (int) text.chars().filter(c -> c == mark).count();
        }

        private String withoutMarks(String text) {
            StringBuilder plain = new StringBuilder(text.length());
            text.chars()
                    .filter(c -> !marks.containsValue((char) c))
                    .forEach(c -> plain.append((char) c));
            return plain.toString();
        }
    }

    /** An answer in the form of a schema, with a mark at each of its values. */
    private static JsonNode marked(JsonNode schema, String mark, int depth) {
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
