package io.rvbbit.udf.llm;

import static io.rvbbit.udf.llm.TinyEndpoint.answer;
import static io.rvbbit.udf.llm.TinyEndpoint.reply;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rvbbit.rewriter.SqlState;
import io.rvbbit.tracking.Usage;
import io.rvbbit.udf.llm.TinyEndpoint.Script;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class HttpModelClientTest {
    private static final String KEY = "sk-very-secret-0123456789";
    private static final Clock CLOCK =
            Clock.fixed(Instant.parse("2026-11-22T12:00:00Z"), ZoneOffset.UTC);
    private static final Usage PAID = new Usage(7, 3, new BigDecimal("0.000001234567"));

    private final List<AutoCloseable> resources = new ArrayList<>();
    private final List<Duration> slept = new ArrayList<>();
    private final RecordedAttempts attempts = new RecordedAttempts();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable resource : resources.reversed()) {
            resource.close();
        }
    }

    @Test
    void an_answer_is_read_with_its_usage_and_told_to_the_log() throws Exception {
        TinyEndpoint endpoint = endpoint(answer("Nike"));

        ModelReply reply = client(endpoint).send(request(3), attempts);

        assertThat(reply.content()).isEqualTo("Nike");
        assertThat(reply.model()).isEqualTo("m-1");
        assertThat(reply.usage()).isEqualTo(PAID);
        assertThat(endpoint.requests.getFirst().path()).isEqualTo("/v1/chat/completions");
        assertThat(attempts.started).hasSize(1);
        assertThat(attempts.ended.getFirst().usage()).isEqualTo(PAID);
        assertThat(attempts.ended.getFirst().errorJson()).isEmpty();
        assertThat(reply.requestId())
                .isEqualTo(attempts.started.getFirst().requestId())
                .isEqualTo(attempts.ended.getFirst().requestId())
                .isEqualTo(endpoint.requests.getFirst().headers().get("x-client-request-id"));
    }

    @Test
    void connections_are_kept_alive() throws Exception {
        TinyEndpoint endpoint = endpoint(answer("x"));
        HttpModelClient client = client(endpoint);

        for (int i = 0; i < 5; i++) {
            client.send(request(1), attempts);
        }

        assertThat(endpoint.requests).hasSize(5);
        assertThat(endpoint.connections).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 409, 429, 500, 502, 503, 529})
    void a_passing_fault_is_tried_again_with_another_request_id(int status) throws Exception {
        TinyEndpoint endpoint = endpoint(reply(status, "{}"), answer("x"));

        ModelReply reply = client(endpoint).send(request(3), attempts);

        assertThat(reply.content()).isEqualTo("x");
        assertThat(attempts.ended).hasSize(2);
        assertThat(attempts.ended.get(0).requestId()).isNotEqualTo(reply.requestId());
        assertThat(attempts.ended.get(0).usage()).isNull();
        assertThat(slept).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400 | {\"error\":{\"message\":\"bad\"}} | refused | false",
                "413 | {} | refused | false",
                "422 | {\"error\":{\"message\":\"bad\"}} | refused | false",
                "400 | {\"error\":{\"message\":\"x\",\"param\":\"model\"}} | unknown_model | true",
                "400 | {\"error\":{\"message\":\"a/b is not a valid model ID\"}} | unknown_model | true",
                "404 | {\"error\":{\"message\":\"The model `x` does not exist.\"}} | unknown_model | true",
                "404 | {\"error\":{\"code\":\"model_not_found\"}} | unknown_model | true",
                "404 | <html>nothing here</html> | unavailable | true",
                "301 | {} | unavailable | true",
                "401 | {\"error\":{\"message\":\"bad key\"}} | unauthorized | true",
                "403 | {} | unauthorized | true",
                "402 | {} | no_credit | true",
                "429 | {\"error\":{\"code\":\"insufficient_quota\"}} | no_credit | true",
            })
    void a_lasting_fault_is_not_tried_again(
            int status, String body, String errorClass, boolean fatal) {
        TinyEndpoint endpoint = endpoint(reply(status, body), answer("x"));

        ModelException failure = failure(endpoint, request(5));

        assertThat(failure.errorClass()).isEqualTo(errorClass);
        assertThat(failure.isFatal()).isEqualTo(fatal);
        assertThat(endpoint.requests).hasSize(1);
        assertThat(attempts.ended.getFirst().errorJson())
                .contains("\"class\":\"" + errorClass + "\"");
    }

    @Test
    void attempts_are_bounded() {
        TinyEndpoint endpoint = endpoint(reply(503, "{\"error\":{\"message\":\"busy\\n\"}}"));

        ModelException failure = failure(endpoint, request(4));

        assertThat(failure)
                .hasMessage("model \"m\" of provider \"tiny\" answered 503: busy")
                .returns("unavailable", ModelException::errorClass)
                .returns(SqlState.EXTERNAL_ROUTINE, ModelException::state)
                .returns(false, ModelException::isFatal);
        assertThat(endpoint.requests).hasSize(4);
        assertThat(attempts.ended).hasSize(4);
        assertThat(attempts.retries).hasSize(3);
    }

    @Test
    void retry_after_is_waited_for() throws Exception {
        TinyEndpoint endpoint = endpoint(reply(429, "Retry-After: 7", "{}"), answer("x"));

        client(endpoint).send(request(2), attempts);

        assertThat(slept).containsExactly(Duration.ofMillis(7_250));
        assertThat(attempts.retries).containsExactly("7250 ms, rate_limit");
    }

    @Test
    void an_endpoint_may_forbid_the_retry() {
        TinyEndpoint endpoint = endpoint(reply(503, "x-should-retry: false", "{}"), answer("x"));

        assertThat(failure(endpoint, request(3)).errorClass()).isEqualTo("unavailable");
        assertThat(endpoint.requests).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "not json",
                "[]",
                "{\"choices\":[]}",
                "{\"choices\":[{\"message\":null}]}",
                "{\"choices\":[{\"message\":{\"content\":null}}]}",
                "{\"choices\"",
                "{} {}",
            })
    void garbage_in_a_200_is_tried_again(String body) throws Exception {
        TinyEndpoint endpoint = endpoint(reply(200, body), answer("x"));

        assertThat(client(endpoint).send(request(2), attempts).content()).isEqualTo("x");
        assertThat(attempts.ended.getFirst().errorJson()).contains("\"class\":\"garbled\"");
    }

    @Test
    void the_usage_of_a_garbled_reply_is_kept() {
        TinyEndpoint endpoint =
                endpoint(
                        reply(
                                200,
                                """
                                {"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":3,\
                                "cost":0.000001234567}}\
                                """));

        assertThat(failure(endpoint, request(1)).errorClass()).isEqualTo("garbled");
        assertThat(attempts.ended.getFirst().usage()).isEqualTo(PAID);
    }

    @Test
    void a_reply_longer_than_the_bound_is_cut_off() {
        TinyEndpoint endpoint = endpoint(answer("x".repeat(2_000)));
        HttpModelClient client =
                client(
                        ProviderConfig.of("tiny", endpoint.url(), KEY)
                                .withBounds(Duration.ofSeconds(5), 4, 1_000));

        ModelException failure =
                catchThrowableOfType(ModelException.class, () -> client.send(request(1), attempts));

        assertThat(failure.errorClass()).isEqualTo("garbled");
        assertThat(failure).hasMessageContaining("more than 1000 bytes");
        assertThat(attempts.ended.getFirst().responseJson()).hasSizeLessThan(1_300);
    }

    @ParameterizedTest
    @CsvSource({"length,length", "content_filter,refused"})
    void a_broken_off_answer_is_an_error_of_the_row_and_paid(String finish, String errorClass) {
        TinyEndpoint endpoint =
                endpoint(
                        reply(
                                200,
                                """
                                {"choices":[{"finish_reason":"%s","message":{"content":"half an"}}],\
                                "usage":{"prompt_tokens":7,"completion_tokens":3,"cost":"0.000001234567"}}\
                                """
                                        .formatted(finish)));

        ModelException failure = failure(endpoint, request(3));

        assertThat(failure.errorClass()).isEqualTo(errorClass);
        assertThat(failure.isFatal()).isFalse();
        assertThat(endpoint.requests).hasSize(1);
        assertThat(attempts.ended.getFirst().usage()).isEqualTo(PAID);
    }

    @Test
    void a_refusal_is_an_error_of_the_row() {
        TinyEndpoint endpoint =
                endpoint(
                        reply(
                                200,
                                """
                                {"choices":[{"finish_reason":"stop","message":\
                                {"content":null,"refusal":"I cannot help with that."}}]}\
                                """));

        assertThat(failure(endpoint, request(3)))
                .returns("refused", ModelException::errorClass)
                .hasMessageContaining("I cannot help with that.");
    }

    @Test
    void a_brokers_error_inside_a_200_is_judged_by_its_code() {
        TinyEndpoint endpoint =
                endpoint(reply(200, "{\"error\":{\"code\":401,\"message\":\"no\"}}"));

        assertThat(failure(endpoint, request(3)))
                .returns("unauthorized", ModelException::errorClass)
                .returns(true, ModelException::isFatal);
    }

    @Test
    void a_connection_closed_without_reply_is_tried_again_and_uncosted() throws Exception {
        TinyEndpoint endpoint = endpoint(new Script.Close(), answer("x"));

        assertThat(client(endpoint).send(request(2), attempts).content()).isEqualTo("x");
        assertThat(endpoint.requests).hasSize(2);
        assertThat(attempts.ended.getFirst().usage()).isNull();
        assertThat(attempts.ended.getFirst().errorJson()).contains("\"class\":\"unavailable\"");
    }

    @Test
    void an_endpoint_that_is_not_there_is_unavailable() throws IOException {
        TinyEndpoint endpoint = endpoint(answer("x"));
        endpoint.close();

        assertThat(failure(endpoint, request(2)))
                .returns("unavailable", ModelException::errorClass)
                .hasMessageContaining("could not be reached");
        assertThat(attempts.ended).hasSize(2);
    }

    @Test
    void an_attempt_ends_at_its_timeout_also_in_the_middle_of_a_body() throws Exception {
        TinyEndpoint endpoint = endpoint(new Script.Stall());

        ModelException failure = failure(endpoint, timingOut(Duration.ofMillis(200)));

        assertThat(failure.errorClass()).isEqualTo("timeout");
        assertThat(attempts.ended.getFirst().usage()).isNull();
        assertThat(endpoint.clientGaveUp.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void an_interrupt_closes_the_socket_and_tells_the_log() throws Exception {
        TinyEndpoint endpoint = endpoint(new Script.Hang());
        HttpModelClient client = client(endpoint);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread call =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                client.send(request(3), attempts);
                            } catch (InterruptedException | RuntimeException e) {
                                thrown.set(e);
                            }
                        });
        assertThat(endpoint.requestArrived.await(30, TimeUnit.SECONDS)).isTrue();

        call.interrupt();

        assertThat(endpoint.clientGaveUp.await(30, TimeUnit.SECONDS)).isTrue();
        call.join();
        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
        assertThat(attempts.ended).hasSize(1);
        assertThat(attempts.ended.getFirst().usage()).isNull();
        assertThat(attempts.ended.getFirst().errorJson()).contains("57014");
        assertThat(endpoint.requests).hasSize(1);
    }

    @Test
    void the_key_stands_in_the_header_and_nowhere_else() {
        TinyEndpoint endpoint =
                endpoint(
                        reply(400, "{\"error\":{\"message\":\"your key is %s\"}}".formatted(KEY)),
                        reply(500, "the key %s".formatted(KEY)));
        HttpModelClient client = client(endpoint);

        ModelException refused =
                catchThrowableOfType(ModelException.class, () -> client.send(request(1), attempts));
        ModelException broken =
                catchThrowableOfType(ModelException.class, () -> client.send(request(1), attempts));

        assertThat(endpoint.requests.getFirst().headers())
                .containsEntry("authorization", "Bearer " + KEY);
        assertThat(
                        List.of(
                                refused.toString(),
                                broken.toString(),
                                attempts.started.toString(),
                                attempts.ended.toString(),
                                client.toString()))
                .noneMatch(text -> text.contains(KEY));
    }

    @Test
    void a_redirect_does_not_carry_the_key_elsewhere() throws IOException {
        TinyEndpoint elsewhere = endpoint(answer("x"));
        TinyEndpoint endpoint =
                endpoint(reply(307, "Location: " + elsewhere.url() + "/chat/completions", ""));

        assertThat(failure(endpoint, request(3)).isFatal()).isTrue();
        assertThat(elsewhere.requests).isEmpty();
    }

    @Test
    void no_more_requests_are_in_flight_than_the_provider_allows() throws Exception {
        TinyEndpoint endpoint = endpoint(answer("x"));
        HttpModelClient client =
                client(
                        ProviderConfig.of("tiny", endpoint.url(), KEY)
                                .withBounds(Duration.ofSeconds(5), 2, 100_000));
        List<Thread> calls = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            calls.add(
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    client.send(request(1), attempts);
                                } catch (InterruptedException unexpected) {
                                    throw new IllegalStateException(unexpected);
                                }
                            }));
        }
        for (Thread call : calls) {
            call.join();
        }

        assertThat(endpoint.requests).hasSize(40);
        assertThat(endpoint.connections.get()).isLessThanOrEqualTo(2);
    }

    private TinyEndpoint endpoint(Script... scripts) {
        TinyEndpoint endpoint = new TinyEndpoint(scripts);
        resources.add(endpoint);
        return endpoint;
    }

    private HttpModelClient client(TinyEndpoint endpoint) {
        return client(ProviderConfig.of("tiny", endpoint.url(), KEY));
    }

    private HttpModelClient client(ProviderConfig config) {
        HttpModelClient client =
                new HttpModelClient(
                        config,
                        new ModelPrices(List.of()),
                        RetryPolicy.DEFAULT,
                        CLOCK,
                        slept::add,
                        () -> Long.MIN_VALUE); // nextDouble() is 0.5
        resources.add(client);
        return client;
    }

    private ModelException failure(TinyEndpoint endpoint, ModelRequest request) {
        HttpModelClient client = client(endpoint);
        return catchThrowableOfType(ModelException.class, () -> client.send(request, attempts));
    }

    private static ModelRequest request(int maxAttempts) {
        return request(maxAttempts, Duration.ofSeconds(30));
    }

    private static ModelRequest timingOut(Duration timeout) {
        return request(1, timeout);
    }

    private static ModelRequest request(int maxAttempts, Duration timeout) {
        return new ModelRequest(
                "m",
                List.of(new ModelRequest.Message("user", "Which brand?")),
                null,
                null,
                null,
                "",
                List.of(),
                timeout,
                maxAttempts,
                null);
    }
}
