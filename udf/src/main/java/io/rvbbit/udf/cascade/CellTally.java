package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.tracking.Usage;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What the attempts of a cell, or of one of its takes, come to. What a take is told, its cell is
 * told, too. Threading: any thread.
 */
final class CellTally {
    private static final Usage UNTOLD = Usage.unpriced(0, 0);

    private final @Nullable CellTally cell;
    private final ReentrantLock lock = new ReentrantLock();
    private final ObjectNode details = JsonNodeFactory.instance.objectNode();
    private @Nullable Usage usage;
    private int attempts;
    private String late = "";
    private String model = "";
    private String provider = "";

    /** {@code cell}: that of the cell of which this is a take; null for a cell's own. */
    CellTally(@Nullable CellTally cell) {
        this.cell = cell;
    }

    /** The number, 1-based within the cell, of an attempt that begins. */
    int begins(String from) {
        int number;
        lock.lock();
        try {
            number = ++attempts;
            provider = from;
        } finally {
            lock.unlock();
        }
        return cell == null ? number : cell.begins(from);
    }

    /** {@code cost}: null where no reply told it. */
    void ends(@Nullable Usage cost, boolean good, String answeredBy) {
        lock.lock();
        try {
            if (cost != null) {
                usage = usage == null ? cost : usage.plus(cost);
            } else if (good) {
                // An answer that does not say what it cost is not one that cost nothing.
                usage = usage == null ? UNTOLD : usage.plus(UNTOLD);
            }
            if (!answeredBy.isEmpty()) {
                model = answeredBy;
            }
        } finally {
            lock.unlock();
        }
        if (cell != null) {
            cell.ends(cost, good, answeredBy);
        }
    }

    /** Whatever is interrupted from now on is interrupted for that. */
    void late(String reason) {
        lock.lock();
        try {
            late = reason;
        } finally {
            lock.unlock();
        }
    }

    Optional<String> late() {
        if (cell != null) {
            return cell.late();
        }
        lock.lock();
        try {
            return late.isEmpty() ? Optional.empty() : Optional.of(late);
        } finally {
            lock.unlock();
        }
    }

    /** Whose answer is the cell's. */
    void answeredBy(CellLog.Sum take) {
        lock.lock();
        try {
            model = take.model();
            provider = take.provider();
        } finally {
            lock.unlock();
        }
    }

    /** Something that the books say of the cell beside its output. */
    void detail(String name, JsonNode value) {
        lock.lock();
        try {
            details.set(name, value);
        } finally {
            lock.unlock();
        }
    }

    /** A copy. */
    ObjectNode details() {
        lock.lock();
        try {
            return details.deepCopy();
        } finally {
            lock.unlock();
        }
    }

    CellLog.Sum sum() {
        lock.lock();
        try {
            return new CellLog.Sum(attempts == 0 ? Usage.NONE : usage, attempts, model, provider);
        } finally {
            lock.unlock();
        }
    }
}
