package io.rvbbit.it.testkit;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection, for tests that read like a conversation.
 *
 * <p>Threading: one thread.
 */
public final class SqlSession implements AutoCloseable {
    private final Connection connection;
    private final StubEndpoint model;

    SqlSession(Connection connection, StubEndpoint model) {
        this.connection = connection;
        this.model = model;
    }

    /** Runs the statement at once, whatever comes of it; the answer waits to be checked. */
    public SqlAssert query(String sql) {
        try (Statement statement = connection.createStatement()) {
            return run(sql, statement);
        } catch (SQLException broken) {
            throw new IllegalStateException(broken);
        }
    }

    private static SqlAssert run(String sql, Statement statement) throws SQLException {
        try {
            SqlTable table = SqlTable.EMPTY;
            long changed = -1;
            boolean rows = statement.execute(sql);
            while (rows || statement.getLargeUpdateCount() != -1) {
                if (rows) {
                    try (ResultSet result = statement.getResultSet()) {
                        table = SqlTable.of(result);
                    }
                } else {
                    changed = statement.getLargeUpdateCount();
                }
                rows = statement.getMoreResults();
            }
            return new SqlAssert(sql, table, changed, warnings(statement), null);
        } catch (SQLException failure) {
            return new SqlAssert(sql, SqlTable.EMPTY, -1, warnings(statement), failure);
        }
    }

    /** NOTICEs and WARNINGs, in order. */
    public static List<SQLWarning> warnings(Statement statement) throws SQLException {
        List<SQLWarning> all = new ArrayList<>();
        for (SQLWarning next = statement.getWarnings();
                next != null;
                next = next.getNextWarning()) {
            all.add(next);
        }
        return all;
    }

    /** For statements whose rows nobody looks at. */
    public SqlSession execute(String sql) {
        query(sql).succeeds();
        return this;
    }

    /** The one value, as text, of a query that must succeed. */
    public @Nullable String value(String sql) {
        return query(sql).value();
    }

    /** As {@link #value}, where NULL would be a fault. */
    public String text(String sql) {
        return Objects.requireNonNull(value(sql), sql);
    }

    public long number(String sql) {
        return Long.parseLong(text(sql));
    }

    public BigDecimal decimal(String sql) {
        return new BigDecimal(text(sql));
    }

    /** The caller of the last statement that had one. */
    public String lastCaller() {
        return text("SHOW rvbbit.last_caller_id");
    }

    public StubEndpoint model() {
        return model;
    }

    public Connection connection() {
        return connection;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
