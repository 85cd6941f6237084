package io.rvbbit.tracking;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Which caller an event belongs to, for those that name only their session.
 *
 * <p>A session is known while it runs or one of its calls does, and for a while after that; later
 * the store is asked. Threading: one thread at a time.
 */
final class SessionCallers {
    private static final int REMEMBERED = 20_000;

    private final Map<String, Running> running = new HashMap<>();
    private final Map<String, String> ended =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
                    return size() > REMEMBERED;
                }
            };
    private final UnaryOperator<String> past;

    private static final class Running {
        final String caller;
        int calls;
        boolean hasEnded;

        Running(String caller) {
            this.caller = caller;
        }
    }

    /** {@code past}: the caller of a session that ended; empty if there is none. */
    SessionCallers(UnaryOperator<String> past) {
        this.past = past;
    }

    void running(String session, String caller) {
        running.put(session, new Running(caller));
    }

    /** Empty if the event's session was never started. */
    String of(Event event) {
        return switch (event) {
            case Event.StatementStarted e -> e.caller().value();
            case Event.StatementEnded e -> e.caller().value();
            case Event.AnswerServed e -> e.caller().value();
            case Event.StatementEstimated e -> e.caller().value();
            case Event.SpanEnded e -> e.caller().value();
            case Event.FallbackEnded e -> e.fallback().caller().value();
            case Event.SessionStarted e -> {
                running(e.sessionId(), e.caller().value());
                yield e.caller().value();
            }
            case Event.SessionEnded e -> {
                String caller = of(e.sessionId());
                Running session = running.get(e.sessionId());
                if (session != null) {
                    session.hasEnded = true;
                    forget(e.sessionId(), session);
                }
                yield caller;
            }
            case Event.AttemptStarted e -> called(e.sessionId(), 1);
            case Event.AttemptEnded e -> called(e.sessionId(), -1);
            case Event.CellStarted e -> of(e.sessionId());
            case Event.CellEnded e -> of(e.sessionId());
            case Event.ToolStarted e -> of(e.sessionId());
            case Event.ToolEnded e -> of(e.sessionId());
            case Event.Noted e -> of(e.sessionId());
        };
    }

    /** The session that an event is about; empty if it is about a statement. */
    static String session(Event event) {
        return switch (event) {
            case Event.StatementStarted _,
                    Event.StatementEnded _,
                    Event.AnswerServed _,
                    Event.StatementEstimated _,
                    Event.SpanEnded _,
                    Event.FallbackEnded _ ->
                    "";
            case Event.SessionStarted e -> e.sessionId();
            case Event.SessionEnded e -> e.sessionId();
            case Event.AttemptStarted e -> e.sessionId();
            case Event.AttemptEnded e -> e.sessionId();
            case Event.CellStarted e -> e.sessionId();
            case Event.CellEnded e -> e.sessionId();
            case Event.ToolStarted e -> e.sessionId();
            case Event.ToolEnded e -> e.sessionId();
            case Event.Noted e -> e.sessionId();
        };
    }

    private String called(String id, int calls) {
        String caller = of(id);
        Running session = running.get(id);
        if (session != null) {
            session.calls += calls;
            forget(id, session);
        }
        return caller;
    }

    private void forget(String id, Running session) {
        if (session.hasEnded && session.calls <= 0) {
            running.remove(id);
            ended.put(id, session.caller);
        }
    }

    private String of(String session) {
        Running known = running.get(session);
        if (known != null) {
            return known.caller;
        }
        @Nullable String before = ended.get(session);
        if (before == null) {
            before = past.apply(session);
            ended.put(session, before);
        }
        return before;
    }
}
