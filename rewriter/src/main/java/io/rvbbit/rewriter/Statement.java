package io.rvbbit.rewriter;

import java.util.List;

/**
 * One statement of a client, recognised by its words.
 *
 * <p>Threading: immutable.
 */
public sealed interface Statement {

    /** As the client wrote it, without the semicolon; comments may stand around it. */
    String text();

    /** Characters before it in the client's whole text; a position shifts by this much. */
    int offset();

    /** Anything without a RVBBIT clause: goes to the engine as it is. */
    record PlainStatement(String text, int offset) implements Statement {}

    /**
     * SQL with at least one RVBBIT MAP or RUN clause.
     *
     * @param calls by the end of their clause: a clause inside another's query comes before it, and
     *     one in a CTE before those that can read it
     */
    record CascadeStatement(String text, int offset, Target target, List<CascadeCall> calls)
            implements Statement {
        public CascadeStatement {
            calls = List.copyOf(calls);
        }
    }

    /** EXPLAIN of a statement with a RVBBIT clause; {@code explained} is the text after it. */
    record ExplainStatement(
            String text, int offset, ExplainOptions options, CascadeStatement explained)
            implements Statement {}

    /** Continue a statement that ended early. */
    record ResumeStatement(String text, int offset, String callerId, Options options)
            implements Statement {}

    /** Run a stored statement again, its answers beside the old ones. */
    record ReplayStatement(String text, int offset, String callerId, Options options)
            implements Statement {}

    /**
     * Make a cascade of what a model has answered for a function that does not exist.
     *
     * @param schema of the function; empty if none is named
     * @param file where the cascade goes
     * @param namePosition of the function in the client's whole text, as {@code filePosition}
     * @param redact whether the examples say nothing of the data
     */
    record PromoteStatement(
            String text,
            int offset,
            String schema,
            String name,
            String file,
            int namePosition,
            int filePosition,
            boolean redact)
            implements Statement {}
}
