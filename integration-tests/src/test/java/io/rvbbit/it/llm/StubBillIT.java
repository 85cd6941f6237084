package io.rvbbit.it.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rvbbit.it.testkit.StubAnswer;
import io.rvbbit.it.testkit.StubBill;
import io.rvbbit.it.testkit.StubEndpoint;
import io.rvbbit.it.testkit.StubFault;
import io.rvbbit.tracking.CallerId;
import io.rvbbit.tracking.Usage;
import io.rvbbit.udf.llm.AttemptLog;
import io.rvbbit.udf.llm.HttpModelClient;
import io.rvbbit.udf.llm.ModelException;
import io.rvbbit.udf.llm.ModelPrices;
import io.rvbbit.udf.llm.ModelReply;
import io.rvbbit.udf.llm.ModelRequest;
import io.rvbbit.udf.llm.ProviderConfig;
import io.rvbbit.udf.llm.RetryPolicy;
import io.rvbbit.udf.llm.Traffic;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The stub's bill and what the client tells the books are the same to the last digit. */
@Timeout(120)
class StubBillIT {
    private final StubEndpoint stub = StubEndpoint.start();
    private final Books books = new Books();
    private final HttpModelClient client =
            new HttpModelClient(
                    ProviderConfig.of("stub", stub.url(), "")
                            .withBounds(Duration.ofSeconds(20), 2_000, 1 << 20),
                    new ModelPrices(List.of()),
                    new Traffic(2_000),
                    RetryPolicy.DEFAULT,
                    Clock.systemUTC(),
                    _ -> {},
                    () -> 0);

    @AfterEach
    void close() {
        client.close();
        stub.close();
    }

    @Test
    void a_thousand_calls_are_served_at_once() throws Exception {
        int calls = 1_200;
        CountDownLatch go = new CountDownLatch(1);
        stub.answering(request -> {
            awaitQuietly(go);
            return StubAnswer.byDefault(request);
        });
        List<Future<ModelReply>> replies = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < calls; i++) {
                String word = "word" + i;
                replies.add(threads.submit(() -> client.send(request(word), books)));
            }
            stub.awaitCalls(calls);
            go.countDown();
        }

        for (int i = 0; i < calls; i++) {
            assertThat(replies.get(i).get().content()).isEqualTo("word" + i);
        }
        assertThat(books.sum()).isEqualTo(inBooks(stub.bill().sum()));
        assertThat(stub.bill().sum().costUsd()).isPositive();
        assertThat(stub.inFlight()).isZero();
    }

    @Test
    void every_cent_is_booked_in_spite_of_faults() throws Exception {
        Random random = new Random(42);
        stub.failing(_ -> {
            double dice;
            synchronized (random) {
                dice = random.nextDouble();
            }
            return dice < 0.1
                    ? Optional.of(StubFault.status(503))
                    : dice < 0.15
                            ? Optional.of(new StubFault.Close())
                            : dice < 0.2
                                    ? Optional.of(new StubFault.Garbage("<html>"))
                                    : dice < 0.25
                                            ? Optional.of(
                                                    new StubFault.Drip(3, Duration.ofMillis(1)))
                                            : Optional.empty();
        });
        List<Future<ModelReply>> replies = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 500; i++) {
                String word = "word" + i;
                replies.add(threads.submit(() -> client.send(request(word), books)));
            }
        }

        for (int i = 0; i < replies.size(); i++) {
            assertThat(replies.get(i).get().content()).isEqualTo("word" + i);
        }
        assertThat(books.sum()).isEqualTo(inBooks(stub.bill().sum()));
        assertThat(books.paid)
                .containsExactlyInAnyOrderElementsOf(
                        stub.bill().items().stream().map(StubBill.Item::requestId).toList());
        assertThat(stub.calls()).isGreaterThan(500);
    }

    @Test
    void a_call_given_up_is_not_billed() throws Exception {
        stub.fails(new StubFault.Hang());
        FutureTask<ModelReply> call = new FutureTask<>(() -> client.send(request("x"), books));
        Thread thread = Thread.ofVirtual().start(call);
        stub.awaitInFlight(1);

        thread.interrupt();

        assertThatThrownBy(call::get).hasCauseInstanceOf(InterruptedException.class);

        stub.awaitGivenUp(1);
        stub.awaitInFlight(0);
        assertThat(stub.bill().items()).isEmpty();
        assertThat(books.paid).isEmpty();
    }

    @Test
    void a_schema_is_filled() throws Exception {
        JsonNode schema =
                new ObjectMapper()
                        .readTree(
                                """
                                {"type":"object","properties":{
                                  "brand":{"type":"string"},
                                  "kind":{"enum":["shoe","coat"]},
                                  "sizes":{"type":"array","items":{"type":"integer"},"minItems":2}}}\
                                """);

        ModelReply reply = client.send(request("Levi's 501", schema), books);

        assertThat(reply.content())
                .isEqualTo("{\"brand\":\"Levi's\",\"kind\":\"shoe\",\"sizes\":[1,1]}");
    }

    @Test
    void keys_and_models_are_checked_and_the_bill_is_shown() throws Exception {
        stub.requiresKey("right").serves("stub-model");

        assertThat(
                        catchThrowableOfType(
                                        ModelException.class,
                                        () -> client.send(request("x"), books))
                                .errorClass())
                .isEqualTo("unauthorized");
        assertThat(page(URI.create(stub.url()).resolve("/__bill")))
                .contains("\"calls\":1", "\"paid_calls\":0", "\"cost_usd\":\"0.000000000000\"");
    }

    @Test
    void without_reported_cost_and_price_the_cost_is_unknown_but_tokens_are_kept()
            throws Exception {
        stub.reportsCost(false);

        Usage usage = client.send(request("x"), books).usage();

        assertThat(usage.priced()).isFalse();
        assertThat(usage.tokensIn()).isEqualTo(stub.bill().sum().tokensIn());
    }

    private static String page(URI uri) throws Exception {
        try (HttpClient browser = HttpClient.newHttpClient()) {
            return browser.send(
                            HttpRequest.newBuilder(uri).build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    private static Usage inBooks(StubBill.Sum sum) {
        return new Usage(sum.tokensIn(), sum.tokensOut(), sum.costUsd());
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static ModelRequest request(String prompt) {
        return request(prompt, null);
    }

    private static ModelRequest request(String prompt, @Nullable JsonNode schema) {
        return new ModelRequest(
                "stub-model",
                List.of(new ModelRequest.Message("user", prompt)),
                null,
                null,
                schema,
                "output",
                List.of(),
                Duration.ofSeconds(60),
                20,
                () -> null,
                new CallerId("sql-brave-otter-000001"));
    }

    /** Adds up what it is told. */
    private static final class Books implements AttemptLog {
        final Set<String> paid = ConcurrentHashMap.newKeySet();
        private Usage sum = Usage.NONE;

        synchronized Usage sum() {
            return sum;
        }

        @Override
        public void started(
                String requestId, String modelRequested, String provider, String requestJson) {}

        @Override
        public synchronized void ended(
                String requestId,
                String model,
                @Nullable Usage usage,
                String responseJson,
                String toolCallsJson,
                String errorJson,
                Duration duration) {
            if (usage != null) {
                paid.add(requestId);
                sum = sum.plus(usage);
            }
        }

        @Override
        public void retrying(Duration wait, String reason) {}
    }
}
