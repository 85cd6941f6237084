package io.rvbbit.udf.llm;

import static io.rvbbit.udf.llm.ClientUnderTest.KEY;
import static io.rvbbit.udf.llm.ClientUnderTest.PAID;
import static io.rvbbit.udf.llm.ClientUnderTest.request;
import static io.rvbbit.udf.llm.ClientUnderTest.timingOut;
import static io.rvbbit.udf.llm.TinyEndpoint.answer;
import static io.rvbbit.udf.llm.TinyEndpoint.reply;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rvbbit.rewriter.SqlState;
import io.rvbbit.udf.llm.TinyEndpoint.Script;
import java.io.IOException;
import java.time.Duration;
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
    private final ClientUnderTest setup = new ClientUnderTest();

    @AfterEach
    void close() throws Exception {
        setup.close();
    }

    @Test
    void an_answer_is_read_with_its_usage_and_told_to_the_log() throws Exception {
        TinyEndpoint endpoint = setup.endpoint(answer("Nike"));

        ModelReply reply = setup.client(endpoint).send(request(3), setup.attempts);

        assertThat(reply.content()).isEqualTo("Nike");
        assertThat(reply.model()).isEqualTo("m-1");
        assertThat(reply.usage()).isEqualTo(PAID);
        assertThat(endpoint.requests.getFirst().path()).isEqualTo("/v1/chat/completions");
        assertThat(setup.attempts.started).hasSize(1);
        assertThat(setup.attempts.ended.getFirst().usage()).isEqualTo(PAID);
        assertThat(setup.attempts.ended.getFirst().errorJson()).isEmpty();
        assertThat(reply.requestId())
                .isEqualTo(setup.attempts.started.getFirst().requestId())
                .isEqualTo(setup.attempts.ended.getFirst().requestId())
                .isEqualTo(endpoint.requests.getFirst().headers().get("x-client-request-id"));
    }

    @Test
    void connections_are_kept_alive() throws Exception {
        TinyEndpoint endpoint = setup.endpoint(answer("x"));
        HttpModelClient client = setup.client(endpoint);

        for (int i = 0; i < 5; i++) {
            client.send(request(1), setup.attempts);
        }

        assertThat(endpoint.requests).hasSize(5);
        assertThat(endpoint.connections).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 409, 429, 500, 502, 503, 529})
    void a_passing_fault_is_tried_again_with_another_request_id(int status) throws Exception {
        TinyEndpoint endpoint = setup.endpoint(reply(status, "{}"), answer("x"));

        ModelReply reply = setup.client(endpoint).send(request(3), setup.attempts);

        assertThat(reply.content()).isEqualTo("x");
        assertThat(setup.attempts.ended).hasSize(2);
        assertThat(setup.attempts.ended.get(0).requestId()).isNotEqualTo(reply.requestId());
        assertThat(setup.attempts.ended.get(0).usage()).isNull();
        assertThat(setup.slept).hasSize(1);
    }

    @Test
    void attempts_are_bounded() {
        TinyEndpoint endpoint = setup.endpoint(reply(503, "{\"error\":{\"message\":\"busy\\n\"}}"));

        ModelException failure = setup.failure(endpoint, request(4));

        assertThat(failure)
                .hasMessage("model \"m\" of provider \"tiny\" answered 503: busy")
                .returns("unavailable", ModelException::errorClass)
                .returns(SqlState.EXTERNAL_ROUTINE, ModelException::state)
                .returns(false, ModelException::isFatal);
        assertThat(endpoint.requests).hasSize(4);
        assertThat(setup.attempts.ended).hasSize(4);
        assertThat(setup.attempts.retries).hasSize(3);
    }

    @Test
    void retry_after_is_waited_for() throws Exception {
        TinyEndpoint endpoint = setup.endpoint(reply(429, "Retry-After: 7", "{}"), answer("x"));

        setup.client(endpoint).send(request(2), setup.attempts);

        assertThat(setup.slept).containsExactly(Duration.ofMillis(7_250));
        assertThat(setup.attempts.retries).containsExactly("7250 ms, rate_limit");
    }

    @Test
    void a_connection_closed_without_reply_is_tried_again_and_uncosted() throws Exception {
        TinyEndpoint endpoint = setup.endpoint(new Script.Close(), answer("x"));

        assertThat(setup.client(endpoint).send(request(2), setup.attempts).content())
                .isEqualTo("x");
        assertThat(endpoint.requests).hasSize(2);
        assertThat(setup.attempts.ended.getFirst().usage()).isNull();
        assertThat(setup.attempts.ended.getFirst().errorJson())
                .contains("\"class\":\"unavailable\"");
    }

    @Test
    void an_endpoint_that_is_not_there_is_unavailable() throws IOException {
        TinyEndpoint endpoint = setup.endpoint(answer("x"));
        endpoint.close();

        assertThat(setup.failure(endpoint, request(2)))
                .returns("unavailable", ModelException::errorClass)
                .hasMessageContaining("could not be reached");
        assertThat(setup.attempts.ended).hasSize(2);
    }

    @Test
    void an_attempt_ends_at_its_timeout_also_in_the_middle_of_a_body() throws Exception {
        TinyEndpoint endpoint = setup.endpoint(new Script.Stall());

        ModelException failure = setup.failure(endpoint, timingOut(Duration.ofMillis(200)));

        assertThat(failure.errorClass()).isEqualTo("timeout");
        assertThat(setup.attempts.ended.getFirst().usage()).isNull();
        assertThat(endpoint.clientGaveUp.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"'', cancelled", "the cell took too long, timeout"})
    void an_interrupt_closes_the_socket_and_tells_the_log_why(String late, String errorClass)
            throws Exception {
        setup.attempts.late = late;
        TinyEndpoint endpoint = setup.endpoint(new Script.Hang());
        HttpModelClient client = setup.client(endpoint);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread call =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                client.send(request(3), setup.attempts);
                            } catch (InterruptedException | RuntimeException e) {
                                thrown.set(e);
                            }
                        });
        assertThat(endpoint.requestArrived.await(30, TimeUnit.SECONDS)).isTrue();

        call.interrupt();

        assertThat(endpoint.clientGaveUp.await(30, TimeUnit.SECONDS)).isTrue();
        call.join();
        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
        assertThat(setup.attempts.ended).hasSize(1);
        assertThat(setup.attempts.ended.getFirst().usage()).isNull();
        assertThat(setup.attempts.ended.getFirst().errorJson())
                .contains("57014", "\"class\":\"" + errorClass + "\"", late);
        assertThat(endpoint.requests).hasSize(1);
    }

    @Test
    void the_key_stands_in_the_header_and_nowhere_else() {
        TinyEndpoint endpoint =
                setup.endpoint(
                        reply(400, "{\"error\":{\"message\":\"your key is %s\"}}".formatted(KEY)),
                        reply(500, "the key %s".formatted(KEY)));
        HttpModelClient client = setup.client(endpoint);

        ModelException refused =
                catchThrowableOfType(
                        ModelException.class, () -> client.send(request(1), setup.attempts));
        ModelException broken =
                catchThrowableOfType(
                        ModelException.class, () -> client.send(request(1), setup.attempts));

        assertThat(endpoint.requests.getFirst().headers())
                .containsEntry("authorization", "Bearer " + KEY);
        assertThat(
                        List.of(
                                refused.toString(),
                                broken.toString(),
                                setup.attempts.started.toString(),
                                setup.attempts.ended.toString(),
                                client.toString()))
                .noneMatch(text -> text.contains(KEY));
    }

    @Test
    void no_more_requests_are_in_flight_than_the_provider_allows() throws Exception {
        TinyEndpoint endpoint = setup.endpoint(answer("x"));
        HttpModelClient client =
                setup.client(
                        ProviderConfig.of("tiny", endpoint.url(), KEY)
                                .withBounds(Duration.ofSeconds(5), 2, 100_000));
        List<Thread> calls = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            calls.add(
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    client.send(request(1), setup.attempts);
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
}
