package io.rvbbit.gateway.session;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.rvbbit.gateway.wire.BackendMessage.CommandComplete;
import io.rvbbit.gateway.wire.MessageWriter;
import io.rvbbit.gateway.wire.RowBuffer.Rows;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A session's outbox over a real connection; the client reads only when the test does. */
@Timeout(60)
final class ClientSocketTest {
    /** Small enough that the system soon takes no more. */
    private static final int SYSTEM_BUFFER = 8 * 1024;

    /** Far below what an outbox leaves unwritten, so that no test waits for its own client. */
    private static final int MOST_UNREAD = 64 * 1024;

    private static final int LONG = 4 * 1024 * 1024;

    private final MultiThreadIoEventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Queue<Integer> throughNetty = new ConcurrentLinkedQueue<>();
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final ByteArrayOutputStream heard = new ByteArrayOutputStream();
    private final Socket client = new Socket();
    private final Channel listener;
    private final Channel channel;
    private final Outbox outbox;

    /** Notes how many bytes each write brings to Netty. */
    private final class Watch extends ChannelDuplexHandler {
        @Override
        public void write(ChannelHandlerContext context, Object bytes, ChannelPromise promise) {
            throughNetty.add(((ByteBuf) bytes).readableBytes());
            var _ = context.write(bytes, promise);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            var _ = context.close();
        }
    }

    ClientSocketTest() throws Exception {
        CompletableFuture<Channel> accepted = new CompletableFuture<>();
        listener =
                new ServerBootstrap()
                        .group(loops)
                        .channel(NioServerSocketChannel.class)
                        .childOption(ChannelOption.SO_SNDBUF, SYSTEM_BUFFER)
                        .childHandler(
                                new ChannelInitializer<>() {
                                    @Override
                                    protected void initChannel(Channel child) {
                                        child.pipeline().addLast(new Watch());
                                        accepted.complete(child);
                                    }
                                })
                        .bind(InetAddress.getLoopbackAddress(), 0)
                        .sync()
                        .channel();
        client.setReceiveBufferSize(SYSTEM_BUFFER);
        client.setSoTimeout(30_000);
        client.connect(listener.localAddress());
        channel = accepted.get(30, TimeUnit.SECONDS);
        outbox = new Outbox(channel, Duration.ofSeconds(30));
    }

    @AfterEach
    void close() throws Exception {
        outbox.drop();
        client.close();
        channel.close().sync();
        listener.close().sync();
        loops.shutdownGracefully(0, 10, TimeUnit.SECONDS).sync();
    }

    @Test
    void the_first_words_stay_behind_what_the_login_left_in_netty() throws Exception {
        byte[] login = "login".getBytes(US_ASCII);
        said.write(login);
        var _ = channel.write(Unpooled.wrappedBuffer(login));
        say("welcome");
        hearAll();

        assertHeardAll();
        assertThat(throughNetty).hasSize(2);
    }

    @Test
    void a_short_answer_passes_netty_by() throws Exception {
        greet();
        for (int i = 0; i < 100; i++) {
            say("answer " + i);
            hearAll();
        }

        assertHeardAll();
        assertThat(throughNetty).isEmpty();
    }

    @Test
    void what_the_socket_does_not_take_at_once_follows_through_netty() throws Exception {
        greet();
        say("x".repeat(LONG));
        hearAll();

        assertHeardAll();
        assertThat(throughNetty)
                .singleElement()
                .satisfies(rest -> assertThat(rest).isBetween(1, LONG));
    }

    @Test
    void no_byte_overtakes_another_whichever_way_each_goes() throws Exception {
        greet();
        Random random = new Random(5);
        int batches = 0;
        for (int step = 0; step < 3_000; step++) {
            int size = 1 + random.nextInt(random.nextInt(10) == 0 ? 20_000 : 300);
            hear(Math.max(0, unheard() + 2 * size - MOST_UNREAD));
            switch (random.nextInt(8)) {
                case 0 -> {
                    sayRows(random, size);
                    batches++;
                }
                case 1, 2 -> say("tag " + step);
                case 3 -> hear(random.nextInt(unheard() + 1));
                case 4 -> {
                    hearAll();
                    awaitEventLoop();
                }
                default -> {
                    say(random.nextInt() + "x".repeat(size));
                    outbox.flush();
                }
            }
        }
        hearAll();

        assertHeardAll();
        // A batch of rows is at most two writes, with what was said before it: some flushes met
        // bytes that waited. And some did not.
        assertThat(throughNetty).hasSizeGreaterThan(2 * batches);
        assertThat(throughNetty.stream().mapToInt(Integer::intValue).sum()).isLessThan(said.size());
    }

    @Test
    void a_client_that_went_ends_the_connection_and_fails_no_flush() throws Exception {
        greet();
        client.setSoLinger(true, 0);
        client.close();

        while (channel.isOpen()) {
            say("anyone there?");
            outbox.flush();
        }
        say("nobody");

        assertThatCode(outbox::flush).doesNotThrowAnyException();
    }

    @Test
    void a_connection_closed_amid_the_writing_loses_its_end_alone() throws Exception {
        greet();
        say("x".repeat(LONG));
        hear(LONG / 2);
        var _ = channel.close();
        for (int i = 0; i < 100; i++) {
            say("too late " + i);
            outbox.flush();
        }
        heard.write(client.getInputStream().readAllBytes());

        byte[] all = heard.toByteArray();
        assertThat(all.length).isBetween(LONG / 2, LONG);
        assertThat(Arrays.mismatch(all, said.toByteArray())).isEqualTo(all.length);
    }

    @Test
    void there_is_no_way_past_tls() throws Exception {
        Channel plain = new NioSocketChannel();
        assertThat(ClientSocket.of(plain)).isPresent();
        assertThat(ClientSocket.of(new EmbeddedChannel())).isEmpty();

        SSLEngine engine = SSLContext.getDefault().createSSLEngine();
        plain.pipeline().addLast(new SslHandler(engine));

        assertThat(ClientSocket.of(plain)).isEmpty();
        plain.unsafe().closeForcibly();
    }

    private void greet() throws Exception {
        say("welcome");
        hearAll();
        awaitEventLoop();
        throughNetty.clear();
    }

    private void say(String tag) throws IOException {
        CommandComplete message = new CommandComplete(tag);
        ByteBuf frame = Unpooled.buffer();
        new MessageWriter(frame).write(message);
        frame.readBytes(said, frame.readableBytes());
        outbox.send(message);
    }

    private void sayRows(Random random, int size) throws IOException {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        said.write(bytes);
        outbox.send(new Rows(bytes, size, 1), () -> {});
    }

    private int unheard() {
        return said.size() - heard.size();
    }

    private void hearAll() throws IOException {
        hear(unheard());
    }

    private void hear(int bytes) throws IOException {
        if (bytes > 0) {
            outbox.flush();
            heard.write(client.getInputStream().readNBytes(bytes));
        }
    }

    /** What the event loop was about to do when the test came here is done. */
    private void awaitEventLoop() throws InterruptedException {
        channel.eventLoop().submit(() -> {}).sync();
    }

    private void assertHeardAll() {
        assertThat(Arrays.equals(heard.toByteArray(), said.toByteArray())).isTrue();
    }
}
