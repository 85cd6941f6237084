package io.rvbbit.it.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.errors.OpenAIException;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.ResponseFormatJsonSchema;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionAssistantMessageParam;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionFunctionTool;
import com.openai.models.chat.completions.ChatCompletionMessageFunctionToolCall;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import io.rvbbit.it.testkit.StubAnswer;
import io.rvbbit.it.testkit.StubEndpoint;
import io.rvbbit.it.testkit.StubFault;
import io.rvbbit.it.testkit.StubRequest;
import io.rvbbit.tracking.Usage;
import io.rvbbit.udf.llm.AttemptLog;
import io.rvbbit.udf.llm.HttpModelClient;
import io.rvbbit.udf.llm.ModelException;
import io.rvbbit.udf.llm.ModelPrices;
import io.rvbbit.udf.llm.ModelReply;
import io.rvbbit.udf.llm.ModelRequest;
import io.rvbbit.udf.llm.ProviderConfig;
import io.rvbbit.udf.llm.RetryPolicy;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the official client does with an endpoint, ours does too. */
@Timeout(120)
class ModelConformanceIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String KEY = "test-key";
    private static final String SCHEMA =
            """
            {"type":"object","properties":{"brand":{"type":"string"},"price":{"type":"number"}},
             "required":["brand","price"],"additionalProperties":false}\
            """;
    private static final String PARAMETERS =
            """
            {"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}\
            """;

    private final StubEndpoint stub = StubEndpoint.start();
    private final OpenAIClient official =
            OpenAIOkHttpClient.builder()
                    .baseUrl(stub.url())
                    .apiKey(KEY)
                    .maxRetries(2)
                    .timeout(Duration.ofSeconds(30))
                    .build();
    private final HttpModelClient ours = ours(ProviderConfig.of("stub", stub.url(), KEY));

    @AfterEach
    void close() {
        official.close();
        ours.close();
        stub.close();
    }

    @Test
    @SuppressWarnings("deprecation") // max_tokens is what compatible endpoints know.
    void a_plain_request_has_the_same_body() throws Exception {
        complete(
                params().addSystemMessage("Be brief.")
                        .addUserMessage("Air Max 97")
                        .temperature(0.25)
                        .maxTokens(64));
        send(
                request(
                        List.of(
                                new ModelRequest.Message("system", "Be brief."),
                                new ModelRequest.Message("user", "Air Max 97")),
                        0.25,
                        64,
                        null,
                        List.of()));

        assertSameBodies();
    }

    @Test
    void headers_that_matter_are_the_same() throws Exception {
        complete(params().addUserMessage("x"));
        send(request("x"));

        StubRequest first = stub.requests().get(0);
        StubRequest second = stub.requests().get(1);
        assertThat(List.of("authorization", "content-type"))
                .allSatisfy(name ->
                        assertThat(second.headers().get(name))
                                .isEqualTo(first.headers().get(name)));
    }

    @Test
    void structured_output_has_the_same_body() throws Exception {
        complete(
                params().addUserMessage("Air Max 97")
                        .responseFormat(
                                ResponseFormatJsonSchema.builder()
                                        .jsonSchema(
                                                ResponseFormatJsonSchema.JsonSchema.builder()
                                                        .name("product")
                                                        .strict(true)
                                                        .schema(officialSchema())
                                                        .build())
                                        .build()));
        send(
                request(
                        List.of(new ModelRequest.Message("user", "Air Max 97")),
                        null,
                        null,
                        JSON.readTree(SCHEMA),
                        List.of()));

        assertSameBodies();
    }

    @Test
    void tools_and_their_answers_have_the_same_body() throws Exception {
        String calls =
                """
                [{"id":"call_1","type":"function",
                  "function":{"name":"weather","arguments":"{\\"city\\":\\"Oslo\\"}"}}]\
                """;
        complete(
                params().addUserMessage("Weather in Oslo?")
                        .addMessage(
                                ChatCompletionAssistantMessageParam.builder()
                                        .addToolCall(
                                                ChatCompletionMessageFunctionToolCall.builder()
                                                        .id("call_1")
                                                        .function(
                                                                ChatCompletionMessageFunctionToolCall
                                                                        .Function.builder()
                                                                        .name("weather")
                                                                        .arguments(
                                                                                "{\"city\":\"Oslo\"}")
                                                                        .build())
                                                        .build())
                                        .build())
                        .addMessage(
                                ChatCompletionToolMessageParam.builder()
                                        .toolCallId("call_1")
                                        .content("rain")
                                        .build())
                        .addTool(officialTool()));
        send(
                request(
                        List.of(
                                new ModelRequest.Message("user", "Weather in Oslo?"),
                                new ModelRequest.Message("assistant", "", JSON.readTree(calls), ""),
                                new ModelRequest.Message("tool", "rain", null, "call_1")),
                        null,
                        null,
                        null,
                        List.of(ourTool())));

        assertSameBodies();
    }

    @Test
    void reasoning_models_get_the_same_token_bound() throws Exception {
        complete(params().addUserMessage("x").maxCompletionTokens(64));
        try (HttpModelClient client =
                ours(
                        ProviderConfig.of("stub", stub.url(), KEY)
                                .withTokenLimitField(
                                        ProviderConfig.TokenLimitField.MAX_COMPLETION_TOKENS))) {
            client.send(
                    request(
                            List.of(new ModelRequest.Message("user", "x")),
                            null,
                            64,
                            null,
                            List.of()),
                    Silence.LOG);
        }

        assertSameBodies();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/"})
    void the_base_url_is_extended_alike(String end) throws Exception {
        String url = stub.url() + end;
        OpenAIClient client = OpenAIOkHttpClient.builder().baseUrl(url).apiKey(KEY).build();
        client.chat().completions().create(params().addUserMessage("x").build());
        client.close();
        try (HttpModelClient client2 = ours(ProviderConfig.of("stub", url, KEY))) {
            client2.send(request("x"), Silence.LOG);
        }

        assertThat(stub.calls()).isEqualTo(2);
        assertThat(stub.bill().sum().calls()).isEqualTo(2);
    }

    @Test
    void text_and_tokens_are_read_alike() throws Exception {
        stub.answers("Air Max", "Nike — «ナイキ»\n");

        ChatCompletion theirs = complete(params().addUserMessage("Air Max 97"));
        ModelReply reply = send(request("Air Max 97"));

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
        stub.answers("Oslo", StubAnswer.toolCall("call_7", "weather", "{\"city\":\"Oslo\"}"));

        ChatCompletion theirs =
                complete(params().addUserMessage("Weather in Oslo?").addTool(officialTool()));
        ModelReply reply =
                send(
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
        stub.failing(_ ->
                Optional.of(
                        new StubFault.Status(
                                status, Map.of("retry-after-ms", "1"), "stub", "scripted")));

        assertThat(callsOfOurs()).isEqualTo(callsOfOfficial());
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "false"})
    void an_endpoint_decides_about_retries_alike(String shouldRetry) {
        int status = shouldRetry.equals("true") ? 400 : 503;
        stub.failing(_ ->
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
        stub.failing(_ ->
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
        stub.failing(_ -> Optional.of(new StubFault.Garbage("<html>")));

        assertThat(callsOfOfficial()).isEqualTo(1);
        assertThat(callsOfOurs()).isEqualTo(3);
    }

    private void assertSameBodies() {
        assertThat(stub.requests()).hasSize(2);
        assertThat(stub.requests().get(1).body()).isEqualTo(stub.requests().get(0).body());
    }

    private long callsOfOfficial() {
        long before = stub.calls();
        assertThatThrownBy(() -> complete(params().addUserMessage("x")).validate())
                .isInstanceOf(OpenAIException.class);
        return stub.calls() - before;
    }

    private long callsOfOurs() {
        long before = stub.calls();
        assertThatThrownBy(() -> send(request("x"))).isInstanceOf(ModelException.class);
        return stub.calls() - before;
    }

    private ChatCompletion complete(ChatCompletionCreateParams.Builder params) {
        return official.chat().completions().create(params.build());
    }

    private ModelReply send(ModelRequest request) throws InterruptedException {
        return ours.send(request, Silence.LOG);
    }

    private static HttpModelClient ours(ProviderConfig config) {
        return new HttpModelClient(
                config,
                new ModelPrices(List.of()),
                RetryPolicy.DEFAULT,
                Clock.systemUTC(),
                _ -> {},
                () -> 0);
    }

    private static ChatCompletionCreateParams.Builder params() {
        return ChatCompletionCreateParams.builder().model("stub-model");
    }

    private static ModelRequest request(String prompt) {
        return request(
                List.of(new ModelRequest.Message("user", prompt)), null, null, null, List.of());
    }

    private static ModelRequest request(
            List<ModelRequest.Message> messages,
            @Nullable Double temperature,
            @Nullable Integer maxTokens,
            @Nullable JsonNode schema,
            List<ModelRequest.Tool> tools) {
        return new ModelRequest(
                "stub-model",
                messages,
                temperature,
                maxTokens,
                schema,
                "product",
                tools,
                Duration.ofSeconds(30),
                3,
                null);
    }

    private static ResponseFormatJsonSchema.JsonSchema.Schema officialSchema() throws Exception {
        ResponseFormatJsonSchema.JsonSchema.Schema.Builder schema =
                ResponseFormatJsonSchema.JsonSchema.Schema.builder();
        members(SCHEMA)
                .forEach(
                        (name, value) -> schema.putAdditionalProperty(name, JsonValue.from(value)));
        return schema.build();
    }

    private static ChatCompletionFunctionTool officialTool() throws Exception {
        FunctionParameters.Builder parameters = FunctionParameters.builder();
        members(PARAMETERS)
                .forEach((name, value) ->
                        parameters.putAdditionalProperty(name, JsonValue.from(value)));
        return ChatCompletionFunctionTool.builder()
                .function(
                        FunctionDefinition.builder()
                                .name("weather")
                                .description("today's weather")
                                .parameters(parameters.build())
                                .build())
                .build();
    }

    private static ModelRequest.Tool ourTool() throws Exception {
        return new ModelRequest.Tool("weather", "today's weather", JSON.readTree(PARAMETERS));
    }

    private static Map<String, Object> members(String json) throws Exception {
        return JSON.readValue(json, new TypeReference<>() {});
    }

    private static JsonNode toolCalls(ModelReply reply) {
        JsonNode calls = reply.toolCalls();
        assertThat(calls).isNotNull();
        return Objects.requireNonNull(calls);
    }

    /** Nobody listens. */
    private enum Silence implements AttemptLog {
        LOG;

        @Override
        public void started(
                String requestId, String modelRequested, String provider, String requestJson) {}

        @Override
        public void ended(
                String requestId,
                String model,
                @Nullable Usage usage,
                String responseJson,
                String toolCallsJson,
                String errorJson,
                Duration duration) {}

        @Override
        public void retrying(Duration wait, String reason) {}
    }
}
