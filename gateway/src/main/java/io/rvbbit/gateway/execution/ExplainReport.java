package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.execution.AccountedExecution.Outcome;
import io.rvbbit.rewriter.Rewritten;
import io.rvbbit.udf.Forecast.Outlook;
import io.rvbbit.udf.estimate.Figures;
import io.rvbbit.udf.estimate.Interval;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What EXPLAIN has found out. Threading: immutable.
 *
 * @param cost null where neither a price nor earlier calls tell it
 * @param millis how long the calls are expected to take
 * @param budget what binds the statement, in words; empty if nothing does
 * @param left what those budgets have left, in picodollars; null if nothing binds
 * @param sampled inputs that were answered to tell; -1 where none were
 * @param outcome of a statement that was run; null if it was not
 */
record ExplainReport(
        CascadePlanner.Calls calls,
        List<Outlook> outlooks,
        Figures figures,
        @Nullable Interval cost,
        long millis,
        int parallel,
        String budget,
        @Nullable Long left,
        Rewritten rewritten,
        long sampled,
        @Nullable Outcome outcome) {

    ExplainReport {
        outlooks = List.copyOf(outlooks);
    }

    static ExplainReport of(
            ClientContext client,
            CascadePlanner.Calls calls,
            List<Outlook> outlooks,
            int parallel,
            Rewritten rewritten) {
        Figures figures =
                outlooks.stream().map(Outlook::figures).reduce(Figures.NOTHING, Figures::plus);
        var budget = client.budgets().of(calls.budgetDollars());
        return new ExplainReport(
                calls,
                outlooks,
                figures,
                figures.interval(),
                millis(outlooks, parallel),
                parallel,
                budget.describe(),
                budget.left().orElse(null),
                rewritten,
                -1,
                null);
    }

    /** One clause after the other; within one, as many inputs at a time as may be. */
    private static long millis(List<Outlook> outlooks, int parallel) {
        double sum = 0;
        for (Outlook each : outlooks) {
            long inputs = each.figures().inputs();
            if (inputs > 0) {
                double abreast = Math.min(parallel, inputs);
                sum += each.figures().millis() * Math.max(1, inputs / abreast);
            }
        }
        return Math.round(sum);
    }

    ExplainReport withSample(long answered, @Nullable Interval told, Outcome came) {
        return new ExplainReport(
                calls, outlooks, figures, told, millis, parallel, budget, left, rewritten, answered,
                came);
    }

    ExplainReport withOutcome(Outcome came) {
        return new ExplainReport(
                calls, outlooks, figures, cost, millis, parallel, budget, left, rewritten, sampled,
                came);
    }

    long rows() {
        return outlooks.stream().mapToLong(Outlook::rows).sum();
    }

    boolean truncated() {
        return outlooks.stream().anyMatch(Outlook::truncated);
    }

    long distinct() {
        return outlooks.stream().mapToLong(Outlook::distinct).sum();
    }

    long hits() {
        return outlooks.stream().mapToLong(Outlook::hits).sum();
    }

    /** Calls that are made if each succeeds at once; rows that hang on others may not be there. */
    long leastCalls() {
        return outlooks.stream()
                .filter(each -> !each.guessed())
                .mapToLong(each -> each.figures().calls())
                .sum();
    }

    /** With the stagings of RUN before it. */
    String sql() {
        return Stream.concat(
                        rewritten.stagings().stream().map(Rewritten.Staging::sql),
                        Stream.of(rewritten.sql()))
                .collect(Collectors.joining(";\n"));
    }
}
