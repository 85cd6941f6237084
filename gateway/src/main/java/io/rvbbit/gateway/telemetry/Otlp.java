package io.rvbbit.gateway.telemetry;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import io.opentelemetry.sdk.autoconfigure.spi.traces.ConfigurableSpanExporterProvider;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.rvbbit.gateway.config.ConfigException;
import io.rvbbit.gateway.config.OtlpConfig;
import io.rvbbit.gateway.telemetry.FinishedSpan.Origin;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * Opens OpenTelemetry's own OTLP exporter with what the standard variables of the environment say.
 *
 * <p>Threading: stateless.
 */
public final class Otlp {
    private static final String NAME = "rvbbit";

    private Otlp() {}

    /**
     * Begins to export; nothing is connected to yet.
     *
     * @throws ConfigException if the exporter does not take what it is configured to do
     */
    public static SpanExport open(OtlpConfig config) {
        OtlpProperties properties = new OtlpProperties(config.properties());
        return new SpanExport(exporter(properties), new SpanTranslation(origin(properties)));
    }

    private static SpanExporter exporter(OtlpProperties properties) {
        try {
            return ServiceLoader.load(ConfigurableSpanExporterProvider.class).stream()
                    .map(ServiceLoader.Provider::get)
                    .filter(provider -> provider.getName().equals("otlp"))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("the OTLP exporter is not there"))
                    .createExporter(properties);
        } catch (ConfigurationException | IllegalArgumentException e) {
            throw new ConfigException("OTLP: " + properties.withoutSecrets(e));
        }
    }

    private static Origin origin(OtlpProperties properties) {
        String version =
                Optional.ofNullable(Otlp.class.getPackage().getImplementationVersion()).orElse("");
        AttributesBuilder own = Attributes.builder().put("service.name", NAME);
        if (!version.isEmpty()) {
            own.put("service.version", version);
        }
        AttributesBuilder given = Attributes.builder();
        for (Map.Entry<String, String> one :
                properties.getMap("otel.resource.attributes").entrySet()) {
            given.put(one.getKey(), decoded(one.getValue()));
        }
        Optional.ofNullable(properties.getString("otel.service.name"))
                .ifPresent(name -> given.put("service.name", name));
        Resource resource =
                Resource.getDefault()
                        .merge(Resource.create(own.build()))
                        .merge(Resource.create(given.build()));
        return new Origin(
                resource,
                InstrumentationScopeInfo.builder("io.rvbbit")
                        .setVersion(version)
                        .setSchemaUrl(SpanAttributes.SCHEMA_URL)
                        .build());
    }

    /** As W3C's baggage has it: a plus is a plus. */
    private static String decoded(String value) {
        try {
            return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            return value;
        }
    }
}
