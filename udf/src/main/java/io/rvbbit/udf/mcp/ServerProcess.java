package io.rvbbit.udf.mcp;

import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A program that the gateway has started, with the threads that read and write.
 *
 * <p>It ends with all the programs that it has started itself. Threading: any thread.
 */
final class ServerProcess implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServerProcess.class);
    private static final Duration POLITE = Duration.ofSeconds(1);

    private final String name;
    private final Process process;
    private final List<Thread> threads = new CopyOnWriteArrayList<>();

    ServerProcess(String name, Process process) {
        this.name = name;
        this.process = process;
    }

    InputStream output() {
        return process.getInputStream();
    }

    OutputStream input() {
        return process.getOutputStream();
    }

    InputStream errors() {
        return process.getErrorStream();
    }

    /** Has a platform thread do something until the program ends: pipes block their carrier. */
    void reads(String what, Runnable work) {
        threads.add(Thread.ofPlatform().daemon().name("mcp-" + name + "-" + what).start(work));
    }

    /** How it ended, where that is known. */
    String outcome() {
        try {
            return process.waitFor(POLITE.toMillis(), TimeUnit.MILLISECONDS)
                    ? " with exit code " + process.exitValue()
                    : "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    void kill() {
        List<ProcessHandle> started = process.descendants().toList();
        process.destroyForcibly();
        started.forEach(ProcessHandle::destroyForcibly);
    }

    /**
     * Interrupts the threads, so that the writing one closes the program's input, which asks it to
     * end; kills it if it does not within a second.
     */
    @Override
    public void close() {
        List<ProcessHandle> started = process.descendants().toList();
        threads.forEach(Thread::interrupt);
        boolean interrupted = false;
        try {
            var _ = process.waitFor(POLITE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        kill();
        started.forEach(ProcessHandle::destroyForcibly);
        for (Thread thread : threads) {
            try {
                if (!thread.equals(Thread.currentThread()) && !thread.join(POLITE)) {
                    LOG.warn("thread {} does not end", thread.getName());
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
