package io.rvbbit.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rvbbit.udf.llm.ModelCatalog;
import io.rvbbit.udf.llm.Models;
import io.rvbbit.udf.llm.Traffic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ModelEndpointsTest {
    @TempDir Path directory;

    @Test
    void without_an_endpoint_the_offline_model_answers() throws IOException {
        try (ModelCatalog models = open("", Map.of())) {
            assertThat(models.isOffline()).isTrue();
            assertThat(models.describe()).isEqualTo("offline");
        }
    }

    @Test
    void the_environment_names_an_endpoint_and_its_model() throws IOException {
        Map<String, String> environment =
                Map.of("OPENAI_BASE_URL", "http://localhost:1/v1", "RVBBIT_MODEL", "small");
        try (ModelCatalog models = open("", environment)) {
            assertThat(models.isOffline()).isFalse();
            assertThat(models.describe()).isEqualTo("small");
        }
    }

    @Test
    void a_provider_of_the_file_takes_its_key_from_the_variable_it_names() throws IOException {
        String file =
                """
                model: local/tiny
                providers:
                  - name: local
                    base-url: http://localhost:1/v1
                    api-key-env: LOCAL_KEY
                    models: [tiny, large]
                    default-model: large
                    token-limit-field: max_completion_tokens
                    limits:
                      - {model: 'tiny*', requests-per-minute: 60, tokens-per-minute: 100_000}
                      - requests-per-minute: 500
                fallbacks: [{model: tiny, use: [local/large]}]
                prices:
                  - {provider: local, model: tiny, input: 0.15, output: 0.60, cached-input: 0.075, from: 2026-01-01, until: 2026-12-31}
                """;
        try (ModelCatalog models = open(file, Map.of("LOCAL_KEY", "sesame"))) {
            assertThat(models.describe()).isEqualTo("tiny");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    providers: [{base-url: 'http://localhost:1'}]                      | providers: each entry needs "name"
                    providers: [{name: a}]                                             | providers: each entry needs "base-url"
                    providers: [{name: a, base_url: 'http://localhost:1'}]             | providers: unknown key "base_url"; did you mean "base-url"?
                    providers: [{name: a, base-url: 'ftp://localhost:1'}]              | "a"
                    providers: [{name: offline, base-url: 'http://localhost:1'}]       | "offline" cannot be the name of a model provider
                    providers: [{name: a, base-url: 'http://l:1', api-key-env: NONE}]  | the environment variable NONE holds no API key
                    providers: [{name: a, base-url: 'http://l:1', models: m}]          | providers: models is a list of names
                    providers: [{name: a, base-url: 'http://l:1', token-limit-field: t}] | token-limit-field is max_tokens or max_completion_tokens, not t
                    providers: [{name: a, base-url: 'http://l:1'}, {name: a, base-url: 'http://l:2'}] | two model providers are named "a"
                    prices: [{input: 1, output: 2}]                                    | prices: each entry needs "model"
                    prices: [{model: m, output: 2}]                                    | prices: each entry needs "input"
                    prices: [{model: m, input: 1}]                                     | prices: each entry needs "output"
                    prices: [{model: m, input: -1, output: 2}]                         | prices: input is US dollars per million tokens, not -1
                    prices: [{model: m, input: 1, output: 1e3}]                        | prices: output is US dollars per million tokens, not 1e3
                    prices: [{model: m, input: 1, output: 2, from: soon}]              | prices: from is a date such as 2026-01-31, not soon
                    prices: [{model: m, input: 1, output: 2, form: 2026-01-01}]        | prices: unknown key "form"; did you mean "from"?
                    prices: [{model: m, input: 1, output: 2, from: 2026-02-01, until: 2026-01-01}] | until is a day after from
                    prices: [{model: [m], input: 1, output: 2}]                        | prices: model is a single value
                    providers: [{name: a, base-url: 'http://l:1', limits: 5}]          | providers: limits is a list of keys and values
                    providers: [{name: a, base-url: 'http://l:1', limits: [{model: m}]}] | limits: each entry needs requests-per-minute or tokens-per-minute
                    providers: [{name: a, base-url: 'http://l:1', limits: [{requests-per-minute: 0}]}] | limits: requests-per-minute is a whole number from 1, not 0
                    providers: [{name: a, base-url: 'http://l:1', limits: [{token-per-minute: 5}]}] | limits: unknown key "token-per-minute"; did you mean "tokens-per-minute"?
                    fallbacks: [{model: m, use: [n]}]                                  | fallbacks: there is no endpoint
                    {providers: [{name: a, base-url: 'http://l:1', models: [m, n]}], fallbacks: [{use: [n]}]} | fallbacks: each entry needs "model"
                    {providers: [{name: a, base-url: 'http://l:1', models: [m, n]}], fallbacks: [{model: m}]} | fallbacks: use is a list of models, at least one
                    {providers: [{name: a, base-url: 'http://l:1', models: [m, n]}], fallbacks: [{model: m, use: []}]} | fallbacks: use is a list of models, at least one
                    {providers: [{name: a, base-url: 'http://l:1', models: [m, n]}], fallbacks: [{model: m, use: [o]}]} | fallbacks: no provider serves model "o"
                    {providers: [{name: a, base-url: 'http://l:1', models: [m, n]}], fallbacks: [{model: o, use: [m]}]} | fallbacks: no provider serves model "o"
                    {providers: [{name: a, base-url: 'http://l:1', models: [m, n]}], fallbacks: [{model: m, use: [a/m]}]} | fallbacks: model "a/m" stands twice
                    {providers: [{name: a, base-url: 'http://l:1', models: [m, n]}], fallbacks: [{model: m, use: [n]}, {model: a/m, use: [n]}]} | fallbacks: model "a/m" stands twice
                    model: small                                                       | there is a default model, "small", but no endpoint
                    """)
    void a_wrong_entry_is_refused_and_says_what_is_right(String file, String expected) {
        ConfigException fault =
                catchThrowableOfType(ConfigException.class, () -> open(file, Map.of()).close());

        assertThat(fault).hasMessageContaining(expected);
        if (!file.startsWith("model")) {
            assertThat(fault).hasMessageStartingWith(directory.resolve("rvbbit.yaml") + ":1: ");
        }
    }

    @Test
    void the_line_is_that_of_the_key_or_of_its_entry() {
        assertThat(refused("providers:\n  - name: a\n    base-url: notaurl\n"))
                .hasMessageContaining(":2: providers: the base URL of provider \"a\" begins");
        assertThat(refused("prices:\n  - model: m\n    input: 1\n    output: -2\n"))
                .hasMessageContaining(":4: prices: output is US dollars");
    }

    private ConfigException refused(String file) {
        return catchThrowableOfType(ConfigException.class, () -> open(file, Map.of()).close());
    }

    @Test
    void a_key_that_no_header_can_carry_is_refused_without_being_shown() {
        ConfigException fault =
                catchThrowableOfType(
                        ConfigException.class,
                        () -> open("", Map.of("OPENAI_API_KEY", "sesame open")).close());

        assertThat(fault).hasMessageContaining("API key").message().doesNotContain("sesame");
    }

    private ModelCatalog open(String text, Map<String, String> environment) throws IOException {
        Path file = Files.writeString(directory.resolve("rvbbit.yaml"), text);
        GatewayConfig config = ConfigReader.read(Optional.of(file), environment, Map.of());
        ModelCatalog models = ModelEndpoints.open(config, new Traffic(1));
        Models _ = ModelFallbacks.over(models, config);
        return models;
    }
}
