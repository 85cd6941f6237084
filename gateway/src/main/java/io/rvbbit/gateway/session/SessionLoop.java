package io.rvbbit.gateway.session;

import io.netty.channel.Channel;
import io.rvbbit.gateway.engine.EngineConnection;
import io.rvbbit.gateway.execution.Cancellation;
import io.rvbbit.gateway.execution.ClientContext;
import io.rvbbit.gateway.execution.Settings;
import io.rvbbit.gateway.wire.BackendMessage.AuthenticationOk;
import io.rvbbit.gateway.wire.BackendMessage.BackendKeyData;
import io.rvbbit.gateway.wire.BackendMessage.NegotiateProtocolVersion;
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

    private final Sessions sessions;
    private final Channel channel;
    private final StartupMessage startup;
    private final int parallel;
    private final Duration patience;
    private final Mailbox mailbox;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile @Nullable PortalRunner runner;
    private volatile boolean ending;
    private boolean skipping;

    SessionLoop(
            Sessions sessions,
            Channel channel,
            StartupMessage startup,
            int parallel,
            Duration patience) {
        this.sessions = sessions;
        this.channel = channel;
        this.startup = startup;
        this.parallel = parallel;
        this.patience = patience;
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

    boolean awaitEnd(Duration patienceLeft) throws InterruptedException {
        return ended.await(patienceLeft.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void run() {
        CancelKeys.Key key = sessions.cancelKeys().add(this);
        try {
            StartupOptions options = StartupOptions.of(startup);
            Settings settings = new Settings(options.user(), parallel);
            options.applyTo(settings);
            try (EngineConnection connection =
                    sessions.services().databases().connect(options.database())) {
                converse(connection, settings, options, key);
            }
        } catch (SqlException e) {
            var _ = channel.writeAndFlush(ErrorFields.fatal(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOG.error("session of {} ended", channel.remoteAddress(), e);
            var _ = channel.writeAndFlush(ErrorFields.fatal(e));
        } finally {
            sessions.cancelKeys().remove(key);
            var _ = channel.close();
            sessions.ended(this);
            ended.countDown();
        }
    }

    private void converse(
            EngineConnection connection,
            Settings settings,
            StartupOptions options,
            CancelKeys.Key key)
            throws InterruptedException {
        Replies replies = new Replies(channel, settings);
        try (Conversation conversation = new Conversation(replies);
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
                            conversation,
                            options.user(),
                            options.commandLine());
            PortalRunner portals =
                    new PortalRunner(
                            client, replies, new RowWriter(channel, patience), sessions.timers());
            runner = portals;
            conversation.begin(client, portals);
            client.prepareConnection(key.processId());
            welcome(replies, key, options);
            replies.ready(conversation.status());
            activity.rests(conversation.status());
            while (true) {
                Optional<FrontendMessage> message = mailbox.take();
                if (message.isEmpty()) {
                    if (ending) {
                        var _ =
                                channel.writeAndFlush(
                                        ErrorFields.fatal(
                                                new SqlException(
                                                        SqlState.ADMIN_SHUTDOWN,
                                                        "terminating connection due to administrator"
                                                                + " command")));
                    }
                    return;
                }
                activity.begins(message.get());
                if (!answer(message.get(), conversation, replies)) {
                    return;
                }
                if (message.get() instanceof Query || message.get() instanceof Sync) {
                    activity.rests(conversation.status());
                }
            }
        }
    }

    private void welcome(Replies replies, CancelKeys.Key key, StartupOptions options) {
        if (startup.minor() > 0 || !startup.protocolOptions().isEmpty()) {
            replies.send(new NegotiateProtocolVersion(3, 0, startup.protocolOptions()));
        }
        replies.send(new AuthenticationOk());
        replies.reportSettings();
        replies.send(new BackendKeyData(key.processId(), key.secret()));
        LOG.debug("{} connected to {}", options.user(), options.database());
    }

    /** False when the session ends. */
    private boolean answer(FrontendMessage message, Conversation conversation, Replies replies) {
        if (skipping && !(message instanceof Sync) && !(message instanceof Terminate)) {
            return true;
        }
        boolean simple = message instanceof Query || message instanceof FunctionCall;
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
                    conversation.closePortalsOutsideTransaction();
                    replies.ready(conversation.status());
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
                    var _ = channel.writeAndFlush(ErrorFields.fatal(malformed.failure()));
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
            conversation.statementFailed();
            replies.error(e);
            skipping = !simple;
        }
        if (simple) {
            replies.ready(conversation.status());
        } else if (skipping) {
            replies.flush();
        }
        return channel.isActive() || !mailbox.isEmpty();
    }
}
