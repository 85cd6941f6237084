package io.rvbbit.tracking;

import io.rvbbit.tracking.Event.SessionStatus;
import io.rvbbit.tracking.Event.StatementStatus;
import io.rvbbit.tracking.EventStore.OpenAttempt;
import io.rvbbit.tracking.EventStore.OpenCell;
import io.rvbbit.tracking.EventStore.OpenStatement;
import io.rvbbit.tracking.EventStore.Unfinished;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The events that a process which was killed could not record any more.
 *
 * <p>Attempts without a reply end uncosted, cells end with what their answered attempts cost, so
 * that the sum of all cells stays the sum of all bills; then sessions, innermost first, then
 * statements. Threading: immutable.
 */
final class Orphans {
    private static final String MESSAGE = "the server stopped while this was running";

    private Orphans() {}

    static List<Event> of(Unfinished unfinished, Instant now) {
        List<Event> events = new ArrayList<>();
        for (OpenAttempt attempt : unfinished.attempts()) {
            events.add(ended(attempt, now));
        }
        for (OpenCell cell : unfinished.cells()) {
            events.add(ended(cell, now));
        }
        unfinished.sessions().stream()
                .sorted(Comparator.<Row<SessionColumn>>comparingInt(Orphans::depth).reversed())
                .map(row -> ended(row, now))
                .forEach(events::add);
        for (OpenStatement statement : unfinished.statements()) {
            events.add(ended(statement, now));
        }
        return events;
    }

    private static Event ended(OpenAttempt attempt, Instant now) {
        return new Event.AttemptEnded(
                attempt.sessionId(),
                attempt.cell(),
                attempt.requestId(),
                attempt.attempt(),
                attempt.turn(),
                attempt.take(),
                attempt.modelRequested(),
                "",
                attempt.provider(),
                null,
                "",
                "",
                error(attempt.attempt()),
                since(attempt.startedAt(), now),
                now);
    }

    private static Event ended(OpenCell cell, Instant now) {
        return new Event.CellEnded(
                cell.sessionId(),
                cell.cell(),
                cell.nodeType(),
                "",
                cell.spent(),
                cell.model(),
                cell.provider(),
                cell.attempts(),
                since(cell.startedAt(), now),
                error(cell.attempts()),
                now);
    }

    private static Event ended(Row<SessionColumn> session, Instant now) {
        return new Event.SessionEnded(
                session.text(SessionColumn.SESSION_ID),
                SessionStatus.ORPHANED,
                "",
                error(0),
                since(session.get(SessionColumn.STARTED_AT), now),
                now);
    }

    private static Event ended(OpenStatement statement, Instant now) {
        return new Event.StatementEnded(
                new CallerId(statement.row().text(StatementColumn.CALLER_ID)),
                StatementStatus.ORPHANED,
                -1,
                -1,
                statement.calls(),
                -1,
                statement.spent(),
                false,
                MESSAGE,
                since(statement.row().get(StatementColumn.STARTED_AT), now),
                now);
    }

    private static String error(int attempts) {
        return "{\"class\":\"orphaned\",\"sqlstate\":\"57P01\",\"message\":\""
                + MESSAGE
                + "\",\"attempts\":"
                + attempts
                + "}";
    }

    private static int depth(Row<SessionColumn> session) {
        return session.get(SessionColumn.DEPTH) instanceof Integer depth ? depth : 0;
    }

    /** Never negative: the clock may have gone back between two processes. */
    private static Duration since(@Nullable Object start, Instant now) {
        return start instanceof Instant begun && begun.isBefore(now)
                ? Duration.between(begun, now)
                : Duration.ZERO;
    }
}
