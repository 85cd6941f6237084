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
        if (call.onError() == OnError.FAIL) {
            return Optional.of(failed(call.cascade().id(), error, row));
        }
        if (failedRows > call.maxFailedRows()) {
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

    /** 38000 with the error's class, message and SQLSTATE. */
    static SqlException failed(String cascade, RowError error, String row) {
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
