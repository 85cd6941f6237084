package io.rvbbit.udf;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.udf.cascade.RowError;
import org.duckdb.DuckDBWritableVector;
import org.jspecify.annotations.Nullable;

/**
 * The functions that bring the rows and answers of an earlier statement into a REPLAY.
 *
 * <p>Arguments are those of the functions' table in {@link Functions}. Threading: see {@link
 * ScopedFunction}.
 */
final class ReplayFunctions {
    private ReplayFunctions() {}

    /** {@code (caller, row)}: the row as it was given to the cascade. */
    static @Nullable String[] row(QueryScope scope, Arguments arguments) {
        @Nullable String[] rows = new String[arguments.rows()];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = scope.replay().row(arguments.number(1, i));
        }
        return rows;
    }

    /** {@code (caller, row)}: the row as typed values are made of it. */
    static @Nullable String[] columns(QueryScope scope, Arguments arguments) {
        @Nullable String[] rows = new String[arguments.rows()];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = scope.replay().columns(arguments.number(1, i));
        }
        return rows;
    }

    /** {@code (caller, row)}: the old answer's envelope. */
    static @Nullable String[] answer(QueryScope scope, Arguments arguments) {
        @Nullable String[] envelopes = new String[arguments.rows()];
        for (int i = 0; i < envelopes.length; i++) {
            envelopes[i] = scope.replay().answer(arguments.number(1, i)).envelope();
        }
        return envelopes;
    }

    /** {@code (caller, row, column_name, type, value)}: what a cast that failed was told as. */
    static @Nullable String[] castError(QueryScope scope, Arguments arguments) {
        int column = 2;
        int type = 3;
        int value = 4;
        @Nullable String[] errors = new String[arguments.rows()];
        for (int i = 0; i < errors.length; i++) {
            RowError error =
                    RowFunctions.castError(
                            arguments.text(column, i),
                            arguments.text(type, i),
                            arguments.text(value, i),
                            scope.replay().answer(arguments.number(1, i)).attempts());
            errors[i] = Answer.errorText(error);
        }
        return errors;
    }

    /** {@code (caller, call, row, changed, old_cost)}: {@code changed}, once it is counted. */
    static void compared(QueryScope scope, Arguments arguments, DuckDBWritableVector results) {
        int row = 2;
        int changed = 3;
        int cost = 4;
        for (int i = 0; i < arguments.rows(); i++) {
            int call = arguments.integer(1, i);
            if (call < 0) {
                throw new SqlException(SqlState.INTERNAL_ERROR, "a comparison of no clause");
            }
            boolean differs = arguments.flag(changed, i);
            boolean failed = scope.ledger().hasFailed(call, arguments.number(row, i));
            scope.replay()
                    .compared(arguments.number(row, i), differs, failed, arguments.text(cost, i));
            results.setBoolean(i, differs);
        }
    }
}
