package io.rvbbit.udf.llm;

import io.rvbbit.tracking.CallerId;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;

/**
 * Who waits for a model: statement by statement in turns, and within a statement in order.
 *
 * <p>A statement with three requests waits for three turns, however many requests the others have.
 * Every operation takes constant time. Threading: guarded by {@link Traffic}.
 */
final class FairQueue {
    private final LinkedHashMap<CallerId, LinkedHashSet<Slot>> statements = new LinkedHashMap<>();
    private int size;

    void add(Slot slot) {
        if (statements.computeIfAbsent(slot.caller(), _ -> new LinkedHashSet<>()).add(slot)) {
            size++;
        }
    }

    /** Takes out whose turn it is. */
    Slot next() {
        Map.Entry<CallerId, LinkedHashSet<Slot>> turn = statements.pollFirstEntry();
        if (turn == null) {
            throw new IllegalStateException("nobody waits");
        }
        LinkedHashSet<Slot> waiting = turn.getValue();
        Slot slot = waiting.removeFirst();
        if (!waiting.isEmpty()) {
            statements.put(turn.getKey(), waiting);
        }
        size--;
        return slot;
    }

    void remove(Slot slot) {
        LinkedHashSet<Slot> waiting = statements.get(slot.caller());
        if (waiting != null && waiting.remove(slot)) {
            size--;
            if (waiting.isEmpty()) {
                statements.remove(slot.caller());
            }
        }
    }

    int size() {
        return size;
    }
}
