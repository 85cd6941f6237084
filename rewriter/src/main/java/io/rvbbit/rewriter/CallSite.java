package io.rvbbit.rewriter;

import java.util.List;

/**
 * A scalar call in a statement's text; all indexes are Java string indexes. Threading: immutable.
 *
 * @param qualifier what stands before the name and its dot; empty for a plain name
 * @param column whether it is a column of a SELECT by itself, and has no name but its own
 */
public record CallSite(
        String qualifier,
        String name,
        int start,
        int end,
        List<Argument> arguments,
        boolean column) {
    /**
     * One argument's expression, without the name that it may be given.
     *
     * @param name given to it, or the column that it is, or its place; each only once in a call
     */
    public record Argument(String name, int start, int end) {}

    public CallSite {
        arguments = List.copyOf(arguments);
    }

    /** Whether the other one stands among the arguments of this one. */
    public boolean holds(CallSite other) {
        return start < other.start && other.end < end;
    }
}
