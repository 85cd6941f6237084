package io.rvbbit.gateway.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.IdleStateHandler;
import io.rvbbit.gateway.access.Access;
import io.rvbbit.gateway.config.HttpConfig;
import io.rvbbit.gateway.metrics.Gauges;
import io.rvbbit.gateway.metrics.Meters;
import io.rvbbit.gateway.session.Sessions;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Listens for HTTP clients. Threading: any thread. */
public final class HttpServer implements AutoCloseable {
    private static final int SILENT_SECONDS = 60;

    private final Channel channel;
    private final HttpSessions sessions;

    private HttpServer(Channel channel, HttpSessions sessions) {
        this.channel = channel;
        this.sessions = sessions;
    }

    /** Binds; an address of port 0 takes a free one. */
    public static HttpServer listen(
            InetSocketAddress address,
            EventLoopGroup loops,
            Sessions wire,
            Access access,
            HttpConfig limits,
            Meters meters,
            Clock clock) {
        HttpSessions sessions = new HttpSessions(wire, limits, clock);
        Routes routes =
                new Routes(
                        sessions,
                        wire,
                        new Gatekeeper(access, address, limits, clock),
                        limits,
                        meters);
        Connections connections = new Connections(limits.maxConnections());
        new Gauges(meters)
                .httpConnections(connections::open, connections::refused)
                .sessions(wire::open, sessions::count);
        try {
            Channel bound =
                    new ServerBootstrap()
                            .group(loops)
                            .channel(NioServerSocketChannel.class)
                            .option(ChannelOption.SO_REUSEADDR, true)
                            .option(ChannelOption.SO_BACKLOG, 1_024)
                            .childOption(ChannelOption.TCP_NODELAY, true)
                            .childHandler(
                                    new ChannelInitializer<SocketChannel>() {
                                        @Override
                                        protected void initChannel(SocketChannel client) {
                                            if (!connections.admits(client)) {
                                                connections.refuse(client, access.tls().isEmpty());
                                                return;
                                            }
                                            access.tls()
                                                    .ifPresent(tls -> {
                                                        var _ =
                                                                client.pipeline()
                                                                        .addLast(
                                                                                new FirstByte(tls));
                                                    });
                                            prepare(client, routes, limits);
                                        }
                                    })
                            .bind(address)
                            .syncUninterruptibly()
                            .channel();
            return new HttpServer(bound, sessions);
        } catch (Exception refused) {
            sessions.close();
            throw refused;
        }
    }

    private static void prepare(SocketChannel client, Routes routes, HttpConfig limits) {
        RequestReader reader = new RequestReader(limits.requestBytes(), limits.clientTimeout());
        client.pipeline()
                .addLast(idle(limits.clientTimeout()))
                .addLast(reader.firstByte())
                .addLast(new HttpServerCodec())
                .addLast(reader)
                .addLast(new HttpFront(routes::answer, limits.clientTimeout()));
    }

    /** What the client takes of a long answer counts as it leaves, not when all of it has. */
    private static IdleStateHandler idle(Duration patience) {
        long writing = patience.toMillis();
        return new IdleStateHandler(
                true, SILENT_SECONDS * 1_000L, writing, 0, TimeUnit.MILLISECONDS);
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) channel.localAddress();
    }

    /** Takes no new client and no new statement, lets running ones end for so long. */
    public void drain(Duration patience) throws InterruptedException {
        var _ = channel.close().syncUninterruptibly();
        sessions.drain(patience);
    }

    @Override
    public void close() {
        var _ = channel.close().syncUninterruptibly();
        sessions.close();
    }
}
