package io.rvbbit.tracking;

import io.rvbbit.tracking.SessionDirectory.Session;
import org.jspecify.annotations.Nullable;

/**
 * What spans are called, and which contains which: the same while they run as when they have ended.
 *
 * <p>Threading: the books' writer thread only.
 */
final class SpanNames {
    private final SessionDirectory directory;
    private final SpanIds ids = new SpanIds();
    private String metadata = "";
    private @Nullable TraceContext trace;

    SpanNames(SessionDirectory directory) {
        this.directory = directory;
    }

    /** What a statement's span is called by; each run has one of its own. */
    static String statement(String caller, int run) {
        return caller + ":" + run;
    }

    /** The id of what is called so. */
    String id(String name) {
        return ids.of(name);
    }

    String ofStatement(Row<StatementColumn> statement) {
        return id(statement(statement.text(StatementColumn.CALLER_ID), run(statement)));
    }

    static int run(Row<StatementColumn> statement) {
        return statement.get(StatementColumn.ATTEMPTS) instanceof Integer runs ? runs : 1;
    }

    /** Of the run that is known last. */
    String ofStatement(String caller) {
        Row<StatementColumn> statement = directory.statement(caller);
        return statement == null ? id(statement(caller, 1)) : ofStatement(statement);
    }

    String ofSession(Session session) {
        return id(session.text(SessionColumn.START_MESSAGE_ID));
    }

    /** The cell that runs the session; the statement where none does. */
    String parentOf(Session session) {
        String parent = session.text(SessionColumn.START_PARENT_ID);
        return parent.isEmpty() ? ofStatement(session.text(SessionColumn.CALLER_ID)) : id(parent);
    }

    /** The open cell of that name; the session where there is none. */
    String ofCell(Session session, String cell) {
        return id(LogEntries.cellOf(session, cell));
    }

    static String cascade(Session session) {
        return "cascade " + session.text(SessionColumn.CASCADE_ID);
    }

    /** Such as {@code cell brand.ask}. */
    static String in(Session session, String what, String cell) {
        return what + " " + session.text(SessionColumn.CASCADE_ID) + "." + cell;
    }

    /** {@code level}: 1 for the session itself, 2 for a cell, 3 for what the cell does. */
    static int depth(Session session, int level) {
        // A sub-session stands below the cell that runs it.
        return session.row().get(SessionColumn.DEPTH) instanceof Integer depth
                ? 2 * depth + level
                : level;
    }

    @Nullable TraceContext trace(Session session) {
        return trace(session.text(SessionColumn.INVOCATION_METADATA_JSON));
    }

    /** Events of one statement come together, and their sessions have the very same text. */
    @Nullable TraceContext trace(String metadataJson) {
        if (!metadata.equals(metadataJson)) {
            metadata = metadataJson;
            trace = TraceContext.in(metadataJson);
        }
        return trace;
    }
}
