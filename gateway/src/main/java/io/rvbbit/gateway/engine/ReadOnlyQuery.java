package io.rvbbit.gateway.engine;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.rvbbit.rewriter.Lexer;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.rewriter.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One statement of a SQL cell: it reads, and nothing it does stays.
 *
 * <p>Threading: the thread that runs it, except {@link #interrupt}.
 */
final class ReadOnlyQuery {
    private final EngineConnection connection;
    private final String sql;
    private final List<@Nullable Object> parameters;
    private final ReentrantLock lock = new ReentrantLock();
    private boolean interruptible = true;
    private volatile boolean interrupted;

    ReadOnlyQuery(EngineConnection connection, String sql, List<@Nullable Object> parameters) {
        this.connection = connection;
        this.sql = sql;
        this.parameters = parameters;
    }

    /**
     * @throws SqlException 25006 for anything but a query, 54000 beyond {@code maxRows}
     */
    ArrayNode rows(int maxRows) {
        return prepared(prepared -> {
            if (prepared.parameterTypes().size() > parameters.size()) {
                throw new SqlException(
                        SqlState.INVALID_PARAMETER_VALUE,
                        "the query needs %d values, not %d"
                                .formatted(prepared.parameterTypes().size(), parameters.size()));
            }
            try (ResultCursor cursor = prepared.execute(new ArrayList<>(parameters))) {
                return JsonRows.read(cursor, maxRows);
            }
        });
    }

    /**
     * Prepares the statement and does no more.
     *
     * @throws SqlException as {@link #rows}, where no value is needed to tell
     */
    Object check() {
        return prepared(EnginePrepared::kind);
    }

    private <T> T prepared(Function<EnginePrepared, T> use) {
        if (!reads(Lexer.tokens(sql))) {
            throw readOnly();
        }
        execute("BEGIN TRANSACTION READ ONLY");
        try (EnginePrepared prepared = connection.prepare(sql, List.of())) {
            if (prepared.kind() != EnginePrepared.Kind.ROWS) {
                throw readOnly();
            }
            if (interrupted) {
                throw new SqlException(SqlState.QUERY_CANCELED, "the SQL cell was cancelled");
            }
            return use.apply(prepared);
        } finally {
            execute("ROLLBACK");
        }
    }

    private void execute(String statement) {
        try (EnginePrepared prepared = connection.prepare(statement, List.of());
                ResultCursor cursor = prepared.execute(List.of())) {
            Chunk chunk = cursor.next();
            while (chunk != null) {
                chunk = cursor.next();
            }
        }
    }

    // The transaction keeps the database's tables safe; files, settings and temporary tables are
    // kept safe by what the statement may be at all.
    private static boolean reads(List<Token> tokens) {
        int at = 0;
        while (tokens.get(at).isOperator("(")) {
            at++;
        }
        return tokens.get(at)
                .isAny(
                        "SELECT",
                        "WITH",
                        "VALUES",
                        "FROM",
                        "TABLE",
                        "SHOW",
                        "DESCRIBE",
                        "SUMMARIZE",
                        "PIVOT",
                        "UNPIVOT");
    }

    private static SqlException readOnly() {
        return new SqlException(
                        SqlState.READ_ONLY_TRANSACTION,
                        "a SQL cell reads: it holds one query and nothing else")
                .hint("SELECT …");
    }

    /** Ends the query if it still runs; the connection is never touched after it closed. */
    void interrupt() {
        lock.lock();
        try {
            interrupted = true;
            if (interruptible) {
                connection.interrupt();
            }
        } finally {
            lock.unlock();
        }
    }

    void forbidInterrupts() {
        lock.lock();
        try {
            interruptible = false;
        } finally {
            lock.unlock();
        }
    }
}
