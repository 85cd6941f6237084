package io.rvbbit.gateway.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.ByteArrayOutputStream;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The body of an answer that is sent piece by piece.
 *
 * <p>Bytes gather up to 32 KiB; of what has left, 128 KiB may be unwritten. Who says more waits
 * until the client reads, so a slow client slows its own statement and holds no memory. Threading:
 * one thread; {@link #fail} on any.
 */
final class Body {
    private static final int GATHERED = 32 * 1024;
    private static final int UNWRITTEN = 128 * 1024;
    private static final long LOOK_MILLIS = 50;

    private final Channel channel;
    private final boolean keepsAlive;
    private final Runnable ended;
    private final Semaphore room = new Semaphore(UNWRITTEN);
    private final ByteArrayOutputStream gathered = new ByteArrayOutputStream();

    Body(Channel channel, boolean keepsAlive, Runnable ended) {
        this.channel = channel;
        this.keepsAlive = keepsAlive;
        this.ended = ended;
    }

    /**
     * @param check throws when the wait for the client is to end
     */
    void write(byte[] bytes, Runnable check) {
        gathered.write(bytes, 0, bytes.length);
        if (gathered.size() >= GATHERED) {
            flush(check);
        }
    }

    /** What was written leaves, however little it is. */
    void flush(Runnable check) {
        if (gathered.size() == 0) {
            return;
        }
        byte[] bytes = gathered.toByteArray();
        gathered.reset();
        int size = Math.min(bytes.length, UNWRITTEN);
        await(size, check);
        ChannelFuture written =
                channel.writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(bytes)));
        written.addListener(_ -> {
            room.release(size);
            if (!written.isSuccess()) {
                var _ = channel.close();
            }
        });
    }

    private void await(int size, Runnable check) {
        try {
            while (!room.tryAcquire(size, LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                check.run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the session was ended", e);
        }
    }

    /** The answer is complete. */
    void end(Runnable check) {
        flush(check);
        ChannelFuture written = channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
        if (keepsAlive) {
            written.addListener(_ -> ended.run());
        } else {
            var _ = written.addListener(ChannelFutureListener.CLOSE);
        }
    }

    /** The answer ends in the middle, which the client sees by the missing last chunk. */
    void fail() {
        var _ = channel.close();
    }
}
