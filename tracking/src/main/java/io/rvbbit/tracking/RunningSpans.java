package io.rvbbit.tracking;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The spans that no store has, because they have not ended.
 *
 * <p>A span is here from when its beginning is booked until the store has its end: who looks here
 * first and into the store then, finds each span at least once, and knows it by its id. Threading:
 * any thread.
 */
public final class RunningSpans {
    private final Set<Part> parts = ConcurrentHashMap.newKeySet();
    private volatile Supplier<List<LiveStep>> live = List::of;

    /** What the gateway knows of its statements before the books do. */
    void show(Supplier<List<LiveStep>> steps) {
        live = steps;
    }

    /** For one that books events. */
    Part open() {
        Part part = new Part();
        parts.add(part);
        return part;
    }

    /** {@code user}: whose; null for everybody's. */
    List<RunningSpan> of(@Nullable String user) {
        Map<String, RunningSpan> found = new LinkedHashMap<>();
        for (LiveStep step : live.get()) {
            if (user == null || step.userName().equals(user)) {
                step.spans().forEach(span -> found.put(span.spanId(), span));
            }
        }
        for (Part part : parts) {
            for (Map<String, RunningSpan> spans : part.callers.values()) {
                for (RunningSpan span : spans.values()) {
                    if (user == null || span.userName().equals(user)) {
                        found.putIfAbsent(span.spanId(), span);
                    }
                }
            }
        }
        return List.copyOf(found.values());
    }

    /** What one books. Threading: one thread, but for what {@link RunningSpans} reads. */
    final class Part implements AutoCloseable {
        private final Map<String, Map<String, RunningSpan>> callers = new ConcurrentHashMap<>();
        private final List<RunningSpan> ended = new ArrayList<>();

        void began(RunningSpan span) {
            callers.computeIfAbsent(span.callerId(), _ -> new ConcurrentHashMap<>())
                    .put(span.spanId(), span);
        }

        /** The store will have it with the next batch. */
        void ended(String callerId, String spanId) {
            Map<String, RunningSpan> spans = callers.get(callerId);
            RunningSpan span = spans == null ? null : spans.get(spanId);
            if (span != null) {
                ended.add(span);
            }
        }

        /** The statement and all of it, also what is never told to have ended. */
        void ended(String callerId) {
            Map<String, RunningSpan> spans = callers.get(callerId);
            if (spans != null) {
                ended.addAll(spans.values());
            }
        }

        /** The store has what has ended. */
        void stored() {
            for (RunningSpan span : ended) {
                callers.computeIfPresent(
                        span.callerId(),
                        (_, spans) -> {
                            boolean _ = spans.remove(span.spanId(), span);
                            return spans.isEmpty() ? null : spans;
                        });
            }
            ended.clear();
        }

        /** Another goes on with it. */
        @Override
        public void close() {
            parts.remove(this);
        }
    }
}
