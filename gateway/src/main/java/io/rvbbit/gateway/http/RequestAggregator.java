package io.rvbbit.gateway.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;

/** Puts requests together up to a size; a longer one gets 413, and its connection ends. */
final class RequestAggregator extends HttpObjectAggregator {
    RequestAggregator(int mostBytes) {
        super(mostBytes, true);
    }

    @Override
    protected void handleOversizedMessage(ChannelHandlerContext context, HttpMessage oversized) {
        // Only its id is of interest, and that the connection does not stay.
        HttpMethod method =
                oversized instanceof HttpRequest request ? request.method() : HttpMethod.POST;
        var empty =
                new DefaultFullHttpRequest(
                        HttpVersion.HTTP_1_0, method, "/", Unpooled.EMPTY_BUFFER);
        empty.headers().set(oversized.headers());
        Exchange exchange = new Exchange(context.channel(), empty, () -> {});
        exchange.answer(Refusal.tooLarge(maxContentLength()).answer(exchange.id()));
        var _ = context.channel().closeFuture().addListener(ChannelFutureListener.CLOSE);
    }
}
