package io.rvbbit.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WebhookConfigTest {
    private static GatewayConfig read(String address) {
        return ConfigReader.read(
                Optional.empty(), Map.of("RVBBIT_AI_FALLBACK_WEBHOOK", address), Map.of());
    }

    @Test
    void an_address_of_the_web_is_taken_and_none_is_none() {
        assertThat(read("https://host.example/hook?key=k").fallbackWebhook())
                .contains(URI.create("https://host.example/hook?key=k"));
        assertThat(read("").fallbackWebhook()).isEmpty();
    }

    @Test
    void another_is_refused_without_being_shown() {
        for (String wrong :
                new String[] {
                    "file:///etc/secret", "secret", "http://ada:secret@host/", "http://[secret"
                }) {
            assertThatThrownBy(() -> read(wrong))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("expected a URL such as https://host/path")
                    .hasMessageNotContaining("secret");
        }
    }
}
