package io.rvbbit.gateway.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.rvbbit.gateway.config.HttpConfig;
import io.rvbbit.gateway.execution.Cancellation;
import io.rvbbit.rewriter.Script;
import io.rvbbit.rewriter.SqlException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Runs a request's script in its session, and stops it when the client goes or time is over.
 *
 * <p>Threading: the session's thread.
 */
final class ScriptCall {
    private static final int LONGEST_NAME = 63;

    /** W3C's name for the header that says whose trace a request is part of. */
    private static final String TRACEPARENT = "traceparent";

    private final Exchange exchange;
    private final HttpSession session;
    private final ExecuteRequest request;
    private final HttpConfig limits;
    private final ScheduledExecutorService timers;
    private final ReentrantLock lock = new ReentrantLock();
    private boolean ended;

    ScriptCall(
            Exchange exchange,
            HttpSession session,
            ExecuteRequest request,
            HttpConfig limits,
            ScheduledExecutorService timers) {
        this.exchange = exchange;
        this.session = session;
        this.request = request;
        this.limits = limits;
        this.timers = timers;
    }

    /** Gives what is to be done once the session is free. */
    Runnable run() {
        ScriptAnswer answer = answer();
        exchange.whenGone(() -> cancel(answer, Cancellation.CLIENT_GONE));
        Future<?> timer =
                timers.schedule(
                        () -> cancel(answer, Cancellation.TIMEOUT),
                        limits.timeout().toMillis(),
                        TimeUnit.MILLISECONDS);
        try {
            session.script(
                    applicationName(exchange), request.query(), traceparent(exchange), answer);
            return answer.finished();
        } catch (Exception failure) {
            // Native code throws checked exceptions that no signature shows.
            return answer.failed(Refusal.of(failure));
        } finally {
            timer.cancel(false);
            ended();
        }
    }

    private void ended() {
        lock.lock();
        try {
            ended = true;
        } finally {
            lock.unlock();
        }
    }

    /** Once it has ended, the session may run another request, which nobody wants to stop. */
    private void cancel(ScriptAnswer answer, String reason) {
        lock.lock();
        try {
            if (!ended) {
                answer.cancel(reason);
                session.cancel(reason);
            }
        } finally {
            lock.unlock();
        }
    }

    private ScriptAnswer answer() {
        int statements = statements(request.query());
        return switch (request.format()) {
            case RECORDS ->
                    new WholeAnswer(exchange, session.id(), statements, true, limits.resultBytes());
            case JSON ->
                    new WholeAnswer(
                            exchange, session.id(), statements, false, limits.resultBytes());
            case CSV -> new StreamedAnswer(exchange, session.id(), statements, true);
            case NDJSON -> new StreamedAnswer(exchange, session.id(), statements, false);
        };
    }

    /** A text that can't be read fails when it is run. */
    private static int statements(String sql) {
        try {
            return Script.split(sql).parts().size();
        } catch (SqlException _) {
            return 1;
        }
    }

    /** Two headers of that name are none, as W3C says. */
    private static String traceparent(Exchange exchange) {
        return exchange.count(TRACEPARENT) == 1 ? exchange.header(TRACEPARENT).strip() : "";
    }

    /** What the client calls itself, as far as it is plain text. */
    static String applicationName(Exchange exchange) {
        String agent = exchange.header(HttpHeaderNames.USER_AGENT).replaceAll("[^ -~]", "?");
        return agent.length() > LONGEST_NAME ? agent.substring(0, LONGEST_NAME) : agent;
    }
}
