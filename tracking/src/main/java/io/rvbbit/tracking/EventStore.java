package io.rvbbit.tracking;

import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where rows are kept for good. A new store is a new class behind this interface.
 *
 * <p>Threading: the books' writer thread only.
 */
interface EventStore extends AutoCloseable {
    /**
     * Brings the store to the newest schema; nothing else is asked of it before.
     *
     * @throws BooksUnavailable if a newer program has written it
     */
    void open() throws SQLException;

    /** The position up to which everything is stored; 0 in an empty store. */
    long position() throws SQLException;

    /**
     * Stores one batch wholly or not at all.
     *
     * <p>A batch that was stored before, as {@link #position} tells, is not stored again: whoever
     * does not know whether a batch arrived may simply repeat it.
     */
    void append(Batch batch) throws SQLException;

    /** What was running when the last process ended. */
    Unfinished unfinished() throws SQLException;

    /**
     * The newest row of a session that has ended: a call that was given up may be told after its
     * session's end, and by then another process may book it.
     */
    Optional<Row<SessionColumn>> endedSession(String sessionId) throws SQLException;

    /** The newest row of a statement that has ended. */
    Optional<Row<StatementColumn>> endedStatement(CallerId caller) throws SQLException;

    @Override
    void close();

    /**
     * Rows of consecutive events. Whoever books these events again, in whichever process, makes the
     * same batch of them.
     *
     * @param from the position of the first event
     * @param position of the last event
     * @param sessions the newest row of each session that changed, each session at most once
     * @param statements the newest row of each statement that changed, each at most once
     */
    record Batch(
            long from,
            long position,
            List<Row<LogColumn>> logs,
            List<Row<SessionColumn>> sessions,
            List<Row<StatementColumn>> statements,
            List<Row<EstimateColumn>> estimates,
            List<Row<SpanColumn>> spans,
            List<Row<FallbackColumn>> fallbacks) {
        public Batch {
            logs = List.copyOf(logs);
            sessions = List.copyOf(sessions);
            statements = List.copyOf(statements);
            estimates = List.copyOf(estimates);
            spans = List.copyOf(spans);
            fallbacks = List.copyOf(fallbacks);
        }
    }

    /** Statements, sessions, cells and attempts that have begun and not ended. */
    record Unfinished(
            List<OpenStatement> statements,
            List<Row<SessionColumn>> sessions,
            List<OpenCell> cells,
            List<OpenAttempt> attempts) {
        public Unfinished {
            statements = List.copyOf(statements);
            sessions = List.copyOf(sessions);
            cells = List.copyOf(cells);
            attempts = List.copyOf(attempts);
        }

        boolean isEmpty() {
            return statements.isEmpty() && sessions.isEmpty();
        }
    }

    /**
     * {@code spent}: what all answered attempts of the caller cost; {@code calls}: attempts sent.
     */
    record OpenStatement(Row<StatementColumn> row, long calls, Usage spent) {}

    /**
     * A cell without an end.
     *
     * @param messageId of its phase_start row
     * @param spent what its answered attempts cost; null where none was sent
     */
    record OpenCell(
            String sessionId,
            String cell,
            String nodeType,
            String messageId,
            int attempts,
            @Nullable Usage spent,
            String model,
            String provider,
            Instant startedAt) {}

    /** A request that left and was never answered. */
    record OpenAttempt(
            String sessionId,
            String cell,
            String requestId,
            int attempt,
            int turn,
            int take,
            String modelRequested,
            String provider,
            Instant startedAt) {}
}
