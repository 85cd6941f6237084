package io.rvbbit.gateway.execution;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.tracking.CallerId;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;

/**
 * Counts a session's statements that have no caller; the books tell of the others.
 *
 * <p>Threading: the session's thread only.
 */
public final class StatementTally {
    private static final Set<String> KINDS =
            Set.of(
                    "select",
                    "insert",
                    "update",
                    "delete",
                    "merge",
                    "copy",
                    "create",
                    "alter",
                    "drop",
                    "truncate",
                    "begin",
                    "commit",
                    "rollback",
                    "savepoint",
                    "release",
                    "set",
                    "reset",
                    "show",
                    "explain",
                    "prepare",
                    "execute",
                    "deallocate",
                    "declare",
                    "fetch",
                    "move",
                    "close",
                    "discard");

    private final Counts counts;
    private String kind = "";
    private boolean open;
    private boolean hasCaller;
    private long callers;
    private long beganNanos;

    /** Where the counts go. Threading: any thread. */
    public interface Counts {
        /**
         * @param kind the statement's first word in lower case, or {@code other}
         * @param outcome {@code completed}, {@code error} or {@code cancelled}
         */
        void ended(String kind, String outcome, Duration duration);

        /** What runs now is a step of a statement: its end counts only if nothing follows. */
        void stepBegan(CallerId caller);

        /** Nothing follows the last step of a statement; nothing happens if something did. */
        void stepsOver(CallerId caller);
    }

    StatementTally(Counts counts) {
        this.counts = counts;
    }

    /**
     * A statement is read, or run.
     *
     * @param words of its command tag
     * @param withCaller whether the books will tell of it
     */
    public void begins(String words, boolean withCaller) {
        int end = words.indexOf(' ');
        kind = (end < 0 ? words : words.substring(0, end)).toLowerCase(Locale.ROOT);
        open = true;
        hasCaller = withCaller;
        beganNanos = System.nanoTime();
    }

    /** The books tell of the statement. */
    void hasCaller() {
        hasCaller = true;
        callers++;
    }

    /** How often the books have told of the session's statements so far. */
    long callers() {
        return callers;
    }

    /** As {@link Counts#stepBegan}. */
    void stepBegan(CallerId caller) {
        counts.stepBegan(caller);
    }

    /** As {@link Counts#stepsOver}. */
    void stepsOver(CallerId caller) {
        counts.stepsOver(caller);
    }

    public void completed() {
        ended("completed");
    }

    /** Nothing happens if no statement was begun: the client's message was none. */
    public void failed(Exception failure) {
        boolean cancelled =
                failure instanceof SqlException sql && sql.state() == SqlState.QUERY_CANCELED;
        ended(cancelled ? "cancelled" : "error");
    }

    private void ended(String outcome) {
        if (open && !hasCaller) {
            counts.ended(shown(kind), outcome, Duration.ofNanos(System.nanoTime() - beganNanos));
        }
        open = false;
    }

    private static String shown(String word) {
        return word.equals("start") ? "begin" : KINDS.contains(word) ? word : "other";
    }
}
