package io.rvbbit.rewriter;

/**
 * One RVBBIT MAP or RUN clause of a statement.
 *
 * @param index number within the statement, from 0, as the gateway's functions are told
 * @param cascadePosition where the cascade's literal stands in the client's whole text, from 1
 * @param outputs with WITH (result_column = …) already taken in
 * @param query the text between the parentheses of USING, RVBBIT clauses inside it unchanged
 * @param queryPosition where that text stands in the client's whole text, from 1
 * @param options with the clauses PARALLEL and DISTINCT already taken in
 * @param span of the whole clause in the statement's text
 * @param querySpan of {@code query} in the statement's text
 */
public record CascadeCall(
        int index,
        Verb verb,
        String cascade,
        int cascadePosition,
        OutputClause outputs,
        String query,
        int queryPosition,
        Options options,
        Span span,
        Span querySpan) {

    /** MAP answers each row; RUN answers all rows at once. */
    public enum Verb {
        MAP,
        RUN
    }

    /** Java string indexes, the end exclusive. */
    public record Span(int start, int end) {
        boolean holds(Span other) {
            return start <= other.start && other.end <= end;
        }
    }

    /** The same call, asked again by a REPLAY that says so much. */
    public CascadeCall replayed(Options own) {
        return new CascadeCall(
                index,
                verb,
                cascade,
                cascadePosition,
                outputs,
                query,
                queryPosition,
                options.replayed(own),
                span,
                querySpan);
    }

    /** True if the clause's query ends in its own LIMIT or FETCH FIRST. */
    public boolean hasOwnLimit() {
        return AutoLimit.hasOwnLimit(query);
    }
}
