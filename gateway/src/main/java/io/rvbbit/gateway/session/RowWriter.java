package io.rvbbit.gateway.session;

import io.rvbbit.gateway.wire.RowBuffer;
import io.rvbbit.gateway.wire.RowBuffer.Rows;

/**
 * Sends rows in batches of about 64 KiB.
 *
 * <p>The few rows that end a result wait for the flush that follows it, so that a pipeline of small
 * statements is written at once. Threading: the session's thread only.
 */
final class RowWriter {
    private static final int BATCH_BYTES = 64 * 1024;
    private static final int COPIED_BYTES = 4 * 1024;

    private final Outbox outbox;
    private final RowBuffer buffer = new RowBuffer();

    RowWriter(Outbox outbox) {
        this.outbox = outbox;
    }

    RowBuffer buffer() {
        return buffer;
    }

    /** After each row: sends the batch if it is full. */
    void rowEnded() {
        if (buffer.size() >= BATCH_BYTES) {
            send();
            outbox.flush();
        }
    }

    /** Between two rows: the client gets all that there is. */
    void flush() {
        finish();
        outbox.flush();
    }

    /** Hands over what is left, for the next flush. */
    void finish() {
        if (buffer.size() >= COPIED_BYTES) {
            send();
        } else if (buffer.rows() > 0) {
            outbox.sendCopy(buffer);
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
        outbox.send(rows, () -> buffer.reuse(rows));
    }
}
