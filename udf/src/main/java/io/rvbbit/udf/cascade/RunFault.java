package io.rvbbit.udf.cascade;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.util.Optional;

/** What the books say of a run or cell that something else than the row's fault has ended. */
final class RunFault {
    private RunFault() {}

    /** Of a cell that was stopped since another has ended the run. */
    static String stopped(String reason, int modelCalls) {
        return new RowError("cancelled", SqlState.QUERY_CANCELED, reason, modelCalls)
                .toJson()
                .toString();
    }

    /**
     * @param late why the time was over when it was interrupted; empty if it was not for that
     * @param modelCalls attempts that were sent until then
     */
    static String json(Throwable fault, Optional<String> late, int modelCalls) {
        RowError error =
                switch (fault) {
                    case InterruptedException _ when late.isPresent() ->
                            RowFailure.timeout(late.get()).error(modelCalls);
                    case InterruptedException _ ->
                            new RowError(
                                    "cancelled",
                                    SqlState.QUERY_CANCELED,
                                    "the statement was cancelled",
                                    modelCalls);
                    case SqlException e ->
                            new RowError(
                                    "statement",
                                    e.state(),
                                    String.valueOf(e.getMessage()),
                                    modelCalls);
                    default ->
                            new RowError(
                                    "internal",
                                    SqlState.INTERNAL_ERROR,
                                    "internal error: " + fault.getClass().getSimpleName(),
                                    modelCalls);
                };
        return error.toJson().toString();
    }
}
