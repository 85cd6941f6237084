package io.rvbbit.udf.llm;

import static io.rvbbit.udf.llm.ClientUnderTest.request;
import static io.rvbbit.udf.llm.TinyEndpoint.answer;
import static io.rvbbit.udf.llm.TinyEndpoint.reply;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rvbbit.rewriter.SqlState;
import io.rvbbit.udf.llm.Models.Resolved;
import io.rvbbit.udf.llm.TinyEndpoint.Script;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class FallbackModelsTest {
    private final ClientUnderTest setup = new ClientUnderTest();

    @AfterEach
    void close() throws Exception {
        setup.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 408, 500, 503})
    void a_model_that_is_down_is_replaced_by_the_next_one(int status) throws Exception {
        ModelReply reply = ask(reply(status, "{}"), reply(503, "{}"), answer("Nike"));

        assertThat(reply.content()).isEqualTo("Nike");
        assertThat(setup.attempts.started)
                .extracting(RecordedAttempts.Started::model)
                .containsExactly("m", "m", "spare", "spare", "last");
        assertThat(setup.attempts.retries).contains("0 ms, unavailable, falling back to last/last");
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 402, 404})
    void a_model_that_refuses_is_not_replaced(int status) {
        ModelException failure =
                catchThrowableOfType(
                        ModelException.class,
                        () -> ask(reply(status, "{}"), answer("x"), answer("y")));

        assertThat(failure).hasMessageContaining("answered " + status);
        assertThat(setup.attempts.started).hasSize(1);
    }

    @Test
    void the_failure_of_the_last_one_is_the_requests() {
        ModelException failure =
                catchThrowableOfType(
                        ModelException.class,
                        () -> ask(reply(500, "{}"), new Script.Close(), reply(429, "{}")));

        assertThat(failure.errorClass()).isEqualTo("rate_limit");
        assertThat(setup.attempts.ended).hasSize(6);
    }

    @Test
    void an_open_circuit_is_not_asked_but_replaced() throws Exception {
        TinyEndpoint down = setup.endpoint(reply(503, "{}"));
        Models models = chain(down, setup.endpoint(answer("x")), setup.endpoint(answer("y")));
        Resolved resolved = models.resolve("m");

        for (int i = 0; i < CircuitBreaker.FAILURES + 5; i++) {
            assertThat(resolved.client().send(request(1), setup.attempts).content()).isEqualTo("x");
        }

        assertThat(down.requests).hasSize(CircuitBreaker.FAILURES);
    }

    @Test
    void who_has_another_model_to_ask_does_not_wait_for_what_comes_of_a_probe() throws Exception {
        ModelException down =
                new ModelException(
                        "circuit_open", SqlState.EXTERNAL_ROUTINE, true, "being probed", "");
        Resolved probed = new Resolved(new Refusing(down), "m");
        TinyEndpoint spare = setup.endpoint(answer("x"));
        Models models =
                new FallbackModels(
                        _ -> probed,
                        Map.of(probed, List.of(new Resolved(client("s", spare), "s"))));

        assertThat(models.resolve("m").client().send(request(1), setup.attempts).content())
                .isEqualTo("x");
        assertThat(setup.attempts.retries)
                .containsExactly("0 ms, circuit_open, falling back to s/s");
    }

    /** Nobody may ask it. */
    private record Refusing(ModelException refusal) implements ModelClient {
        @Override
        public ModelReply send(ModelRequest request, AttemptLog attempts) {
            throw new AssertionError("asked although it refuses");
        }

        @Override
        public Optional<ModelException> refusal(String model) {
            return Optional.of(refusal);
        }

        @Override
        public String provider() {
            return "refusing";
        }
    }

    @Test
    void models_without_fallbacks_are_as_they_were() {
        TinyEndpoint endpoint = setup.endpoint(answer("x"));
        Resolved plain = new Resolved(setup.client(endpoint), "m");

        assertThat(new FallbackModels(_ -> plain, Map.of()).resolve("m")).isSameAs(plain);
    }

    private ModelReply ask(Script first, Script spare, Script last) throws InterruptedException {
        return chain(setup.endpoint(first), setup.endpoint(spare), setup.endpoint(last))
                .resolve("m")
                .client()
                .send(request(2), setup.attempts);
    }

    private Models chain(TinyEndpoint first, TinyEndpoint spare, TinyEndpoint last) {
        Resolved model = new Resolved(client("tiny", first), "m");
        return new FallbackModels(
                _ -> model,
                Map.of(
                        model,
                        List.of(
                                new Resolved(client("spare", spare), "spare"),
                                new Resolved(client("last", last), "last"))));
    }

    private HttpModelClient client(String name, TinyEndpoint endpoint) {
        return setup.client(ProviderConfig.of(name, endpoint.url(), ""));
    }
}
