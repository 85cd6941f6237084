package io.rvbbit.udf.cache;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers on disk, within a bound.
 *
 * <p>The newest file takes what is new. When it has grown to its share of the bound another is
 * begun, and files are deleted, oldest first, until what is new has room: nothing is moved and the
 * bound holds. A file that can't be read is put aside with a word in the log, until its room is
 * needed; the answers in it will be computed again. A store that fails is no reason for a statement
 * to fail: nothing is found in it then.
 *
 * <p>An own store of files that are only appended to, because a B-tree rewrites a page for each of
 * these random keys, and the one at hand (MVStore) breaks its files when it may use the room of old
 * pages at once. Threading: any thread, interrupted or not.
 */
public final class AnswerStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AnswerStore.class);

    /** The end of the names of files that were put aside. */
    private static final String BROKEN = ".broken";

    private static final Pattern NAME = Pattern.compile("answers-(\\d{1,18})\\.log");

    /** Of the bound; so much of it is deleted at once. */
    private static final int SHARES = 8;

    private static final long MAX_SHARE = 1L << 30;
    private static final long RETRY_NANOS = Duration.ofMinutes(1).toNanos();

    private final Path directory;
    private final long bound;
    private final long shareBytes;
    private final CompletableFuture<Void> opened;

    /** Held by whoever changes something. */
    private final ReentrantLock lock = new ReentrantLock();

    /** Oldest first. */
    private volatile List<AnswerFile> files = List.of();

    private boolean closed;
    private long lastNumber;
    private volatile long asideBytes;
    private long failedAt;
    private boolean failed;

    private AnswerStore(Path directory, long bytes) {
        this.directory = directory;
        this.bound = bytes;
        this.shareBytes = Math.min(bytes / SHARES, MAX_SHARE);
        this.opened = CompletableFuture.runAsync(this::openAll, this::start);
    }

    /**
     * Opens the store in a directory, which is made if it is not there, and belongs to this
     * process. The files are read in a thread of their own; whoever needs them sooner waits.
     *
     * @param bytes what the files may take together
     */
    public static AnswerStore open(Path directory, long bytes) {
        return new AnswerStore(directory, bytes);
    }

    private void start(Runnable opening) {
        var _ = Thread.ofPlatform().name("answer-store").daemon().start(opening);
    }

    private void openAll() {
        List<AnswerFile> found = new ArrayList<>();
        lock.lock();
        try {
            Files.createDirectories(directory);
            countAside();
            for (Path path : existing()) {
                try {
                    found.add(AnswerFile.open(path));
                } catch (IOException | RuntimeException e) {
                    putAside(path, e);
                }
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("stored answers in {} can't be read; none are used", directory, e);
        } finally {
            files = List.copyOf(found);
            makeRoom(0);
            lock.unlock();
        }
    }

    private List<Path> existing() throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            List<Path> ours =
                    all.filter(path -> number(path) > 0)
                            .sorted(Comparator.comparingLong(AnswerStore::number))
                            .toList();
            lastNumber = ours.isEmpty() ? 0 : number(ours.getLast());
            return ours;
        }
    }

    private static long number(Path path) {
        Matcher matcher = NAME.matcher(path.getFileName().toString());
        return matcher.matches() ? Long.parseLong(matcher.group(1)) : 0;
    }

    private List<AnswerFile> files() {
        opened.join();
        return files;
    }

    /** The newest answer under this key, whatever its age. */
    public Optional<StoredAnswer> find(AnswerKey key) {
        for (AnswerFile file : files().reversed()) {
            try {
                Optional<StoredAnswer> answer = file.find(key);
                if (answer.isPresent()) {
                    return answer;
                }
            } catch (IOException | RuntimeException e) {
                // A file that has just been deleted fails too.
                abandon(file, e);
            }
        }
        return Optional.empty();
    }

    /** Keeps an answer; whoever looks for it after this returns finds it. */
    public void put(AnswerKey key, StoredAnswer answer) {
        byte[] encoded = answer.encoded();
        long bytes = AnswerFile.bytes(encoded);
        var _ = files();
        lock.lock();
        try {
            if (closed || bytes > shareBytes || isPaused()) {
                return;
            }
            growing(bytes).put(key, encoded);
            failed = false;
        } catch (IOException e) {
            LOG.warn("can't store an answer; none are stored for the next minute", e);
            failed = true;
            failedAt = System.nanoTime();
        } finally {
            lock.unlock();
        }
    }

    /** A full disk must not be asked again for every answer. */
    private boolean isPaused() {
        return failed && System.nanoTime() - failedAt < RETRY_NANOS;
    }

    /** The file that takes what is new, with room for it. */
    private AnswerFile growing(long bytes) throws IOException {
        if (files.isEmpty() || files.getLast().size() + bytes > shareBytes) {
            Files.createDirectories(directory);
            AnswerFile next =
                    AnswerFile.open(directory.resolve("answers-" + (lastNumber + 1) + ".log"));
            lastNumber++;
            files = Stream.concat(files.stream(), Stream.of(next)).toList();
        }
        makeRoom(bytes);
        return files.getLast();
    }

    private void makeRoom(long bytes) {
        if (asideBytes > 0 && total() + asideBytes + bytes > bound) {
            deleteAside();
        }
        while (files.size() > 1 && total() + bytes > bound) {
            delete(files.getFirst());
        }
    }

    /** What was put aside counts, and is the first to go. */
    private void deleteAside() {
        try {
            for (Path path : aside()) {
                Files.deleteIfExists(path);
            }
            asideBytes = 0;
        } catch (IOException e) {
            LOG.warn("can't delete what was put aside in {}", directory, e);
        }
    }

    private void countAside() throws IOException {
        long bytes = 0;
        for (Path path : aside()) {
            bytes += Files.size(path);
        }
        asideBytes = bytes;
    }

    private List<Path> aside() throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.filter(path -> path.getFileName().toString().endsWith(BROKEN)).toList();
        }
    }

    /** Removes everything; how many answers there were. */
    public long clear() {
        long removed = 0;
        for (AnswerFile file : files()) {
            removed += file.count();
            delete(file);
        }
        return removed;
    }

    /** Removes the answers of one cascade; how many there were. */
    public long clear(String cascadeId) {
        long cascade = AnswerKey.cascadePart(cascadeId);
        long removed = 0;
        var _ = files();
        // No answer of the cascade is put between a file's mark and what is counted by it.
        lock.lock();
        try {
            for (AnswerFile file : files) {
                removed += clear(file, cascade);
            }
            return removed;
        } finally {
            lock.unlock();
        }
    }

    private long clear(AnswerFile file, long cascade) {
        try {
            return file.remove(cascade);
        } catch (IOException e) {
            // What can't be marked as removed must not come back after a restart.
            LOG.warn("can't write to {}; all its answers are removed", file.path(), e);
            long removed = file.count();
            delete(file);
            return removed;
        }
    }

    /** What the files take on the disk now. */
    public long bytes() {
        var _ = files();
        return total();
    }

    private long total() {
        return files.stream().mapToLong(AnswerFile::size).sum();
    }

    private void delete(AnswerFile file) {
        if (forget(file)) {
            try {
                file.close();
                Files.deleteIfExists(file.path());
            } catch (IOException e) {
                LOG.warn("can't delete {}", file.path(), e);
            }
        }
    }

    private void abandon(AnswerFile file, Exception fault) {
        if (forget(file)) {
            try {
                file.close();
            } catch (IOException e) {
                fault.addSuppressed(e);
            }
            putAside(file.path(), fault);
        }
    }

    /** Whether it was there. */
    private boolean forget(AnswerFile file) {
        lock.lock();
        try {
            boolean there = files.contains(file);
            files = files.stream().filter(each -> each != file).toList();
            return there;
        } finally {
            lock.unlock();
        }
    }

    private void putAside(Path path, Exception fault) {
        Path aside = path.resolveSibling(path.getFileName() + BROKEN);
        LOG.warn(
                "stored answers in {} can't be read; the file is put aside as {}",
                path,
                aside,
                fault);
        try {
            Files.move(path, aside, StandardCopyOption.REPLACE_EXISTING);
            countAside();
        } catch (IOException e) {
            LOG.warn("can't put {} aside", path, e);
        }
    }

    /** Looking up finds nothing afterwards. */
    @Override
    public void close() {
        List<AnswerFile> all = files();
        lock.lock();
        try {
            closed = true;
            files = List.of();
        } finally {
            lock.unlock();
        }
        for (AnswerFile file : all) {
            try {
                file.close();
            } catch (IOException e) {
                LOG.warn("{} did not close cleanly", file.path(), e);
            }
        }
    }
}
