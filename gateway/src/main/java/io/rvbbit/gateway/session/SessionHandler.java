package io.rvbbit.gateway.session;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.rvbbit.gateway.wire.BackendMessage.EncryptionReply;
import io.rvbbit.gateway.wire.ErrorFields;
import io.rvbbit.gateway.wire.FrontendMessage;
import io.rvbbit.gateway.wire.FrontendMessage.CancelRequest;
import io.rvbbit.gateway.wire.FrontendMessage.GssEncRequest;
import io.rvbbit.gateway.wire.FrontendMessage.Malformed;
import io.rvbbit.gateway.wire.FrontendMessage.SslRequest;
import io.rvbbit.gateway.wire.FrontendMessage.StartupMessage;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands one connection's messages to its session's thread; answers what comes before a session.
 *
 * <p>When the mailbox holds too much, reading stops until the session has caught up. Threading: the
 * channel's event loop only.
 */
final class SessionHandler extends SimpleChannelInboundHandler<FrontendMessage> {
    private static final Logger LOG = LoggerFactory.getLogger(SessionHandler.class);

    private final Sessions sessions;
    private @Nullable SessionLoop session;

    SessionHandler(Sessions sessions) {
        this.sessions = sessions;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FrontendMessage message) {
        SessionLoop running = session;
        if (running != null) {
            running.mailbox().put(message);
            return;
        }
        switch (message) {
            case SslRequest _, GssEncRequest _ -> {
                var _ = context.writeAndFlush(EncryptionReply.DECLINED);
            }
            case CancelRequest cancel -> {
                sessions.cancelKeys().cancel(cancel.processId(), cancel.secret());
                var _ = context.close();
            }
            case StartupMessage startup -> start(context, startup);
            case Malformed malformed -> refuse(context, malformed.failure());
            default ->
                    refuse(
                            context,
                            new SqlException(
                                    SqlState.PROTOCOL_VIOLATION, "expected a startup packet"));
        }
    }

    private void start(ChannelHandlerContext context, StartupMessage startup) {
        try {
            session = sessions.start(context.channel(), startup);
        } catch (SqlException e) {
            refuse(context, e);
        }
    }

    private static void refuse(ChannelHandlerContext context, SqlException why) {
        var _ =
                context.writeAndFlush(ErrorFields.fatal(why))
                        .addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        SessionLoop running = session;
        if (running != null) {
            running.clientGone();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("connection {} failed", context.channel().remoteAddress(), cause);
        var _ = context.close();
    }
}
