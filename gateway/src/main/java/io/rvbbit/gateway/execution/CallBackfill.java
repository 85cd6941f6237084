package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.access.Role;
import io.rvbbit.gateway.access.Roles;
import io.rvbbit.gateway.engine.BackfillFunction;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.tracking.Books;
import io.rvbbit.tracking.BooksUnavailable;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** {@code rvbbit_backfill}: who may, and which days. Threading: any thread. */
public record CallBackfill(Books books, Roles roles, Clock clock)
        implements BackfillFunction.Backfill {
    private static final int MOST_DAYS = 3_660;
    private static final LocalDate FIRST = LocalDate.of(1971, 1, 1);

    @Override
    public long begin(String asker, LocalDate first, LocalDate last) {
        if (!roles.isTrusting() && roles.find(asker).filter(Role::admin).isEmpty()) {
            throw new SqlException(
                    SqlState.INSUFFICIENT_PRIVILEGE,
                    "permission denied: only an admin backfills calls");
        }
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        if (first.isAfter(last) || first.isBefore(FIRST) || last.isAfter(today)) {
            throw new SqlException(
                            SqlState.INVALID_PARAMETER_VALUE,
                            "there are no days from " + first + " to " + last + " to backfill")
                    .hint("the first day comes first, and the last is " + today + " or earlier");
        }
        if (first.plusDays(MOST_DAYS).isBefore(last)) {
            throw new SqlException(
                    SqlState.INVALID_PARAMETER_VALUE,
                    "a backfill takes at most " + MOST_DAYS + " days");
        }
        try {
            return books.backfill(first, last);
        } catch (BooksUnavailable e) {
            throw new SqlException(SqlState.CONNECTION_FAILURE, String.valueOf(e.getMessage()));
        }
    }
}
