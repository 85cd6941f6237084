package io.rvbbit.rewriter;

import io.rvbbit.rewriter.Options.RowLimit;
import java.util.OptionalLong;

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
