package io.rvbbit.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CachedTokensTest {
    @Test
    void what_a_reply_tells_is_shown() {
        assertThat(
                        CachedTokens.metadata(
                                "{\"usage\": {\"prompt_tokens\": 1200, \"prompt_tokens_details\":"
                                        + " {\"cached_tokens\": 1024}}}"))
                .isEqualTo("{\"cached_tokens\":1024}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "no JSON",
                "{\"usage\":{\"prompt_tokens_details\":{\"cached_tokens\":0}}}",
                "{\"usage\":{\"prompt_tokens_details\":{\"cached_tokens\":null}}}",
                "{\"usage\":{\"prompt_tokens_details\":{\"cached_tokens\":1.5}}}",
                "{\"usage\":{\"prompt_tokens_details\":{\"cached_tokens\":-3}}}",
                "{\"content\":\"\\\"cached_tokens\\\": 7\"}"
            })
    void nothing_is_shown_where_there_is_none(String reply) {
        assertThat(CachedTokens.metadata(reply)).isEqualTo("{}");
    }
}
