package io.rvbbit.gateway.session;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.rvbbit.gateway.wire.FrontendMessage;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands one connection's messages to its session's thread.
 *
 * <p>What one read of the socket brought is handed over at once, so that the session's thread wakes
 * once for all of it. When the mailbox holds too much, reading stops until the session has caught
 * up. Threading: the channel's event loop only.
 */
final class SessionHandler extends SimpleChannelInboundHandler<FrontendMessage> {
    private static final Logger LOG = LoggerFactory.getLogger(SessionHandler.class);

    /** So many messages do not wait for the rest of what is being read. */
    private static final int AT_ONCE = 64;

    private final SessionLoop session;
    private final List<FrontendMessage> arrived = new ArrayList<>();

    SessionHandler(SessionLoop session) {
        this.session = session;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FrontendMessage message) {
        arrived.add(message);
        if (arrived.size() >= AT_ONCE) {
            handOver();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        handOver();
        context.fireChannelReadComplete();
    }

    private void handOver() {
        if (!arrived.isEmpty()) {
            session.mailbox().put(arrived);
            arrived.clear();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        handOver();
        session.clientGone();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("connection {} failed", context.channel().remoteAddress(), cause);
        var _ = context.close();
    }
}
