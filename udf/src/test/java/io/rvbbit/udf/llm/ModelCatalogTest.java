package io.rvbbit.udf.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.tracking.Usage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelCatalogTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void without_any_provider_the_offline_model_answers() {
        try (ModelCatalog catalog = catalog("")) {
            assertThat(catalog.isOffline()).isTrue();
            assertThat(catalog.describe()).isEqualTo("offline");
            assertThat(catalog.resolve("").client().provider()).isEqualTo("offline");
            assertThat(catalog.resolve("gpt-4o").model()).isEqualTo("gpt-4o");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'', a, default-a",
        "unheard-of, a, unheard-of",
        "b/any/name, b, any/name",
        "listed-by-b, b, listed-by-b",
        "b-17, b, b-17",
        "vendor/model, a, vendor/model",
        "b/, a, b/",
    })
    void a_model_finds_its_provider(String model, String provider, String sent) {
        try (ModelCatalog catalog =
                catalog(
                        "",
                        provider("a").withDefaultModel("default-a"),
                        provider("b").withModels(List.of("listed-by-b", "b-*")))) {
            assertThat(catalog.isOffline()).isFalse();
            assertThat(catalog.resolve(model).client().provider()).isEqualTo(provider);
            assertThat(catalog.resolve(model).model()).isEqualTo(sent);
            assertThat(catalog.describe()).isEqualTo("default-a");
        }
    }

    @Test
    void an_endpoint_without_a_model_is_never_offline() {
        try (ModelCatalog catalog = catalog("", provider("a"))) {
            assertThat(catalog.describe()).isEqualTo("none");

            SqlException failure =
                    catchThrowableOfType(SqlException.class, () -> catalog.resolve(""));

            assertThat(failure.state()).isEqualTo(SqlState.INVALID_PARAMETER_VALUE);
            assertThat(failure.hint().orElseThrow()).contains("RVBBIT_MODEL");
        }
    }

    @Test
    void a_model_that_nobody_lists_is_refused() {
        try (ModelCatalog catalog = catalog("", provider("a").withModels(List.of("only-this")))) {
            assertThatThrownBy(() -> catalog.resolve("other"))
                    .hasMessage("no provider serves model \"other\"");
        }
    }

    @Test
    void a_default_model_without_an_endpoint_is_refused_at_start() {
        assertThatThrownBy(() -> catalog("gpt-4o").close())
                .isInstanceOf(SqlException.class)
                .hasMessageContaining("no endpoint");
    }

    @Test
    void the_environment_describes_a_provider() {
        assertThat(ModelCatalog.fromEnvironment(Map.of("RVBBIT_MODEL", "m"))).isEmpty();
        assertThat(ModelCatalog.fromEnvironment(Map.of("OPENAI_API_KEY", "k")))
                .get()
                .returns("openai", ProviderConfig::name)
                .returns(
                        "https://api.openai.com/v1/chat/completions",
                        config -> config.chatCompletions().toString());
        assertThat(
                        ModelCatalog.fromEnvironment(
                                Map.of(
                                        "OPENAI_BASE_URL",
                                        "https://broker.example/api/v1/",
                                        "RVBBIT_MODEL",
                                        "openai/gpt-4o")))
                .get()
                .returns("broker.example", ProviderConfig::name)
                .returns("openai/gpt-4o", ProviderConfig::defaultModel)
                .returns(
                        "https://broker.example/api/v1/chat/completions",
                        config -> config.chatCompletions().toString());
    }

    @Test
    void a_brokers_model_name_is_sent_whole() {
        ProviderConfig broker =
                ModelCatalog.fromEnvironment(
                                Map.of(
                                        "OPENAI_BASE_URL",
                                        "https://broker.example/v1",
                                        "RVBBIT_MODEL",
                                        "openai/gpt-4o"))
                        .orElseThrow();
        try (ModelCatalog catalog = catalog("", broker)) {
            assertThat(catalog.resolve("").model()).isEqualTo("openai/gpt-4o");
            assertThat(catalog.resolve("openai/gpt-4o").model()).isEqualTo("openai/gpt-4o");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost:8080/v1",
                "ftp://host/v1",
                "http:///v1",
                "http://a b/v1",
                "https://user:secret@host/v1",
                "https://host/v1#part",
                "",
            })
    void a_bad_base_url_is_refused_without_repeating_it(String url) {
        assertThatThrownBy(() -> ProviderConfig.of("a", url, "k"))
                .isInstanceOf(SqlException.class)
                .hasMessageStartingWith("the base URL of provider \"a\"")
                .hasMessageNotContaining("secret");
    }

    @Test
    void a_query_in_the_base_url_stays_at_the_end() {
        assertThat(ProviderConfig.of("a", "https://h/x/?api-version=1", "").chatCompletions())
                .hasToString("https://h/x/chat/completions?api-version=1");
    }

    @Test
    void a_key_is_trimmed_checked_and_never_printed() {
        assertThat(ProviderConfig.of("a", "http://h", " sk-1\n").apiKey()).isEqualTo("sk-1");
        assertThat(ProviderConfig.of("a", "http://h", "sk-1")).asString().doesNotContain("sk-1");
        assertThatThrownBy(() -> ProviderConfig.of("a", "http://h", "sk-1\r\nX: y"))
                .isInstanceOf(SqlException.class)
                .hasMessageNotContaining("sk-1");
    }

    @Test
    void two_providers_of_one_name_are_refused() {
        assertThatThrownBy(() -> catalog("", provider("a"), provider("a")).close())
                .hasMessage("two model providers are named \"a\"");
    }

    @Test
    void the_offline_model_answers_what_the_example_says() throws Exception {
        RecordedAttempts attempts = new RecordedAttempts();

        ModelReply text = offline("\"Nike\"", false, attempts);
        ModelReply structured = offline("{\"brand\":\"Nike\"}", true, attempts);

        assertThat(text.content()).isEqualTo("Nike");
        assertThat(structured.content()).isEqualTo("{\"brand\":\"Nike\"}");
        assertThat(text.usage()).isEqualTo(Usage.NONE);
        assertThat(attempts.started)
                .allMatch(started -> started.provider().equals("offline"))
                .hasSize(2);
        assertThat(attempts.ended).allMatch(ended -> Usage.NONE.equals(ended.usage())).hasSize(2);
    }

    @Test
    void the_offline_model_never_invents() {
        RecordedAttempts attempts = new RecordedAttempts();

        ModelException failure =
                catchThrowableOfType(ModelException.class, () -> offline(null, false, attempts));

        assertThat(failure.errorClass()).isEqualTo("offline");
        assertThat(failure.isFatal()).isFalse();
        assertThat(failure.hint()).contains("OPENAI_BASE_URL", "RVBBIT_MODEL");
        assertThat(attempts.ended.getFirst().errorJson()).contains("\"class\":\"offline\"");
    }

    private static ModelReply offline(
            @Nullable String example, boolean structured, AttemptLog attempts) throws Exception {
        JsonNode answer = example == null ? null : JSON.readTree(example);
        return new OfflineModel()
                .send(
                        new ModelRequest(
                                "offline",
                                List.of(new ModelRequest.Message("user", "Air Max 97")),
                                null,
                                null,
                                structured ? JSON.readTree("{\"type\":\"object\"}") : null,
                                "output",
                                List.of(),
                                Duration.ofSeconds(1),
                                3,
                                () -> answer,
                                ClientUnderTest.CALLER),
                        attempts);
    }

    private static ModelCatalog catalog(String defaultModel, ProviderConfig... configs) {
        return new ModelCatalog(
                List.of(configs), defaultModel, new ModelPrices(List.of()), new Traffic(1));
    }

    private static ProviderConfig provider(String name) {
        return ProviderConfig.of(name, "http://127.0.0.1:1/v1", "");
    }
}
