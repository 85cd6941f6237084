package io.rvbbit.udf.cache;

import io.rvbbit.tracking.RecordFile;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One file of answers, to which only is appended; where each stands is on the heap.
 *
 * <p>Kinds of records: {@code A} the key (24 bytes) and the answer, which takes the place of an
 * earlier one; {@code C} eight bytes: the answers of this cascade that stand before are removed.
 * What was put outlives the process. Threading: any thread, interrupted or not.
 */
final class AnswerFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AnswerFile.class);
    private static final byte ANSWER = 'A';
    private static final byte CLEARED = 'C';
    private static final int KEY_BYTES = 3 * Long.BYTES;
    private static final int FRAME_BYTES = 9;

    private final Path path;
    private final RecordFile file;
    private final Index index;

    private AnswerFile(Path path, RecordFile file, Index index) {
        this.path = path;
        this.file = file;
        this.index = index;
    }

    /**
     * Opens the file, which is made if it is not there.
     *
     * @throws IOException also for one that is no file of answers
     */
    static AnswerFile open(Path path) throws IOException {
        if (!Files.exists(path)) {
            RecordFile file = RecordFile.create(path);
            return new AnswerFile(path, file, new Index(file));
        }
        long before = Files.size(path);
        Index[] index = new Index[1];
        RecordFile file =
                RecordFile.open(
                        path,
                        records -> {
                            index[0] = new Index(records);
                            return index[0]::record;
                        });
        if (file.size() < before) {
            LOG.warn(
                    "the last {} of {} bytes of {} hold no whole answer and are cut off",
                    before - file.size(),
                    before,
                    path);
        }
        return new AnswerFile(path, file, index[0]);
    }

    Path path() {
        return path;
    }

    /** What {@link #put} adds to a file. */
    static long bytes(byte[] answer) {
        return (long) FRAME_BYTES + KEY_BYTES + answer.length;
    }

    /**
     * @throws IOException also where the answer was damaged
     */
    Optional<StoredAnswer> find(AnswerKey key) throws IOException {
        long place = index.place(key);
        if (place == AnswerPlaces.NONE) {
            return Optional.empty();
        }
        byte[] payload = file.read(place);
        return Optional.of(
                StoredAnswer.decoded(Arrays.copyOfRange(payload, KEY_BYTES, payload.length)));
    }

    /**
     * @param answer as {@link StoredAnswer#encoded} makes it
     */
    void put(AnswerKey key, byte[] answer) throws IOException {
        byte[] payload =
                ByteBuffer.allocate(KEY_BYTES + answer.length)
                        .putLong(key.cascade())
                        .putLong(key.high())
                        .putLong(key.low())
                        .put(answer)
                        .array();
        index.put(key, file.append(ANSWER, payload));
    }

    /** How many answers there are. */
    long count() {
        return index.count();
    }

    /** Removes every answer of a cascade; how many there were. */
    long remove(long cascade) throws IOException {
        if (index.count(cascade) == 0) {
            return 0;
        }
        byte[] payload = ByteBuffer.allocate(Long.BYTES).putLong(cascade).array();
        long place = file.append(CLEARED, payload);
        file.force();
        return index.clear(cascade, place);
    }

    /** What the file takes on the disk. */
    long size() {
        return file.size();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    /** Where the answers stand, and how many there are. */
    private static final class Index {
        private final RecordFile file;
        private final ReentrantLock lock = new ReentrantLock();
        private final AnswerPlaces places = new AnswerPlaces();

        /** By cascade, whose answers before that place are removed. */
        private final Map<Long, Long> cleared = new HashMap<>();

        private final Map<Long, Long> counts = new HashMap<>();

        Index(RecordFile file) {
            this.file = file;
        }

        /** What a file holds already. */
        boolean record(long place, byte kind, byte[] payload) throws IOException {
            if (kind == ANSWER) {
                put(key(payload), place);
            } else if (kind == CLEARED) {
                long _ = clear(ByteBuffer.wrap(payload).getLong(), place);
            }
            return true;
        }

        void put(AnswerKey key, long place) throws IOException {
            lock.lock();
            try {
                if (living(key) == AnswerPlaces.NONE) {
                    counts.merge(key.cascade(), 1L, Long::sum);
                }
                places.put(key.high(), place, at -> isOf(key, at));
            } finally {
                lock.unlock();
            }
        }

        long place(AnswerKey key) throws IOException {
            lock.lock();
            try {
                return living(key);
            } finally {
                lock.unlock();
            }
        }

        private long living(AnswerKey key) throws IOException {
            long place = places.find(key.high(), at -> isOf(key, at));
            return place > cleared.getOrDefault(key.cascade(), AnswerPlaces.NONE)
                    ? place
                    : AnswerPlaces.NONE;
        }

        private boolean isOf(AnswerKey key, long place) throws IOException {
            try {
                return key(file.read(place)).equals(key);
            } catch (EOFException damaged) {
                LOG.debug("an answer at {} is damaged", place, damaged);
                return false;
            }
        }

        private static AnswerKey key(byte[] payload) {
            ByteBuffer bytes = ByteBuffer.wrap(payload);
            return new AnswerKey(bytes.getLong(), bytes.getLong(), bytes.getLong());
        }

        long clear(long cascade, long place) {
            lock.lock();
            try {
                cleared.put(cascade, place);
                Long removed = counts.remove(cascade);
                return removed == null ? 0 : removed;
            } finally {
                lock.unlock();
            }
        }

        long count(long cascade) {
            lock.lock();
            try {
                return counts.getOrDefault(cascade, 0L);
            } finally {
                lock.unlock();
            }
        }

        long count() {
            lock.lock();
            try {
                return counts.values().stream().mapToLong(Long::longValue).sum();
            } finally {
                lock.unlock();
            }
        }
    }
}
