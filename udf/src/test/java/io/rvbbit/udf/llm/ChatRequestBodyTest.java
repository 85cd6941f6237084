package io.rvbbit.udf.llm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChatRequestBodyTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void what_nobody_asked_for_is_not_sent() throws Exception {
        assertThat(body("null", "x"))
                .isEqualTo(
                        JSON.readTree(
                                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{'type':'object','properties':{'a':{'type':'string'}},'required':['a'],'additionalProperties':false} | true",
                "{'type':'object','properties':{'a':{'type':'string'}},'required':['a']} | false",
                "{'type':'object','properties':{'a':{'type':'string'}},'required':[],'additionalProperties':false} | false",
                "{'type':'object','properties':{'a':{'type':'array','items':{'type':'object','properties':{'b':{}},'required':['b']}}},'required':['a'],'additionalProperties':false} | false",
                "{'type':'object','properties':{'allOf':{'type':'string'}},'required':['allOf'],'additionalProperties':false} | true",
                "{'type':'object','properties':{'a':{'allOf':[]}},'required':['a'],'additionalProperties':false} | false",
                "{'type':'string'} | false",
            })
    void a_schema_is_strict_only_where_the_endpoint_would_take_it(String schema, boolean strict)
            throws Exception {
        assertThat(
                        body(schema.replace('\'', '"'), "x")
                                .at("/response_format/json_schema/strict")
                                .asBoolean())
                .isEqualTo(strict);
    }

    @ParameterizedTest
    @CsvSource({"brand.extract,brand_extract", "'',output", "Größe,Gr__e"})
    void a_schemas_name_fits_the_api(String name, String sent) throws Exception {
        assertThat(
                        body("{\"type\":\"object\"}", name)
                                .at("/response_format/json_schema/name")
                                .asText())
                .isEqualTo(sent);
    }

    private static JsonNode body(String schema, String schemaName) throws Exception {
        JsonNode node = JSON.readTree(schema);
        return JSON.readTree(
                ChatRequestBody.of(
                        new ModelRequest(
                                "m",
                                List.of(new ModelRequest.Message("user", "hi")),
                                null,
                                null,
                                node.isNull() ? null : node,
                                schemaName,
                                List.of(),
                                Duration.ofSeconds(1),
                                1,
                                () -> null,
                                ClientUnderTest.CALLER),
                        ProviderConfig.TokenLimitField.MAX_TOKENS));
    }
}
