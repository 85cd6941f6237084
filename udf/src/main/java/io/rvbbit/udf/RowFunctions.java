package io.rvbbit.udf;

import com.fasterxml.jackson.databind.JsonNode;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.udf.cascade.RowError;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import org.duckdb.DuckDBWritableVector;
import org.jspecify.annotations.Nullable;

/**
 * The functions of which a rewritten MAP or RUN consists.
 *
 * <p>Arguments are those of the functions' table in {@link Functions}. Threading: see {@link
 * ScopedFunction}.
 */
final class RowFunctions {
    private static final int CALL = 1;
    private static final int ROW = 2;

    private RowFunctions() {}

    /** {@code (caller, call, cascade, row, input)}: one answer envelope per row. */
    static @Nullable String[] map(QueryScope scope, Arguments arguments) {
        int row = 3;
        int input = 4;
        CascadeCalls calls = scope.calls();
        var answers = new ArrayList<CompletableFuture<Answer>>(arguments.rows());
        for (int i = 0; i < arguments.rows(); i++) {
            scope.checkRunning();
            answers.add(
                    calls.row(
                                    arguments.integer(CALL, i),
                                    arguments.number(row, i),
                                    required(arguments.text(input, i)))
                            .answer());
        }
        // The rewritten statement sorts its input, so all of it was read before this first vector.
        scope.ledger().inputEnded(arguments.integer(CALL, 0));
        @Nullable String[] envelopes = new String[arguments.rows()];
        for (int i = 0; i < envelopes.length; i++) {
            envelopes[i] = scope.await(answers.get(i)).envelope();
        }
        return envelopes;
    }

    /** {@code (caller, call, row)}: the answer envelope of a row that was answered before. */
    static @Nullable String[] answer(QueryScope scope, Arguments arguments) {
        @Nullable String[] envelopes = new String[arguments.rows()];
        for (int i = 0; i < envelopes.length; i++) {
            envelopes[i] =
                    scope.window(arguments.integer(CALL, i)).envelope(arguments.number(ROW, i));
        }
        return envelopes;
    }

    /** {@code (caller, call, cascade)}: the answer envelope of a RUN. */
    static @Nullable String[] batch(QueryScope scope, Arguments arguments) {
        @Nullable String[] envelopes = new String[arguments.rows()];
        for (int i = 0; i < envelopes.length; i++) {
            envelopes[i] = scope.await(scope.calls().run(arguments.integer(CALL, i))).envelope();
        }
        return envelopes;
    }

    /** {@code (caller, call, row, bound)}: whether the row is read. */
    static void within(QueryScope scope, Arguments arguments, DuckDBWritableVector results) {
        int bound = 3;
        for (int i = 0; i < arguments.rows(); i++) {
            long most = arguments.number(bound, i);
            boolean within = arguments.number(ROW, i) <= most;
            if (!within) {
                int index = arguments.integer(CALL, i);
                if (scope.calls().clause(index).boundIsMaximum()) {
                    throw new SqlException(
                                    SqlState.PROGRAM_LIMIT_EXCEEDED,
                                    "more than " + most + " rows, the server's maximum")
                            .hint("a smaller LIMIT, or max-rows in the server's configuration");
                }
                scope.ledger().truncated(index);
            } else {
                int index = arguments.integer(CALL, i);
                scope.calls().clause(index);
                scope.ledger().rowRead(index, arguments.number(ROW, i));
            }
            results.setBoolean(i, within);
        }
    }

    /** {@code (caller, call, row, column_name, type, value)}: NULL, and a row error. */
    static @Nullable String[] castFailed(QueryScope scope, Arguments arguments) {
        int column = 3;
        int type = 4;
        int value = 5;
        for (int i = 0; i < arguments.rows(); i++) {
            int index = arguments.integer(CALL, i);
            long row = arguments.number(ROW, i);
            scope.calls().clause(index);
            RowError error =
                    castError(
                            arguments.text(column, i),
                            arguments.text(type, i),
                            arguments.text(value, i),
                            scope.ledger().attempts(index, row));
            scope.ledger().castFailed(index, row, error);
            scope.calls().rowFailed(index, row, error, CascadeCalls.rowName(row));
        }
        scope.checkRunning();
        return new String[arguments.rows()];
    }

    /** That a value does not fit its column. */
    static RowError castError(
            @Nullable String column, @Nullable String type, @Nullable String value, int attempts) {
        return new RowError(
                "cast",
                SqlState.INVALID_TEXT_REPRESENTATION,
                "column \"%s\": invalid input for type %s: %s"
                        .formatted(column, type, Input.shown(required(value))),
                attempts);
    }

    /** {@code (caller, call, row, answer)}: the row's error as JSON, or NULL. */
    static @Nullable String[] rowError(QueryScope scope, Arguments arguments) {
        int answer = 3;
        @Nullable String[] errors = new String[arguments.rows()];
        for (int i = 0; i < errors.length; i++) {
            String envelope = arguments.text(answer, i);
            JsonNode told = envelope == null ? null : Json.tree(envelope).get("error");
            if (told != null && !told.isNull()) {
                errors[i] = Json.text(told);
            } else {
                int index = arguments.integer(CALL, i);
                scope.calls().clause(index);
                errors[i] =
                        scope.ledger()
                                .castError(index, arguments.number(ROW, i))
                                .map(Answer::errorText)
                                .orElse(null);
            }
        }
        return errors;
    }

    private static String required(@Nullable String argument) {
        if (argument == null) {
            throw new SqlException(
                    SqlState.INTERNAL_ERROR, "a rewritten statement passed NULL to its function");
        }
        return argument;
    }
}
