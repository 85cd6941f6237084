package io.rvbbit.udf.llm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.rvbbit.tracking.CallerId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PromptSizeTest {
    private static ModelRequest request(String model, String text, @Nullable JsonNode schema) {
        return new ModelRequest(
                model,
                List.of(new ModelRequest.Message("user", text)),
                null,
                null,
                schema,
                "s",
                List.of(),
                Duration.ofSeconds(1),
                1,
                () -> null,
                new CallerId("sql-calm-cat-abc123"));
    }

    /** Token counts as OpenAI publishes them for these words, and seven around them. */
    @ParameterizedTest
    @CsvSource({
        "gpt-4o, hello world, 9",
        "gpt-4o-2024-08-06, antidisestablishmentarianism, 13",
        "openai/gpt-4.1-mini, hello world, 9",
        "gpt-3.5-turbo, hello world, 9",
        "gpt-4, antidisestablishmentarianism, 13",
        "o3-mini, <|endoftext|>, 14"
    })
    void known_families_are_counted(String model, String text, long tokens) {
        PromptSize size = PromptSize.of(request(model, text, null));

        assertThat(size.tokens()).isEqualTo(tokens);
        assertThat(size.exact()).isTrue();
        assertThat(size.bound()).isEqualTo(tokens);
    }

    @Test
    void other_models_are_taken_to_need_a_token_for_four_bytes() {
        PromptSize size = PromptSize.of(request("llama-3", "sixteen bytes ää", null));

        assertThat(size.tokens()).isEqualTo(5);
        assertThat(size.exact()).isFalse();
        assertThat(size.bound()).isGreaterThan(60);
    }

    @Test
    void a_schema_is_counted_and_makes_it_inexact() {
        JsonNode schema = JsonNodeFactory.instance.objectNode().put("type", "object");

        PromptSize with = PromptSize.of(request("gpt-4o", "hello world", schema));

        assertThat(with.exact()).isFalse();
        assertThat(with.tokens()).isGreaterThan(9);
        assertThat(with.bound()).isGreaterThan(with.tokens());
    }

    @ParameterizedTest
    @ValueSource(strings = {"o10", "gpt-4omni", "mistral-large", "my-gpt-4o", ""})
    void names_that_only_look_alike_are_not_known(String model) {
        assertThat(TokenFamily.of(model)).isEqualTo(Optional.empty());
    }
}
