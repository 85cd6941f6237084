package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.tracking.EventSink;
import io.rvbbit.udf.cascade.Cell.PromptCell;
import io.rvbbit.udf.cascade.Cell.SqlCell;
import io.rvbbit.udf.cascade.Cell.SubCascadeCell;
import io.rvbbit.udf.cascade.PromptPreview.Prompt;
import io.rvbbit.udf.cascade.PromptPreview.Share;
import io.rvbbit.udf.llm.ModelRequest;
import io.rvbbit.udf.llm.ModelRequest.Message;
import io.rvbbit.udf.llm.PromptSize;
import io.rvbbit.udf.llm.Sleeper;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** One input of a preview on its way through the cells. Threading: one thread. */
final class PreviewRun {
    private static final EventSink UNBOOKED = _ -> {};
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** What a cell, or one of its validators, asks. */
    private interface Question {
        Message message() throws InterruptedException;
    }

    final PromptPreview preview;
    final Invocation invocation;
    final String prefix;
    final PreviewAnswers answers;
    final RunNames names;
    private final PreviewContext context;
    private final PreviewState state;
    private final Map<String, CellChance> chances;

    /** Whether models decide on what it is given. */
    final boolean openInput;

    /** So often it is done at most where rows are not known; 0 where they are. */
    final long mostRows;

    /** Whether models decide on the rows that it is done for, so that nothing is known of them. */
    final boolean openRows;

    /** Cells whose output is known only when models have answered. */
    final Set<String> open = new HashSet<>();

    /** Those of them of which nothing says how long it will be. */
    final Set<String> unread = new HashSet<>();

    JsonNode last = JSON.nullNode();

    PreviewRun(
            PromptPreview preview,
            Invocation invocation,
            String prefix,
            PreviewAnswers answers,
            boolean openInput) {
        this(preview, invocation, prefix, answers, openInput, 0, false, new RunNames(invocation));
    }

    PreviewRun(
            PromptPreview preview,
            Invocation invocation,
            String prefix,
            PreviewAnswers answers,
            boolean openInput,
            long mostRows,
            boolean openRows,
            RunNames names) {
        this.mostRows = mostRows;
        this.openRows = openRows;
        this.preview = preview;
        this.invocation = invocation;
        this.prefix = prefix;
        this.answers = answers;
        this.openInput = openInput;
        this.names = names;
        this.context = new PreviewContext(invocation.cascade(), names);
        this.chances = CellChance.of(invocation.cascade());
        this.state = new PreviewState(names, answers, open, unread);
    }

    void cells() throws InterruptedException {
        for (Cell cell : invocation.cascade().cells()) {
            try {
                cell(cell);
                state.write(cell, last, isCertain(cell) && !goesOnWithout(cell));
            } catch (RowFailure failure) {
                if (!goesOnWithout(cell)) {
                    throw failure;
                }
                output(cell, JSON.nullNode());
            }
        }
    }

    private boolean goesOnWithout(Cell cell) {
        return invocation.cascade().graph().goesOnWithout(cell);
    }

    void output(Cell cell, JsonNode output) {
        names.add(cell.name(), output);
        last = output;
    }

    CellRun unbooked(Cell cell) {
        CellLog log =
                new CellLog(
                        UNBOOKED,
                        preview.clock,
                        invocation.caller(),
                        "",
                        cell.name(),
                        Optional::empty);
        return new CellRun(invocation, "", names, log, new RunSum(null));
    }

    void cell(Cell cell) throws InterruptedException {
        switch (cell) {
            case PromptCell prompt -> prompt(prompt);
            case SqlCell query -> query(query);
            case Cell.HttpCell http -> request(http);
            case SubCascadeCell sub -> PreviewInner.subCascade(this, sub);
            case EachCell each -> each(each);
        }
    }

    /** It is not made: it may change something, and nobody has asked for it. */
    private void request(Cell.HttpCell cell) {
        open.add(cell.name());
        unread.add(cell.name());
        output(cell, CellShapes.noAnswer());
    }

    /** Rows of which nothing is known are one, of which nothing is known. */
    private void each(EachCell cell) throws InterruptedException {
        TemplateUse use = cell.rows().use();
        boolean known =
                !openInput
                        && use.reads().stream().noneMatch(open::contains)
                        && (open.isEmpty() || !(use.allOutputs() || use.allState()));
        List<JsonNode> rows =
                known
                        ? EachStep.rows(cell, unbooked(cell), this::tableRows)
                        : List.of(JSON.objectNode());
        if (cell.body() instanceof PromptCell prompt) {
            wardsOfInput(prompt);
        }
        long most = known ? mostRows : Math.max(1, mostRows) * cell.maxRows();
        ArrayNode outputs = JSON.arrayNode();
        for (int i = 0; i < rows.size(); i++) {
            PreviewRun row =
                    new PreviewRun(
                            preview,
                            invocation,
                            prefix,
                            answers,
                            openInput || !known,
                            most,
                            openRows || !known,
                            names.forRow(rows.get(i), i));
            row.open.addAll(open);
            row.unread.addAll(unread);
            row.row(cell.body());
            outputs.add(row.last);
            open.addAll(row.open);
            unread.addAll(row.unread);
        }
        if (!known) {
            open.add(cell.name());
            unread.add(cell.name());
        }
        output(cell, outputs);
    }

    private void query(SqlCell cell) throws InterruptedException {
        Set<String> reads = new HashSet<>(cell.query().use().reads());
        cell.parameters().forEach(each -> reads.addAll(each.template().use().reads()));
        if (openInput || reads.stream().anyMatch(open::contains)) {
            open.add(cell.name());
            unread.add(cell.name());
            output(cell, CellShapes.noRows());
            return;
        }
        output(cell, step().run(cell, unbooked(cell)));
    }

    private SqlStep step() {
        return new SqlStep(new ToolBooks(UNBOOKED, preview.clock), Sleeper.SYSTEM, preview.limits);
    }

    private JsonNode tableRows(Cell query, CellRun run) throws InterruptedException {
        return step().run((SqlCell) query, run);
    }

    private void row(Cell body) throws InterruptedException {
        if (body instanceof PromptCell prompt) {
            question(prompt);
        } else {
            cell(body);
        }
    }

    private void prompt(PromptCell cell) throws InterruptedException {
        wardsOfInput(cell);
        question(cell);
    }

    private void question(PromptCell cell) throws InterruptedException {
        add(cell, isOpen(cell), () -> PromptRequest.question(cell, names));
        PreviewInner.skills(this, cell);
        Checked answer = Checked.answer(answered(cell), cell.outputSchema(), invocation.input());
        for (PromptCell asks : Checks.asked(cell.checks().after())) {
            add(asks, true, () -> PromptCheck.question(asks, answer, names));
        }
        long most = InnerCascade.mostAnswers(cell);
        PreviewInner.checks(this, cell, cell.checks().after(), answer, most);
    }

    /** Those that cost nothing are run; what the others ask is what the run would. */
    private void wardsOfInput(PromptCell cell) throws InterruptedException {
        if (!openInput) {
            new Checker(preview.models, preview.limits, SubCascadeStep.NOTHING)
                    .inputForFree(cell, unbooked(cell));
        }
        Checked input = Checked.input(invocation.input());
        for (PromptCell asks : Checks.asked(cell.checks().before())) {
            add(asks, isOpen(asks), () -> PromptCheck.question(asks, input, names));
        }
        PreviewInner.checks(this, cell, cell.checks().before(), input, 1);
    }

    /** Whether models decide on what it asks. */
    private boolean isOpen(PromptCell cell) {
        return openInput
                || PreviewContext.reads(cell).stream().anyMatch(this.open::contains)
                || readsAll(cell);
    }

    private void add(PromptCell cell, boolean open, Question question) throws InterruptedException {
        String text;
        String unbounded = open ? whyUnbounded(cell) : "";
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
        unbounded = unbounded.isEmpty() ? preview.mcp.whyUnknown(cell) : unbounded;
        context.asked(cell, text, unbounded);
        for (Takes.Part part : cell.ownParts()) {
            answers.prompts.add(
                    part.judges()
                            ? judge(cell, part, text, unbounded)
                            : asked(part, text, open, againBytes, unbounded));
        }
    }

    private List<ModelRequest.Tool> tools(PromptCell cell) throws InterruptedException {
        List<ModelRequest.Tool> offered = new ArrayList<>();
        try {
            offered.addAll(SkillSteps.offered(preview.limits, preview.mcp, cell, unbooked(cell)));
        } catch (SqlException | RowFailure fault) {
            if (!openInput) {
                throw fault;
            }
        }
        offered.addAll(new HandoffDesk(cell, invocation.cascade().graph()).tools());
        return offered;
    }

    /** What another cell's outcome leads to need not fit where the outcome is another. */
    private boolean isCertain(Cell cell) {
        return chances.getOrDefault(cell.name(), CellChance.CERTAIN).certain();
    }

    private Prompt asked(
            Takes.Part part, String text, boolean open, long againBytes, String unbounded)
            throws InterruptedException {
        String model = preview.resolve(part.cell(), invocation.overrides()).model();
        List<Message> messages = context.messages(part.cell(), model, text);
        ModelRequest request =
                PromptRequest.of(
                        part.cell(),
                        invocation,
                        model,
                        open ? answers.without(messages) : messages,
                        tools(part.cell()),
                        preview.limits);
        Map<String, Share> shown = open ? answers.in(messages) : Map.of();
        return new Prompt(
                prefix + part.key(),
                part,
                PromptSize.of(request),
                shown,
                againBytes,
                whyUnbounded(part, unbounded),
                mostRows);
    }

    private String whyUnbounded(Takes.Part part, String prompt) {
        return prompt.isEmpty() && openRows
                ? "nothing tells how often cell \"" + prefix + part.key() + "\" is done"
                : prompt;
    }

    /** Shows the answers of all takes, each once. */
    private Prompt judge(PromptCell cell, Takes.Part part, String text, String unbounded)
            throws InterruptedException {
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
        return new Prompt(
                prompt.path(), part, prompt.size(), judged, 0, prompt.unbounded(), mostRows);
    }

    /** Whether it may show the answers of all cells before it. */
    private boolean readsAll(PromptCell cell) {
        TemplateUse use = cell.instructions().use();
        return !open.isEmpty() && (use.allOutputs() || use.allState());
    }

    private String whyUnbounded(PromptCell cell) {
        if (PreviewContext.reads(cell).stream().anyMatch(unread::contains)) {
            return "the prompt of cell "
                    + Names.quoted(cell.name())
                    + " shows what is read only when it runs";
        }
        return cell.instructions().source().contains("{%")
                ? "what models answer decides on the prompt of cell " + Names.quoted(cell.name())
                : context.whyUnbounded(cell);
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
        context.answered(cell, answer);
        output(cell, answer);
        return answer;
    }
}
