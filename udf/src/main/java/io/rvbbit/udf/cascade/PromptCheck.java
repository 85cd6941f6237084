package io.rvbbit.udf.cascade;

import io.rvbbit.rewriter.SqlState;
import io.rvbbit.udf.cascade.Cell.PromptCell;
import io.rvbbit.udf.llm.ModelRequest.Message;
import io.rvbbit.udf.llm.Models;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Asks a model whether a value is right; what that costs is the cell's.
 *
 * <p>Threading: any thread.
 */
record PromptCheck(Models models, StepRunner.Limits limits) {
    /** Names that only these templates may read. */
    static final Set<String> NAMES = Set.of("output");

    private static final Pattern OUTPUT = Pattern.compile("\\boutput\\b");
    private static final String FORM =
            "Answer with JSON: {\"valid\": true or false, \"reason\": \"one sentence\"}."
                    + " \"valid\" is true if it is right, or if the answer is yes.";

    /** Whether the question says where the value stands; otherwise the value follows. */
    static boolean showsValue(PromptCell asks, boolean ofInput) {
        return showsOutput(asks) || (ofInput && readsInput(asks.instructions().use()));
    }

    /** Whether the question reads the value as a whole. */
    static boolean readsAll(PromptCell asks, boolean ofInput) {
        return showsOutput(asks) || !showsValue(asks, ofInput);
    }

    private static boolean showsOutput(PromptCell asks) {
        return OUTPUT.matcher(asks.instructions().source()).find();
    }

    private static boolean readsInput(TemplateUse use) {
        return use.wholeInput() || !use.inputs().isEmpty();
    }

    /** What is sent. */
    static Message question(PromptCell asks, Checked checked, RunNames names)
            throws InterruptedException {
        Map<String, Object> all = new HashMap<>(names.forPrompt());
        Object value = TemplateValues.of(checked.value());
        all.put("output", value == null ? "" : value);
        String text = Rendering.of(asks, asks.place(), () -> asks.instructions().render(all));
        boolean isThere = showsValue(asks, checked.isInput());
        String shown = isThere ? "" : "\n\nThis is what to judge:\n" + checked.text();
        return new Message("user", text + shown + "\n\n" + FORM);
    }

    Verdict judge(PromptCell asks, Checked checked, CellRun run) throws InterruptedException {
        Models.Resolved resolved =
                PromptRequest.resolve(models, asks, run.invocation().overrides());
        Message question = question(asks, checked, run.names());
        CellLog.Sum before = run.log().sum();
        try {
            String answer =
                    new Conversation(
                                    asks,
                                    run,
                                    resolved,
                                    limits,
                                    Toolbox.none(asks, run),
                                    new HandoffDesk(asks, run.invocation().cascade().graph()),
                                    List.of())
                            .ask(question);
            return Verdict.read(answer)
                    .orElseThrow(() ->
                            new RowFailure(
                                    "validation",
                                    SqlState.EXTERNAL_ROUTINE,
                                    "the validator "
                                            + Names.quoted(asks.name())
                                            + " answers neither yes nor no"));
        } finally {
            run.log().answeredAs(before);
        }
    }
}
