package io.rvbbit.gateway.config;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.udf.llm.FallbackModels;
import io.rvbbit.udf.llm.ModelCatalog;
import io.rvbbit.udf.llm.Models;
import io.rvbbit.udf.llm.Models.Resolved;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The configured {@code fallbacks}: a list of {@code model} and {@code use}, the models that stand
 * in for it, in order. Names are written as in cascades, with or without {@code provider/}.
 */
public final class ModelFallbacks {
    private static final String FALLBACKS = "fallbacks";
    private static final String MODEL = "model";
    private static final String USE = "use";
    private static final List<String> KEYS = List.of(MODEL, USE);

    private ModelFallbacks() {}

    static boolean knows(String key) {
        return KEYS.contains(key);
    }

    /**
     * The catalog's models with their fallbacks.
     *
     * @throws ConfigException naming file and line of the entry that is wrong
     */
    public static Models over(ModelCatalog catalog, GatewayConfig config) {
        Map<Resolved, List<Resolved>> fallbacks = new HashMap<>();
        for (ConfigEntry entry : config.fallbacks()) {
            ModelEndpoints.checkKeys(entry, KEYS, FALLBACKS);
            if (catalog.isOffline()) {
                throw ModelEndpoints.wrong(
                        entry.where(),
                        FALLBACKS,
                        "there is no endpoint; set OPENAI_BASE_URL, OPENAI_API_KEY or providers");
            }
            String name = ModelEndpoints.required(entry, MODEL, FALLBACKS);
            Resolved model = resolved(catalog, entry, MODEL, name);
            if (fallbacks.put(model, use(catalog, entry, model)) != null) {
                throw ModelEndpoints.wrong(
                        entry.where(MODEL), FALLBACKS, "model \"" + name + "\" stands twice");
            }
        }
        return new FallbackModels(catalog, fallbacks);
    }

    private static List<Resolved> use(ModelCatalog catalog, ConfigEntry entry, Resolved model) {
        Object use = entry.get(USE);
        if (!(use instanceof List<?> names)
                || names.isEmpty()
                || !names.stream().allMatch(String.class::isInstance)) {
            throw ModelEndpoints.wrong(
                    entry.where(USE), FALLBACKS, "use is a list of models, at least one");
        }
        List<Resolved> others = new ArrayList<>();
        for (Object each : names) {
            String name = String.valueOf(each).strip();
            Resolved other = resolved(catalog, entry, USE, name);
            if (other.equals(model) || others.contains(other)) {
                throw ModelEndpoints.wrong(
                        entry.where(USE), FALLBACKS, "model \"" + name + "\" stands twice");
            }
            others.add(other);
        }
        return others;
    }

    private static Resolved resolved(
            ModelCatalog catalog, ConfigEntry entry, String key, String name) {
        if (name.isEmpty()) {
            throw ModelEndpoints.wrong(entry.where(key), FALLBACKS, "a model has a name");
        }
        try {
            return catalog.resolve(name);
        } catch (SqlException unknown) {
            throw ModelEndpoints.wrong(entry.where(key), FALLBACKS, ModelEndpoints.told(unknown));
        }
    }
}
