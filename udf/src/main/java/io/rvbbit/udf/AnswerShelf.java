package io.rvbbit.udf;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A statement's answers, kept until its end so that the same input is never paid for twice.
 *
 * <p>Answers up to {@code heapBytes} stay on the heap; later ones go to a temporary file of the
 * statement's own, readable by this process' user only, and cost the heap about 100 bytes each. The
 * file goes when the shelf is closed. Threading: any thread.
 */
final class AnswerShelf implements AutoCloseable {
    /** Above this the file takes over: enough for some 100,000 short answers. */
    static final long HEAP_BYTES = 64L << 20;

    private static final int ANSWER_BYTES = 250;

    private final long heapBytes;
    private final Map<CallKey, Shelved> shelved = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private long held;
    private long end;
    private boolean closed;
    private @Nullable Path path;
    private @Nullable RandomAccessFile file;

    AnswerShelf(long heapBytes) {
        this.heapBytes = heapBytes;
    }

    void put(CallKey key, Answer answer) {
        long bytes = size(answer);
        lock.lock();
        try {
            if (closed) {
                return;
            }
            if (held + bytes <= heapBytes) {
                held += bytes;
                shelved.put(key, new Held(answer));
            } else {
                shelved.put(key, write(Json.bytes(answer)));
            }
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an answer is always JSON", e);
        } finally {
            lock.unlock();
        }
    }

    Optional<Answer> get(CallKey key) {
        return Optional.ofNullable(shelved.get(key))
                .map(place ->
                        switch (place) {
                            case Held(Answer answer) -> answer;
                            case Filed filed -> read(filed);
                        });
    }

    /** Answers that are in the file. */
    long filedCount() {
        return shelved.values().stream().filter(Filed.class::isInstance).count();
    }

    /** The file, once there is one. */
    Optional<Path> path() {
        lock.lock();
        try {
            return Optional.ofNullable(path);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            shelved.clear();
            if (file != null) {
                file.close();
            }
            if (path != null) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw storeFailure(e);
        } finally {
            lock.unlock();
        }
    }

    private Filed write(byte[] bytes) {
        try {
            RandomAccessFile target = file;
            if (target == null) {
                path = Files.createTempFile("rvbbit-answers-", ".json");
                target = new RandomAccessFile(path.toFile(), "rw");
                file = target;
            }
            target.seek(end);
            target.write(bytes);
            Filed place = new Filed(end, bytes.length);
            end += bytes.length;
            return place;
        } catch (IOException e) {
            throw storeFailure(e);
        }
    }

    private Answer read(Filed place) {
        byte[] bytes = new byte[place.length()];
        lock.lock();
        try {
            if (closed || file == null) {
                throw new StatementStopped();
            }
            file.seek(place.offset());
            file.readFully(bytes);
            return Json.value(bytes, Answer.class);
        } catch (IOException e) {
            throw storeFailure(e);
        } finally {
            lock.unlock();
        }
    }

    private static SqlException storeFailure(IOException cause) {
        return new SqlException(
                SqlState.IO_ERROR, "cannot keep the statement's answers on disk", cause);
    }

    private static long size(Answer answer) {
        return ANSWER_BYTES
                + length(answer.value())
                + length(answer.output())
                + length(answer.outputs())
                + (answer.error() == null ? 0 : length(answer.error().message()));
    }

    /** Two bytes per character, as for text outside of Latin-1. */
    private static long length(@Nullable String text) {
        return text == null ? 0 : 2L * text.length();
    }

    private sealed interface Shelved {}

    private record Held(Answer answer) implements Shelved {}

    private record Filed(long offset, int length) implements Shelved {}
}
