package io.rvbbit.tracking;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Which running callers have something that waits for room.
 *
 * <p>Threading: any thread.
 */
final class HeldCallers {
    private final ConcurrentMap<CallerId, Held> callers = new ConcurrentHashMap<>();

    private record Held(
            Consumer<String> listener, AtomicInteger waiting, AtomicReference<String> why) {}

    void listen(CallerId caller, Consumer<String> listener) {
        callers.put(caller, new Held(listener, new AtomicInteger(), new AtomicReference<>("")));
    }

    void forget(CallerId caller) {
        var _ = callers.remove(caller);
    }

    /** Something of the caller waits from here on. */
    void began(CallerId caller, String why) {
        Held held = callers.get(caller);
        if (held != null) {
            held.why().set(why);
            int _ = held.waiting().incrementAndGet();
            held.listener().accept(why);
        }
    }

    void ended(CallerId caller) {
        Held held = callers.get(caller);
        if (held != null) {
            int _ = held.waiting().decrementAndGet();
        }
    }

    /** Why something of the caller waits, as it was told last; empty if nothing does. */
    String why(CallerId caller) {
        Held held = callers.get(caller);
        return held != null && held.waiting().get() > 0 ? held.why().get() : "";
    }
}
