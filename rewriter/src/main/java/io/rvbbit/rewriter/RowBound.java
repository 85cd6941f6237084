package io.rvbbit.rewriter;

import io.rvbbit.rewriter.Options.RowLimit;
import io.rvbbit.rewriter.Statement.CascadeStatement;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The most rows that a call maps or stages, and why.
 *
 * @param reason tells whether rows beyond it are left out with a notice, or fail the statement
 */
public record RowBound(long rows, Reason reason) {
    private static final long MAP_DEFAULT = 1_000;
    private static final long RUN_DEFAULT = 10_000;

    /** What set the bound. */
    public enum Reason {
        /** The query has no LIMIT and none was given: a limit was injected. */
        DEFAULT,
        /** WITH (limit = n). */
        OPTION,
        /** The LIMIT of a SELECT around the clause: further rows are nobody's. */
        AROUND,
        /** The query's own LIMIT, a number within the server's maximum. */
        OWN,
        /**
         * {@code limit = none}, or a LIMIT whose number is not known before the query runs: beyond
         * it the statement fails with 54000.
         */
        SERVER_MAXIMUM
    }

    /** The bound of a call on a server that maps at most {@code maxRows}. */
    public static RowBound of(CascadeCall call, long maxRows) {
        RowBound wanted =
                switch (call.options().limit()) {
                    case RowLimit.Rows limit -> new RowBound(limit.rows(), Reason.OPTION);
                    case RowLimit.None _ -> new RowBound(maxRows, Reason.SERVER_MAXIMUM);
                    case RowLimit.Unset _ ->
                            call.hasOwnLimit()
                                    ? own(call, maxRows)
                                    : new RowBound(defaultRows(call), Reason.DEFAULT);
                };
        return wanted.rows() > maxRows ? new RowBound(maxRows, Reason.SERVER_MAXIMUM) : wanted;
    }

    /** The same, and no more rows than the SELECT around the call gives away. */
    public static RowBound of(CascadeStatement statement, CascadeCall call, long maxRows) {
        RowBound own = of(call, maxRows);
        OptionalLong needed =
                call.verb() == CascadeCall.Verb.MAP
                        ? PlainSelect.around(statement, call)
                                .map(PlainSelect::rows)
                                .orElseGet(OptionalLong::empty)
                        : OptionalLong.empty();
        return needed.isPresent() && needed.getAsLong() < own.rows()
                ? new RowBound(needed.getAsLong(), Reason.AROUND)
                : own;
    }

    /** Whether rows were cut off that somebody wanted. */
    public static boolean cuts(List<RowBound> bounds, Set<Integer> cutCalls) {
        return cutCalls.stream().anyMatch(call -> bounds.get(call).reason() != Reason.AROUND);
    }

    /** Whether a row beyond it is an error, never a silent cut. */
    public boolean isMaximum() {
        return reason == Reason.OWN || reason == Reason.SERVER_MAXIMUM;
    }

    private static RowBound own(CascadeCall call, long maxRows) {
        OptionalLong number = AutoLimit.ownLimit(call.query());
        boolean within = number.isPresent() && number.getAsLong() <= maxRows;
        return new RowBound(maxRows, within ? Reason.OWN : Reason.SERVER_MAXIMUM);
    }

    private static long defaultRows(CascadeCall call) {
        return switch (call.verb()) {
            case MAP -> MAP_DEFAULT;
            case RUN -> RUN_DEFAULT;
        };
    }
}
