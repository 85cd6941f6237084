package io.rvbbit.udf;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.udf.cascade.RowError;
import java.util.Optional;

/** Decides when a row's error becomes its statement's. Threading: immutable. */
final class RowPolicy {
    private RowPolicy() {}

    /**
     * @param failedRows of this call so far, this one included
     * @param row as people count, with its key if it has one; empty where there are no rows
     */
    static Optional<SqlException> verdict(
            CallSpec call, RowError error, long failedRows, String row) {
        boolean tooMany = failedRows > call.maxFailedRows();
        if (call.onError() == OnError.FAIL || (tooMany && error.isBudget())) {
            return Optional.of(failed(call.cascade().id(), error, row));
        }
        if (tooMany) {
            return Optional.of(
                    new SqlException(
                                    SqlState.EXTERNAL_ROUTINE,
                                    "cascade \"%s\" failed on more than %d rows, last%s: %s: %s"
                                            .formatted(
                                                    call.cascade().id(),
                                                    call.maxFailedRows(),
                                                    row,
                                                    error.errorClass(),
                                                    error.message()))
                            .hint("raise max_failed_rows, or see on_error = 'column'"));
        }
        return Optional.empty();
    }

    /** 38000 with the error's class, message and SQLSTATE; 53400 where the budget is used up. */
    static SqlException failed(String cascade, RowError error, String row) {
        if (error.isBudget()) {
            return new SqlException(error.state(), error.message())
                    .detail("No value of cascade \"%s\"%s.".formatted(cascade, row))
                    .hint(error.hint());
        }
        SqlException failure =
                new SqlException(
                                SqlState.EXTERNAL_ROUTINE,
                                "cascade \"%s\" failed%s: %s: %s"
                                        .formatted(
                                                cascade, row, error.errorClass(), error.message()))
                        .detail(
                                "SQLSTATE of the row: %s, attempts: %d"
                                        .formatted(error.state().code(), error.attempts()));
        return error.hint().isEmpty() ? failure : failure.hint(error.hint());
    }
}
