package io.rvbbit.gateway.config;

import io.rvbbit.rewriter.NearestName;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.udf.llm.ModelCatalog;
import io.rvbbit.udf.llm.ModelPrice;
import io.rvbbit.udf.llm.ModelPrices;
import io.rvbbit.udf.llm.ProviderConfig;
import io.rvbbit.udf.llm.ProviderConfig.TokenLimitField;
import io.rvbbit.udf.llm.Traffic;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Turns the configured providers and prices into model clients.
 *
 * <p>A provider: {@code name, base-url, api-key-env, models, default-model, token-limit-field,
 * region, limits} (see {@link ModelLimits}). A price: {@code provider, model, input, output,
 * cached-input, from, until}, in US dollars per million tokens. The environment's {@code OPENAI_*}
 * endpoint comes first.
 */
public final class ModelEndpoints {
    static final String PROVIDERS = "providers";
    private static final String PRICES = "prices";
    private static final List<String> PROVIDER_KEYS =
            List.of(
                    "name",
                    "base-url",
                    "api-key-env",
                    "models",
                    "default-model",
                    "token-limit-field",
                    "region",
                    "limits");
    private static final List<String> PRICE_KEYS =
            List.of("provider", "model", "input", "output", "cached-input", "from", "until");

    private ModelEndpoints() {}

    /** Whether an entry of providers, fallbacks or prices may have this key. */
    static boolean knows(String key) {
        return PROVIDER_KEYS.contains(key)
                || PRICE_KEYS.contains(key)
                || ModelLimits.knows(key)
                || ModelFallbacks.knows(key);
    }

    /**
     * The caller closes the catalog; nothing is connected to yet.
     *
     * @param traffic decides when requests leave
     * @throws ConfigException naming file and line of the entry that is wrong
     */
    public static ModelCatalog open(GatewayConfig config, Traffic traffic) {
        try {
            List<ProviderConfig> providers = providers(config);
            List<ModelPrice> prices = config.prices().stream().map(ModelEndpoints::price).toList();
            return new ModelCatalog(providers, config.model(), new ModelPrices(prices), traffic);
        } catch (SqlException e) {
            throw new ConfigException(told(e));
        }
    }

    private static List<ProviderConfig> providers(GatewayConfig config) {
        List<ProviderConfig> providers = new ArrayList<>();
        ModelCatalog.fromEnvironment(config.environment()).ifPresent(providers::add);
        for (ConfigEntry entry : config.providers()) {
            ProviderConfig provider = provider(entry, config);
            if (providers.stream().anyMatch(one -> one.name().equals(provider.name()))) {
                throw wrong(
                        entry.where("name"),
                        PROVIDERS,
                        "two model providers are named \"" + provider.name() + "\"");
            }
            providers.add(provider);
        }
        return providers;
    }

    /**
     * Where the endpoints are: what their entries say, or else what the names of their hosts do.
     *
     * @throws ConfigException as {@link #open}
     */
    public static Regions regions(GatewayConfig config) {
        Map<String, String> regions = new HashMap<>();
        try {
            for (ProviderConfig provider : providers(config)) {
                regions.put(provider.name(), Regions.ofHost(provider.baseUrl()));
            }
        } catch (SqlException e) {
            throw new ConfigException(told(e));
        }
        for (ConfigEntry entry : config.providers()) {
            text(entry, "region", PROVIDERS)
                    .ifPresent(region -> regions.put(required(entry, "name", PROVIDERS), region));
        }
        return new Regions(regions);
    }

    static String told(SqlException refusal) {
        return refusal.getMessage() + refusal.hint().map(hint -> "; " + hint).orElse("");
    }

    private static ProviderConfig provider(ConfigEntry entry, GatewayConfig config) {
        checkKeys(entry, PROVIDER_KEYS, PROVIDERS);
        String name = required(entry, "name", PROVIDERS);
        String url = required(entry, "base-url", PROVIDERS);
        String variable = text(entry, "api-key-env", PROVIDERS).orElse("");
        String key = variable.isEmpty() ? "" : config.environment().getOrDefault(variable, "");
        if (!variable.isEmpty() && key.isEmpty()) {
            throw wrong(
                    entry.where("api-key-env"),
                    PROVIDERS,
                    "the environment variable " + variable + " holds no API key");
        }
        ProviderConfig provider =
                endpoint(entry, name, url, key)
                        .withDefaultModel(text(entry, "default-model", PROVIDERS).orElse(""))
                        .withLimits(ModelLimits.of(entry));
        Object models = entry.get("models");
        if (models instanceof List<?> names && names.stream().allMatch(String.class::isInstance)) {
            provider = provider.withModels(names.stream().map(String::valueOf).toList());
        } else if (models != null) {
            throw wrong(entry.where("models"), PROVIDERS, "models is a list of names");
        }
        Optional<String> field = text(entry, "token-limit-field", PROVIDERS);
        return field.isPresent()
                ? provider.withTokenLimitField(tokenLimitField(entry, field.get()))
                : provider;
    }

    private static ProviderConfig endpoint(ConfigEntry entry, String name, String url, String key) {
        try {
            return ProviderConfig.of(name, url, key);
        } catch (SqlException e) {
            throw wrong(entry.where(), PROVIDERS, told(e));
        }
    }

    private static TokenLimitField tokenLimitField(ConfigEntry entry, String key) {
        for (TokenLimitField field : TokenLimitField.values()) {
            if (field.key().equals(key)) {
                return field;
            }
        }
        throw wrong(
                entry.where("token-limit-field"),
                PROVIDERS,
                "token-limit-field is max_tokens or max_completion_tokens, not " + key);
    }

    private static ModelPrice price(ConfigEntry entry) {
        checkKeys(entry, PRICE_KEYS, PRICES);
        BigDecimal input = money(entry, "input").orElseThrow(() -> missing(entry, PRICES, "input"));
        Instant from = date(entry, "from");
        Instant until = date(entry, "until");
        if (from != null && until != null && !from.isBefore(until)) {
            throw wrong(entry.where("until"), PRICES, "until is a day after from");
        }
        return new ModelPrice(
                text(entry, "provider", PRICES).orElse(""),
                required(entry, "model", PRICES),
                input,
                money(entry, "output").orElseThrow(() -> missing(entry, PRICES, "output")),
                money(entry, "cached-input").orElse(input),
                from,
                until);
    }

    static void checkKeys(ConfigEntry entry, List<String> known, String list) {
        for (String key : entry.keySet()) {
            if (!known.contains(key)) {
                throw wrong(
                        entry.where(key),
                        list,
                        "unknown key \""
                                + key
                                + "\""
                                + NearestName.of(key, known)
                                        .map(near -> "; did you mean \"" + near + "\"?")
                                        .orElse("; the keys are " + String.join(", ", known)));
            }
        }
    }

    static String required(ConfigEntry entry, String key, String list) {
        return text(entry, key, list).orElseThrow(() -> missing(entry, list, key));
    }

    private static ConfigException missing(ConfigEntry entry, String list, String key) {
        return wrong(entry.where(), list, "each entry needs \"" + key + "\"");
    }

    static ConfigException wrong(String where, String list, String fault) {
        return new ConfigException(where + ": " + list + ": " + fault);
    }

    static Optional<String> text(ConfigEntry entry, String key, String list) {
        Object value = entry.get(key);
        if (value == null) {
            return Optional.empty();
        }
        if (value instanceof String text) {
            return Optional.of(text.strip()).filter(stripped -> !stripped.isEmpty());
        }
        throw wrong(entry.where(key), list, key + " is a single value");
    }

    private static Optional<BigDecimal> money(ConfigEntry entry, String key) {
        return text(entry, key, PRICES)
                .map(value -> {
                    if (!value.matches("\\d{1,9}(\\.\\d{1,12})?")) {
                        throw wrong(
                                entry.where(key),
                                PRICES,
                                key + " is US dollars per million tokens, not " + value);
                    }
                    return new BigDecimal(value);
                });
    }

    private static @Nullable Instant date(ConfigEntry entry, String key) {
        Optional<String> value = text(entry, key, PRICES);
        if (value.isEmpty()) {
            return null;
        }
        try {
            return LocalDate.parse(value.get()).atStartOfDay(ZoneOffset.UTC).toInstant();
        } catch (DateTimeParseException e) {
            throw wrong(
                    entry.where(key),
                    PRICES,
                    key + " is a date such as 2026-01-31, not " + value.get());
        }
    }
}
