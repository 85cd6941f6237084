package io.rvbbit.gateway.session;

import io.rvbbit.gateway.execution.Cancellation;
import io.rvbbit.gateway.execution.Cursors;
import io.rvbbit.gateway.execution.Execution;
import io.rvbbit.gateway.execution.JournalEntry;
import io.rvbbit.gateway.wire.Format;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
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
    private final Optional<Cursors.Declaration> declaration;
    private final Instant created = Instant.now();
    private Optional<JournalEntry> change = Optional.empty();
    private @Nullable Execution execution;
    private @Nullable PortalRows rows;
    private @Nullable RowIterator iterator;
    private @Nullable Cancellation cancellation;
    private long number;
    private long sent;
    private boolean complete;
    private boolean held;
    private boolean closed;

    Portal(Prepared prepared, List<@Nullable Object> parameters, List<Format> formats) {
        this(prepared, parameters, formats, Optional.empty());
    }

    Portal(
            Prepared prepared,
            List<@Nullable Object> parameters,
            List<Format> formats,
            Optional<Cursors.Declaration> declaration) {
        this.prepared = prepared.held();
        this.parameters = Collections.unmodifiableList(new ArrayList<>(parameters));
        this.formats = List.copyOf(formats);
        this.declaration = declaration;
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

    /** As Describe tells them: a BINARY cursor's are binary whoever reads it. */
    List<Format> shownFormats() {
        return isBinary() ? List.of(Format.BINARY) : formats;
    }

    Optional<Cursors.Declaration> declaration() {
        return declaration;
    }

    Cursors.Scroll scroll() {
        return declaration.map(Cursors.Declaration::scroll).orElse(Cursors.Scroll.NO_SCROLL);
    }

    boolean isBinary() {
        return declaration.map(Cursors.Declaration::binary).orElse(false);
    }

    Instant created() {
        return created;
    }

    /** Its place among the session's portals. */
    long number() {
        return number;
    }

    void numbered(long newNumber) {
        number = newNumber;
    }

    @Nullable Cancellation cancellation() {
        return cancellation;
    }

    boolean isStarted() {
        return iterator != null;
    }

    /** The statement runs, and these are its rows. */
    void started(Execution newExecution, PortalRows newRows, Cancellation newCancellation) {
        execution = newExecution;
        rows = newRows;
        iterator = newRows;
        cancellation = newCancellation;
        if (closed) {
            newRows.close();
        }
    }

    /** FETCH or MOVE: the rows are another portal's. */
    void walks(RowIterator otherRows, Cancellation newCancellation) {
        iterator = otherRows;
        cancellation = newCancellation;
    }

    void changes(Optional<JournalEntry> newChange) {
        change = newChange;
    }

    Optional<JournalEntry> change() {
        return change;
    }

    @Nullable PortalRows rows() {
        return rows;
    }

    RowIterator iterator() {
        RowIterator running = iterator;
        if (running == null) {
            throw new IllegalStateException("the portal has not begun");
        }
        return running;
    }

    Optional<Execution> execution() {
        return Optional.ofNullable(execution);
    }

    /** Counts rows that were sent; gives how many there are since the portal began. */
    long sent(long further) {
        sent += further;
        return sent;
    }

    void completed() {
        complete = true;
    }

    boolean isComplete() {
        return complete;
    }

    /** Keeps the rows beyond the transaction. */
    void hold() {
        PortalRows running = rows;
        if (running != null) {
            running.hold();
        }
        held = true;
    }

    /** Whether it has outlived the transaction it was made in. */
    boolean isHeld() {
        return held;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        PortalRows running = rows;
        if (running != null) {
            running.close();
        }
        Cancellation told = cancellation;
        if (told != null && running != null) {
            told.over();
        }
        prepared.close();
    }
}
