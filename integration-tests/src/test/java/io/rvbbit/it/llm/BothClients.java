package io.rvbbit.it.llm;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionFunctionTool;
import io.rvbbit.it.testkit.StubEndpoint;
import io.rvbbit.tracking.CallerId;
import io.rvbbit.tracking.Usage;
import io.rvbbit.udf.llm.AttemptLog;
import io.rvbbit.udf.llm.HttpModelClient;
import io.rvbbit.udf.llm.ModelPrices;
import io.rvbbit.udf.llm.ModelReply;
import io.rvbbit.udf.llm.ModelRequest;
import io.rvbbit.udf.llm.ProviderConfig;
import io.rvbbit.udf.llm.RetryPolicy;
import io.rvbbit.udf.llm.Traffic;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One stub endpoint, the official client and ours; both try three times and wait for nothing. */
final class BothClients implements AutoCloseable {
    static final String KEY = "test-key";
    static final ObjectMapper JSON = new ObjectMapper();
    private static final String PARAMETERS =
            """
            {"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}\
            """;

    final StubEndpoint stub = StubEndpoint.start();
    private final OpenAIClient official =
            OpenAIOkHttpClient.builder()
                    .baseUrl(stub.url())
                    .apiKey(KEY)
                    .maxRetries(2)
                    .timeout(Duration.ofSeconds(30))
                    .build();
    private final HttpModelClient ours = ours(ProviderConfig.of("stub", stub.url(), KEY));

    ChatCompletion complete(ChatCompletionCreateParams.Builder params) {
        return official.chat().completions().create(params.build());
    }

    ModelReply send(ModelRequest request) throws InterruptedException {
        return ours.send(request, Silence.LOG);
    }

    static HttpModelClient ours(ProviderConfig config) {
        return new HttpModelClient(
                config,
                new ModelPrices(List.of()),
                new Traffic(2_000),
                RetryPolicy.DEFAULT,
                Clock.systemUTC(),
                _ -> {},
                () -> 0);
    }

    static ChatCompletionCreateParams.Builder params() {
        return ChatCompletionCreateParams.builder().model("stub-model");
    }

    static ModelRequest request(String prompt) {
        return request(
                List.of(new ModelRequest.Message("user", prompt)), null, null, null, List.of());
    }

    static ModelRequest request(
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
                () -> null,
                new CallerId("sql-brave-otter-000001"));
    }

    static ChatCompletionFunctionTool officialTool() throws Exception {
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

    static ModelRequest.Tool ourTool() throws Exception {
        return new ModelRequest.Tool("weather", "today's weather", JSON.readTree(PARAMETERS));
    }

    static Map<String, Object> members(String json) throws Exception {
        return JSON.readValue(json, new TypeReference<>() {});
    }

    @Override
    public void close() {
        official.close();
        ours.close();
        stub.close();
    }

    /** Nobody listens. */
    enum Silence implements AttemptLog {
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
