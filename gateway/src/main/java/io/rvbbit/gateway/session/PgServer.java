package io.rvbbit.gateway.session;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.rvbbit.gateway.access.Access;
import io.rvbbit.gateway.wire.BackendEncoder;
import io.rvbbit.gateway.wire.StartupDecoder;
import java.net.InetSocketAddress;

/** Listens for PostgreSQL clients. Threading: any thread. */
public final class PgServer implements AutoCloseable {
    private static final int MAX_MESSAGE = 64 * 1024 * 1024;

    /**
     * Higher than what an {@link Outbox} leaves unwritten, which is who keeps the bound: below it
     * Netty would wake its event loop at each crossing, only to tell nobody.
     */
    private static final WriteBufferWaterMark UNHEEDED =
            new WriteBufferWaterMark(Outbox.UNWRITTEN, 4 * Outbox.UNWRITTEN);

    private final Channel channel;

    private PgServer(Channel channel) {
        this.channel = channel;
    }

    /** Binds; an address of port 0 takes a free one. */
    public static PgServer listen(
            InetSocketAddress address, EventLoopGroup loops, Sessions sessions, Access access) {
        Logins logins = sessions.logins(access);
        Channel bound =
                new ServerBootstrap()
                        .group(loops)
                        .channel(NioServerSocketChannel.class)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .option(ChannelOption.SO_BACKLOG, 1_024)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childOption(ChannelOption.SO_KEEPALIVE, true)
                        .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, UNHEEDED)
                        .childHandler(
                                new ChannelInitializer<SocketChannel>() {
                                    @Override
                                    protected void initChannel(SocketChannel client) {
                                        if (access.tls().isPresent()) {
                                            var _ =
                                                    client.pipeline()
                                                            .addLast(new DirectTls(logins));
                                        }
                                        client.pipeline()
                                                .addLast(new BackendEncoder())
                                                .addLast(new StartupDecoder(MAX_MESSAGE))
                                                .addLast(new LoginHandler(logins));
                                    }
                                })
                        .bind(address)
                        .syncUninterruptibly()
                        .channel();
        return new PgServer(bound);
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) channel.localAddress();
    }

    /** Takes no new client; those that are there stay. */
    @Override
    public void close() {
        var _ = channel.close().syncUninterruptibly();
    }
}
