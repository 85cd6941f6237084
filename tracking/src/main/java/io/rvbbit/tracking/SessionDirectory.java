package io.rvbbit.tracking;

import static io.rvbbit.tracking.SessionColumn.SESSION_ID;
import static io.rvbbit.tracking.StatementColumn.CALLER_ID;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who each session belongs to: stored once when it starts, looked up for each later event.
 *
 * <p>This is the Echo pattern: an event names its session, and the session names the caller; there
 * is no "current" or "latest" caller to mix up. What has ended is remembered for a while, because a
 * call that was given up may be told after its session; then it is forgotten, oldest first.
 *
 * <p>Threading: the books' writer thread only.
 */
final class SessionDirectory {
    private final Map<String, Session> open = new HashMap<>();
    private final Map<String, Row<StatementColumn>> statements = new HashMap<>();
    private final Map<String, Session> ended;
    private final Map<String, Row<StatementColumn>> endedStatements;

    /** {@code remembered}: how many ended sessions, and ended statements, are kept. */
    SessionDirectory(int remembered) {
        this.ended = new Oldest<>(remembered);
        this.endedStatements = new Oldest<>(remembered);
    }

    /** One session with what its rows repeat. {@code cells} maps open cells to phase_start ids. */
    record Session(Row<SessionColumn> row, Map<String, String> cells) {
        String text(SessionColumn column) {
            return row.text(column);
        }

        boolean hasEnded() {
            return row.get(SessionColumn.COMPLETED_AT) != null;
        }
    }

    void open(Session session) {
        open.put(session.text(SESSION_ID), session);
    }

    @Nullable Session find(String sessionId) {
        Session session = open.get(sessionId);
        return session == null ? ended.get(sessionId) : session;
    }

    void end(Session session) {
        open.remove(session.text(SESSION_ID));
        remember(session);
    }

    /** A session that has ended, or never began. */
    void remember(Session session) {
        ended.put(session.text(SESSION_ID), session);
    }

    void open(Row<StatementColumn> statement) {
        statements.put(statement.text(CALLER_ID), statement);
    }

    /** The statement while it runs. */
    @Nullable Row<StatementColumn> running(CallerId caller) {
        return running(caller.value());
    }

    /** {@code caller}: the value of its id. */
    @Nullable Row<StatementColumn> running(String caller) {
        return statements.get(caller);
    }

    void end(Row<StatementColumn> statement) {
        statements.remove(statement.text(CALLER_ID));
        remember(statement);
    }

    /** A statement that has ended. */
    void remember(Row<StatementColumn> statement) {
        endedStatements.put(statement.text(CALLER_ID), statement);
    }

    boolean knows(CallerId caller) {
        return statements.containsKey(caller.value())
                || endedStatements.containsKey(caller.value());
    }

    /** The statement while it runs, and for a while after. */
    @Nullable Row<StatementColumn> statement(CallerId caller) {
        return statement(caller.value());
    }

    /** {@code caller}: the value of its id. */
    @Nullable Row<StatementColumn> statement(String caller) {
        Row<StatementColumn> statement = statements.get(caller);
        return statement == null ? endedStatements.get(caller) : statement;
    }

    /** What is said of the caller on each of its rows; an empty object for an unknown caller. */
    String metadata(CallerId caller) {
        Row<StatementColumn> statement = statement(caller);
        return statement == null ? "{}" : statement.text(StatementColumn.INVOCATION_METADATA_JSON);
    }

    int openSessions() {
        return open.size();
    }

    /** A map that forgets its oldest entry when it is full. */
    private static final class Oldest<V> extends LinkedHashMap<String, V> {
        private static final long serialVersionUID = 1L;

        private final int capacity;

        Oldest(int capacity) {
            this.capacity = capacity;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
            return size() > capacity;
        }
    }
}
