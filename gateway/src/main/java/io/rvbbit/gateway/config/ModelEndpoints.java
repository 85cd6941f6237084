package io.rvbbit.gateway.config;

import io.rvbbit.rewriter.NearestName;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.udf.llm.ModelCatalog;
import io.rvbbit.udf.llm.ModelPrice;
import io.rvbbit.udf.llm.ModelPrices;
import io.rvbbit.udf.llm.ProviderConfig;
import io.rvbbit.udf.llm.ProviderConfig.TokenLimitField;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Turns the configured providers and prices into model clients.
 *
 * <p>A provider: {@code name, base-url, api-key-env, models, default-model, token-limit-field}. A
 * price: {@code provider, model, input, output, cached-input, from, until}, in US dollars per
 * million tokens. The environment's {@code OPENAI_*} endpoint comes first.
 */
public final class ModelEndpoints {
    private static final List<String> PROVIDER_KEYS =
            List.of(
                    "name",
                    "base-url",
                    "api-key-env",
                    "models",
                    "default-model",
                    "token-limit-field");
    private static final List<String> PRICE_KEYS =
            List.of("provider", "model", "input", "output", "cached-input", "from", "until");

    private ModelEndpoints() {}

    /** Whether an entry of providers or prices may have this key. */
    static boolean knows(String key) {
        return PROVIDER_KEYS.contains(key) || PRICE_KEYS.contains(key);
    }

    /** The caller closes the catalog; nothing is connected to yet. */
    public static ModelCatalog open(GatewayConfig config) {
        try {
            List<ProviderConfig> providers = new ArrayList<>();
            ModelCatalog.fromEnvironment(config.environment()).ifPresent(providers::add);
            config.providers().forEach(entry -> providers.add(provider(entry, config)));
            List<ModelPrice> prices = config.prices().stream().map(ModelEndpoints::price).toList();
            return new ModelCatalog(providers, config.model(), new ModelPrices(prices));
        } catch (SqlException e) {
            throw new ConfigException(
                    e.getMessage() + e.hint().map(hint -> "; " + hint).orElse(""));
        }
    }

    private static ProviderConfig provider(Map<String, Object> entry, GatewayConfig config) {
        checkKeys(entry, PROVIDER_KEYS, "providers");
        String variable = text(entry, "api-key-env").orElse("");
        String key = variable.isEmpty() ? "" : config.environment().getOrDefault(variable, "");
        if (!variable.isEmpty() && key.isEmpty()) {
            throw new ConfigException(
                    "providers: the environment variable " + variable + " holds no API key");
        }
        ProviderConfig provider =
                ProviderConfig.of(required(entry, "name"), required(entry, "base-url"), key)
                        .withDefaultModel(text(entry, "default-model").orElse(""));
        Object models = entry.get("models");
        if (models instanceof List<?> names) {
            provider = provider.withModels(names.stream().map(String::valueOf).toList());
        } else if (models != null) {
            throw new ConfigException("providers: models is a list of names");
        }
        Optional<String> field = text(entry, "token-limit-field");
        return field.isPresent()
                ? provider.withTokenLimitField(tokenLimitField(field.get()))
                : provider;
    }

    private static TokenLimitField tokenLimitField(String key) {
        for (TokenLimitField field : TokenLimitField.values()) {
            if (field.key().equals(key)) {
                return field;
            }
        }
        throw new ConfigException(
                "providers: token-limit-field is max_tokens or max_completion_tokens, not " + key);
    }

    private static ModelPrice price(Map<String, Object> entry) {
        checkKeys(entry, PRICE_KEYS, "prices");
        BigDecimal input = money(entry, "input").orElseThrow(() -> missing("prices", "input"));
        return new ModelPrice(
                text(entry, "provider").orElse(""),
                text(entry, "model").orElseThrow(() -> missing("prices", "model")),
                input,
                money(entry, "output").orElseThrow(() -> missing("prices", "output")),
                money(entry, "cached-input").orElse(input),
                date(entry, "from"),
                date(entry, "until"));
    }

    private static void checkKeys(Map<String, Object> entry, List<String> known, String where) {
        for (String key : entry.keySet()) {
            if (!known.contains(key)) {
                throw new ConfigException(
                        where
                                + ": unknown key \""
                                + key
                                + "\""
                                + NearestName.of(key, known)
                                        .map(near -> "; did you mean \"" + near + "\"?")
                                        .orElse("; the keys are " + String.join(", ", known)));
            }
        }
    }

    private static String required(Map<String, Object> entry, String key) {
        return text(entry, key).orElseThrow(() -> missing("providers", key));
    }

    private static ConfigException missing(String where, String key) {
        return new ConfigException(where + ": each entry needs \"" + key + "\"");
    }

    private static Optional<String> text(Map<String, Object> entry, String key) {
        return Optional.ofNullable(entry.get(key)).map(String::valueOf).map(String::strip);
    }

    private static Optional<BigDecimal> money(Map<String, Object> entry, String key) {
        return text(entry, key)
                .map(value -> {
                    if (!value.matches("\\d{1,9}(\\.\\d{1,12})?")) {
                        throw new ConfigException(
                                "prices: "
                                        + key
                                        + " is US dollars per million tokens, not "
                                        + value);
                    }
                    return new BigDecimal(value);
                });
    }

    private static @Nullable Instant date(Map<String, Object> entry, String key) {
        Optional<String> value = text(entry, key);
        if (value.isEmpty()) {
            return null;
        }
        try {
            return LocalDate.parse(value.get()).atStartOfDay(ZoneOffset.UTC).toInstant();
        } catch (DateTimeParseException e) {
            throw new ConfigException(
                    "prices: " + key + " is a date such as 2026-01-31, not " + value.get());
        }
    }
}
