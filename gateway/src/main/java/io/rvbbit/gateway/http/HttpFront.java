package io.rvbbit.gateway.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.timeout.IdleState;
import io.netty.handler.timeout.IdleStateEvent;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: its requests are answered one after the other, in their order.
 *
 * <p>Reading goes on meanwhile, or nobody would see that the client goes; only one who has sent
 * {@value #MOST_WAITING} requests ahead is read no further before one of them is answered.
 * Threading: event loop only.
 */
final class HttpFront extends SimpleChannelInboundHandler<Incoming> {
    private static final Logger LOG = LoggerFactory.getLogger(HttpFront.class);
    private static final int MOST_WAITING = 16;
    private static final byte[] NOTHING = {};

    private final Answering answering;
    private final Duration patience;
    private final Deque<Incoming> waiting = new ArrayDeque<>();
    private @Nullable Exchange current;
    private boolean awaited;

    /** What answers a request, now or later; what it throws is answered as an error. */
    interface Answering {
        void answer(Exchange exchange);
    }

    /**
     * @param patience how long a client may take nothing of a whole answer
     */
    HttpFront(Answering answering, Duration patience) {
        this.answering = answering;
        this.patience = patience;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, Incoming incoming) {
        if (incoming instanceof Incoming.Awaited) {
            awaited = true;
        } else {
            awaited = false;
            waiting.add(incoming);
        }
        if (current == null) {
            next(context);
        } else if (waiting.size() >= MOST_WAITING) {
            var _ = context.channel().config().setAutoRead(false);
        }
    }

    private void next(ChannelHandlerContext context) {
        current = null;
        Incoming next = waiting.poll();
        if (waiting.size() < MOST_WAITING) {
            var _ = context.channel().config().setAutoRead(true);
        }
        if (next != null) {
            begin(context, next);
        } else if (awaited) {
            awaited = false;
            var _ =
                    context.writeAndFlush(
                            new DefaultFullHttpResponse(
                                    HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
        }
    }

    private void begin(ChannelHandlerContext context, Incoming incoming) {
        switch (incoming) {
            case Incoming.Whole whole -> {
                Exchange exchange =
                        new Exchange(
                                context.channel(),
                                whole.head(),
                                whole.body(),
                                Exchange.After.AS_ASKED,
                                () -> next(context));
                current = exchange;
                try {
                    answering.answer(exchange);
                } catch (Exception failure) {
                    exchange.answer(Refusal.of(failure).answer(exchange.id()));
                }
            }
            case Incoming.Refused refused -> {
                Exchange exchange =
                        new Exchange(
                                context.channel(),
                                refused.head(),
                                NOTHING,
                                Exchange.After.LINGER,
                                () -> {});
                current = exchange;
                exchange.answer(refused.refusal().answer(exchange.id()));
            }
            case Incoming.Awaited _ -> throw new IllegalStateException("it never waits");
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        waiting.clear();
        Exchange running = current;
        if (running != null) {
            running.gone();
        }
        context.fireChannelInactive();
    }

    /** A client that says nothing for long, or takes nothing of its answer. */
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof IdleStateEvent idle) {
            Exchange running = current;
            boolean over =
                    idle.state() == IdleState.READER_IDLE
                            ? running == null
                            : running != null && running.isStuck(patience);
            if (over) {
                var _ = context.close();
            }
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("HTTP connection {} failed", context.channel().remoteAddress(), cause);
        var _ = context.close();
    }
}
