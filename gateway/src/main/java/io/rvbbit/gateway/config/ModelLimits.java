package io.rvbbit.gateway.config;

import io.rvbbit.udf.llm.RateLimit;
import java.util.List;

/**
 * A provider's {@code limits}: a list of {@code model} (a name, {@code *} allowed; every model
 * without it), {@code requests-per-minute} and {@code tokens-per-minute}.
 */
final class ModelLimits {
    private static final String LIMITS = "limits";
    private static final String MODEL = "model";
    private static final String REQUESTS = "requests-per-minute";
    private static final String TOKENS = "tokens-per-minute";
    private static final List<String> KEYS = List.of(MODEL, REQUESTS, TOKENS);

    private ModelLimits() {}

    static boolean knows(String key) {
        return KEYS.contains(key);
    }

    static List<RateLimit> of(ConfigEntry provider) {
        Object limits = provider.get(LIMITS);
        if (limits == null) {
            return List.of();
        }
        if (!(limits instanceof List<?> list)
                || !list.stream().allMatch(ConfigEntry.class::isInstance)) {
            throw ModelEndpoints.wrong(
                    provider.where(LIMITS),
                    ModelEndpoints.PROVIDERS,
                    "limits is a list of keys and values");
        }
        return list.stream().map(ConfigEntry.class::cast).map(ModelLimits::limit).toList();
    }

    private static RateLimit limit(ConfigEntry entry) {
        ModelEndpoints.checkKeys(entry, KEYS, LIMITS);
        RateLimit limit =
                new RateLimit(
                        ModelEndpoints.text(entry, MODEL, LIMITS).orElse("*"),
                        count(entry, REQUESTS),
                        count(entry, TOKENS));
        if (limit.requestsPerMinute() == 0 && limit.tokensPerMinute() == 0) {
            throw ModelEndpoints.wrong(
                    entry.where(), LIMITS, "each entry needs " + REQUESTS + " or " + TOKENS);
        }
        return limit;
    }

    private static long count(ConfigEntry entry, String key) {
        return ModelEndpoints.text(entry, key, LIMITS)
                .map(written -> {
                    String digits = written.replace("_", "");
                    if (!digits.matches("[1-9]\\d{0,11}")) {
                        throw ModelEndpoints.wrong(
                                entry.where(key),
                                LIMITS,
                                key + " is a whole number from 1, not " + written);
                    }
                    return Long.parseLong(digits);
                })
                .orElse(0L);
    }
}
