package io.rvbbit.udf.llm;

import static io.rvbbit.udf.llm.ClientUnderTest.KEY;
import static io.rvbbit.udf.llm.ClientUnderTest.PAID;
import static io.rvbbit.udf.llm.ClientUnderTest.request;
import static io.rvbbit.udf.llm.TinyEndpoint.answer;
import static io.rvbbit.udf.llm.TinyEndpoint.reply;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ReplyJudgeTest {
    private final ClientUnderTest setup = new ClientUnderTest();

    @AfterEach
    void close() throws Exception {
        setup.close();
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
        TinyEndpoint endpoint = setup.endpoint(reply(status, body), answer("x"));

        ModelException failure = setup.failure(endpoint, request(5));

        assertThat(failure.errorClass()).isEqualTo(errorClass);
        assertThat(failure.isFatal()).isEqualTo(fatal);
        assertThat(endpoint.requests).hasSize(1);
        assertThat(setup.attempts.ended.getFirst().errorJson())
                .contains("\"class\":\"" + errorClass + "\"");
    }

    @Test
    void an_endpoint_may_forbid_the_retry() {
        TinyEndpoint endpoint =
                setup.endpoint(reply(503, "x-should-retry: false", "{}"), answer("x"));

        assertThat(setup.failure(endpoint, request(3)).errorClass()).isEqualTo("unavailable");
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
        TinyEndpoint endpoint = setup.endpoint(reply(200, body), answer("x"));

        assertThat(setup.client(endpoint).send(request(2), setup.attempts).content())
                .isEqualTo("x");
        assertThat(setup.attempts.ended.getFirst().errorJson()).contains("\"class\":\"garbled\"");
    }

    @Test
    void the_usage_of_a_garbled_reply_is_kept() {
        TinyEndpoint endpoint =
                setup.endpoint(
                        reply(
                                200,
                                """
                                {"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":3,\
                                "cost":0.000001234567}}\
                                """));

        assertThat(setup.failure(endpoint, request(1)).errorClass()).isEqualTo("garbled");
        assertThat(setup.attempts.ended.getFirst().usage()).isEqualTo(PAID);
    }

    @Test
    void a_reply_longer_than_the_bound_is_cut_off() {
        TinyEndpoint endpoint = setup.endpoint(answer("x".repeat(2_000)));
        HttpModelClient client =
                setup.client(
                        ProviderConfig.of("tiny", endpoint.url(), KEY)
                                .withBounds(Duration.ofSeconds(5), 4, 1_000));

        ModelException failure =
                catchThrowableOfType(
                        ModelException.class, () -> client.send(request(1), setup.attempts));

        assertThat(failure.errorClass()).isEqualTo("garbled");
        assertThat(failure).hasMessageContaining("more than 1000 bytes");
        assertThat(setup.attempts.ended.getFirst().responseJson()).hasSizeLessThan(1_300);
    }

    @ParameterizedTest
    @CsvSource({"length,length", "content_filter,refused"})
    void a_broken_off_answer_is_an_error_of_the_row_and_paid(String finish, String errorClass) {
        TinyEndpoint endpoint =
                setup.endpoint(
                        reply(
                                200,
                                """
                                {"choices":[{"finish_reason":"%s","message":{"content":"half an"}}],\
                                "usage":{"prompt_tokens":7,"completion_tokens":3,"cost":"0.000001234567"}}\
                                """
                                        .formatted(finish)));

        ModelException failure = setup.failure(endpoint, request(3));

        assertThat(failure.errorClass()).isEqualTo(errorClass);
        assertThat(failure.isFatal()).isFalse();
        assertThat(endpoint.requests).hasSize(1);
        assertThat(setup.attempts.ended.getFirst().usage()).isEqualTo(PAID);
    }

    @Test
    void a_refusal_is_an_error_of_the_row() {
        TinyEndpoint endpoint =
                setup.endpoint(
                        reply(
                                200,
                                """
                                {"choices":[{"finish_reason":"stop","message":\
                                {"content":null,"refusal":"I cannot help with that."}}]}\
                                """));

        assertThat(setup.failure(endpoint, request(3)))
                .returns("refused", ModelException::errorClass)
                .hasMessageContaining("I cannot help with that.");
    }

    @Test
    void a_brokers_error_inside_a_200_is_judged_by_its_code() {
        TinyEndpoint endpoint =
                setup.endpoint(reply(200, "{\"error\":{\"code\":401,\"message\":\"no\"}}"));

        assertThat(setup.failure(endpoint, request(3)))
                .returns("unauthorized", ModelException::errorClass)
                .returns(true, ModelException::isFatal);
    }

    @Test
    void a_redirect_does_not_carry_the_key_elsewhere() throws IOException {
        TinyEndpoint elsewhere = setup.endpoint(answer("x"));
        TinyEndpoint endpoint =
                setup.endpoint(
                        reply(307, "Location: " + elsewhere.url() + "/chat/completions", ""));

        assertThat(setup.failure(endpoint, request(3)).isFatal()).isTrue();
        assertThat(elsewhere.requests).isEmpty();
    }
}
