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
 * Sends rows in batches of about 64 KiB, of which no more is unwritten than two hold.
 *
 * <p>The few rows that end a result wait for the flush that follows it, so that a pipeline of small
 * statements is written at once. While it waits for the client to read, nobody pulls rows, so a
 * slow client slows its own query and holds no memory. Threading: the session's thread only.
 */
final class RowWriter {
    private static final int BATCH_BYTES = 64 * 1024;
    private static final int BYTES_UNWRITTEN = 2 * BATCH_BYTES;

    private final Channel channel;
    private final Duration patience;
    private final RowBuffer buffer = new RowBuffer();
    private final Semaphore unwritten = new Semaphore(BYTES_UNWRITTEN);

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
            Rows rows = buffer.take();
            write(rows, BATCH_BYTES, () -> buffer.reuse(rows));
            channel.flush();
        }
    }

    /** Hands over what is left, for the next flush, without waiting for the client to read it. */
    void finish() {
        if (buffer.rows() > 0) {
            Rows rows = buffer.takeCopy();
            write(rows, rows.bytes().length, () -> {});
        }
    }

    /** Drops rows that were not yet handed over. */
    void abandon() {
        buffer.abandonRow();
        if (buffer.rows() > 0) {
            buffer.reuse(buffer.take());
        }
    }

    private void write(Rows rows, int permits, Runnable written) {
        await(permits);
        var _ =
                channel.write(rows)
                        .addListener(done -> {
                            written.run();
                            unwritten.release(permits);
                            if (!done.isSuccess()) {
                                var _ = channel.close();
                            }
                        });
    }

    private void await(int permits) {
        if (unwritten.tryAcquire(permits)) {
            return;
        }
        channel.flush();
        try {
            if (!unwritten.tryAcquire(permits, patience.toMillis(), TimeUnit.MILLISECONDS)) {
                var _ = channel.close();
                throw new SqlException(SqlState.CONNECTION_FAILURE, "client stopped reading");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SqlException(SqlState.ADMIN_SHUTDOWN, "the session was ended", e);
        }
    }
}
