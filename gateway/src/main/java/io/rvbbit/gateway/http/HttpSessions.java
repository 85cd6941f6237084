package io.rvbbit.gateway.http;

import io.rvbbit.gateway.access.Identity;
import io.rvbbit.gateway.config.HttpConfig;
import io.rvbbit.gateway.execution.Cancellation;
import io.rvbbit.gateway.session.Sessions;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * All HTTP sessions. One belongs to its user: the same id of another user is another session.
 *
 * <p>A request that names no session gets one of its own, which it may name later. Of those that
 * nobody has named {@value #MOST_UNNAMED} rest at most; those that rest longest end first.
 * Threading: any thread.
 */
final class HttpSessions implements AutoCloseable {
    private static final int MOST_UNNAMED = 32;
    private static final int MOST_ASIDE = 8;
    private static final int ID_BITS = 96;
    private static final long SWEEP_SECONDS = 5;

    private final Sessions wire;
    private final HttpConfig limits;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Key, HttpSession> open = new HashMap<>();
    private final List<HttpSession> aside = new ArrayList<>();
    private final ScheduledExecutorService timers;
    private boolean stopping;

    /** Whoever becomes an admin, or is none any more, gets another session. */
    private record Key(Identity owner, String id) {}

    HttpSessions(Sessions wire, HttpConfig limits, Clock clock) {
        this.wire = wire;
        this.limits = limits;
        this.clock = clock;
        ScheduledThreadPoolExecutor executor =
                new ScheduledThreadPoolExecutor(
                        1, Thread.ofPlatform().daemon().name("http-timers").factory());
        executor.setRemoveOnCancelPolicy(true);
        this.timers = executor;
        long millis = Math.min(SWEEP_SECONDS * 1_000, limits.sessionIdle().toMillis());
        ScheduledFuture<?> _ =
                executor.scheduleWithFixedDelay(this::sweep, millis, millis, TimeUnit.MILLISECONDS);
    }

    ScheduledExecutorService timers() {
        return timers;
    }

    /**
     * A session for one request, which nobody else uses meanwhile.
     *
     * @param id an unknown one begins a session of that name; empty begins one
     * @throws SqlException 53300 if there are too many, 57P01 if the server shuts down
     * @throws Refusal 409 if another request uses it
     */
    HttpSession claim(Identity identity, Optional<String> id, String address) {
        lock.lock();
        try {
            if (stopping) {
                throw new SqlException(SqlState.ADMIN_SHUTDOWN, "the server is shutting down");
            }
            endIdle();
            Key key = new Key(identity, id.orElseGet(this::freshId));
            HttpSession session = open.get(key);
            if (session == null || session.hasEnded()) {
                makeRoom();
                session = new HttpSession(key.id(), identity, wire, address, clock);
                open.put(key, session);
            }
            if (!session.claim(id.isPresent())) {
                throw busy(key.id());
            }
            return session;
        } finally {
            lock.unlock();
        }
    }

    private static Refusal busy(String id) {
        return Refusal.conflict(
                "session \"" + id + "\" is used by another request",
                "wait for its answer, or use another session");
    }

    /**
     * A session that is there already, for one request.
     *
     * @throws Refusal 404 if it is not, 409 if another request uses it
     */
    HttpSession claimOpen(Identity identity, String id) {
        lock.lock();
        try {
            endIdle();
            HttpSession session = open.get(new Key(identity, id));
            if (session == null || session.hasEnded()) {
                throw Refusal.missing(
                        SqlState.UNDEFINED_OBJECT,
                        "there is no session \"" + id + "\"",
                        "POST /api/sql/execute begins one; without requests it ends after "
                                + limits.sessionIdle().toMinutes()
                                + " minutes");
            }
            if (!session.claim(true)) {
                throw busy(id);
            }
            return session;
        } finally {
            lock.unlock();
        }
    }

    private String freshId() {
        return "s-" + new BigInteger(ID_BITS, random).toString(Character.MAX_RADIX);
    }

    /** Those of one user, or of all; the oldest first. */
    List<HttpSession.State> states(Identity asker) {
        lock.lock();
        try {
            endIdle();
            return open.values().stream()
                    .map(HttpSession::state)
                    .filter(state -> asker.admin() || state.user().equals(asker.user()))
                    .sorted(Comparator.comparing(HttpSession.State::created))
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    int count() {
        lock.lock();
        try {
            return open.size();
        } finally {
            lock.unlock();
        }
    }

    private void makeRoom() {
        open.values().removeIf(HttpSession::hasEnded);
        List<HttpSession> unnamed = restingUnnamed();
        int surplus =
                Math.max(unnamed.size() - MOST_UNNAMED + 1, open.size() - limits.maxSessions() + 1);
        for (HttpSession session : unnamed) {
            if (surplus-- <= 0) {
                break;
            }
            if (session.endIfIdle()) {
                open.values().remove(session);
            }
        }
        if (open.size() >= limits.maxSessions()) {
            throw new SqlException(
                            SqlState.TOO_MANY_CONNECTIONS, "there are too many HTTP sessions")
                    .hint("http-max-sessions is " + limits.maxSessions());
        }
    }

    private List<HttpSession> restingUnnamed() {
        return open.values().stream()
                .filter(session -> !session.state().busy() && !session.state().named())
                .sorted(Comparator.comparing(session -> session.state().lastUsed()))
                .toList();
    }

    private void sweep() {
        lock.lock();
        try {
            endIdle();
        } finally {
            lock.unlock();
        }
    }

    /** Under the lock; also whenever somebody looks, so that none is seen that is over. */
    private void endIdle() {
        Instant oldest = clock.instant().minus(limits.sessionIdle());
        open.values()
                .removeIf(session ->
                        session.hasEnded()
                                || (session.state().lastUsed().isBefore(oldest)
                                        && session.endIfIdle()));
    }

    /**
     * A session for one request of our own, whether or not there is room for another of a client's;
     * to be ended after it.
     *
     * @throws SqlException 57P01 if the server shuts down
     */
    HttpSession claimAside(Identity identity, String address) {
        lock.lock();
        try {
            if (stopping) {
                throw new SqlException(SqlState.ADMIN_SHUTDOWN, "the server is shutting down");
            }
            aside.removeIf(HttpSession::hasEnded);
            if (aside.size() >= MOST_ASIDE) {
                throw new SqlException(
                                SqlState.TOO_MANY_CONNECTIONS, "too many ask for this page at once")
                        .hint("ask again");
            }
            HttpSession session = new HttpSession(freshId(), identity, wire, address, clock);
            boolean _ = session.claim(false);
            aside.add(session);
            return session;
        } finally {
            lock.unlock();
        }
    }

    private List<HttpSession> stop() {
        lock.lock();
        try {
            stopping = true;
            return Stream.concat(open.values().stream(), aside.stream()).toList();
        } finally {
            lock.unlock();
        }
    }

    /** Takes no further request, lets running ones end for so long, then cancels them. */
    void drain(Duration patience) throws InterruptedException {
        List<HttpSession> all = stop();
        all.forEach(HttpSession::end);
        if (!awaitAll(all, patience)) {
            all.forEach(session -> session.cancel(Cancellation.SHUTDOWN));
            boolean _ = awaitAll(all, Duration.ofSeconds(10));
        }
    }

    private static boolean awaitAll(List<HttpSession> sessions, Duration patience)
            throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        for (HttpSession session : sessions) {
            if (!session.awaitEnd(Math.max(1, deadline - System.nanoTime()))) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        stop().forEach(HttpSession::end);
        timers.shutdownNow();
    }
}
