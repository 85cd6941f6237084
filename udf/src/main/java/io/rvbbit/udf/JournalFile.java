package io.rvbbit.udf;

import io.rvbbit.tracking.CallerId;
import io.rvbbit.tracking.EventSink;
import io.rvbbit.tracking.RecordFile;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The file of a journal, which waits while its disk is full: what has been paid for is not thrown
 * away meanwhile, and whoever waits holds its permit, so that nothing further is paid for.
 *
 * <p>Threading: any thread.
 */
final class JournalFile implements Closeable {
    private static final long PAUSE_MILLIS = 100;

    private final RecordFile file;
    private final CallerId caller;
    private final Patience patience;
    private final CountDownLatch givenUp = new CountDownLatch(1);

    /**
     * How a full disk is borne.
     *
     * @param longest that anything waits for room
     * @param events is told of callers that wait
     */
    record Patience(Duration longest, EventSink events) {
        static final Patience NONE =
                new Patience(
                        Duration.ZERO,
                        _ -> {
                            // Nobody waits, so nobody is told.
                        });
    }

    JournalFile(RecordFile file, CallerId caller, Patience patience) {
        this.file = file;
        this.caller = caller;
        this.patience = patience;
    }

    /**
     * Writes a record behind the last one.
     *
     * @return what {@link #read} finds it by
     * @throws IOException if it cannot be written, or not for so long, or nobody wants it any more
     */
    long append(byte kind, byte[] payload) throws IOException {
        try {
            return file.append(kind, payload);
        } catch (IOException full) {
            if (!isFull(full)) {
                throw full;
            }
            String why = "no room for the statement's answers: " + full.getMessage();
            try (EventSink.Hold _ = patience.events().hold(caller, why)) {
                return awaitAppend(kind, payload, full);
            }
        }
    }

    private long awaitAppend(byte kind, byte[] payload, IOException first) throws IOException {
        long until = System.nanoTime() + patience.longest().toNanos();
        while (System.nanoTime() < until) {
            if (isUnwanted()) {
                throw first;
            }
            Optional<Long> place = tried(kind, payload);
            if (place.isPresent()) {
                return place.get();
            }
        }
        throw first;
    }

    /** After a pause, unless it is told before. */
    private boolean isUnwanted() {
        try {
            return givenUp.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** Empty while the disk is full. */
    private Optional<Long> tried(byte kind, byte[] payload) throws IOException {
        try {
            return Optional.of(file.append(kind, payload));
        } catch (IOException e) {
            if (isFull(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static boolean isFull(IOException e) {
        String message = String.valueOf(e.getMessage());
        return message.contains("No space left") || message.contains("quota exceeded");
    }

    byte[] read(long place) throws IOException {
        return file.read(place);
    }

    /** Nobody waits any more for what is still to be written. */
    void giveUp() {
        givenUp.countDown();
    }

    @Override
    public void close() throws IOException {
        giveUp();
        file.close();
    }
}
