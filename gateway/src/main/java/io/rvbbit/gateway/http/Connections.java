package io.rvbbit.gateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpVersion;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * The HTTP port's TCP connections, which are bounded: also one on which nothing is ever said costs
 * memory and a file handle.
 *
 * <p>One too many is told so and closed; it takes nobody's place. Threading: any thread.
 */
final class Connections {
    private static final byte[] NOTHING = {};

    private final int most;
    private final AtomicInteger open = new AtomicInteger();
    private final LongAdder refused = new LongAdder();

    Connections(int most) {
        this.most = most;
    }

    /**
     * Counts a connection until it closes; false if it is one too many, which counts as refused.
     */
    boolean admits(Channel client) {
        if (open.incrementAndGet() > most) {
            open.decrementAndGet();
            refused.increment();
            return false;
        }
        var _ = client.closeFuture().addListener(_ -> open.decrementAndGet());
        return true;
    }

    int open() {
        return open.get();
    }

    /** Since the server started. */
    long refused() {
        return refused.sum();
    }

    /**
     * Ends a connection that was not admitted.
     *
     * @param plain whether it is known that the client speaks no TLS: who does, understands no
     *     answer before the handshake
     */
    void refuse(SocketChannel client, boolean plain) {
        if (plain) {
            client.pipeline().addLast(new HttpResponseEncoder()).addLast(new Refusing(most));
        } else {
            var _ = client.close();
        }
    }

    /** Says 503 without waiting for a request, and reads what the client sends meanwhile. */
    private static final class Refusing extends SimpleChannelInboundHandler<ByteBuf> {
        private final int most;

        Refusing(int most) {
            this.most = most;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            Exchange exchange =
                    new Exchange(
                            context.channel(),
                            new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/"),
                            NOTHING,
                            Exchange.After.LINGER,
                            () -> {});
            exchange.answer(Refusal.tooManyConnections(most).answer(exchange.id()));
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf ignored) {
            // Nothing that it sends is looked at.
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            var _ = context.close();
        }
    }
}
