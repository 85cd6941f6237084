package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.execution.AccountedExecution.Outcome;
import io.rvbbit.rewriter.RowBound;
import io.rvbbit.udf.CallSpec;
import io.rvbbit.udf.Forecast.Outlook;
import io.rvbbit.udf.cascade.Cell;
import io.rvbbit.udf.estimate.CascadeEstimate.CellFigures;
import io.rvbbit.udf.estimate.Interval;
import io.rvbbit.udf.llm.Picodollars;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/** A report as lines. Threading: one report. */
final class ExplainText {
    private final ExplainReport report;
    private final List<String> lines = new ArrayList<>();

    private ExplainText(ExplainReport report) {
        this.report = report;
    }

    static List<String> of(ExplainReport report) {
        ExplainText text = new ExplainText(report);
        for (int index = 0; index < report.outlooks().size(); index++) {
            text.clause(index);
        }
        text.totals();
        text.budget();
        Outcome outcome = report.outcome();
        if (outcome != null) {
            text.actual(outcome);
        }
        text.lines.add("Rewritten SQL:");
        report.sql().lines().map(line -> "  " + line).forEach(text.lines::add);
        return text.lines;
    }

    private void clause(int index) {
        CallSpec spec = report.calls().specs().get(index);
        Outlook outlook = report.outlooks().get(index);
        lines.add(
                "%s of cascade %s (%s)"
                        .formatted(spec.verb(), spec.cascade().id(), spec.cascade().file()));
        lines.add(
                "  Input: " + String.join(", ", report.calls().shapes().get(index).inputColumns()));
        lines.add("  Rows: " + rows(outlook, report.calls().bounds().get(index)));
        lines.add(
                "  Distinct inputs: %d, with stored answers: %d"
                        .formatted(outlook.distinct(), outlook.hits()));
        for (Cell cell : spec.cascade().cells()) {
            List<CellFigures> asked =
                    outlook.figures().cells().stream().filter(each -> each.isOf(cell)).toList();
            if (asked.isEmpty() || cell.prompt().isEmpty()) {
                lines.add("  Cell %s: %s".formatted(cell.name(), cell.nodeType()));
            }
            asked.forEach(this::promptCell);
        }
        lines.add("  On error: " + spec.onError());
    }

    private static String rows(Outlook outlook, RowBound bound) {
        if (outlook.guessed()) {
            return outlook.rows() + " or so: they hang on what another clause answers";
        }
        String limit =
                switch (bound.reason()) {
                    case DEFAULT -> "the automatic limit of " + bound.rows();
                    case OPTION -> "limit = " + bound.rows();
                    case OWN -> "the query's LIMIT";
                    case AROUND -> "the LIMIT of %d around the clause".formatted(bound.rows());
                    case SERVER_MAXIMUM -> "the server's maximum of " + bound.rows();
                };
        return outlook.truncated()
                ? "%d, cut off by %s".formatted(outlook.rows(), limit)
                : "%d, within %s".formatted(outlook.rows(), limit);
    }

    private void promptCell(CellFigures cell) {
        lines.add(
                "  Cell %s: model %s, calls %d, prompt tokens %s, answers of %d tokens (%s)"
                        .formatted(
                                cell.cell(),
                                cell.model(),
                                cell.calls(),
                                tokens(cell.promptTokens(), cell.exact()),
                                Math.round(cell.answerTokens()),
                                cell.earlierCalls() == 0
                                        ? "assumed"
                                        : "mean of " + cell.earlierCalls() + " earlier calls"));
    }

    private static String tokens(long tokens, boolean exact) {
        return exact ? tokens + " (exact)" : "about " + tokens;
    }

    private void totals() {
        lines.add(
                "Rows: %d, distinct inputs: %d, cache hits: %d"
                        .formatted(report.rows(), report.distinct(), report.hits()));
        lines.add("Calls: %d to %d".formatted(report.leastCalls(), report.figures().mostCalls()));
        lines.add(
                "Prompt tokens: "
                        + tokens(report.figures().promptTokens(), report.figures().exact()));
        Interval cost = report.cost();
        BigDecimal most = report.figures().most();
        String told =
                cost == null
                        ? "not known"
                        : "%s, in 95 of 100 cases between %s and %s"
                                .formatted(usd(cost.estimate()), usd(cost.low()), usd(cost.high()));
        String sample = report.sampled() < 0 ? "" : ", from a sample of " + report.sampled();
        lines.add("Cost: " + told + sample);
        lines.add(
                "Cost at most: "
                        + (most == null
                                ? "not known, because " + report.figures().whyNoMost()
                                : usd(most)));
        lines.add(
                "Duration: about %d ms, with %d calls at a time"
                        .formatted(report.millis(), report.parallel()));
    }

    private void budget() {
        Long left = report.left();
        if (left == null) {
            return;
        }
        lines.add("Budget: " + report.budget());
        Interval cost = report.cost();
        String beyond =
                cost == null
                        ? "whether that is enough is not known"
                        : Picodollars.atLeast(cost.estimate()) > left
                                ? "the estimate is beyond it"
                                : "the estimate is within it";
        lines.add("  Left: " + Picodollars.words(left) + "; " + beyond);
    }

    private void actual(Outcome outcome) {
        var usage = outcome.spent().usage();
        lines.add(
                "%s: rows %d, calls %d, prompt tokens %d, completion tokens %d, cost %s%s, %d ms"
                        .formatted(
                                report.sampled() < 0 ? "Actual" : "Actual, of the sample",
                                outcome.totals().rowsIn(),
                                outcome.spent().attempts(),
                                usage.tokensIn(),
                                usage.tokensOut(),
                                usd(usage.costUsd()),
                                usage.priced() ? "" : " and what nobody told",
                                outcome.took().toMillis()));
        if (outcome.totals().failed() > 0) {
            lines.add("  Failed: " + outcome.totals().failed());
        }
        lines.add(
                "Dedupe factor: %s (%d rows, %d distinct inputs)"
                        .formatted(
                                dedupeFactor(outcome).toPlainString(),
                                outcome.totals().answers(),
                                distinct(outcome)));
        lines.add(
                "Saved: %s by dedupe, %s by %d stored answers"
                        .formatted(
                                usd(outcome.savings().sharedUsd()),
                                usd(outcome.savings().servedUsd()),
                                outcome.savings().served()));
    }

    /** Inputs that were different, of all that were answered. */
    static long distinct(Outcome outcome) {
        return outcome.totals().answers() - outcome.savings().shared();
    }

    /** Answers given for each input that was different: N / D. */
    static BigDecimal dedupeFactor(Outcome outcome) {
        long distinct = distinct(outcome);
        return distinct == 0
                ? BigDecimal.ONE.setScale(2)
                : BigDecimal.valueOf(outcome.totals().answers())
                        .divide(BigDecimal.valueOf(distinct), 2, RoundingMode.HALF_EVEN);
    }

    private static String usd(BigDecimal amount) {
        return Picodollars.words(Picodollars.atLeast(amount));
    }
}
