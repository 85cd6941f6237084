package io.rvbbit.gateway.session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.rvbbit.gateway.wire.BackendMessage;
import io.rvbbit.gateway.wire.MessageWriter;
import io.rvbbit.gateway.wire.RowBuffer;
import io.rvbbit.gateway.wire.RowBuffer.Rows;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The bytes that a session says to its client, in order.
 *
 * <p>What is small gathers in one buffer that leaves at the next flush, or when it holds 32 KiB. Of
 * what has left, 128 KiB may be unwritten: a session that says more waits until the client reads,
 * so a slow client slows its own statements and holds no memory.
 *
 * <p>Where nothing of it waits in Netty, the session writes to the socket itself: a short answer
 * needs no event loop. What the socket does not take at once follows through Netty. Threading: the
 * session's thread only, except {@link #aside}.
 */
final class Outbox {
    private static final int INITIAL = 256;
    private static final int GATHERED = 32 * 1024;
    static final int UNWRITTEN = 128 * 1024;

    private final Channel channel;
    private final Duration patience;
    private final Semaphore room = new Semaphore(UNWRITTEN);
    private final Optional<ClientSocket> socket;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable ByteBuf gathered;
    private boolean greeted;
    private boolean silent;

    /**
     * @param patience how long a client may read nothing before it counts as gone
     */
    Outbox(Channel channel, Duration patience) {
        this.channel = channel;
        this.patience = patience;
        this.socket = ClientSocket.of(channel);
    }

    /**
     * @throws IllegalArgumentException for a message that can't be encoded, of which no byte is
     *     sent
     */
    void send(BackendMessage message) {
        lock.lock();
        try {
            gather(message);
            leaveIfMuch();
        } finally {
            lock.unlock();
        }
    }

    /** Sends a few rows by copying them; the buffer is empty afterwards. */
    void sendCopy(RowBuffer rows) {
        lock.lock();
        try {
            rows.moveTo(buffer());
            leaveIfMuch();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Sends many rows as they are.
     *
     * @param written runs on any thread when their array is free again
     */
    void send(Rows rows, Runnable written) {
        lock.lock();
        try {
            ByteBuf before = taken();
            if (before != null) {
                leave(before, false, () -> {});
            }
            leave(Unpooled.wrappedBuffer(rows.bytes(), 0, rows.length()), false, written);
        } finally {
            lock.unlock();
        }
    }

    /** The client gets all that was said, as soon as it reads. */
    void flush() {
        lock.lock();
        try {
            ByteBuf out = taken();
            if (out == null) {
                channel.flush();
            } else if (isAllWritten() && socket.filter(direct -> direct.take(out)).isPresent()) {
                out.release();
            } else {
                leave(out, true, () -> {});
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Says something at once, between two messages of the session, with what has gathered.
     *
     * <p>Never waits: nothing is said while the session itself says something, which lasts as long
     * as the client does not read. Threading: any thread.
     *
     * @param message asked for when it can be said; empty says nothing
     * @return whether it was said
     */
    boolean aside(Supplier<Optional<BackendMessage>> message) {
        if (!lock.tryLock()) {
            return false;
        }
        try {
            Optional<BackendMessage> said = silent ? Optional.empty() : message.get();
            if (said.isEmpty()) {
                return false;
            }
            ByteBuf out = buffer();
            int start = out.writerIndex();
            gather(said.get());
            // Only who holds the lock takes room away, so leaving will find it.
            if (room.availablePermits() < Math.min(out.readableBytes(), UNWRITTEN)) {
                out.writerIndex(start);
                return false;
            }
            flush();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Whether Netty has written all that it was given.
     *
     * <p>What the login said is not counted, so the session's first words follow it through Netty.
     */
    private boolean isAllWritten() {
        return greeted && room.availablePermits() == UNWRITTEN;
    }

    /** Says the session's last word without waiting for the client to read it. */
    void last(BackendMessage message) {
        lock.lock();
        try {
            silent = true;
            gather(message);
            ByteBuf out = taken();
            if (out != null) {
                var _ = channel.writeAndFlush(out);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Nothing more is said; what was not flushed is not said either. */
    void drop() {
        lock.lock();
        try {
            silent = true;
            ByteBuf out = taken();
            if (out != null) {
                out.release();
            }
        } finally {
            lock.unlock();
        }
    }

    private void gather(BackendMessage message) {
        ByteBuf out = buffer();
        int start = out.writerIndex();
        try {
            new MessageWriter(out).write(message);
        } catch (RuntimeException failure) {
            out.writerIndex(start);
            throw failure;
        }
    }

    private ByteBuf buffer() {
        ByteBuf out = gathered;
        if (out == null) {
            out = channel.alloc().buffer(INITIAL);
            gathered = out;
        }
        return out;
    }

    private @Nullable ByteBuf taken() {
        ByteBuf out = gathered;
        gathered = null;
        return out;
    }

    private void leaveIfMuch() {
        ByteBuf out = gathered;
        if (out != null && out.readableBytes() >= GATHERED) {
            flush();
        }
    }

    private void leave(ByteBuf bytes, boolean flush, Runnable written) {
        greeted = true;
        int size = Math.min(bytes.readableBytes(), UNWRITTEN);
        try {
            await(size);
        } catch (SqlException gone) {
            bytes.release();
            throw gone;
        }
        ChannelFuture write = flush ? channel.writeAndFlush(bytes) : channel.write(bytes);
        write.addListener(_ -> {
            room.release(size);
            written.run();
            if (!write.isSuccess()) {
                var _ = channel.close();
            }
        });
    }

    private void await(int size) {
        if (room.tryAcquire(size)) {
            return;
        }
        channel.flush();
        try {
            if (!room.tryAcquire(size, patience.toMillis(), TimeUnit.MILLISECONDS)) {
                var _ = channel.close();
                throw new SqlException(SqlState.CONNECTION_FAILURE, "client stopped reading");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SqlException(SqlState.ADMIN_SHUTDOWN, "the session was ended", e);
        }
    }
}
