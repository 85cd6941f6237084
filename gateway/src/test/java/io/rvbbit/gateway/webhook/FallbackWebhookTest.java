package io.rvbbit.gateway.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.rvbbit.gateway.webhook.FallbackWebhook.Pace;
import io.rvbbit.tracking.CallerId;
import io.rvbbit.tracking.Event;
import io.rvbbit.tracking.Fallback;
import io.rvbbit.tracking.Fallback.Decision;
import io.rvbbit.tracking.Fallback.Stage;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FallbackWebhookTest {
    private static final Pace QUICK = new Pace(2, 3, Duration.ofMillis(1), Duration.ofSeconds(20));

    private final BlockingQueue<String> bodies = new LinkedBlockingQueue<>();
    private final CountDownLatch goOn = new CountDownLatch(1);
    private @Nullable HttpServer server;
    private int requests;

    private URI server(IntUnaryOperator status, boolean held) throws IOException {
        HttpServer fresh =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server = fresh;
        fresh.createContext(
                "/",
                exchange -> {
                    bodies.add(
                            new String(
                                    exchange.getRequestBody().readAllBytes(),
                                    StandardCharsets.UTF_8));
                    try {
                        boolean _ = !held || goOn.await(30, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    exchange.sendResponseHeaders(status.applyAsInt(++requests), -1);
                    exchange.close();
                });
        fresh.start();
        return URI.create("http://127.0.0.1:" + fresh.getAddress().getPort() + "/hook?key=secret");
    }

    @AfterEach
    void stop() {
        goOn.countDown();
        HttpServer used = server;
        if (used != null) {
            used.stop(0);
        }
    }

    private static Event event(String method) {
        return new Event.FallbackEnded(
                new Fallback(
                        "01J00000000000000000000001",
                        new CallerId("sql-clever-fox-abc123"),
                        "udf-merry-owl-abc124",
                        "ada",
                        "sql",
                        method,
                        "{\"x\":1}",
                        Optional.of(Decision.TEXT),
                        "gpt-x",
                        Duration.ofMillis(120),
                        Stage.NONE,
                        Stage.of(Duration.ofMillis(95), 410),
                        new BigDecimal("0.00123"),
                        "yes",
                        "",
                        ""),
                Instant.parse("2026-11-22T10:00:00Z"));
    }

    private static void until(java.util.function.BooleanSupplier reached) {
        while (!reached.getAsBoolean()) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Test
    void an_event_arrives_as_its_row_is() throws Exception {
        try (FallbackWebhook webhook = FallbackWebhook.start(server(_ -> 204, false), QUICK)) {
            webhook.accept(event("f"));

            assertThat(bodies.take())
                    .contains(
                            "\"ulid\":\"01J00000000000000000000001\"",
                            "\"ts\":\"2026-11-22T10:00:00Z\"",
                            "\"method\":\"f\"",
                            "\"success\":true",
                            "\"latency_ms\":120",
                            "\"decision_latency_ms\":null",
                            "\"cost_usd\":\"0.001230000000\"");
            until(() -> webhook.posted() == 1);
            assertThat(webhook.dropped()).isZero();
        }
    }

    @Test
    void what_fails_is_tried_again_and_dropped_after_the_third_time() throws Exception {
        try (FallbackWebhook webhook =
                FallbackWebhook.start(server(request -> request <= 4 ? 503 : 200, false), QUICK)) {
            webhook.accept(event("given_up"));
            until(() -> webhook.dropped() == 1);
            assertThat(bodies).hasSize(3);

            webhook.accept(event("late"));
            until(() -> webhook.posted() == 1);
            assertThat(bodies).hasSize(5);
            assertThat(webhook.dropped()).isEqualTo(1);
        }
    }

    @Test
    void what_is_refused_is_not_tried_again() throws Exception {
        try (FallbackWebhook webhook = FallbackWebhook.start(server(_ -> 403, false), QUICK)) {
            webhook.accept(event("f"));

            until(() -> webhook.dropped() == 1);
            assertThat(bodies).hasSize(1);
        }
    }

    @Test
    void whoever_records_never_waits_for_it() throws Exception {
        try (FallbackWebhook webhook = FallbackWebhook.start(server(_ -> 200, true), QUICK)) {
            webhook.accept(event("being_posted"));
            assertThat(bodies.take()).contains("being_posted");
            for (int i = 0; i < 10; i++) {
                webhook.accept(event("waiting"));
            }

            assertThat(webhook.dropped()).isEqualTo(8);
        }
    }

    @Test
    void a_reply_that_stalls_in_its_body_does_not_hold_up_the_others() throws Exception {
        HttpServer stalling =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server = stalling;
        stalling.createContext(
                "/",
                exchange -> {
                    exchange.sendResponseHeaders(200, 0);
                    exchange.getResponseBody().write('x');
                    exchange.getResponseBody().flush();
                    try {
                        boolean _ = goOn.await(50, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    exchange.close();
                });
        stalling.start();
        URI address = URI.create("http://127.0.0.1:" + stalling.getAddress().getPort() + "/");
        Pace pace = new Pace(2, 2, Duration.ofMillis(1), Duration.ofMillis(300));
        try (FallbackWebhook webhook = FallbackWebhook.start(address, pace)) {
            webhook.accept(event("stalled"));
            webhook.accept(event("behind"));

            until(() -> webhook.dropped() == 2);
            assertThat(webhook.posted()).isZero();
        }
    }
}
