package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.udf.cascade.Cell.PromptCell;
import io.rvbbit.udf.cascade.Validator.CascadeValidator;
import io.rvbbit.udf.cascade.Validator.PatternValidator;
import io.rvbbit.udf.cascade.Validator.PromptValidator;
import io.rvbbit.udf.cascade.Validator.SchemaValidator;
import io.rvbbit.udf.cascade.Validator.SqlValidator;
import io.rvbbit.udf.llm.Models;
import java.util.List;
import java.util.Optional;

/**
 * Has a cell's input and answers checked, and books each verdict.
 *
 * <p>Threading: any thread.
 */
record Checker(Models models, StepRunner.Limits limits, SubCascadeStep subCascades) {
    /**
     * Checks the input, before the cell asks anything.
     *
     * @throws RowFailure of class ward if a blocking ward refuses it
     */
    void input(PromptCell cell, CellRun run) throws InterruptedException {
        input(cell, run, cell.checks().before());
    }

    /** As {@link #input}, with those wards that ask no model. */
    void inputForFree(PromptCell cell, CellRun run) throws InterruptedException {
        input(cell, run, Checks.free(cell.checks().before()));
    }

    private void input(PromptCell cell, CellRun run, List<Check> checks)
            throws InterruptedException {
        Checked input = Checked.input(run.invocation().input());
        for (Check check : checks) {
            Verdict verdict = verdict(check, cell, input, run, 1);
            if (!verdict.valid() && check.mode() == Check.Mode.BLOCKING) {
                throw Refusal.of(check, verdict).failure(cell, 1);
            }
        }
    }

    /**
     * Checks an answer.
     *
     * @return why another one is wanted; empty if it is right
     * @throws RowFailure of class ward if a blocking ward refuses it
     */
    Optional<Refusal> answer(PromptCell cell, CellRun run, JsonNode answer, int attempt)
            throws InterruptedException {
        Checked checked = Checked.answer(answer, cell.outputSchema(), run.invocation().input());
        for (Check check : cell.checks().after()) {
            Verdict verdict = verdict(check, cell, checked, run, attempt);
            if (verdict.valid() || check.mode() == Check.Mode.ADVISORY) {
                continue;
            }
            Refusal refusal = Refusal.of(check, verdict);
            if (check.retries()) {
                return Optional.of(refusal);
            }
            throw refusal.failure(cell, attempt);
        }
        return Optional.empty();
    }

    private Verdict verdict(Check check, PromptCell cell, Checked value, CellRun run, int attempt)
            throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        Verdict found = found(check, cell, value, run);
        String message = check.validator().message();
        Verdict verdict = found;
        if (!found.valid() && !message.isEmpty()) {
            boolean says =
                    check.validator() instanceof PromptValidator
                            || check.validator() instanceof CascadeValidator;
            boolean more = says && !found.reason().isEmpty();
            verdict = Verdict.invalid(more ? message + ": " + found.reason() : message);
        }
        run.log().judged(check, verdict, attempt);
        return verdict;
    }

    private Verdict found(Check check, PromptCell cell, Checked value, CellRun run)
            throws InterruptedException {
        return switch (check.validator()) {
            case SqlValidator sql ->
                    new SqlCheck(source(cell, run), limits.sqlTimeout())
                            .judge(sql, cell.name(), value, check.use().inputs());
            case SchemaValidator schema -> judged(schema.schema().faults(value.value()));
            case PatternValidator pattern ->
                    pattern.pattern().matcher(value.text()).find()
                            ? Verdict.VALID
                            : Verdict.invalid(
                                    "it does not match \"" + pattern.pattern().pattern() + "\"");
            case PromptValidator prompt ->
                    new PromptCheck(models, limits).judge(prompt.asks(), value, run);
            case CascadeValidator cascade ->
                    new CascadeCheck(subCascades).judge(cascade, cell, value, run);
        };
    }

    private static Verdict judged(List<String> faults) {
        return faults.isEmpty() ? Verdict.VALID : Verdict.invalid(String.join("; ", faults));
    }

    private static SqlSource source(PromptCell cell, CellRun run) {
        SqlSource source = run.invocation().sql();
        if (source == null) {
            throw new SqlException(
                    SqlState.FEATURE_NOT_SUPPORTED,
                    "cell "
                            + Names.quoted(cell.name())
                            + " is checked by SQL, but there is no database here");
        }
        return source;
    }
}
