package io.rvbbit.gateway.session;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.rvbbit.gateway.wire.FrontendMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands one connection's messages to its session's thread.
 *
 * <p>When the mailbox holds too much, reading stops until the session has caught up. Threading: the
 * channel's event loop only.
 */
final class SessionHandler extends SimpleChannelInboundHandler<FrontendMessage> {
    private static final Logger LOG = LoggerFactory.getLogger(SessionHandler.class);

    private final SessionLoop session;

    SessionHandler(SessionLoop session) {
        this.session = session;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FrontendMessage message) {
        session.mailbox().put(message);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        session.clientGone();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("connection {} failed", context.channel().remoteAddress(), cause);
        var _ = context.close();
    }
}
