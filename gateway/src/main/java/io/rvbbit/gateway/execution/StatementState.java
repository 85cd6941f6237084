package io.rvbbit.gateway.execution;

import io.rvbbit.tracking.CallerId;
import io.rvbbit.tracking.Event.StatementStatus;
import io.rvbbit.tracking.Usage;
import io.rvbbit.udf.RowProgress;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a statement with a caller stands at one moment. Threading: immutable.
 *
 * @param origin what does not change while it runs
 * @param finishedAt null while it runs
 * @param callsInFlight requests to models that have left and have not ended
 * @param calls requests that have left, answered or not
 * @param spent so far; in the end what the books say
 * @param errorMessage empty unless it failed
 * @param heldUpBy why something of it waits for room in the books; empty if nothing does
 */
record StatementState(
        Origin origin,
        StatementStatus status,
        @Nullable Instant finishedAt,
        RowProgress rows,
        List<String> cascades,
        List<String> models,
        long callsInFlight,
        long calls,
        Usage spent,
        String errorMessage,
        String heldUpBy) {
    /** More of a statement's text is in {@code sql_query_log} only. */
    private static final int MOST_TEXT = 4_096;

    StatementState {
        cascades = List.copyOf(cascades);
        models = List.copyOf(models);
    }

    /** Which statement it is, whose, and where it runs. */
    record Origin(
            CallerId caller,
            int processId,
            String user,
            String database,
            String applicationName,
            String query,
            String queryType,
            int parallel,
            Instant startedAt) {
        Origin {
            query = query.length() > MOST_TEXT ? query.substring(0, MOST_TEXT) : query;
        }
    }

    static List<String> sorted(Set<String> names) {
        return names.stream().sorted().toList();
    }

    boolean isRunning() {
        return status == StatementStatus.RUNNING;
    }

    /** Ended thus; {@code spent} is what the books say. */
    StatementState ended(
            StatementStatus how, long attempts, Usage usage, String error, Instant at) {
        boolean whole = how == StatementStatus.COMPLETED || how == StatementStatus.PARTIAL;
        return new StatementState(
                origin,
                how,
                at,
                rows.ended(whole),
                cascades,
                models,
                0,
                attempts,
                usage,
                error,
                "");
    }

    /** The notice of a statement that runs: {@code sql-…: 3 of 10 rows done, …}. */
    String inWords() {
        StringBuilder text = new StringBuilder(origin.caller().value()).append(": ");
        text.append(rows.done());
        rows.total().ifPresent(total -> text.append(" of ").append(total));
        text.append(" rows done, ").append(rows.failed()).append(" failed, ");
        text.append(rows.cached()).append(" cached, ");
        text.append(String.format(Locale.ROOT, "%.6f USD spent, ", spent.costUsd()));
        rows.etaSeconds()
                .ifPresentOrElse(
                        seconds -> text.append(seconds).append(" s left"),
                        () -> text.append("time left unknown"));
        return text.toString();
    }
}
