package io.rvbbit.it.llm;

import static io.rvbbit.it.llm.BothClients.JSON;
import static io.rvbbit.it.llm.BothClients.KEY;
import static io.rvbbit.it.llm.BothClients.members;
import static io.rvbbit.it.llm.BothClients.officialTool;
import static io.rvbbit.it.llm.BothClients.ourTool;
import static io.rvbbit.it.llm.BothClients.ours;
import static io.rvbbit.it.llm.BothClients.params;
import static io.rvbbit.it.llm.BothClients.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.models.ResponseFormatJsonSchema;
import com.openai.models.chat.completions.ChatCompletionAssistantMessageParam;
import com.openai.models.chat.completions.ChatCompletionMessageFunctionToolCall;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import io.rvbbit.it.testkit.StubRequest;
import io.rvbbit.udf.llm.HttpModelClient;
import io.rvbbit.udf.llm.ModelRequest;
import io.rvbbit.udf.llm.ProviderConfig;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the official client sends, ours sends too. */
@Timeout(120)
class RequestConformanceIT {
    private static final String SCHEMA =
            """
            {"type":"object","properties":{"brand":{"type":"string"},"price":{"type":"number"}},
             "required":["brand","price"],"additionalProperties":false}\
            """;

    private final BothClients both = new BothClients();

    @AfterEach
    void close() {
        both.close();
    }

    @Test
    @SuppressWarnings("deprecation") // max_tokens is what compatible endpoints know.
    void a_plain_request_has_the_same_body() throws Exception {
        both.complete(
                params().addSystemMessage("Be brief.")
                        .addUserMessage("Air Max 97")
                        .temperature(0.25)
                        .maxTokens(64));
        both.send(
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
        both.complete(params().addUserMessage("x"));
        both.send(request("x"));

        StubRequest first = both.stub.requests().get(0);
        StubRequest second = both.stub.requests().get(1);
        assertThat(List.of("authorization", "content-type"))
                .allSatisfy(name ->
                        assertThat(second.headers().get(name))
                                .isEqualTo(first.headers().get(name)));
    }

    @Test
    void structured_output_has_the_same_body() throws Exception {
        both.complete(
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
        both.send(
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
        both.complete(
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
        both.send(
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
        both.complete(params().addUserMessage("x").maxCompletionTokens(64));
        try (HttpModelClient client =
                ours(
                        ProviderConfig.of("stub", both.stub.url(), KEY)
                                .withTokenLimitField(
                                        ProviderConfig.TokenLimitField.MAX_COMPLETION_TOKENS))) {
            client.send(
                    request(
                            List.of(new ModelRequest.Message("user", "x")),
                            null,
                            64,
                            null,
                            List.of()),
                    BothClients.Silence.LOG);
        }

        assertSameBodies();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/"})
    void the_base_url_is_extended_alike(String end) throws Exception {
        String url = both.stub.url() + end;
        OpenAIClient client = OpenAIOkHttpClient.builder().baseUrl(url).apiKey(KEY).build();
        client.chat().completions().create(params().addUserMessage("x").build());
        client.close();
        try (HttpModelClient client2 = ours(ProviderConfig.of("stub", url, KEY))) {
            client2.send(request("x"), BothClients.Silence.LOG);
        }

        assertThat(both.stub.calls()).isEqualTo(2);
        assertThat(both.stub.bill().sum().calls()).isEqualTo(2);
    }

    private void assertSameBodies() {
        assertThat(both.stub.requests()).hasSize(2);
        assertThat(both.stub.requests().get(1).body())
                .isEqualTo(both.stub.requests().get(0).body());
    }

    private static ResponseFormatJsonSchema.JsonSchema.Schema officialSchema() throws Exception {
        ResponseFormatJsonSchema.JsonSchema.Schema.Builder schema =
                ResponseFormatJsonSchema.JsonSchema.Schema.builder();
        members(SCHEMA)
                .forEach(
                        (name, value) -> schema.putAdditionalProperty(name, JsonValue.from(value)));
        return schema.build();
    }
}
