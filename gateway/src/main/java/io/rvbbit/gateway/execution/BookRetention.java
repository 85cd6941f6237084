package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.access.Role;
import io.rvbbit.gateway.access.Roles;
import io.rvbbit.gateway.engine.RetentionFunction;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.tracking.Books;
import io.rvbbit.tracking.BooksUnavailable;
import io.rvbbit.tracking.retention.RetainedTable;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/** {@code rvbbit_retention_run}: who may, and what. Threading: any thread. */
public record BookRetention(Books books, Roles roles) implements RetentionFunction.Retention {
    @Override
    public long run(String asker, Optional<String> tableName, OptionalInt days) {
        if (!roles.isTrusting() && roles.find(asker).filter(Role::admin).isEmpty()) {
            throw new SqlException(
                    SqlState.INSUFFICIENT_PRIVILEGE,
                    "permission denied: only an admin removes rows of the books");
        }
        Optional<RetainedTable> table = tableName.map(BookRetention::table);
        if (days.isPresent() && days.getAsInt() < 1) {
            throw new SqlException(
                            SqlState.INVALID_PARAMETER_VALUE, "rows are kept for a day at least")
                    .hint("give a number of days from 1 on");
        }
        try {
            return table.map(each -> run(each, days)).orElseGet(books::retain);
        } catch (BooksUnavailable e) {
            throw new SqlException(SqlState.CONNECTION_FAILURE, String.valueOf(e.getMessage()));
        }
    }

    private long run(RetainedTable table, OptionalInt days) {
        int kept = days.orElse(books.retentionDays(table));
        return kept == 0 ? 0 : books.retain(table, kept);
    }

    private static RetainedTable table(String name) {
        return RetainedTable.named(name)
                .orElseThrow(() ->
                        new SqlException(
                                        SqlState.INVALID_PARAMETER_VALUE,
                                        "\"" + name + "\" is not kept for a time of its own")
                                .hint(
                                        "what is: "
                                                + Arrays.stream(RetainedTable.values())
                                                        .map(RetainedTable::tableName)
                                                        .collect(Collectors.joining(", "))));
    }
}
