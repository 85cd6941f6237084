package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.tracking.CallerId;
import io.rvbbit.tracking.EventSink;
import io.rvbbit.tracking.Usage;
import io.rvbbit.udf.cascade.Cell.PromptCell;
import io.rvbbit.udf.cascade.Cell.SqlCell;
import io.rvbbit.udf.cascade.Cell.SubCascadeCell;
import io.rvbbit.udf.llm.Allowance;
import io.rvbbit.udf.llm.ModelRequest;
import io.rvbbit.udf.llm.ModelRequest.Message;
import io.rvbbit.udf.llm.Models;
import io.rvbbit.udf.llm.PromptSize;
import io.rvbbit.udf.llm.Sleeper;

import org.jspecify.annotations.Nullable;

import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Models models;
    private final StepRunner.Limits limits;
    private final Clock clock;

    /**
     * One cell's first request for one input, or that of its takes for one model, or of their
     * judge.
     *
     * @param path the cell's name; in a sub-cascade after that of the cell that runs it, with a dot
     * @param size without the answers that will stand in it
     * @param answers what of earlier prompt cells' answers stands in it, by the cells' paths
     * @param againBytes that it may have more when it is sent again
     * @param unbounded why its length has no bound; empty if it has one
     */
    public record Prompt(
            String path,
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
        PreviewAnswers answers = new PreviewAnswers();
        try {
            new Run(invocation, "", answers, false).cells();
        } catch (RowFailure failure) {
            // The run would end there.
        }
        return answers.prompts;
    }

    /** What a cell, or one of its validators, asks. */
    private interface Question {
        Message message() throws InterruptedException;
    }

    /** One input on its way through the cells. */
    private final class Run {
        private final Invocation invocation;
        private final String prefix;
        private final PreviewAnswers answers;
        private final RunNames names;
        private final Map<String, CellChance> chances;

        /** Whether models decide on what it is given. */
        private final boolean openInput;

        /** Cells whose output is known only when models have answered. */
        private final Set<String> open = new HashSet<>();

        /** Those of them of which nothing says how long it will be. */
        private final Set<String> unread = new HashSet<>();

        private JsonNode last = JSON.nullNode();

        Run(Invocation invocation, String prefix, PreviewAnswers answers, boolean openInput) {
            this.invocation = invocation;
            this.prefix = prefix;
            this.answers = answers;
            this.openInput = openInput;
            this.names = new RunNames(invocation);
            this.chances = CellChance.of(invocation.cascade());
        }

        void cells() throws InterruptedException {
            for (Cell cell : invocation.cascade().cells()) {
                try {
                    cell(cell);
                } catch (RowFailure failure) {
                    if (!invocation.cascade().graph().goesOnWithout(cell)) {
                        throw failure;
                    }
                    output(cell, JSON.nullNode());
                }
            }
        }

        private void output(Cell cell, JsonNode output) {
            names.add(cell.name(), output);
            last = output;
        }

        private CellRun unbooked(Cell cell) {
            CellLog log =
                    new CellLog(
                            UNBOOKED, clock, invocation.caller(), "", cell.name(), Optional::empty);
            return new CellRun(invocation, "", names, log, new RunSum(null));
        }

        void cell(Cell cell) throws InterruptedException {
            switch (cell) {
                case PromptCell prompt -> prompt(prompt);
                case SqlCell query -> query(query);
                case SubCascadeCell sub -> subCascade(sub);
            }
        }

        private void query(SqlCell cell) throws InterruptedException {
            Set<String> reads = new HashSet<>(cell.query().use().cells().keySet());
            cell.parameters().forEach(each -> reads.addAll(each.template().use().cells().keySet()));
            if (openInput || reads.stream().anyMatch(open::contains)) {
                open.add(cell.name());
                unread.add(cell.name());
                ObjectNode nothing = JSON.objectNode();
                nothing.putArray("rows");
                nothing.put("row_count", 0);
                nothing.putArray("columns");
                output(cell, nothing);
                return;
            }
            SqlStep step = new SqlStep(UNBOOKED, clock, Sleeper.SYSTEM, limits);
            output(cell, step.run(cell, unbooked(cell)));
        }

        private void subCascade(SubCascadeCell cell) throws InterruptedException {
            CellRun run = unbooked(cell);
            ObjectNode given = SubCascadeStep.input(cell, run);
            boolean openGiven = openInput || answers.areIn(given.toString()) || readsUnread(cell);
            Run inner =
                    new Run(
                            SubCascadeStep.inner(cell, cell.cascade(), given, run),
                            prefix + cell.name() + ".",
                            answers,
                            openGiven);
            inner.cells();
            JsonNode output = cell.output().of(cell, names.forPrompt(), inner.result());
            if (!inner.unread.isEmpty()) {
                unread.add(cell.name());
            }
            if (!inner.unread.isEmpty() || answers.areIn(output.toString())) {
                open.add(cell.name());
            }
            output(cell, output);
        }

        private boolean readsUnread(SubCascadeCell cell) {
            NamedTemplates given = cell.input();
            return given != null
                    && given.uses().stream()
                            .flatMap(use -> use.cells().keySet().stream())
                            .anyMatch(unread::contains);
        }

        private CascadeResult result() {
            boolean plain = last.isTextual() || last.isNull();
            return new CascadeResult(
                    "",
                    AnswerJson.text(last),
                    plain ? null : last,
                    names.outputs(),
                    Usage.NONE,
                    0,
                    Duration.ZERO,
                    null);
        }

        private void prompt(PromptCell cell) throws InterruptedException {
            wardsOfInput(cell);
            add(cell, isOpen(cell), () -> PromptRequest.question(cell, names));
            Checked answer =
                    Checked.answer(answered(cell), cell.outputSchema(), invocation.input());
            for (PromptCell asks : Checks.asked(cell.checks().after())) {
                add(asks, true, () -> PromptCheck.question(asks, answer, names));
            }
        }

        /** Those that cost nothing are run; what the others ask is what the run would. */
        private void wardsOfInput(PromptCell cell) throws InterruptedException {
            if (!openInput) {
                new Checker(models, limits).inputForFree(cell, unbooked(cell));
            }
            Checked input = Checked.input(invocation.input());
            for (PromptCell asks : Checks.asked(cell.checks().before())) {
                add(asks, isOpen(asks), () -> PromptCheck.question(asks, input, names));
            }
        }

        /** Whether models decide on what it asks. */
        private boolean isOpen(PromptCell cell) {
            Set<String> reads = cell.instructions().use().cells().keySet();
            return openInput
                    || reads.stream().anyMatch(this.open::contains)
                    || readsAll(cell, reads);
        }

        private void add(PromptCell cell, boolean open, Question question)
                throws InterruptedException {
            Set<String> reads = cell.instructions().use().cells().keySet();
            String text;
            String unbounded = open ? whyUnbounded(cell, reads) : "";
            try {
                text = question.message().content();
            } catch (SqlException | RowFailure fault) {
                if (!open && isCertain(cell)) {
                    throw fault;
                }
                // It may be the mark that does not fit; then the template's own text must do.
                text = cell.instructions().source();
                unbounded = "the prompt of cell " + Names.quoted(cell.name()) + " is not known";
            }
            long againBytes = 0;
            boolean againOpen =
                    RetryInstructions.cells(cell).stream().anyMatch(this.open::contains)
                            || (openInput && cell.rules().retryInstructions() != null);
            if (!againOpen) {
                againBytes = RetryInstructions.mostBytes(cell, names);
            } else if (unbounded.isEmpty()) {
                unbounded =
                        "\"retry_instructions\" of cell "
                                + Names.quoted(cell.name())
                                + " show what models answer";
            }
            for (Takes.Part part : cell.ownParts()) {
                answers.prompts.add(
                        part.judges()
                                ? judge(cell, part, text, unbounded)
                                : asked(part, text, open, againBytes, unbounded));
            }
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
                            List.of(new Message("user", open ? answers.without(text) : text)),
                            new HandoffDesk(part.cell(), invocation.cascade().graph()).tools(),
                            limits);
            Map<String, Share> shown = open ? answers.in(text) : Map.of();
            return new Prompt(
                    prefix + part.key(),
                    part,
                    PromptSize.of(request),
                    shown,
                    againBytes,
                    unbounded);
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
            Map<String, Share> judged = new HashMap<>(prompt.answers());
            judged.put(prefix + cell.name(), new Share(takes.factor(), 1));
            return new Prompt(prompt.path(), part, prompt.size(), judged, 0, unbounded);
        }

        /** Whether it may show the answers of all cells before it. */
        private boolean readsAll(PromptCell cell, Set<String> reads) {
            return reads.isEmpty()
                    && !open.isEmpty()
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
        private JsonNode answered(PromptCell cell) {
            String path = prefix + cell.name();
            char mark = answers.mark(path);
            open.add(cell.name());
            OutputSchema schema = cell.outputSchema();
            JsonNode answer =
                    schema == null
                            ? JSON.textNode(String.valueOf(mark))
                            : PreviewAnswers.marked(schema.json(), String.valueOf(mark), 0);
            answers.values.put(path, PreviewAnswers.count(answer.toString(), mark));
            output(cell, answer);
            return answer;
        }
    }
}
