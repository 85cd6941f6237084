package io.rvbbit.gateway.telemetry;

import io.opentelemetry.exporter.internal.FailedExportException.HttpExportException;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.rvbbit.tracking.trace.SpanSink;
import io.rvbbit.tracking.trace.TraceSpan;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends spans to a collector, in batches, in the background.
 *
 * <p>A bounded number of spans waits; what comes when that is full is dropped and counted, because
 * traces are less than the books, which never wait for a collector. Threading: any thread; owns the
 * thread {@code otlp-export}.
 */
public final class SpanExport implements SpanSink, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SpanExport.class);

    /** Half a minute of a busy gateway. */
    static final int MOST_WAITING = 32_768;

    private static final int MOST_AT_ONCE = 512;
    private static final Duration LONGEST = Duration.ofMinutes(1);
    private static final Duration BETWEEN_WARNINGS = Duration.ofMinutes(1);
    private static final Duration DRAIN = Duration.ofSeconds(5);

    private final SpanExporter exporter;
    private final SpanTranslation translation;
    private final Duration drain;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<TraceSpan> waiting = new ArrayDeque<>();
    private boolean closing;
    private long exported;
    private long failed;
    private long dropped;
    private boolean failing;
    private long warnedAt;

    /**
     * What has become of spans since the start.
     *
     * @param exported that the collector has taken
     * @param failed that it has not, after all attempts of the SDK
     * @param dropped because too many waited
     */
    public record Counts(long exported, long failed, long dropped) {
        public static final Counts NONE = new Counts(0, 0, 0);
    }

    SpanExport(SpanExporter exporter, SpanTranslation translation) {
        this(exporter, translation, DRAIN);
    }

    /** {@code drain}: how long closing waits for what has not left yet. */
    SpanExport(SpanExporter exporter, SpanTranslation translation, Duration drain) {
        this.exporter = exporter;
        this.translation = translation;
        this.drain = drain;
        this.thread = Thread.ofPlatform().name("otlp-export").daemon().start(this::run);
    }

    @Override
    public void accept(List<TraceSpan> spans) {
        lock.lock();
        try {
            int room = closing ? 0 : Math.min(spans.size(), MOST_WAITING - waiting.size());
            waiting.addAll(spans.subList(0, room));
            dropped += spans.size() - room;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    public Counts counts() {
        lock.lock();
        try {
            return new Counts(exported, failed, dropped);
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            for (List<TraceSpan> next = next(); !next.isEmpty(); next = next()) {
                send(next);
            }
        } catch (InterruptedException e) {
            LOG.debug("the export of spans was interrupted", e);
        }
    }

    /** Waits for spans; an empty list is the end. */
    private List<TraceSpan> next() throws InterruptedException {
        lock.lock();
        try {
            while (waiting.isEmpty() && !closing) {
                changed.await();
            }
            List<TraceSpan> next = new ArrayList<>();
            while (next.size() < MOST_AT_ONCE && !waiting.isEmpty()) {
                next.add(waiting.poll());
            }
            return next;
        } finally {
            lock.unlock();
        }
    }

    private void send(List<TraceSpan> spans) {
        String why;
        try {
            List<SpanData> data = spans.stream().map(translation::of).toList();
            CompletableResultCode result =
                    exporter.export(data).join(LONGEST.toMillis(), TimeUnit.MILLISECONDS);
            why = result.isSuccess() ? "" : reason(result);
        } catch (RuntimeException e) {
            why = e.toString();
        }
        note(spans.size(), why);
    }

    /** Neither headers nor bodies are told, which may hold secrets. */
    private static String reason(CompletableResultCode result) {
        if (!result.isDone()) {
            return "no answer in time";
        }
        Throwable failure = result.getFailureThrowable();
        if (failure instanceof HttpExportException refusal && refusal.getResponse() != null) {
            return "the collector answered " + refusal.getResponse().getStatusCode();
        }
        Throwable cause = failure == null ? null : failure.getCause();
        return String.valueOf(cause == null ? failure : cause);
    }

    private void note(int spans, String why) {
        lock.lock();
        try {
            if (why.isEmpty()) {
                exported += spans;
            } else {
                failed += spans;
            }
        } finally {
            lock.unlock();
        }
        boolean due = !failing || System.nanoTime() - warnedAt > BETWEEN_WARNINGS.toNanos();
        if (!why.isEmpty() && due) {
            LOG.warn("spans cannot be exported: {}; {}", why, counts());
            warnedAt = System.nanoTime();
        } else if (why.isEmpty() && failing) {
            LOG.info("spans are exported again; {}", counts());
        }
        failing = !why.isEmpty();
    }

    /** Sends what waits, for at most five seconds; the rest is lost, and said to be. */
    @Override
    public void close() {
        lock.lock();
        try {
            closing = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            if (!thread.join(drain)) {
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        var _ = exporter.shutdown().join(1, TimeUnit.SECONDS);
        lock.lock();
        try {
            if (!waiting.isEmpty()) {
                LOG.warn("{} spans are not exported: the gateway closes", waiting.size());
                dropped += waiting.size();
                waiting.clear();
            }
        } finally {
            lock.unlock();
        }
    }
}
