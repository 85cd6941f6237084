package io.rvbbit.gateway.session;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.rvbbit.gateway.access.Access;
import io.rvbbit.gateway.access.Identity;
import io.rvbbit.gateway.access.Role;
import io.rvbbit.gateway.wire.BackendMessage.AuthenticationOk;
import io.rvbbit.gateway.wire.BackendMessage.EncryptionReply;
import io.rvbbit.gateway.wire.BackendMessage.NegotiateProtocolVersion;
import io.rvbbit.gateway.wire.ErrorFields;
import io.rvbbit.gateway.wire.FrontendMessage;
import io.rvbbit.gateway.wire.FrontendMessage.CancelRequest;
import io.rvbbit.gateway.wire.FrontendMessage.GssEncRequest;
import io.rvbbit.gateway.wire.FrontendMessage.Malformed;
import io.rvbbit.gateway.wire.FrontendMessage.PasswordMessage;
import io.rvbbit.gateway.wire.FrontendMessage.SslRequest;
import io.rvbbit.gateway.wire.FrontendMessage.StartupMessage;
import io.rvbbit.gateway.wire.FrontendMessage.Terminate;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * A connection from its first byte to its session: encryption, version, password.
 *
 * <pre>
 * OPEN     SSLRequest → S and TLS, or N;  GSSENCRequest → N;  CancelRequest → done, closed
 *          StartupMessage → PROVING; without users → SESSION
 * PROVING  PasswordMessage → PROVING, SESSION, or an error and closed
 * SESSION  another handler has this one's place
 * </pre>
 *
 * <p>Whatever is wrong ends the connection. All of it has to be done within the configured time.
 * Threading: the channel's event loop only.
 */
final class LoginHandler extends SimpleChannelInboundHandler<FrontendMessage> {
    static final String TLS = "tls";

    private static final Logger LOG = LoggerFactory.getLogger(LoginHandler.class);

    /** The newest minor version of protocol 3 that is spoken here. */
    static final int NEWEST_MINOR = 2;

    private final Logins logins;
    private @Nullable StartupMessage startup;
    private @Nullable PasswordCheck check;
    private @Nullable Future<?> deadline;
    private boolean closing;

    LoginHandler(Logins logins) {
        this.logins = logins;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        closing = !logins.began();
        deadline =
                context.executor()
                        .schedule(
                                () -> tooLate(context),
                                logins.access().patience().toMillis(),
                                TimeUnit.MILLISECONDS);
        if (context.channel().isActive()) {
            refuseIfCrowded(context);
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        refuseIfCrowded(context);
    }

    private void refuseIfCrowded(ChannelHandlerContext context) {
        if (closing) {
            refuse(
                    context,
                    new SqlException(
                            SqlState.TOO_MANY_CONNECTIONS, "sorry, too many clients already"));
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        logins.ended();
        Future<?> waiting = deadline;
        if (waiting != null) {
            waiting.cancel(false);
        }
    }

    private void tooLate(ChannelHandlerContext context) {
        if (startup == null) {
            // As PostgreSQL does: who has not said who they are is owed no answer.
            var _ = context.close();
        } else {
            refuse(
                    context,
                    new SqlException(
                            SqlState.QUERY_CANCELED, "canceling authentication due to timeout"));
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FrontendMessage message) {
        if (closing) {
            return;
        }
        try {
            if (startup == null) {
                open(context, message);
            } else {
                prove(context, message);
            }
        } catch (SqlException e) {
            refuse(context, e);
        }
    }

    private void open(ChannelHandlerContext context, FrontendMessage message) {
        switch (message) {
            case SslRequest _ -> encrypt(context);
            case GssEncRequest _ -> {
                var _ = context.writeAndFlush(EncryptionReply.DECLINED);
            }
            case CancelRequest cancel -> {
                closing = true;
                logins.door().cancel(cancel);
                var _ = context.close();
            }
            case StartupMessage first -> begin(context, first);
            case Malformed malformed -> throw malformed.failure();
            default ->
                    throw new SqlException(
                            SqlState.PROTOCOL_VIOLATION, "expected a startup packet");
        }
    }

    /** The answer leaves in clear; all that is read after it has to be TLS. */
    private void encrypt(ChannelHandlerContext context) {
        Access access = logins.access();
        if (access.tls().isEmpty() || TlsHandler.of(context).isPresent()) {
            var _ = context.writeAndFlush(EncryptionReply.DECLINED);
            return;
        }
        var _ = context.writeAndFlush(new EncryptionReply('S'));
        TlsHandler tls = new TlsHandler(access.tls().get().current(), false, access.patience());
        var _ = context.pipeline().addFirst(TLS, tls);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent done && done.isSuccess()) {
            boolean agreed = TlsHandler.of(context).map(TlsHandler::isProtocolAgreed).orElse(true);
            if (!agreed) {
                LOG.info(
                        "{} began TLS without asking and without ALPN",
                        context.channel().remoteAddress());
                closing = true;
                var _ = context.close();
            }
        }
        context.fireUserEventTriggered(event);
    }

    private void begin(ChannelHandlerContext context, StartupMessage first) {
        startup = first;
        String user = StartupOptions.user(first);
        boolean encrypted = TlsHandler.of(context).isPresent();
        Access access = logins.access();
        if (access.tlsRequired() && !encrypted) {
            throw new SqlException(
                            SqlState.INVALID_AUTHORIZATION,
                            "this server refuses sessions without TLS")
                    .hint("connect with sslmode=require or better");
        }
        if (first.minor() > NEWEST_MINOR || !first.protocolOptions().isEmpty()) {
            int minor = Math.min(first.minor(), NEWEST_MINOR);
            var _ = context.write(new NegotiateProtocolVersion(3, minor, first.protocolOptions()));
        }
        if (access.roles().isTrusting()) {
            admit(context, first, new Identity(user, true));
            return;
        }
        PasswordCheck asked =
                access.cleartext() && encrypted
                        ? new CleartextCheck(access.roles().credentials(user))
                        : ScramCheck.of(access.roles().credentials(user), logins.random(), context);
        check = asked;
        asked.ask(context);
        var _ = context.flush();
    }

    private void prove(ChannelHandlerContext context, FrontendMessage message) {
        PasswordCheck asked = check;
        StartupMessage first = startup;
        if (asked == null || first == null) {
            throw new IllegalStateException("nothing was asked");
        }
        switch (message) {
            case PasswordMessage answer ->
                    asked.answer(answer, context, right -> proved(context, first, right));
            case Terminate _ -> {
                closing = true;
                var _ = context.close();
            }
            case Malformed malformed -> throw malformed.failure();
            default ->
                    throw new SqlException(
                            SqlState.PROTOCOL_VIOLATION, "expected a password message");
        }
    }

    /** The role is looked up again: it may have been dropped meanwhile. */
    private void proved(ChannelHandlerContext context, StartupMessage first, boolean right) {
        if (closing) {
            return;
        }
        String user = StartupOptions.user(first);
        try {
            Role role =
                    logins.access()
                            .roles()
                            .find(user)
                            .filter(_ -> right)
                            .orElseThrow(() ->
                                    new SqlException(
                                            SqlState.INVALID_PASSWORD,
                                            "password authentication failed for user \""
                                                    + user
                                                    + "\""));
            if (!role.login()) {
                throw new SqlException(
                        SqlState.INVALID_AUTHORIZATION,
                        "role \"" + user + "\" is not permitted to log in");
            }
            admit(context, first, new Identity(user, role.admin()));
        } catch (SqlException e) {
            refuse(context, e);
        }
    }

    private void admit(ChannelHandlerContext context, StartupMessage first, Identity identity) {
        var _ = context.write(new AuthenticationOk());
        ChannelHandler session = logins.door().start(context.channel(), first, identity);
        var _ = context.pipeline().replace(this, "session", session);
    }

    private void refuse(ChannelHandlerContext context, SqlException why) {
        closing = true;
        // A name may hold anything; without controls it stays one line of the log.
        LOG.atLevel(why.state() == SqlState.INVALID_PASSWORD ? Level.WARN : Level.INFO)
                .log(
                        "refused {}: {}",
                        context.channel().remoteAddress(),
                        String.valueOf(why.getMessage()).replaceAll("\\p{Cntrl}", "?"));
        var _ =
                context.writeAndFlush(ErrorFields.fatal(why))
                        .addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        closing = true;
        LOG.debug(
                "connection {} failed before its session",
                context.channel().remoteAddress(),
                cause);
        var _ = context.close();
    }
}
