package io.rvbbit.rewriter;

import io.rvbbit.rewriter.CascadeCall.Verb;
import io.rvbbit.rewriter.Rewritten.Staging;
import io.rvbbit.rewriter.Statement.CascadeStatement;
import java.util.List;
import java.util.Optional;

/**
 * Turns a statement with RVBBIT clauses into DuckDB SQL: this rewriting is what they mean.
 *
 * <p>Each clause is replaced where it stands; everything else stays as the client wrote it.
 * Threading: stateless.
 */
public final class Rewriter {
    /** What a RUN's rows are called where WITH (as_table = …) does not say. */
    public static final String DEFAULT_TABLE = "batch";

    private Rewriter() {}

    /**
     * The statement for one execution.
     *
     * @param caller SQL for the execution's token: an expression, so that the token itself is in no
     *     text
     * @param shapes one for each call, by its index
     * @throws SqlException 42701, 42703 or 42939 if names do not fit
     */
    public static Rewritten rewrite(
            CascadeStatement statement, String caller, List<CallShape> shapes) {
        if (shapes.size() != statement.calls().size()) {
            throw new IllegalArgumentException(
                    shapes.size() + " shapes for " + statement.calls().size() + " calls");
        }
        ClauseText clauses = new ClauseText(statement, caller, shapes);
        List<Staging> stagings =
                statement.calls().stream()
                        .filter(call -> call.verb() == Verb.RUN)
                        .map(clauses::staging)
                        .toList();
        return new Rewritten(clauses.wholeStatement(), stagings);
    }

    /**
     * The statement taken apart, if it is a MAP and nothing else but CTEs before it.
     *
     * @param stage where the output finds the input's rows: a table's name, fit to be put into SQL
     * @throws SqlException as {@link #rewrite}
     */
    public static Optional<StreamedMap> streamed(
            CascadeStatement statement, String caller, List<CallShape> shapes, String stage) {
        return new ClauseText(statement, caller, shapes).streamed(stage);
    }

    /**
     * The statement taken apart, if it stores the rows of a MAP just as they are.
     *
     * @param stage where the input's rows are put: a table's name, fit to be put into SQL
     * @param rows where the statement finds the answered rows, likewise
     * @throws SqlException as {@link #rewrite}
     */
    public static Optional<StoredMap> stored(
            CascadeStatement statement,
            String caller,
            List<CallShape> shapes,
            String stage,
            String rows) {
        return new ClauseText(statement, caller, shapes).stored(stage, rows);
    }

    /**
     * What each call would be given, as far as that is known before anything is answered; by the
     * calls' indexes.
     *
     * @throws SqlException as {@link #rewrite}
     */
    public static List<CallInput> inputs(CascadeStatement statement, List<CallShape> shapes) {
        ClauseText clauses = ClauseText.unanswered(statement, shapes);
        return statement.calls().stream().map(clauses::input).toList();
    }

    /**
     * SQL whose result columns are the input columns of one call; meant to be prepared, not run.
     *
     * <p>The CTEs that the call can see stand before it.
     *
     * @param shapesOfInnerCalls the shapes of all calls before this one
     * @throws SqlException as {@link #rewrite}
     */
    public static String describeQuery(
            CascadeStatement statement,
            int call,
            String caller,
            List<CallShape> shapesOfInnerCalls) {
        return new ClauseText(statement, caller, shapesOfInnerCalls)
                .described(statement.calls().get(call));
    }
}
