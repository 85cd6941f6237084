package io.rvbbit.udf;

import io.rvbbit.rewriter.CodedFault;
import io.rvbbit.rewriter.SqlException;
import org.duckdb.DuckDBDataChunkReader;
import org.duckdb.DuckDBScalarFunction;
import org.duckdb.DuckDBWritableVector;
import org.jspecify.annotations.Nullable;

/**
 * A function whose first argument is a statement's token.
 *
 * <p>What it throws is kept in the statement's scope; DuckDB gets a marker without stack trace.
 * Threading: DuckDB's threads, several at once; arguments are read and results written on the
 * thread that called.
 */
final class ScopedFunction implements DuckDBScalarFunction {
    private static final int TOKEN = 0;

    private final QueryScopes scopes;
    private final Body body;

    ScopedFunction(QueryScopes scopes, Body body) {
        this.scopes = scopes;
        this.body = body;
    }

    /** What a function does with one chunk. */
    interface Body {
        void apply(QueryScope scope, Arguments arguments, DuckDBWritableVector results);
    }

    /** A function that gives text: one result per row, null for SQL NULL. */
    interface TextBody {
        @Nullable String[] apply(QueryScope scope, Arguments arguments);
    }

    static Body text(TextBody body) {
        return (scope, arguments, results) -> {
            @Nullable String[] values = body.apply(scope, arguments);
            for (int row = 0; row < values.length; row++) {
                String value = values[row];
                if (value == null) {
                    results.setNull(row);
                } else {
                    results.setString(row, value);
                }
            }
        };
    }

    @Override
    public void apply(DuckDBDataChunkReader chunk, DuckDBWritableVector results) {
        Arguments arguments = new Arguments(chunk);
        if (arguments.rows() == 0) {
            return;
        }
        QueryScope scope;
        try {
            scope = scopes.find(arguments.text(TOKEN, 0));
        } catch (SqlException e) {
            // No scope can keep it.
            throw new CodedFault(e);
        }
        try {
            scope.checkRunning();
            body.apply(scope, arguments, results);
        } catch (StatementStopped e) {
            throw e;
        } catch (SqlException e) {
            scope.fail(e);
            throw new StatementStopped();
        } catch (RuntimeException | Error e) {
            scope.fail(QueryScope.internal(e));
            throw new StatementStopped();
        }
    }
}
