package io.rvbbit.udf.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to one server: at most one connection at a time, made anew by the next call after it
 * broke.
 *
 * <p>After a connection that could not be made, or broke before any call was answered, nobody tries
 * for a second, then for two and so on to a minute: who wants it meanwhile is told so at once.
 * Threading: any thread.
 */
final class McpLink implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(McpLink.class);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
    private static final int MOST_DOUBLINGS = 6;

    private final McpServer server;
    private final Dialing dialing;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile List<McpTool> tools = List.of();
    private volatile @Nullable McpConnection connection;
    private int failures;
    private Instant notBefore = Instant.MIN;
    private String fault = "";
    private boolean closed;

    /** Makes connections. */
    interface Dialing extends AutoCloseable {
        McpConnection dial() throws McpFailure, InterruptedException;

        /** After the connections that it has made. */
        @Override
        void close();
    }

    McpLink(McpServer server, Dialing dialing, InstantSource clock) {
        this.server = server;
        this.dialing = dialing;
        this.clock = clock;
    }

    List<McpTool> known() {
        McpConnection now = connection;
        return now == null ? tools : now.tools();
    }

    List<McpTool> tools() throws McpFailure, InterruptedException {
        List<McpTool> known = known();
        return known.isEmpty() ? connected().tools() : known;
    }

    JsonNode call(String tool, ObjectNode arguments) throws McpFailure, InterruptedException {
        try {
            return connected().call(tool, arguments);
        } catch (McpFailure failure) {
            if (failure.isLostSession()) {
                return again(tool, arguments);
            }
            throw named(failure);
        }
    }

    private JsonNode again(String tool, ObjectNode arguments)
            throws McpFailure, InterruptedException {
        try {
            return connected().call(tool, arguments);
        } catch (McpFailure failure) {
            throw named(failure);
        }
    }

    private McpFailure named(McpFailure failure) {
        String name = "MCP server \"" + server.name() + "\" ";
        return failure.told().startsWith(name)
                ? failure
                : new McpFailure(server.withoutSecrets(name + failure.told()), failure.isPassing());
    }

    private McpConnection connected() throws McpFailure, InterruptedException {
        McpConnection now = connection;
        if (now != null && now.isOpen()) {
            return now;
        }
        lock.lockInterruptibly();
        try {
            now = connection;
            if (now != null && now.isOpen()) {
                return now;
            }
            if (closed) {
                throw named(new McpFailure("is not called any more: the gateway stops", false));
            }
            if (now != null) {
                lost(now);
            }
            return dialed();
        } finally {
            lock.unlock();
        }
    }

    private void lost(McpConnection broken) {
        connection = null;
        tools = broken.tools();
        if (!broken.isStale()) {
            broken.close();
        }
        if (broken.hasAnswered()) {
            failures = 0;
        } else {
            pause(broken.whyClosed());
        }
    }

    private McpConnection dialed() throws McpFailure, InterruptedException {
        Instant now = clock.instant();
        if (now.isBefore(notBefore)) {
            long seconds = Math.max(1, Duration.between(now, notBefore).toSeconds());
            throw named(
                    new McpFailure(
                            "%s; it is tried again in %d s".formatted(fault, seconds), true));
        }
        try {
            McpConnection made = dialing.dial();
            connection = made;
            LOG.info(
                    "MCP server {} ({}): {} tools",
                    server.name(),
                    server.place(),
                    made.tools().size());
            return made;
        } catch (McpFailure failure) {
            pause(failure.told());
            LOG.warn("MCP server {} ({}): {}", server.name(), server.place(), failure.told());
            throw named(failure);
        }
    }

    private void pause(String why) {
        Duration doubled = FIRST_PAUSE.multipliedBy(1L << Math.min(failures, MOST_DOUBLINGS));
        Duration pause = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
        notBefore = clock.instant().plus(pause);
        failures++;
        fault = why;
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            McpConnection now = connection;
            if (now != null) {
                now.close();
            }
            dialing.close();
        } finally {
            lock.unlock();
        }
    }
}
