package io.rvbbit.gateway.webhook;

import io.rvbbit.tracking.Event;
import io.rvbbit.tracking.Event.FallbackEnded;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Posts each fallback to an address, as the JSON object that its row in the books is.
 *
 * <p>It is a courtesy: the books have the event whatever comes of it here. Whoever records never
 * waits; what finds the queue full, and what the address has refused or not taken in a few
 * attempts, is dropped and counted. Of the address only the host is ever logged, since the rest may
 * hold a secret. Threading: any thread; posts on a thread of its own, in order.
 */
public final class FallbackWebhook implements Consumer<Event>, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FallbackWebhook.class);

    private final URI address;
    private final Pace pace;
    private final BlockingQueue<FallbackEnded> waiting;
    private final HttpClient http;
    private final Thread thread;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicLong posted = new AtomicLong();

    /**
     * @param capacity events that may wait
     * @param attempts for each event
     * @param pause before the second attempt; twice that before each further one
     * @param timeout of one attempt
     */
    record Pace(int capacity, int attempts, Duration pause, Duration timeout) {
        static final Pace DEFAULT =
                new Pace(1_000, 3, Duration.ofSeconds(1), Duration.ofSeconds(10));
    }

    private enum Outcome {
        TAKEN,
        LATER,
        REFUSED
    }

    FallbackWebhook(URI address, Pace pace) {
        this.address = address;
        this.pace = pace;
        this.waiting = new ArrayBlockingQueue<>(pace.capacity());
        this.http =
                HttpClient.newBuilder()
                        .connectTimeout(pace.timeout())
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .build();
        this.thread = Thread.ofPlatform().name("fallback-webhook").daemon().unstarted(this::run);
    }

    /** Begins to post; {@code address} is of http or https. */
    public static FallbackWebhook start(URI address) {
        return start(address, Pace.DEFAULT);
    }

    static FallbackWebhook start(URI address, Pace pace) {
        FallbackWebhook webhook = new FallbackWebhook(address, pace);
        webhook.thread.start();
        return webhook;
    }

    @Override
    public void accept(Event event) {
        if (event instanceof FallbackEnded ended && !waiting.offer(ended)) {
            drop("too many are waiting");
        }
    }

    /** Events that were not posted since the start. */
    public long dropped() {
        return dropped.get();
    }

    long posted() {
        return posted.get();
    }

    /** Gives up what is still waiting. */
    @Override
    public void close() {
        closed.countDown();
        thread.interrupt();
        try {
            thread.join(Duration.ofSeconds(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        http.shutdownNow();
    }

    private void run() {
        try {
            while (closed.getCount() > 0) {
                FallbackEnded event = waiting.take();
                try {
                    deliver(event);
                } catch (RuntimeException e) {
                    LOG.debug("a fallback cannot be posted", e);
                    drop(e.getClass().getSimpleName());
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("the webhook ends with {} events waiting", waiting.size());
        }
    }

    private void deliver(FallbackEnded event) throws InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(address)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(event.fallback().toJson(event.at())))
                        .build();
        long pause = pace.pause().toMillis();
        for (int attempt = 1; ; attempt++) {
            Outcome outcome = post(request);
            if (outcome == Outcome.TAKEN) {
                posted.incrementAndGet();
                return;
            }
            if (outcome == Outcome.REFUSED || attempt == pace.attempts()) {
                drop(outcome == Outcome.REFUSED ? "it was refused" : "no attempt succeeded");
                return;
            }
            if (closed.await(pause, TimeUnit.MILLISECONDS)) {
                return;
            }
            pause *= 2;
        }
    }

    /** The time is for the whole reply: one that stalls within its body would hold up all. */
    private Outcome post(HttpRequest request) throws InterruptedException {
        CompletableFuture<HttpResponse<Void>> reply =
                http.sendAsync(request, BodyHandlers.discarding());
        try {
            int status = reply.get(pace.timeout().toMillis(), TimeUnit.MILLISECONDS).statusCode();
            if (status / 100 == 2) {
                return Outcome.TAKEN;
            }
            return status >= 500 || status == 429 || status == 408
                    ? Outcome.LATER
                    : Outcome.REFUSED;
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("the webhook at {} does not answer", address.getHost(), e);
            return Outcome.LATER;
        } finally {
            boolean _ = reply.cancel(true);
        }
    }

    /**
     * Said for the first, the second, the fourth and so on: an address that is gone is no flood.
     */
    private void drop(String why) {
        long count = dropped.incrementAndGet();
        if (Long.bitCount(count) == 1) {
            LOG.warn(
                    "the webhook at {} has missed {} fallbacks so far: {}",
                    address.getHost(),
                    count,
                    why);
        }
    }
}
