package io.rvbbit.it.llm;

import static io.rvbbit.it.llm.BothClients.officialTool;
import static io.rvbbit.it.llm.BothClients.ourTool;
import static io.rvbbit.it.llm.BothClients.params;
import static io.rvbbit.it.llm.BothClients.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.errors.OpenAIException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionMessageFunctionToolCall;
import io.rvbbit.it.testkit.StubAnswer;
import io.rvbbit.it.testkit.StubFault;
import io.rvbbit.udf.llm.ModelException;
import io.rvbbit.udf.llm.ModelReply;
import io.rvbbit.udf.llm.ModelRequest;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the official client makes of a reply, ours does too; where not, the test says why. */
@Timeout(120)
class ReplyConformanceIT {
    private final BothClients both = new BothClients();

    @AfterEach
    void close() {
        both.close();
    }

    @Test
    void text_and_tokens_are_read_alike() throws Exception {
        both.stub.answers("Air Max", "Nike — «ナイキ»\n");

        ChatCompletion theirs = both.complete(params().addUserMessage("Air Max 97"));
        ModelReply reply = both.send(request("Air Max 97"));

        assertThat(reply.content())
                .isEqualTo(theirs.choices().getFirst().message().content().orElseThrow());
        assertThat(reply.model()).isEqualTo(theirs.model());
        assertThat(reply.finishReason())
                .isEqualTo(theirs.choices().getFirst().finishReason().asString());
        assertThat(reply.usage().tokensIn()).isEqualTo(theirs.usage().orElseThrow().promptTokens());
        assertThat(reply.usage().tokensOut())
                .isEqualTo(theirs.usage().orElseThrow().completionTokens());
    }

    @Test
    void tool_calls_are_read_alike() throws Exception {
        both.stub.answers("Oslo", StubAnswer.toolCall("call_7", "weather", "{\"city\":\"Oslo\"}"));

        ChatCompletion theirs =
                both.complete(params().addUserMessage("Weather in Oslo?").addTool(officialTool()));
        ModelReply reply =
                both.send(
                        request(
                                List.of(new ModelRequest.Message("user", "Weather in Oslo?")),
                                null,
                                null,
                                null,
                                List.of(ourTool())));

        ChatCompletionMessageFunctionToolCall expected =
                theirs.choices()
                        .getFirst()
                        .message()
                        .toolCalls()
                        .orElseThrow()
                        .getFirst()
                        .asFunction();
        JsonNode call = toolCalls(reply).path(0);
        assertThat(call.path("id").asText()).isEqualTo(expected.id());
        assertThat(call.path("function").path("name").asText())
                .isEqualTo(expected.function().name());
        assertThat(call.path("function").path("arguments").asText())
                .isEqualTo(expected.function().arguments());
        assertThat(reply.finishReason()).isEqualTo("tool_calls");
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                400, 401, 402, 403, 404, 405, 408, 409, 413, 418, 422, 429, 500, 501, 502, 503, 504,
                529
            })
    void each_status_is_retried_or_not_alike(int status) {
        both.stub.failing(_ ->
                Optional.of(
                        new StubFault.Status(
                                status, Map.of("retry-after-ms", "1"), "stub", "scripted")));

        assertThat(callsOfOurs()).isEqualTo(callsOfOfficial());
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "false"})
    void an_endpoint_decides_about_retries_alike(String shouldRetry) {
        int status = shouldRetry.equals("true") ? 400 : 503;
        both.stub.failing(_ ->
                Optional.of(
                        new StubFault.Status(
                                status,
                                Map.of("retry-after-ms", "1", "x-should-retry", shouldRetry),
                                "stub",
                                "scripted")));

        assertThat(callsOfOurs())
                .isEqualTo(callsOfOfficial())
                .isEqualTo(shouldRetry.equals("true") ? 3 : 1);
    }

    /** The official client goes on asking; a used-up quota does not come back within seconds. */
    @Test
    void differs_a_used_up_quota_is_not_retried() {
        both.stub.failing(_ ->
                Optional.of(
                        new StubFault.Status(
                                429,
                                Map.of("retry-after-ms", "1"),
                                "insufficient_quota",
                                "no money")));

        assertThat(callsOfOfficial()).isEqualTo(3);
        assertThat(callsOfOurs()).isEqualTo(1);
    }

    /**
     * The official client hands garbage to its caller; a row of a statement has no caller to ask.
     */
    @Test
    void differs_garbage_in_a_200_is_retried() {
        both.stub.failing(_ -> Optional.of(new StubFault.Garbage("<html>")));

        assertThat(callsOfOfficial()).isEqualTo(1);
        assertThat(callsOfOurs()).isEqualTo(3);
    }

    private long callsOfOfficial() {
        long before = both.stub.calls();
        assertThatThrownBy(() -> both.complete(params().addUserMessage("x")).validate())
                .isInstanceOf(OpenAIException.class);
        return both.stub.calls() - before;
    }

    private long callsOfOurs() {
        long before = both.stub.calls();
        assertThatThrownBy(() -> both.send(request("x"))).isInstanceOf(ModelException.class);
        return both.stub.calls() - before;
    }

    private static JsonNode toolCalls(ModelReply reply) {
        JsonNode calls = reply.toolCalls();
        assertThat(calls).isNotNull();
        return Objects.requireNonNull(calls);
    }
}
