package io.rvbbit.tracking;

import io.rvbbit.tracking.CallDays.Complete;
import io.rvbbit.tracking.completion.CompletionWorker;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Where a read of {@code calls} goes: for days since the cut-over that are complete to what the
 * worker has put together, for all others to the merged view.
 *
 * <p>A day is complete if it began after the worker did, or the backfill has been through it. If
 * the worker is off or does not get on, all days are merged: slower, and as true. Threading: any
 * thread.
 */
final class CallRouter {
    private static final Set<String> CAUGHT_UP = Set.of("calls", "calls_complete");

    private final CompletionWorker worker;
    private final Duration patience;

    CallRouter(CompletionWorker worker, Duration patience) {
        this.worker = worker;
        this.patience = patience;
    }

    /** To be called before the read's snapshot is taken; whether what was recorded is complete. */
    boolean isCaughtUp(String table) {
        return CAUGHT_UP.contains(table) && worker.catchUp(patience);
    }

    /**
     * What stands for {@code calls} in a read that is caught up, without its project; empty if all
     * days are to be merged.
     */
    Optional<String> source(CallDays store) throws SQLException {
        Optional<LocalDate> cutover = worker.policy().cutover();
        if (cutover.isEmpty()) {
            return Optional.empty();
        }
        Complete complete = store.since(cutover.get());
        List<String> parts = new ArrayList<>();
        LocalDate merged = CallDays.FIRST;
        for (LocalDate day : new TreeSet<>(complete.days())) {
            parts.add(store.whole(day, day.plusDays(1)));
            addMerged(parts, store, merged, day);
            merged = day.plusDays(1);
        }
        LocalDate before =
                complete.before().isBefore(complete.from()) ? complete.from() : complete.before();
        addMerged(parts, store, merged, complete.from());
        if (complete.from().isBefore(before)) {
            parts.add(store.whole(complete.from(), before));
        }
        addMerged(parts, store, before, CallDays.LAST);
        return Optional.of("(" + String.join(" UNION ALL ", parts) + ")");
    }

    private static void addMerged(
            List<String> parts, CallDays store, LocalDate first, LocalDate before) {
        if (first.isBefore(before)) {
            parts.add(store.merged(first, before));
        }
    }
}
