package io.rvbbit.udf.cascade;

import io.rvbbit.tracking.CallerId;
import io.rvbbit.tracking.Event;
import io.rvbbit.tracking.EventSink;
import io.rvbbit.tracking.IdSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Keeps every event in order, and makes ids. Threading: any thread. */
final class Books implements EventSink, IdSource {
    private final List<Event> events = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger ids = new AtomicInteger();

    @Override
    public void record(Event event) {
        events.add(event);
    }

    @Override
    public CallerId newCaller(String prefix) {
        return new CallerId(prefix + "-quick-hare-" + (100_000 + ids.incrementAndGet()));
    }

    @Override
    public String newSession(String prefix) {
        return prefix + "-calm-otter-" + (100_000 + ids.incrementAndGet());
    }

    List<String> kinds() {
        synchronized (events) {
            return events.stream().map(event -> event.getClass().getSimpleName()).toList();
        }
    }

    <E extends Event> List<E> all(Class<E> kind) {
        synchronized (events) {
            return events.stream().filter(kind::isInstance).map(kind::cast).toList();
        }
    }

    <E extends Event> E last(Class<E> kind) {
        return all(kind).getLast();
    }
}
