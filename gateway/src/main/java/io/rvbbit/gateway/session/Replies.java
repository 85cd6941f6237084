package io.rvbbit.gateway.session;

import io.rvbbit.gateway.execution.Notices;
import io.rvbbit.gateway.execution.Settings;
import io.rvbbit.gateway.wire.BackendMessage;
import io.rvbbit.gateway.wire.BackendMessage.ParameterStatus;
import io.rvbbit.gateway.wire.BackendMessage.ReadyForQuery;
import io.rvbbit.gateway.wire.BackendMessage.TransactionStatus;
import io.rvbbit.gateway.wire.ErrorFields;
import io.rvbbit.rewriter.SqlState;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * What the session says to its client, in order.
 *
 * <p>A change of a reported setting is told just before ReadyForQuery, as PostgreSQL does.
 * Threading: the session's thread only.
 */
final class Replies implements Notices {
    /** So much of a pipeline is answered before the client sees some of it. */
    private static final int MESSAGES_UNFLUSHED = 256;

    private static final long UNREPORTED = -1;

    private final Outbox outbox;
    private final Settings settings;
    private final ScheduledExecutorService timers;
    private final Map<String, String> reported = new HashMap<>();
    private long reportedVersion = UNREPORTED;
    private int unflushed;
    private boolean told;

    Replies(Outbox outbox, Settings settings, ScheduledExecutorService timers) {
        this.outbox = outbox;
        this.settings = settings;
        this.timers = timers;
    }

    void send(BackendMessage message) {
        outbox.send(message);
        unflushed++;
        if (unflushed >= MESSAGES_UNFLUSHED) {
            flush();
        }
    }

    @Override
    public void flush() {
        unflushed = 0;
        told = false;
        outbox.flush();
    }

    /** Before a statement runs, perhaps for long: what it has told already is to be seen. */
    void flushNotices() {
        if (told) {
            flush();
        }
    }

    void error(Throwable failure) {
        send(ErrorFields.error(failure));
    }

    @Override
    public void tell(Severity severity, SqlState state, String message, String hint) {
        if (settings.shows(severity)) {
            told = true;
            send(ErrorFields.notice(wireSeverity(severity), state, message, hint));
        }
    }

    @Override
    public Repetition repeat(Duration interval, Supplier<Optional<String>> text) {
        if (!settings.shows(Severity.NOTICE)) {
            return () -> {};
        }
        ScheduledFuture<?> repeated =
                timers.scheduleWithFixedDelay(
                        () -> outbox.aside(() -> text.get().map(Replies::progressNotice)),
                        interval.toMillis(),
                        interval.toMillis(),
                        TimeUnit.MILLISECONDS);
        return () -> repeated.cancel(false);
    }

    @Override
    public Aside aside(SqlState state, String hint) {
        // Who does not want to hear it has been told.
        return settings.shows(Severity.WARNING)
                ? text ->
                        outbox.aside(() ->
                                text.get()
                                        .map(said ->
                                                ErrorFields.notice(
                                                        ErrorFields.Severity.WARNING,
                                                        state,
                                                        said,
                                                        hint)))
                : _ -> true;
    }

    private static BackendMessage progressNotice(String text) {
        return ErrorFields.notice(
                ErrorFields.Severity.NOTICE, SqlState.SUCCESSFUL_COMPLETION, text, "");
    }

    private static ErrorFields.Severity wireSeverity(Severity severity) {
        return switch (severity) {
            case WARNING -> ErrorFields.Severity.WARNING;
            case NOTICE -> ErrorFields.Severity.NOTICE;
            case INFO, LOG, DEBUG -> ErrorFields.Severity.INFO;
        };
    }

    /** Settings that clients follow, where they differ from what was told last. */
    void reportSettings() {
        long version = settings.version();
        if (version == reportedVersion) {
            return;
        }
        reportedVersion = version;
        for (String name : Settings.REPORTED) {
            String value = settings.get(name);
            if (!value.equals(reported.put(name, value))) {
                send(new ParameterStatus(name, value));
            }
        }
    }

    void ready(TransactionStatus status) {
        reportSettings();
        send(new ReadyForQuery(status));
        flush();
    }
}
