package io.rvbbit.it.testkit;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/**
 * A small file system of its own, in memory, which a test fills up and empties.
 *
 * <p>Mounting one needs root; where that is not allowed, the test skips and says so. Threading: one
 * thread.
 */
public final class SmallDisk implements AutoCloseable {
    private static final int PIECE = 4_096;

    private static final long BREATH = 2_000_000;

    private final Path root;
    private Thread filler = new Thread();
    private volatile boolean filling;

    private SmallDisk(Path root) {
        this.root = root;
    }

    /** {@code directory}: an empty one; {@code megabytes}: all that fits. */
    public static SmallDisk mount(Path directory, int megabytes) throws InterruptedException {
        assumeThat(run("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "tmpfs", directory))
                .as("mounting a small file system is not allowed here")
                .isTrue();
        return new SmallDisk(directory);
    }

    private static boolean run(Object... words) throws InterruptedException {
        String[] command = new String[words.length];
        for (int i = 0; i < words.length; i++) {
            command[i] = words[i].toString();
        }
        try {
            return new ProcessBuilder(command).start().waitFor() == 0;
        } catch (IOException missing) {
            return false;
        }
    }

    public Path root() {
        return root;
    }

    /** Leaves not a byte free, and takes what others give back, until {@link #free}. */
    public void fill() throws IOException, InterruptedException {
        CountDownLatch full = new CountDownLatch(1);
        OutputStream ballast = Files.newOutputStream(ballast());
        filling = true;
        filler =
                Thread.ofPlatform()
                        .daemon()
                        .start(() -> {
                            try (ballast) {
                                while (filling) {
                                    fillUp(ballast);
                                    full.countDown();
                                    LockSupport.parkNanos(BREATH);
                                }
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        });
        full.await();
    }

    private void fillUp(OutputStream ballast) throws IOException {
        byte[] piece = new byte[PIECE];
        try {
            while (filling) {
                ballast.write(piece);
            }
        } catch (IOException full) {
            if (!String.valueOf(full.getMessage()).contains("No space left")) {
                throw full;
            }
        }
    }

    /** Takes away what filled it. */
    public void free() throws IOException, InterruptedException {
        filling = false;
        filler.join();
        Files.deleteIfExists(ballast());
    }

    private Path ballast() {
        return root.resolve("ballast");
    }

    @Override
    public void close() {
        filling = false;
        try {
            filler.join();
            if (!run("umount", "--lazy", root)) {
                throw new UncheckedIOException(new IOException("cannot unmount " + root));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
