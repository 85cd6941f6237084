package io.rvbbit.gateway.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.function.IntSupplier;

/**
 * Answers {@code GET /api/sql/health} and refuses everything else.
 *
 * <p>Health costs nothing: no database and no model is asked. Threading: any thread.
 */
public final class HttpServer implements AutoCloseable {
    private static final int MAX_REQUEST = 64 * 1024;
    private static final String HEALTH = "/api/sql/health";

    private final Channel channel;

    private HttpServer(Channel channel) {
        this.channel = channel;
    }

    /** Binds; {@code openSessions} is part of the answer. */
    public static HttpServer listen(
            InetSocketAddress address, EventLoopGroup loops, IntSupplier openSessions) {
        Channel bound =
                new ServerBootstrap()
                        .group(loops)
                        .channel(NioServerSocketChannel.class)
                        .childHandler(
                                new ChannelInitializer<SocketChannel>() {
                                    @Override
                                    protected void initChannel(SocketChannel client) {
                                        client.pipeline()
                                                .addLast(new HttpServerCodec())
                                                .addLast(new HttpObjectAggregator(MAX_REQUEST))
                                                .addLast(new Answer(openSessions));
                                    }
                                })
                        .bind(address)
                        .syncUninterruptibly()
                        .channel();
        return new HttpServer(bound);
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) channel.localAddress();
    }

    @Override
    public void close() {
        channel.close().syncUninterruptibly();
    }

    private static final class Answer extends SimpleChannelInboundHandler<FullHttpRequest> {
        private final IntSupplier openSessions;

        Answer(IntSupplier openSessions) {
            this.openSessions = openSessions;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
            boolean health = request.uri().equals(HEALTH);
            boolean get = request.method().equals(HttpMethod.GET);
            FullHttpResponse response;
            if (health && get) {
                response =
                        json(
                                HttpResponseStatus.OK,
                                "{\"status\":\"ok\",\"sessions\":" + openSessions.getAsInt() + "}");
            } else if (health) {
                response = json(HttpResponseStatus.METHOD_NOT_ALLOWED, error("use GET"));
            } else {
                response =
                        json(
                                HttpResponseStatus.NOT_FOUND,
                                error(
                                        "there is "
                                                + HEALTH
                                                + " only; connect to the PostgreSQL port"));
            }
            boolean keep = HttpUtil.isKeepAlive(request);
            HttpUtil.setKeepAlive(response, keep);
            var written = context.writeAndFlush(response);
            if (!keep) {
                var _ = written.addListener(ChannelFutureListener.CLOSE);
            }
        }

        private static String error(String message) {
            return "{\"success\":false,\"error\":\"" + message + "\"}";
        }

        private static FullHttpResponse json(HttpResponseStatus status, String body) {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            FullHttpResponse response =
                    new DefaultFullHttpResponse(
                            HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(bytes));
            response.headers()
                    .set(HttpHeaderNames.CONTENT_TYPE, "application/json")
                    .set(HttpHeaderNames.CONTENT_LENGTH, bytes.length);
            return response;
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            var _ = context.close();
        }
    }
}
