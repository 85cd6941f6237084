package io.rvbbit.gateway.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.timeout.IdleStateEvent;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: its requests are answered one after the other, however many the client has sent.
 *
 * <p>Reading goes on meanwhile, or nobody would see that the client goes. Threading: event loop
 * only.
 */
final class HttpFront extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(HttpFront.class);
    private static final int MOST_WAITING = 16;

    private final Routes routes;
    private final Deque<Exchange> waiting = new ArrayDeque<>();
    private @Nullable Exchange current;

    HttpFront(Routes routes) {
        this.routes = routes;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        Exchange exchange = new Exchange(context.channel(), request, this::next);
        if (request.decoderResult().isFailure()) {
            exchange.answer(unreadable(request.decoderResult().cause()).answer(exchange.id()));
            var _ = context.close();
            return;
        }
        if (current == null) {
            begin(exchange);
        } else if (waiting.size() < MOST_WAITING) {
            waiting.add(exchange);
        } else {
            var _ = context.close();
        }
    }

    private static Refusal unreadable(Throwable cause) {
        return switch (cause) {
            case TooLongHttpHeaderException _ ->
                    Refusal.malformed(
                            HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
                            "the headers are too long");
            case TooLongHttpLineException _ ->
                    Refusal.malformed(
                            HttpResponseStatus.REQUEST_URI_TOO_LONG, "the address is too long");
            default -> Refusal.malformed(HttpResponseStatus.BAD_REQUEST, "this is no HTTP request");
        };
    }

    private void begin(Exchange exchange) {
        current = exchange;
        try {
            routes.answer(exchange);
        } catch (Exception failure) {
            exchange.answer(Refusal.of(failure).answer(exchange.id()));
        }
    }

    private void next() {
        current = null;
        Exchange next = waiting.poll();
        if (next != null) {
            begin(next);
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

    /** A client that says nothing, or only half of a request, for long. */
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof IdleStateEvent && current == null) {
            var _ = context.close();
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("HTTP connection {} failed", context.channel().remoteAddress(), cause);
        var _ = context.close();
    }
}
