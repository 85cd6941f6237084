package io.rvbbit.it.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.rewriter.SqlState;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What came of one statement, and what it ought to be. Threading: one thread. */
public final class SqlAssert {
    private final String sql;
    private final SqlTable table;
    private final long changed;
    private final List<SQLWarning> warnings;
    private final @Nullable SQLException failure;

    SqlAssert(
            String sql,
            SqlTable table,
            long changed,
            List<SQLWarning> warnings,
            @Nullable SQLException failure) {
        this.sql = sql;
        this.table = table;
        this.changed = changed;
        this.warnings = List.copyOf(warnings);
        this.failure = failure;
    }

    public SqlAssert succeeds() {
        if (failure != null) {
            throw new AssertionError(
                    "failed with %s: %s%n%s".formatted(failure.getSQLState(), failure, sql),
                    failure);
        }
        return this;
    }

    /** Names, values and order of the whole result. */
    public SqlAssert returns(String expected) {
        succeeds();
        assertThat(table.lines()).as(sql).isEqualTo(SqlTable.linesOf(expected));
        return this;
    }

    /** As {@link #returns}, where the statement promises no order. */
    public SqlAssert returnsInAnyOrder(String expected) {
        succeeds();
        assertThat(table.lines())
                .as(sql)
                .containsExactlyInAnyOrderElementsOf(SqlTable.linesOf(expected));
        return this;
    }

    public SqlAssert returnsRows(int count) {
        succeeds();
        assertThat(table.rows()).as(sql).hasSize(count);
        return this;
    }

    /** The count in the command tag. */
    public SqlAssert changes(long rows) {
        succeeds();
        assertThat(changed).as(sql).isEqualTo(rows);
        return this;
    }

    public SqlTable table() {
        succeeds();
        return table;
    }

    /** The one value of a result with one row and one column. */
    public @Nullable String value() {
        succeeds();
        assertThat(table.rows()).as(sql).hasSize(1);
        assertThat(table.columns()).as(sql).hasSize(1);
        return table.rows().getFirst().getFirst();
    }

    /** A NOTICE or WARNING that contains this text came. */
    public SqlAssert tells(SqlState state, String text) {
        assertThat(warnings)
                .as(sql)
                .anySatisfy(warning -> {
                    assertThat(warning.getSQLState()).isEqualTo(state.code());
                    assertThat(warning.getMessage()).contains(text);
                });
        return this;
    }

    /** Nothing that was told contains this text. */
    public SqlAssert tellsNothingOf(String text) {
        assertThat(warnings)
                .as(sql)
                .noneSatisfy(warning -> assertThat(warning.getMessage()).contains(text));
        return this;
    }

    /** The messages of all NOTICEs and WARNINGs. */
    public List<String> told() {
        return warnings.stream().map(warning -> String.valueOf(warning.getMessage())).toList();
    }

    public SqlFailure fails(SqlState state) {
        assertThat((Throwable) failure).as("has not failed: %s", sql).isNotNull();
        return new SqlFailure(sql, Objects.requireNonNull(failure)).is(state);
    }

    public @Nullable SQLException failure() {
        return failure;
    }
}
