package io.rvbbit.gateway.session;

import io.netty.channel.Channel;
import io.rvbbit.gateway.wire.BackendMessage.Rows;
import io.rvbbit.gateway.wire.RowBuffer;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Sends rows in batches of about 64 KiB, of which at most two are unwritten.
 *
 * <p>While it waits for the client to read, nobody pulls rows, so a slow client slows its own query
 * and holds no memory. Threading: the session's thread only.
 */
final class RowWriter {
    private static final int BATCH_BYTES = 64 * 1024;
    private static final int BATCHES_UNWRITTEN = 2;

    private final Channel channel;
    private final Duration patience;
    private final RowBuffer buffer = new RowBuffer();
    private final Semaphore unwritten = new Semaphore(BATCHES_UNWRITTEN);

    /**
     * @param patience how long a client may leave two batches unread before it counts as gone
     */
    RowWriter(Channel channel, Duration patience) {
        this.channel = channel;
        this.patience = patience;
    }

    RowBuffer buffer() {
        return buffer;
    }

    /** After each row: sends the batch if it is full. */
    void rowEnded() {
        if (buffer.size() >= BATCH_BYTES) {
            send();
        }
    }

    /** Hands over what is left, without waiting for the client to read it. */
    void finish() {
        if (buffer.rows() > 0) {
            send();
        }
    }

    /** Drops rows that were not yet handed over. */
    void abandon() {
        buffer.abandonRow();
        if (buffer.rows() > 0) {
            buffer.reuse(buffer.take());
        }
    }

    private void send() {
        Rows rows = buffer.take();
        try {
            if (!unwritten.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                var _ = channel.close();
                throw new SqlException(SqlState.CONNECTION_FAILURE, "client stopped reading");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SqlException(SqlState.ADMIN_SHUTDOWN, "the session was ended", e);
        }
        var _ =
                channel.writeAndFlush(rows)
                        .addListener(written -> {
                            buffer.reuse(rows);
                            unwritten.release();
                            if (!written.isSuccess()) {
                                var _ = channel.close();
                            }
                        });
    }
}
