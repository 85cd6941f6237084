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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers on disk, within a bound.
 *
 * <p>The newest file takes what is new. When it has grown to its share of the bound another is
 * begun, and files are deleted, oldest first, until there is room for it to grow: nothing is moved
 * and the bound holds. A file that can't be read is put aside with a word in the log; the answers
 * in it will be computed again. A store that fails is no reason for a statement to fail: nothing is
 * found in it then.
 *
 * <p>Threading: any thread. Virtual ones, which a cancellation interrupts, have their work done by
 * the store's own thread, because an interrupt would close the file beneath everybody.
 */
public final class AnswerStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AnswerStore.class);
    private static final Pattern NAME = Pattern.compile("answers-(\\d{1,18})\\.mv");

    /**
     * Of the bound: files that are full, one that grows, and as much room for what is still being
     * written to the one before it.
     */
    private static final int SHARES = 5;

    private static final long RETRY_NANOS = Duration.ofMinutes(1).toNanos();

    private final Path directory;
    private final long shareBytes;
    private final ExecutorService own =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().name("answer-store").daemon().factory());

    /** Oldest first; changed by the store's own thread only. */
    private volatile List<AnswerFile> files = List.of();

    private boolean closed;
    private long lastNumber;
    private long failedAt;
    private boolean failed;

    private AnswerStore(Path directory, long bytes) {
        this.directory = directory;
        this.shareBytes = bytes / SHARES;
    }

    /**
     * Opens the store in a directory, which is made if it is not there, and belongs to this
     * process.
     *
     * @param bytes what the files may take together
     */
    public static AnswerStore open(Path directory, long bytes) {
        AnswerStore store = new AnswerStore(directory, bytes);
        store.onOwnThread(store::openAll);
        return store;
    }

    private void openAll() {
        List<AnswerFile> found = new ArrayList<>();
        try {
            Files.createDirectories(directory);
            for (Path path : existing()) {
                try {
                    found.add(AnswerFile.open(path, shareBytes));
                } catch (RuntimeException e) {
                    putAside(path, e);
                }
            }
        } catch (IOException e) {
            LOG.warn("stored answers in {} can't be read; none are used", directory, e);
        }
        files = List.copyOf(found);
        trim();
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

    /** The newest answer under this key, whatever its age. */
    public Optional<StoredAnswer> find(AnswerKey key) {
        return Thread.currentThread().isVirtual()
                ? onOwnThread(() -> lookUp(key), Optional.empty())
                : lookUp(key);
    }

    private Optional<StoredAnswer> lookUp(AnswerKey key) {
        for (AnswerFile file : files.reversed()) {
            try {
                StoredAnswer answer = file.find(key);
                if (answer != null) {
                    return Optional.of(answer);
                }
            } catch (RuntimeException e) {
                // A file that has just been deleted fails too; the store's own thread can tell.
                abandonSoon(file, e);
            }
        }
        return Optional.empty();
    }

    /** Keeps an answer; whoever looks for it after this returns finds it. */
    public void put(AnswerKey key, StoredAnswer answer) {
        onOwnThread(() ->
                growing()
                        .ifPresent(file -> {
                            try {
                                file.put(key, answer);
                            } catch (RuntimeException e) {
                                abandon(file, e);
                            }
                        }));
    }

    /** Removes everything; how many answers there were. */
    public long clear() {
        return onOwnThread(
                () -> {
                    long removed = each(AnswerFile::count);
                    files.forEach(this::delete);
                    return removed;
                },
                0L);
    }

    /** Removes the answers of one cascade; how many there were. */
    public long clear(String cascadeId) {
        long cascade = AnswerKey.cascadePart(cascadeId);
        return onOwnThread(() -> each(file -> file.remove(cascade)), 0L);
    }

    /** What the files take on the disk now. */
    public long bytes() {
        return onOwnThread(() -> each(AnswerFile::bytes), 0L);
    }

    private long each(Function<AnswerFile, Long> measured) {
        long sum = 0;
        for (AnswerFile file : files) {
            try {
                sum += measured.apply(file);
            } catch (RuntimeException e) {
                abandon(file, e);
            }
        }
        return sum;
    }

    /** The file that takes what is new; none after a failure, for a while. */
    private Optional<AnswerFile> growing() {
        if (failed && System.nanoTime() - failedAt < RETRY_NANOS) {
            return Optional.empty();
        }
        List<AnswerFile> now = files;
        // The last quarter is for what is written by and by: new answers, and chunks made denser.
        if (!now.isEmpty() && now.getLast().bytes() < shareBytes / 4 * 3) {
            return Optional.of(now.getLast());
        }
        Path path = directory.resolve("answers-" + (lastNumber + 1) + ".mv");
        try {
            if (!now.isEmpty()) {
                now.getLast().seal();
            }
            Files.createDirectories(directory);
            AnswerFile next = AnswerFile.open(path, shareBytes);
            lastNumber++;
            failed = false;
            List<AnswerFile> more = new ArrayList<>(now);
            more.add(next);
            files = List.copyOf(more);
            trim();
            return Optional.of(next);
        } catch (IOException | RuntimeException e) {
            LOG.warn("can't begin {}", path, e);
            pause();
            return Optional.empty();
        }
    }

    private void trim() {
        while (files.size() > 1 && each(AnswerFile::bytes) > shareBytes * (SHARES - 2)) {
            delete(files.getFirst());
        }
    }

    private void delete(AnswerFile file) {
        forget(file);
        file.drop();
        try {
            Files.deleteIfExists(file.path());
        } catch (IOException e) {
            LOG.warn("can't delete {}", file.path(), e);
        }
    }

    /** From any thread, which may be the store's own. */
    private void abandonSoon(AnswerFile file, RuntimeException fault) {
        try {
            own.execute(() -> abandon(file, fault));
        } catch (RejectedExecutionException closing) {
            fault.addSuppressed(closing);
        }
    }

    private void abandon(AnswerFile file, RuntimeException fault) {
        if (closed || !files.contains(file)) {
            return;
        }
        forget(file);
        try {
            file.drop();
        } catch (RuntimeException e) {
            fault.addSuppressed(e);
        }
        putAside(file.path(), fault);
        pause();
    }

    /** A full disk must not be asked again for every answer. */
    private void pause() {
        failed = true;
        failedAt = System.nanoTime();
        LOG.warn("answers are not stored for the next minute");
    }

    private void forget(AnswerFile file) {
        files = files.stream().filter(each -> each != file).toList();
    }

    private static void putAside(Path path, RuntimeException fault) {
        Path aside = path.resolveSibling(path.getFileName() + ".broken");
        LOG.warn(
                "stored answers in {} can't be read; the file is put aside as {}",
                path,
                aside,
                fault);
        try {
            Files.move(path, aside, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.warn("can't put {} aside", path, e);
        }
    }

    private void onOwnThread(Runnable work) {
        var _ =
                onOwnThread(
                        () -> {
                            work.run();
                            return true;
                        },
                        false);
    }

    /** {@code otherwise}: what it comes to when the store has been closed. */
    private <T> T onOwnThread(Supplier<T> work, T otherwise) {
        try {
            return CompletableFuture.supplyAsync(work, own).join();
        } catch (RejectedExecutionException e) {
            return otherwise;
        }
    }

    /** Writes what is new; looking up finds nothing afterwards. */
    @Override
    public void close() {
        onOwnThread(() -> {
            closed = true;
            List<AnswerFile> all = files;
            files = List.of();
            for (AnswerFile file : all) {
                try {
                    file.close();
                } catch (RuntimeException e) {
                    LOG.warn("{} did not close cleanly", file.path(), e);
                }
            }
        });
        own.shutdown();
    }
}
