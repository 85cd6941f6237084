package io.rvbbit.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import io.rvbbit.gateway.wire.BackendMessage.BindComplete;
import io.rvbbit.gateway.wire.BackendMessage.CommandComplete;
import io.rvbbit.gateway.wire.BackendMessage.NoData;
import io.rvbbit.gateway.wire.BackendMessage.ParameterStatus;
import io.rvbbit.gateway.wire.BackendMessage.ParseComplete;
import io.rvbbit.gateway.wire.RowBuffer;
import io.rvbbit.gateway.wire.RowBuffer.Rows;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class OutboxTest {
    private static final Duration PATIENCE = Duration.ofMillis(20);
    private static final byte[] PARSE_COMPLETE = {'1', 0, 0, 0, 4};
    private static final byte[] BIND_COMPLETE = {'2', 0, 0, 0, 4};
    private static final byte[] NO_DATA = {'n', 0, 0, 0, 4};

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final Outbox outbox = new Outbox(channel, PATIENCE);

    /** A client that reads only when it is told to. */
    private static final class Reader extends ChannelOutboundHandlerAdapter {
        private final List<ChannelPromise> unread = new ArrayList<>();

        @Override
        public void write(ChannelHandlerContext context, Object bytes, ChannelPromise promise) {
            ReferenceCountUtil.release(bytes);
            unread.add(promise);
        }

        void readAll() {
            unread.forEach(ChannelPromise::setSuccess);
            unread.clear();
        }
    }

    @AfterEach
    void close() {
        outbox.drop();
        channel.finishAndReleaseAll();
    }

    @Test
    void small_messages_leave_together_at_the_flush() {
        outbox.send(new ParseComplete());
        outbox.send(new BindComplete());
        channel.runPendingTasks();
        assertThat(channel.outboundMessages()).isEmpty();

        outbox.flush();

        assertThat(next()).containsExactly(concat(PARSE_COMPLETE, BIND_COMPLETE));
        assertThat(channel.outboundMessages()).isEmpty();
    }

    @Test
    void an_aside_leaves_at_once_behind_what_was_said_before() {
        outbox.send(new ParseComplete());

        assertThat(outbox.aside(() -> Optional.of(new NoData()))).isTrue();

        assertThat(next()).containsExactly(concat(PARSE_COMPLETE, NO_DATA));
        assertThat(outbox.aside(Optional::empty)).isFalse();
        assertThat(channel.outboundMessages()).isEmpty();
    }

    @Test
    void an_aside_is_left_out_while_the_client_does_not_read() {
        Reader reader = new Reader();
        channel.pipeline().addFirst(reader);
        outbox.send(new Rows(new byte[128 * 1024], 128 * 1024, 1), () -> {});
        outbox.send(new ParseComplete());

        assertThat(outbox.aside(() -> Optional.of(new NoData()))).isFalse();

        reader.readAll();
        channel.pipeline().remove(reader);
        outbox.flush();
        assertThat(next()).containsExactly(PARSE_COMPLETE);
    }

    @Test
    void nothing_is_said_aside_after_the_last_word() {
        outbox.last(new ParseComplete());

        assertThat(outbox.aside(() -> Optional.of(new NoData()))).isFalse();
        assertThat(next()).containsExactly(PARSE_COMPLETE);
    }

    @Test
    void many_rows_are_not_copied_and_keep_their_place() {
        Rows rows = new Rows(new byte[10_000], 9_000, 1);
        AtomicInteger written = new AtomicInteger();
        outbox.send(new ParseComplete());
        outbox.send(rows, written::incrementAndGet);
        outbox.send(new NoData());
        outbox.flush();

        assertThat(next()).containsExactly(PARSE_COMPLETE);
        ByteBuf wrapped = channel.readOutbound();
        assertThat(wrapped.array()).isSameAs(rows.bytes());
        assertThat(wrapped.readableBytes()).isEqualTo(9_000);
        wrapped.release();
        assertThat(next()).containsExactly(NO_DATA);
        assertThat(written).hasValue(1);
    }

    @Test
    void few_rows_are_copied_behind_what_was_said_before() {
        RowBuffer rows = new RowBuffer();
        rows.beginRow(1);
        rows.nullValue();
        rows.endRow();
        outbox.send(new BindComplete());
        outbox.sendCopy(rows);
        outbox.flush();

        assertThat(next())
                .containsExactly(
                        concat(BIND_COMPLETE, new byte[] {'D', 0, 0, 0, 10, 0, 1, -1, -1, -1, -1}));
        assertThat(rows.rows()).isZero();
    }

    @Test
    void much_that_is_small_does_not_wait_for_the_flush() {
        for (int i = 0; i < 100; i++) {
            outbox.send(new CommandComplete("x".repeat(1_000)));
        }
        outbox.flush();

        assertThat(channel.outboundMessages()).hasSizeBetween(3, 5);
    }

    @Test
    void of_a_message_that_cannot_be_encoded_no_byte_is_sent() {
        outbox.send(new ParseComplete());
        assertThatThrownBy(() -> outbox.send(new ParameterStatus("name", "a\0b")))
                .isInstanceOf(IllegalArgumentException.class);
        outbox.send(new NoData());
        outbox.flush();

        assertThat(next()).containsExactly(concat(PARSE_COMPLETE, NO_DATA));
    }

    @Test
    void a_client_that_does_not_read_is_waited_for_and_then_given_up() {
        Reader reader = new Reader();
        channel.pipeline().addLast(reader);
        Rows rows = new Rows(new byte[64 * 1024], 64 * 1024, 1);
        outbox.send(rows, () -> {});
        outbox.send(rows, () -> {});
        outbox.send(new NoData());

        assertThatThrownBy(outbox::flush)
                .isInstanceOfSatisfying(
                        SqlException.class,
                        gone -> assertThat(gone.state()).isEqualTo(SqlState.CONNECTION_FAILURE));
        channel.runPendingTasks();
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void one_that_reads_makes_room_again() {
        Reader reader = new Reader();
        channel.pipeline().addLast(reader);
        Rows rows = new Rows(new byte[64 * 1024], 64 * 1024, 1);
        for (int i = 0; i < 10; i++) {
            outbox.send(rows, () -> {});
            outbox.send(rows, () -> {});
            reader.readAll();
        }
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void the_last_word_waits_for_nobody() {
        Reader reader = new Reader();
        channel.pipeline().addLast(reader);
        Rows rows = new Rows(new byte[128 * 1024], 128 * 1024, 1);
        outbox.send(rows, () -> {});

        outbox.last(new NoData());

        assertThat(reader.unread).hasSize(2);
    }

    @Test
    void what_is_dropped_is_never_sent() {
        outbox.send(new ParseComplete());
        outbox.drop();
        outbox.flush();

        assertThat(channel.outboundMessages()).isEmpty();
    }

    private byte[] next() {
        ByteBuf out = channel.readOutbound();
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        out.release();
        return bytes;
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }
}
