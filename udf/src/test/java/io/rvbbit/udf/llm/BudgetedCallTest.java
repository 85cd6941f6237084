package io.rvbbit.udf.llm;

import static io.rvbbit.udf.llm.TinyEndpoint.answer;
import static io.rvbbit.udf.llm.TinyEndpoint.reply;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rvbbit.rewriter.SqlState;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What one attempt sets aside before it leaves, and what becomes of that. */
final class BudgetedCallTest {
    private static final String UNPRICED =
            """
            {"model":"m-1","choices":[{"finish_reason":"stop","message":{"role":"assistant",\
            "content":"x"}}],"usage":{"prompt_tokens":7,"completion_tokens":3}}\
            """;

    private final ClientUnderTest clients = new ClientUnderTest();
    private final Recorded allowance = new Recorded();

    @AfterEach
    void close() throws IOException {
        clients.close();
    }

    /** Grants everything and writes down what happens, and what the log had heard by then. */
    private final class Recorded implements Allowance {
        final List<String> told = new CopyOnWriteArrayList<>();
        final AtomicInteger open = new AtomicInteger();
        final AtomicInteger mostOpen = new AtomicInteger();
        volatile @Nullable ModelException refusal;

        @Override
        public boolean limited() {
            return true;
        }

        @Override
        public Reservation reserve(long most, long least) {
            ModelException no = refusal;
            if (no != null) {
                throw no;
            }
            told.add("reserved " + most + " after " + clients.attempts.started.size());
            mostOpen.accumulateAndGet(open.incrementAndGet(), Math::max);
            return new Reservation() {
                @Override
                public void settle(long actual) {
                    ended("settled " + actual);
                }

                @Override
                public void keep() {
                    ended("kept");
                }

                @Override
                public void release() {
                    ended("released");
                }
            };
        }

        private void ended(String how) {
            open.decrementAndGet();
            told.add(how + " after " + clients.attempts.ended.size());
        }

        @Override
        public Optional<ModelException> exhausted() {
            return Optional.empty();
        }
    }

    private ModelRequest request(int attempts, Duration timeout, @Nullable Integer maxTokens) {
        return new ModelRequest(
                "m",
                List.of(new ModelRequest.Message("user", "Wüßte man’s?")),
                null,
                maxTokens,
                null,
                "",
                List.of(),
                timeout,
                Attempts.upTo(attempts),
                () -> null,
                ClientUnderTest.CALLER,
                allowance);
    }

    private ModelRequest request(int attempts) {
        return request(attempts, Duration.ofSeconds(30), null);
    }

    private HttpModelClient client(String url, String inputUsd, String outputUsd) {
        ModelPrice price =
                new ModelPrice(
                        "tiny",
                        "m*",
                        new BigDecimal(inputUsd),
                        new BigDecimal(outputUsd),
                        BigDecimal.ZERO,
                        null,
                        null);
        return new HttpModelClient(
                ProviderConfig.of("tiny", url, ClientUnderTest.KEY),
                new ModelPrices(List.of(price)),
                new Traffic(16),
                RetryPolicy.DEFAULT,
                Clock.systemUTC(),
                _ -> {},
                () -> Long.MIN_VALUE);
    }

    @Test
    void bytes_and_max_tokens_bound_a_call_and_the_reported_cost_settles_it() throws Exception {
        TinyEndpoint endpoint = clients.endpoint(answer("yes"));
        try (HttpModelClient client = client(endpoint.url(), "2", "10")) {
            client.send(request(1), clients.attempts);
        }

        String body = endpoint.requests.getFirst().body();
        assertThat(body).contains("\"max_tokens\":1024");
        int bytes = body.getBytes(StandardCharsets.UTF_8).length;
        assertThat(bytes).isGreaterThan(body.length());
        long most = bytes * 2_000_000L + 1_024 * 10_000_000L;
        assertThat(allowance.told)
                .containsExactly("reserved " + most + " after 0", "settled 1234567 after 1");
    }

    @Test
    void a_cell_s_own_bound_counts_and_a_price_settles_what_no_reply_costs() throws Exception {
        TinyEndpoint endpoint = clients.endpoint(reply(200, UNPRICED));
        try (HttpModelClient client = client(endpoint.url(), "0", "10")) {
            client.send(request(1, Duration.ofSeconds(30), 5), clients.attempts);
        }

        assertThat(endpoint.requests.getFirst().body()).contains("\"max_tokens\":5");
        assertThat(allowance.told)
                .containsExactly("reserved 50000000 after 0", "settled 30000000 after 1");
    }

    @Test
    void each_attempt_has_its_own_reservation_and_a_refusal_by_status_costs_nothing()
            throws Exception {
        TinyEndpoint endpoint =
                clients.endpoint(
                        reply(429, "{}"),
                        reply(503, "{}"),
                        reply(500, "{}"),
                        new TinyEndpoint.Script.Close(),
                        answer("yes"));
        try (HttpModelClient client = client(endpoint.url(), "0", "1")) {
            client.send(request(5), clients.attempts);
        }

        assertThat(allowance.told)
                .containsExactly(
                        "reserved 1024000000 after 0",
                        "released after 1",
                        "reserved 1024000000 after 1",
                        "released after 2",
                        "reserved 1024000000 after 2",
                        "kept after 3",
                        "reserved 1024000000 after 3",
                        "kept after 4",
                        "reserved 1024000000 after 4",
                        "settled 1234567 after 5");
        assertThat(clients.attempts.ended)
                .map(ended -> ended.errorJson().contains("\"billed\":false"))
                .containsExactly(true, true, false, false, false);
    }

    @Test
    void nothing_is_kept_for_an_endpoint_that_nobody_listens_at() {
        try (HttpModelClient client = client("http://127.0.0.1:1/v1", "0", "1")) {
            assertThatThrownBy(() -> client.send(request(1), clients.attempts))
                    .isInstanceOf(ModelException.class);
        }

        assertThat(allowance.told).last().isEqualTo("released after 1");
    }

    @Test
    void an_attempt_that_gives_no_answer_in_time_keeps_its_reservation() {
        TinyEndpoint endpoint = clients.endpoint(new TinyEndpoint.Script.Hang());
        try (HttpModelClient client = client(endpoint.url(), "0", "1")) {
            assertThatThrownBy(() ->
                            client.send(request(1, Duration.ofMillis(50), null), clients.attempts))
                    .isInstanceOf(ModelException.class);
        }

        assertThat(allowance.told).last().isEqualTo("kept after 1");
    }

    @Test
    void a_refused_call_never_leaves() {
        TinyEndpoint endpoint = clients.endpoint(answer("yes"));
        allowance.refusal =
                new ModelException(
                        ModelException.BUDGET,
                        SqlState.CONFIGURATION_LIMIT_EXCEEDED,
                        false,
                        "none left",
                        "");
        try (HttpModelClient client = client(endpoint.url(), "0", "1")) {
            assertThatThrownBy(() -> client.send(request(3), clients.attempts))
                    .hasMessage("none left");
        }

        assertThat(endpoint.requests).isEmpty();
        assertThat(clients.attempts.started).isEmpty();
    }

    @Test
    void without_price_calls_take_turns_until_three_have_told_their_cost() throws Exception {
        TinyEndpoint endpoint = clients.endpoint(answer("yes"));
        HttpModelClient client = clients.client(endpoint);
        List<Thread> senders = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 3; i++) {
            senders.add(
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    client.send(request(1), clients.attempts);
                                } catch (InterruptedException e) {
                                    Thread.currentThread().interrupt();
                                }
                            }));
        }
        for (Thread sender : senders) {
            sender.join();
        }

        assertThat(allowance.mostOpen).hasValue(1);
        long bytes = endpoint.requests.getFirst().body().getBytes(StandardCharsets.UTF_8).length;
        // 0.000001234567 dollars for 7 + 3 tokens, rounded up.
        long second = 123_457 * (bytes + 1_024);
        assertThat(allowance.told)
                .containsExactly(
                        "reserved 1 after 0",
                        "settled 1234567 after 1",
                        "reserved " + second + " after 1",
                        "settled 1234567 after 2",
                        "reserved " + second + " after 2",
                        "settled 1234567 after 3");
    }

    @Test
    void without_price_and_without_cost_the_statement_fails() throws Exception {
        TinyEndpoint endpoint = clients.endpoint(reply(200, UNPRICED));
        HttpModelClient client = clients.client(endpoint);

        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> client.send(request(1), clients.attempts))
                    .isInstanceOfSatisfying(
                            ModelException.class,
                            e -> {
                                assertThat(e.isFatal()).isTrue();
                                assertThat(e.state()).isEqualTo(SqlState.INVALID_PARAMETER_VALUE);
                                assertThat(e.hint()).contains("prices:");
                            });
        }

        assertThat(endpoint.requests).as("the second call isn't made").hasSize(1);
        assertThatThrownBy(() -> client.checkPrice("m")).isInstanceOf(ModelException.class);
        client.checkPrice("another");
    }

    @Test
    void without_a_budget_nothing_is_bounded() throws Exception {
        TinyEndpoint endpoint = clients.endpoint(reply(200, UNPRICED));
        clients.client(endpoint).send(ClientUnderTest.request(1), clients.attempts);

        assertThat(endpoint.requests.getFirst().body()).doesNotContain("max_tokens");
    }
}
