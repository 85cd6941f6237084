package io.rvbbit.gateway.session;

import io.rvbbit.gateway.engine.Chunk;
import io.rvbbit.gateway.execution.Cancellation;
import io.rvbbit.gateway.execution.Execution;
import io.rvbbit.gateway.wire.Format;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A statement with its parameters, and how far it has been fetched.
 *
 * <p>Threading: the session's thread only.
 */
final class Portal implements AutoCloseable {
    private final Prepared prepared;
    private final List<@Nullable Object> parameters;
    private final List<Format> formats;
    private @Nullable Execution execution;
    private @Nullable Cancellation cancellation;
    private @Nullable Chunk chunk;
    private int nextRow;
    private long sent;
    private boolean complete;
    private boolean closed;

    Portal(Prepared prepared, List<@Nullable Object> parameters, List<Format> formats) {
        this.prepared = prepared.held();
        this.parameters = Collections.unmodifiableList(new ArrayList<>(parameters));
        this.formats = List.copyOf(formats);
    }

    Prepared prepared() {
        return prepared;
    }

    List<@Nullable Object> parameters() {
        return parameters;
    }

    List<Format> formats() {
        return formats;
    }

    @Nullable Cancellation cancellation() {
        return cancellation;
    }

    void started(Execution newExecution, Cancellation newCancellation) {
        execution = newExecution;
        cancellation = newCancellation;
    }

    @Nullable Execution execution() {
        return execution;
    }

    /** Whether there is one more row; it is then {@link #chunk} at {@link #takeRow}. */
    boolean hasRow() {
        Execution running = execution;
        if (running == null || complete) {
            return false;
        }
        while (chunk == null || nextRow >= chunk.rows()) {
            chunk = running.next();
            nextRow = 0;
            if (chunk == null) {
                complete = true;
                return false;
            }
        }
        return true;
    }

    Chunk chunk() {
        Chunk current = chunk;
        if (current == null) {
            throw new IllegalStateException("no row");
        }
        return current;
    }

    int takeRow() {
        sent++;
        return nextRow++;
    }

    /** Rows sent since the portal began. */
    long sent() {
        return sent;
    }

    boolean isComplete() {
        return complete;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        complete = true;
        chunk = null;
        Execution running = execution;
        if (running != null) {
            running.close();
        }
        Cancellation told = cancellation;
        if (told != null) {
            told.over();
        }
        prepared.close();
    }
}
