package io.rvbbit.gateway.session;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.rvbbit.gateway.access.Access;
import io.rvbbit.gateway.access.Identity;
import io.rvbbit.gateway.engine.Backends;
import io.rvbbit.gateway.execution.Cancellation;
import io.rvbbit.gateway.execution.Services;
import io.rvbbit.gateway.wire.FrontendMessage.CancelRequest;
import io.rvbbit.gateway.wire.FrontendMessage.StartupMessage;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * All sessions of the server, each on a platform thread of its own.
 *
 * <p>A session blocks in native code, which would pin a virtual thread's carrier. Threading: any
 * thread.
 */
public final class Sessions implements AutoCloseable {
    /** How long a client may leave two batches of rows unread. */
    private static final Duration CLIENT_PATIENCE = Duration.ofHours(1);

    private final Services services;
    private final Backends backends;
    private final int maxConnections;
    private final int parallel;

    /** A tool that shows the catalogue asks again within seconds; a pool's connection does not. */
    private static final Duration CATALOGUE_REST = Duration.ofSeconds(60);

    private final CancelKeys cancelKeys = new CancelKeys();
    private final Set<SessionLoop> running = ConcurrentHashMap.newKeySet();
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicInteger lastNumber = new AtomicInteger();
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final ScheduledExecutorService timers;

    /**
     * @param backends where each session is shown while it lives
     * @param maxConnections one more is refused with 53300
     * @param parallel default of {@code rvbbit.parallel}
     */
    public Sessions(Services services, Backends backends, int maxConnections, int parallel) {
        this.services = services;
        this.backends = backends;
        this.maxConnections = maxConnections;
        this.parallel = parallel;
        ScheduledThreadPoolExecutor executor =
                new ScheduledThreadPoolExecutor(
                        1, Thread.ofPlatform().daemon().name("session-timers").factory());
        executor.setRemoveOnCancelPolicy(true);
        this.timers = executor;
        ScheduledFuture<?> _ =
                executor.scheduleWithFixedDelay(
                        () -> services.databases().releaseCatalogues(CATALOGUE_REST),
                        CATALOGUE_REST.toSeconds(),
                        CATALOGUE_REST.toSeconds(),
                        TimeUnit.SECONDS);
    }

    CancelKeys cancelKeys() {
        return cancelKeys;
    }

    Backends backends() {
        return backends;
    }

    Services services() {
        return services;
    }

    ScheduledExecutorService timers() {
        return timers;
    }

    /** Default of {@code rvbbit.parallel}. */
    int parallel() {
        return parallel;
    }

    /** The way in for clients, by these rules. */
    Logins logins(Access access) {
        return new Logins(
                access,
                new Logins.Door() {
                    @Override
                    public ChannelHandler start(
                            Channel channel, StartupMessage startup, Identity identity) {
                        return new SessionHandler(Sessions.this.start(channel, startup, identity));
                    }

                    @Override
                    public void cancel(CancelRequest request) {
                        cancelKeys.cancel(request.processId(), request.secret());
                    }
                },
                maxConnections);
    }

    /** Begins a session; its thread answers the startup message. */
    SessionLoop start(Channel channel, StartupMessage startup, Identity identity) {
        if (stopping.get()) {
            throw new SqlException(SqlState.ADMIN_SHUTDOWN, "the server is shutting down");
        }
        if (count.incrementAndGet() > maxConnections) {
            count.decrementAndGet();
            throw new SqlException(SqlState.TOO_MANY_CONNECTIONS, "sorry, too many clients already")
                    .hint("max-connections is " + maxConnections);
        }
        SessionLoop session =
                new SessionLoop(this, channel, startup, identity, parallel, CLIENT_PATIENCE);
        running.add(session);
        Thread.ofPlatform().name("session-" + lastNumber.incrementAndGet()).start(session);
        return session;
    }

    void ended(SessionLoop session) {
        if (running.remove(session)) {
            count.decrementAndGet();
        }
    }

    /** Sessions that are open now. */
    public int open() {
        return count.get();
    }

    /**
     * Takes no new session, lets running statements end for so long, then cancels them.
     *
     * <p>Idle sessions are told 57P01 at once.
     */
    public void drain(Duration patience) throws InterruptedException {
        stopping.set(true);
        running.forEach(SessionLoop::endWhenIdle);
        if (!awaitNone(patience)) {
            running.forEach(session -> session.cancel(Cancellation.SHUTDOWN));
            awaitNone(Duration.ofSeconds(10));
        }
    }

    private boolean awaitNone(Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        for (SessionLoop session : running) {
            long left = deadline - System.nanoTime();
            if (left <= 0 || !session.awaitEnd(Duration.ofNanos(left))) {
                return running.isEmpty();
            }
        }
        return true;
    }

    @Override
    public void close() {
        timers.shutdownNow();
        try {
            boolean _ = timers.awaitTermination(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
