package io.rvbbit.gateway.session;

import io.netty.channel.Channel;
import io.rvbbit.gateway.access.Identity;
import io.rvbbit.gateway.engine.EngineConnection;
import io.rvbbit.gateway.execution.Cancellation;
import io.rvbbit.gateway.execution.ClientContext;
import io.rvbbit.gateway.execution.ClientOrigin;
import io.rvbbit.gateway.execution.Settings;
import io.rvbbit.gateway.execution.Signals;
import io.rvbbit.gateway.wire.BackendMessage.BackendKeyData;
import io.rvbbit.gateway.wire.BackendMessage.TransactionStatus;
import io.rvbbit.gateway.wire.ErrorFields;
import io.rvbbit.gateway.wire.FrontendMessage;
import io.rvbbit.gateway.wire.FrontendMessage.Bind;
import io.rvbbit.gateway.wire.FrontendMessage.Close;
import io.rvbbit.gateway.wire.FrontendMessage.CopyData;
import io.rvbbit.gateway.wire.FrontendMessage.CopyDone;
import io.rvbbit.gateway.wire.FrontendMessage.CopyFail;
import io.rvbbit.gateway.wire.FrontendMessage.Describe;
import io.rvbbit.gateway.wire.FrontendMessage.Execute;
import io.rvbbit.gateway.wire.FrontendMessage.Flush;
import io.rvbbit.gateway.wire.FrontendMessage.FunctionCall;
import io.rvbbit.gateway.wire.FrontendMessage.Malformed;
import io.rvbbit.gateway.wire.FrontendMessage.Parse;
import io.rvbbit.gateway.wire.FrontendMessage.Query;
import io.rvbbit.gateway.wire.FrontendMessage.StartupMessage;
import io.rvbbit.gateway.wire.FrontendMessage.Sync;
import io.rvbbit.gateway.wire.FrontendMessage.Terminate;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's session, from its startup message to its end.
 *
 * <p>Threading: {@link #run} on the session's own platform thread; cancel, clientGone, endWhenIdle
 * and awaitEnd on any.
 */
final class SessionLoop implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(SessionLoop.class);

    private static final String ADMINISTRATOR =
            "terminating connection due to administrator command";

    /** Bytes of a cancel key in protocol 3.2, as PostgreSQL 18 has it. */
    private static final int LONG_SECRET = 32;

    private final Sessions sessions;
    private final Channel channel;
    private final StartupMessage startup;
    private final Identity identity;
    private final int parallel;
    private final Outbox outbox;
    private final Mailbox mailbox;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile @Nullable PortalRunner runner;
    private volatile boolean ending;
    private volatile boolean terminated;
    private boolean skipping;
    private boolean idle;

    SessionLoop(
            Sessions sessions,
            Channel channel,
            StartupMessage startup,
            Identity identity,
            int parallel,
            Duration patience) {
        this.sessions = sessions;
        this.channel = channel;
        this.startup = startup;
        this.identity = identity;
        this.parallel = parallel;
        this.outbox = new Outbox(channel, patience);
        this.mailbox = new Mailbox(channel);
    }

    Mailbox mailbox() {
        return mailbox;
    }

    void cancel(String reason) {
        PortalRunner running = runner;
        if (running != null) {
            running.cancel(reason);
        }
    }

    void clientGone() {
        cancel(Cancellation.CLIENT_GONE);
        mailbox.close();
    }

    /** The server shuts down: the session ends with 57P01 as soon as no statement runs. */
    void endWhenIdle() {
        ending = true;
        mailbox.close();
    }

    /** pg_terminate_backend: as at the server's end, but running statements do not end first. */
    private void terminate() {
        terminated = true;
        endWhenIdle();
        cancel(ADMINISTRATOR);
    }

    private Signals.Target signalTarget(String user) {
        return new Signals.Target() {
            @Override
            public String user() {
                return user;
            }

            @Override
            public void cancel() {
                SessionLoop.this.cancel(Cancellation.USER_REQUEST);
            }

            @Override
            public void terminate() {
                SessionLoop.this.terminate();
            }
        };
    }

    boolean awaitEnd(Duration patienceLeft) throws InterruptedException {
        return ended.await(patienceLeft.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void run() {
        CancelKeys.Key key = sessions.cancelKeys().add(this, startup.minor() < 2 ? 4 : LONG_SECRET);
        try {
            StartupOptions options = StartupOptions.of(startup);
            Settings settings = new Settings(identity.user(), parallel);
            settings.assign("is_superuser", identity.admin() ? "on" : "off");
            sessions.services().fallbacks().begin(settings, identity.user());
            options.applyTo(settings);
            try (EngineConnection connection =
                    sessions.services().databases().connect(options.database(), booksOf())) {
                sessions.services().signals().add(key.processId(), signalTarget(identity.user()));
                converse(connection, settings, options, key);
            }
        } catch (SqlException e) {
            outbox.last(ErrorFields.fatal(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOG.error("session of {} ended", channel.remoteAddress(), e);
            outbox.last(ErrorFields.fatal(e));
        } finally {
            sessions.cancelKeys().remove(key);
            sessions.services().signals().remove(key.processId());
            outbox.drop();
            var _ = channel.close();
            sessions.ended(this);
            ended.countDown();
        }
    }

    /** An ordinary role reads in the books what it did itself. */
    private Optional<String> booksOf() {
        return identity.admin() ? Optional.empty() : Optional.of(identity.user());
    }

    private void converse(
            EngineConnection connection,
            Settings settings,
            StartupOptions options,
            CancelKeys.Key key)
            throws InterruptedException {
        Replies replies = new Replies(outbox, settings, sessions.timers());
        try (Conversation conversation =
                        new Conversation(replies, () -> mailbox.nextIs(Sync.class));
                SessionActivity activity =
                        new SessionActivity(
                                sessions.backends(),
                                key.processId(),
                                settings,
                                connection.database(),
                                channel)) {
            ClientContext client =
                    new ClientContext(
                            sessions.services(),
                            connection,
                            settings,
                            replies,
                            conversation.names(),
                            conversation.cursors(),
                            identity,
                            ClientOrigin.wire(options.commandLine()));
            ResultSink results = new WireResults(replies, new RowWriter(outbox), mailbox);
            PortalRunner portals =
                    new PortalRunner(client, results, conversation.portals(), sessions.timers());
            runner = portals;
            conversation.begin(client, portals, results);
            client.prepareConnection(key.processId());
            welcome(replies, key, options);
            replies.ready(conversation.status());
            idle = true;
            activity.rests(conversation.status());
            while (true) {
                Optional<FrontendMessage> message = next(conversation, settings);
                if (message.isEmpty()) {
                    if (ending) {
                        fatal(SqlState.ADMIN_SHUTDOWN, ADMINISTRATOR);
                    }
                    return;
                }
                activity.begins(message.get());
                if (!answer(message.get(), conversation, replies)) {
                    return;
                }
                if (message.get() instanceof Query || message.get() instanceof Sync) {
                    activity.rests(conversation.status());
                    if (conversation.status() == TransactionStatus.IDLE) {
                        connection.rests();
                    }
                }
            }
        }
    }

    /** The next message; empty when the client is gone, or has said nothing for too long. */
    private Optional<FrontendMessage> next(Conversation conversation, Settings settings)
            throws InterruptedException {
        boolean transaction = conversation.status() != TransactionStatus.IDLE;
        Duration longest = idle ? settings.idleTimeout(transaction) : Duration.ZERO;
        if (longest.isZero()) {
            return mailbox.take();
        }
        return mailbox.take(
                longest,
                transaction
                        ? () ->
                                fatal(
                                        SqlState.IDLE_IN_TRANSACTION_TIMEOUT,
                                        "terminating connection due to idle-in-transaction timeout")
                        : () ->
                                fatal(
                                        SqlState.IDLE_SESSION_TIMEOUT,
                                        "terminating connection due to idle-session timeout"));
    }

    private void fatal(SqlState state, String message) {
        outbox.last(ErrorFields.fatal(new SqlException(state, message)));
    }

    private void welcome(Replies replies, CancelKeys.Key key, StartupOptions options) {
        replies.reportSettings();
        replies.send(new BackendKeyData(key.processId(), key.secret()));
        LOG.debug("{} connected to {}", identity.user(), options.database());
    }

    /** False when the session ends. */
    private boolean answer(FrontendMessage message, Conversation conversation, Replies replies) {
        boolean ends = message instanceof Malformed malformed && malformed.fatal();
        if (skipping && !ends && !(message instanceof Sync) && !(message instanceof Terminate)) {
            return true;
        }
        boolean simple =
                message instanceof Query
                        || message instanceof FunctionCall
                        || message instanceof Sync;
        try {
            switch (message) {
                case Query query -> conversation.query(query);
                case Parse parse -> conversation.parse(parse);
                case Bind bind -> conversation.bind(bind);
                case Describe describe -> conversation.describe(describe);
                case Execute execute -> conversation.execute(execute);
                case Close close -> conversation.close(close);
                case Flush _ -> replies.flush();
                case Sync _ -> {
                    skipping = false;
                    conversation.sync();
                }
                case Terminate _ -> {
                    return false;
                }
                case FunctionCall _ ->
                        throw new SqlException(
                                        SqlState.FEATURE_NOT_SUPPORTED,
                                        "function calls outside SQL: not supported")
                                .hint("SELECT the function");
                case Malformed malformed when malformed.fatal() -> {
                    outbox.last(ErrorFields.fatal(malformed.failure()));
                    return false;
                }
                case Malformed malformed -> {
                    simple = !malformed.isExtendedQuery();
                    throw malformed.failure();
                }
                case CopyData _, CopyDone _, CopyFail _ -> {
                    // What arrives after a failed COPY has no one to read it, as in PostgreSQL.
                }
                default ->
                        throw new SqlException(
                                SqlState.PROTOCOL_VIOLATION, "unexpected message in a session");
            }
        } catch (Exception e) {
            // Native code throws checked exceptions that no signature shows.
            conversation.statementFailed(e);
            if (terminated) {
                fatal(SqlState.ADMIN_SHUTDOWN, ADMINISTRATOR);
                return false;
            }
            replies.error(e);
            skipping = !simple;
        }
        idle = simple;
        if (simple) {
            replies.ready(conversation.status());
        } else if (skipping) {
            replies.flush();
        }
        return channel.isActive() || !mailbox.isEmpty();
    }
}
