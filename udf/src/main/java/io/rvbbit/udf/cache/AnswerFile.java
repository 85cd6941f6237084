package io.rvbbit.udf.cache;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.BasicDataType;
import org.h2.mvstore.type.ByteArrayDataType;
import org.jspecify.annotations.Nullable;

/**
 * One file of answers: an MVStore with one map.
 *
 * <p>Its page cache is the memory tier. Once a second what is new is written; a process that is
 * killed loses no more than that. Threading: any thread, but none that may be interrupted: that
 * would close the file's channel for everybody.
 */
final class AnswerFile implements AutoCloseable {
    private static final int PAGE_BYTES = 16 << 10;
    private static final int PAGE_CACHE_MEGABYTES = 8;
    private static final int MOST_UNWRITTEN_KILOBYTES = 16 << 10;

    /** Below this share of live bytes the store rewrites its chunks. */
    private static final int COMPACT_BELOW_PERCENT = 40;

    private final Path path;
    private final MVStore store;
    private final MVMap<AnswerKey, byte[]> answers;

    private AnswerFile(Path path, MVStore store) {
        this.path = path;
        this.store = store;
        this.answers =
                store.openMap(
                        "answers",
                        new MVMap.Builder<AnswerKey, byte[]>()
                                .keyType(new KeyType())
                                .valueType(ByteArrayDataType.INSTANCE));
    }

    /**
     * Opens the file, which is made if it is not there.
     *
     * @param bytes how large it will be allowed to grow
     * @throws RuntimeException for a file that can't be read
     */
    static AnswerFile open(Path path, long bytes) {
        int unwritten = (int) Math.min(MOST_UNWRITTEN_KILOBYTES, Math.max(64, (bytes >> 10) / 16));
        MVStore store =
                new MVStore.Builder()
                        .fileName(path.toString())
                        .cacheSize(PAGE_CACHE_MEGABYTES)
                        .pageSplitSize(PAGE_BYTES)
                        .autoCommitBufferSize(unwritten)
                        .autoCompactFillRate(COMPACT_BELOW_PERCENT)
                        .open();
        try {
            store.setVersionsToKeep(0);
            // Old chunks may be overwritten at once: order on the disk is what the system keeps,
            // and after a power cut a file that is broken is put aside.
            store.setRetentionTime(0);
            return new AnswerFile(path, store);
        } catch (RuntimeException e) {
            store.closeImmediately();
            throw e;
        }
    }

    Path path() {
        return path;
    }

    @Nullable StoredAnswer find(AnswerKey key) {
        byte[] bytes = answers.get(key);
        return bytes == null ? null : StoredAnswer.decoded(bytes);
    }

    void put(AnswerKey key, StoredAnswer answer) {
        answers.put(key, answer.encoded());
    }

    long count() {
        return answers.sizeAsLong();
    }

    /** What the file takes on the disk now. */
    long bytes() {
        return store.getFileStore().size();
    }

    /** Writes what is new, and after that nothing by itself: the file grows no more. */
    void seal() {
        store.commit();
        store.setAutoCommitDelay(0);
    }

    /** Removes every answer of a cascade; how many there were. */
    long remove(long cascade) {
        List<AnswerKey> found = new ArrayList<>();
        Iterator<AnswerKey> keys =
                answers.keyIterator(new AnswerKey(cascade, Long.MIN_VALUE, Long.MIN_VALUE));
        while (keys.hasNext()) {
            AnswerKey key = keys.next();
            if (key.cascade() != cascade) {
                break;
            }
            found.add(key);
        }
        found.forEach(answers::remove);
        store.commit();
        return found.size();
    }

    /** Writes what is new. */
    @Override
    public void close() {
        store.close();
    }

    /** Without writing: the file is to be deleted, or is broken. */
    void drop() {
        store.closeImmediately();
    }

    private static final class KeyType extends BasicDataType<AnswerKey> {
        private static final int HEAP_BYTES = 40;

        @Override
        public int getMemory(AnswerKey key) {
            return HEAP_BYTES;
        }

        @Override
        public void write(WriteBuffer buffer, AnswerKey key) {
            buffer.putLong(key.cascade()).putLong(key.high()).putLong(key.low());
        }

        @Override
        public AnswerKey read(ByteBuffer buffer) {
            return new AnswerKey(buffer.getLong(), buffer.getLong(), buffer.getLong());
        }

        @Override
        public AnswerKey[] createStorage(int size) {
            return new AnswerKey[size];
        }

        @Override
        public int compare(AnswerKey one, AnswerKey other) {
            return one.compareTo(other);
        }
    }
}
