package io.rvbbit.gateway.execution;

import io.rvbbit.udf.FallbackCall;
import io.rvbbit.udf.FallbackCall.Argument;
import io.rvbbit.udf.FallbackCall.Given;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The settings of calls that a model answers in place of a function. Threading: immutable. */
final class FallbackSettings {
    static final String SWITCH = "rvbbit.ai_fallback";
    static final String CACHE = "rvbbit.ai_fallback_cache";
    static final String MAX_COST = "rvbbit.ai_fallback_max_cost";
    static final String MODEL = "rvbbit.ai_fallback_model";
    static final String TIMEOUT = "rvbbit.ai_fallback_timeout";

    /** Binds where a model's cost can be known; who sets another bound insists on it. */
    static final String DEFAULT_MAX_COST = "0.05";

    static final Map<String, String> DEFAULTS = defaults();

    private FallbackSettings() {}

    /** A call that is bound as the session's settings have it now. */
    static FallbackCall call(
            ClientContext client,
            String service,
            String method,
            List<Argument> arguments,
            @Nullable Given given) {
        Settings settings = client.settings();
        String own = settings.get(MODEL);
        String maxCost = settings.get(MAX_COST);
        return new FallbackCall(
                service,
                method,
                arguments,
                given,
                client.user(),
                own.isEmpty() ? settings.get("rvbbit.model") : own,
                SettingValues.milliseconds(TIMEOUT, settings.get(TIMEOUT)),
                maxCost,
                !maxCost.equals(DEFAULT_MAX_COST),
                settings.get(CACHE));
    }

    private static Map<String, String> defaults() {
        Map<String, String> defaults = new LinkedHashMap<>();
        defaults.put(SWITCH, "off");
        defaults.put(CACHE, "1d");
        defaults.put(MAX_COST, DEFAULT_MAX_COST);
        defaults.put(MODEL, "");
        defaults.put(TIMEOUT, "30s");
        return Map.copyOf(defaults);
    }
}
