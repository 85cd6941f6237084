package io.rvbbit.tracking;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Which running callers have something that waits for room in the books.
 *
 * <p>Threading: any thread.
 */
final class HeldCallers {
    private final ConcurrentMap<CallerId, Held> callers = new ConcurrentHashMap<>();

    private record Held(Consumer<String> listener, AtomicInteger waiting) {}

    void listen(CallerId caller, Consumer<String> listener) {
        callers.put(caller, new Held(listener, new AtomicInteger()));
    }

    void forget(CallerId caller) {
        var _ = callers.remove(caller);
    }

    /** Something of the caller waits from here on. */
    void began(CallerId caller, String why) {
        Held held = callers.get(caller);
        if (held != null) {
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

    boolean has(CallerId caller) {
        Held held = callers.get(caller);
        return held != null && held.waiting().get() > 0;
    }
}
