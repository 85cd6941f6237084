package io.rvbbit.it.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.rewriter.SqlState;
import java.sql.SQLException;
import java.util.Objects;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** An ErrorResponse, and what it ought to say. Threading: one thread. */
public final class SqlFailure {
    private final String sql;
    private final SQLException failure;

    SqlFailure(String sql, SQLException failure) {
        this.sql = sql;
        this.failure = failure;
    }

    SqlFailure is(SqlState state) {
        assertThat(failure.getSQLState()).as("%s%n%s", failure, sql).isEqualTo(state.code());
        assertThat(failure.getMessage()).as(sql).doesNotContain("Exception", "\tat ", "/work/");
        return this;
    }

    /** The position points at the first character of this token. */
    public SqlFailure at(String token) {
        int position = told().getPosition();
        assertThat(position).as("position of: %s%n%s", failure, sql).isPositive();
        assertThat(sql.substring(position - 1)).as("%s", failure).startsWith(token);
        return this;
    }

    public SqlFailure hint(String part) {
        assertThat(told().getHint()).as("hint of: %s%n%s", failure, sql).contains(part);
        return this;
    }

    public SqlFailure says(String part) {
        assertThat(told().getMessage()).as(sql).contains(part);
        return this;
    }

    public ServerErrorMessage told() {
        assertThat((Throwable) failure).isInstanceOf(PSQLException.class);
        return Objects.requireNonNull(
                ((PSQLException) failure).getServerErrorMessage(), "an error of the driver's own");
    }
}
