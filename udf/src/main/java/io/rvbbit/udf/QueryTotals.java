package io.rvbbit.udf;

import io.rvbbit.tracking.Usage;
import io.rvbbit.udf.llm.ModelException;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a statement has done so far. Threading: immutable.
 *
 * <p>A row counts once however often DuckDB evaluates it and however many of its casts fail.
 * Sessions that were interrupted or failed the statement are in the books only: their usage is not
 * part of {@code usage}.
 *
 * @param rowsIn rows given to cascades: MAP's rows, RUN's staged rows, function calls
 * @param answers rows, runs and function calls that have been answered, failures included
 * @param failedByClass answers without value by class of their error
 * @param cacheHits answers that took no session of their own
 * @param modelCalls attempts sent
 * @param truncatedCalls indexes of the calls whose bound cut rows off
 */
public record QueryTotals(
        long rowsIn,
        long answers,
        Map<String, Long> failedByClass,
        long cacheHits,
        long sessions,
        long modelCalls,
        Usage usage,
        Set<Integer> truncatedCalls) {
    public QueryTotals {
        failedByClass = Map.copyOf(failedByClass);
        truncatedCalls = Set.copyOf(truncatedCalls);
    }

    public long failed() {
        return failedByClass.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Answers without value because nothing was left to pay for them. */
    public long unpaid() {
        return failedByClass.getOrDefault(ModelException.BUDGET, 0L);
    }

    /**
     * The statement's warning, {@code 2 of 9 rows failed: timeout (2)}; empty if none failed.
     *
     * <p>Without those that the budget had no room for: they have a warning of their own.
     */
    public String failureSummary() {
        if (failed() == unpaid()) {
            return "";
        }
        String classes =
                failedByClass.entrySet().stream()
                        .filter(entry -> !entry.getKey().equals(ModelException.BUDGET))
                        .sorted(
                                Map.Entry.<String, Long>comparingByValue()
                                        .reversed()
                                        .thenComparing(Map.Entry.comparingByKey()))
                        .map(entry -> entry.getKey() + " (" + entry.getValue() + ")")
                        .collect(Collectors.joining(", "));
        return failed() - unpaid() + " of " + answers + " rows failed: " + classes;
    }
}
