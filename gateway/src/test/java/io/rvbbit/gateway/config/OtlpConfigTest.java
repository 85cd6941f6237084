package io.rvbbit.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OtlpConfigTest {
    private static Optional<OtlpConfig> read(String... variables) {
        Map<String, String> environment = new HashMap<>();
        for (int at = 0; at + 1 < variables.length; at += 2) {
            environment.put(variables[at], variables[at + 1]);
        }
        return ConfigReader.read(Optional.empty(), environment, Map.of()).tracing().otlp();
    }

    @Test
    void nothing_is_exported_unless_that_is_configured() {
        assertThat(read()).isEmpty();
        assertThat(read("OTEL_SERVICE_NAME", "sql")).isEmpty();
        assertThat(
                        read(
                                "OTEL_EXPORTER_OTLP_ENDPOINT",
                                "http://host:4318",
                                "OTEL_TRACES_EXPORTER",
                                "none"))
                .isEmpty();
        assertThat(read("RVBBIT_OTLP_ENDPOINT", "http://host:4318", "OTEL_SDK_DISABLED", "true"))
                .isEmpty();
    }

    @Test
    void the_sdk_gets_the_variables_under_its_own_names() {
        OtlpConfig config =
                read(
                                "RVBBIT_OTLP_ENDPOINT",
                                "http://host:4318",
                                "OTEL_EXPORTER_OTLP_HEADERS",
                                "api-key=s3cret")
                        .orElseThrow();

        assertThat(config.properties())
                .containsEntry("otel.exporter.otlp.endpoint", "http://host:4318")
                .containsEntry("otel.exporter.otlp.headers", "api-key=s3cret")
                .containsEntry("otel.exporter.otlp.protocol", "http/protobuf");
        assertThat(config.toString()).doesNotContain("s3cret");
    }

    @Test
    void an_endpoint_for_traces_alone_is_enough() {
        assertThat(read("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "https://host/traces")).isPresent();
    }

    @Test
    void what_cannot_be_done_is_refused_without_secrets() {
        assertThatThrownBy(() ->
                        read(
                                "OTEL_EXPORTER_OTLP_ENDPOINT",
                                "http://host:4317",
                                "OTEL_EXPORTER_OTLP_PROTOCOL",
                                "grpc"))
                .isInstanceOf(ConfigException.class)
                .hasMessage(
                        "OTEL_EXPORTER_OTLP_PROTOCOL: expected http/protobuf (collectors listen for it on port 4318), not \"grpc\"");
        assertThatThrownBy(() -> read("OTEL_EXPORTER_OTLP_ENDPOINT", "user:s3cret@host"))
                .isInstanceOf(ConfigException.class)
                .hasMessage(
                        "OTEL_EXPORTER_OTLP_ENDPOINT: expected a URL such as http://collector:4318");
    }
}
