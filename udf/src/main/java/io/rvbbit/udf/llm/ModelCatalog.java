package io.rvbbit.udf.llm;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.net.URI;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Every configured provider, and which one serves a model.
 *
 * <p>A model {@code p/m} goes to provider p if there is one of that name; else a provider that
 * lists the whole name serves it; else the first that lists nothing, for it takes any. Without any
 * provider the {@link OfflineModel} answers. Threading: any thread.
 */
public final class ModelCatalog implements Models, AutoCloseable {
    private static final String OPENAI = "openai";
    private static final String OPENAI_URL = "https://api.openai.com/v1";
    private static final String MODEL_HINT =
            "set RVBBIT_MODEL, the provider's default model, or the cell's model";

    private final Map<String, Provider> providers = new LinkedHashMap<>();
    private final String defaultModel;
    private final OfflineModel offline = new OfflineModel();

    private record Provider(ProviderConfig config, HttpModelClient client) {}

    /** With real time; see the other constructor. */
    public ModelCatalog(
            List<ProviderConfig> configs,
            String defaultModel,
            ModelPrices prices,
            Traffic traffic) {
        this(configs, defaultModel, config -> new HttpModelClient(config, prices, traffic));
    }

    /**
     * Connects to nobody yet.
     *
     * @param defaultModel what serves requests that name none; empty: the default model of the
     *     first provider that has one
     */
    public ModelCatalog(
            List<ProviderConfig> configs,
            String defaultModel,
            Function<ProviderConfig, HttpModelClient> clients) {
        for (ProviderConfig config : configs) {
            if (providers.containsKey(config.name())) {
                throw invalid("two model providers are named \"" + config.name() + "\"", "");
            }
            providers.put(config.name(), new Provider(config, clients.apply(config)));
        }
        this.defaultModel =
                defaultModel.isBlank()
                        ? configs.stream()
                                .filter(config -> !config.defaultModel().isEmpty())
                                .findFirst()
                                .map(config -> config.name() + "/" + config.defaultModel())
                                .orElse("")
                        : defaultModel.strip();
        if (providers.isEmpty() && !this.defaultModel.isEmpty()) {
            throw invalid(
                    "there is a default model, \"%s\", but no endpoint"
                            .formatted(this.defaultModel),
                    "set OPENAI_BASE_URL or OPENAI_API_KEY, or unset RVBBIT_MODEL");
        }
    }

    /**
     * The provider that {@code OPENAI_BASE_URL}, {@code OPENAI_API_KEY} and {@code RVBBIT_MODEL}
     * describe; empty if there is neither URL nor key.
     *
     * <p>Its name is {@code openai}, or the URL's host where that is not OpenAI's, so that {@code
     * openai/gpt-4o} stays a whole model name at a broker that uses such names.
     */
    public static Optional<ProviderConfig> fromEnvironment(Map<String, String> environment) {
        String url = environment.getOrDefault("OPENAI_BASE_URL", "").strip();
        String key = environment.getOrDefault("OPENAI_API_KEY", "").strip();
        if (url.isEmpty() && key.isEmpty()) {
            return Optional.empty();
        }
        ProviderConfig config = ProviderConfig.of(OPENAI, url.isEmpty() ? OPENAI_URL : url, key);
        String host = hostName(config.baseUrl());
        boolean openai = host.equals("openai.com") || host.endsWith(".openai.com");
        ProviderConfig named = openai ? config : ProviderConfig.of(host, url, key);
        return Optional.of(
                named.withDefaultModel(environment.getOrDefault("RVBBIT_MODEL", "").strip()));
    }

    private static String hostName(URI url) {
        String host = url.getHost().toLowerCase(Locale.ROOT);
        // An IPv6 literal in brackets is no name for a provider.
        return host.startsWith("[") ? "endpoint" : host;
    }

    @Override
    public Resolved resolve(String model) {
        if (providers.isEmpty()) {
            return new Resolved(offline, model.isEmpty() ? OfflineModel.PROVIDER : model);
        }
        String wanted = model.isEmpty() ? defaultModel : model;
        if (wanted.isEmpty()) {
            throw invalid("there is a model endpoint, but no model is chosen", MODEL_HINT);
        }
        int slash = wanted.indexOf('/');
        Provider named = slash < 0 ? null : providers.get(wanted.substring(0, slash));
        if (named != null && slash + 1 < wanted.length()) {
            return new Resolved(named.client(), wanted.substring(slash + 1));
        }
        return providers.values().stream()
                .filter(provider -> provider.config().lists(wanted))
                .findFirst()
                .or(() ->
                        providers.values().stream()
                                .filter(provider -> provider.config().models().isEmpty())
                                .findFirst())
                .map(provider -> new Resolved(provider.client(), wanted))
                .orElseThrow(() ->
                        invalid(
                                "no provider serves model \"" + wanted + "\"",
                                "providers: " + String.join(", ", providers.keySet())));
    }

    /**
     * The most that a request can have cost, in picodollars; 0 where no price tells, or where the
     * provider is not configured any more.
     *
     * @param model as the request named it
     * @param body as it was sent
     */
    public long most(String provider, String model, String body, Instant at) {
        Provider known = providers.get(provider);
        return known == null ? 0 : known.client().most(model, body, at);
    }

    /** Whether nobody but the cascades' examples answers. */
    public boolean isOffline() {
        return providers.isEmpty();
    }

    /** For the ready line: {@code offline}, the default model's name, or {@code none}. */
    public String describe() {
        if (isOffline()) {
            return OfflineModel.PROVIDER;
        }
        return defaultModel.isEmpty() ? "none" : resolve("").model();
    }

    @Override
    public void close() {
        providers.values().forEach(provider -> provider.client().close());
    }

    private static SqlException invalid(String message, String hint) {
        return new SqlException(SqlState.INVALID_PARAMETER_VALUE, message).hint(hint);
    }
}
