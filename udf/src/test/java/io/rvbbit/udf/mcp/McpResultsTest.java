package io.rvbbit.udf.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class McpResultsTest {
    private static CallToolResult result(String json) throws IOException {
        return ServerTransport.MAPPER.readValue(json, CallToolResult.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'content': [{'type': 'text', 'text': 'a'}, {'type': 'text', 'text': 'b'}]} | 'a\\nb'",
                "{'content': []} | ''",
                "{'content': [], 'structuredContent': {'n': 1.50}} | {'n':1.5}",
                "{'content': [{'type': 'text', 'text': '{\\'n\\': 12345678901234567890.5}'}], 'structuredContent': {'n': 12345678901234567890.5}} | {'n':12345678901234567890.5}",
                "{'content': [{'type': 'text', 'text': 'n is 1'}], 'structuredContent': {'n': 1}} | {'text':'n is 1','structured':{'n':1}}",
                "{'content': [{'type': 'image', 'data': 'aGk=', 'mimeType': 'image/png'}]} | '[image, which is not shown]'",
                "{'content': [{'type': 'resource', 'resource': {'uri': 'file:///a', 'text': 'inside'}}]} | 'inside'",
                "{'content': [{'type': 'resource_link', 'uri': 'file:///a', 'name': 'a'}]} | '[file:///a]'"
            })
    void what_a_model_is_told(String written, String told) throws Exception {
        assertThat(McpResults.read(result(written.replace('\'', '"'))))
                .hasToString(told.replace('\'', '"'));
    }

    @Test
    void an_error_is_told_with_its_text_if_it_has_one() throws IOException {
        CallToolResult said =
                result(
                        "{\"content\": [{\"type\": \"text\", \"text\": \"no\"}], \"isError\": true}");
        CallToolResult silent = result("{\"content\": [], \"isError\": true}");

        assertThat(catchThrowableOfType(McpFailure.class, () -> McpResults.read(said)))
                .hasMessage("says: no");
        assertThat(catchThrowableOfType(McpFailure.class, () -> McpResults.read(silent)))
                .hasMessage("says: it failed");
    }
}
