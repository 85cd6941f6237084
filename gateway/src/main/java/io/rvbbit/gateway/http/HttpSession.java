package io.rvbbit.gateway.http;

import io.rvbbit.gateway.access.Identity;
import io.rvbbit.gateway.engine.Databases;
import io.rvbbit.gateway.session.ScriptListener;
import io.rvbbit.gateway.session.ScriptSession;
import io.rvbbit.gateway.session.Sessions;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A database connection that outlives requests, and the one thread that uses it.
 *
 * <p>It takes one request at a time. Threading: any thread; {@link #run} on the session's own.
 */
final class HttpSession {
    private static final Logger LOG = LoggerFactory.getLogger(HttpSession.class);

    private final String id;
    private final Identity identity;
    private final Sessions wire;
    private final String address;
    private final ExecutorService thread;
    private final Clock clock;
    private final Instant created;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable ScriptSession script;
    private Instant lastUsed;
    private long requests;
    private boolean busy;
    private boolean named;
    private boolean ended;

    /** How a session stands. */
    record State(
            String id,
            String user,
            boolean busy,
            Instant created,
            Instant lastUsed,
            long requests,
            boolean named) {}

    HttpSession(String id, Identity identity, Sessions wire, String address, Clock clock) {
        this.id = id;
        this.identity = identity;
        this.wire = wire;
        this.address = address;
        this.clock = clock;
        this.created = clock.instant();
        this.lastUsed = created;
        this.thread =
                Executors.newSingleThreadExecutor(
                        Thread.ofPlatform().name("http-session-" + id).factory());
    }

    String id() {
        return id;
    }

    Identity identity() {
        return identity;
    }

    /**
     * Takes the session for one request, if it is free.
     *
     * @param byName whether a client has named it
     */
    boolean claim(boolean byName) {
        lock.lock();
        try {
            if (busy || ended) {
                return false;
            }
            busy = true;
            named |= byName;
            requests++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Runs the claimed request's work on the session's thread.
     *
     * @param work gives what is to be done when the session is free again: the client may then use
     *     it at once
     */
    void run(Supplier<Runnable> work) {
        try {
            thread.execute(() -> {
                Runnable last = () -> {};
                try {
                    last = work.get();
                } catch (RuntimeException e) {
                    LOG.error("a request of session {} failed", id, e);
                } finally {
                    release();
                }
                tell(last);
            });
        } catch (RejectedExecutionException e) {
            throw new SqlException(SqlState.ADMIN_SHUTDOWN, "the session has ended", e);
        }
    }

    private void tell(Runnable last) {
        try {
            last.run();
        } catch (RuntimeException e) {
            LOG.debug("a client of session {} could not be answered", id, e);
        }
    }

    private void release() {
        lock.lock();
        try {
            busy = false;
            lastUsed = clock.instant();
        } finally {
            lock.unlock();
        }
    }

    /** Runs a script, as {@link ScriptSession#run}; session's thread only. */
    void script(String application, String sql, String traceparent, ScriptListener listener) {
        ScriptSession open = opened(application);
        open.run(sql, traceparent, listener);
    }

    private ScriptSession opened(String application) {
        lock.lock();
        try {
            if (script != null) {
                return script;
            }
        } finally {
            lock.unlock();
        }
        ScriptSession fresh =
                ScriptSession.open(
                        wire,
                        identity,
                        Databases.DEFAULT,
                        Map.of("application_name", application),
                        address,
                        this::end);
        lock.lock();
        try {
            script = fresh;
        } finally {
            lock.unlock();
        }
        return fresh;
    }

    /** Stops what runs now. */
    void cancel(String reason) {
        ScriptSession running;
        lock.lock();
        try {
            running = script;
        } finally {
            lock.unlock();
        }
        if (running != null) {
            running.cancel(reason);
        }
    }

    State state() {
        lock.lock();
        try {
            return new State(id, identity.user(), busy, created, lastUsed, requests, named);
        } finally {
            lock.unlock();
        }
    }

    boolean hasEnded() {
        lock.lock();
        try {
            return ended;
        } finally {
            lock.unlock();
        }
    }

    /** Ends it if nobody uses it. */
    boolean endIfIdle() {
        lock.lock();
        try {
            if (busy) {
                return false;
            }
        } finally {
            lock.unlock();
        }
        end();
        return true;
    }

    /** Takes no further request; what runs ends first. */
    void end() {
        lock.lock();
        try {
            if (ended) {
                return;
            }
            ended = true;
        } finally {
            lock.unlock();
        }
        thread.execute(this::closeScript);
        thread.shutdown();
    }

    private void closeScript() {
        ScriptSession open;
        lock.lock();
        try {
            open = script;
            script = null;
        } finally {
            lock.unlock();
        }
        if (open != null) {
            open.close();
        }
    }

    boolean awaitEnd(long nanos) throws InterruptedException {
        return thread.awaitTermination(nanos, TimeUnit.NANOSECONDS);
    }
}
