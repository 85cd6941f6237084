package io.rvbbit.udf.llm;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * One endpoint and how to talk to it.
 *
 * @param name the provider's name in the books and before the slash in {@code provider/model}
 * @param baseUrl what {@code /chat/completions} is appended to, as the official clients do
 * @param apiKey sent as Bearer token; empty for none. Never printed.
 * @param models names that select this provider, {@code *} allowed; empty if it takes any
 * @param defaultModel used where nobody names one; empty if there is none
 * @param maxConnections requests in flight at a time; further ones wait for their turn
 * @param maxReplyBytes a longer reply is cut off and counts as garbled
 * @param tokenLimitField what this endpoint calls the bound on output tokens
 * @param limits what it allows per model, the first fitting one counts; its replies may tell more
 */
public record ProviderConfig(
        String name,
        URI baseUrl,
        String apiKey,
        List<String> models,
        String defaultModel,
        Duration connectTimeout,
        int maxConnections,
        int maxReplyBytes,
        TokenLimitField tokenLimitField,
        List<RateLimit> limits) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
    private static final Pattern HEADER_SAFE = Pattern.compile("[\\x21-\\x7e]*");

    /** The request's key for the bound on output tokens. */
    public enum TokenLimitField {
        /** Every compatible endpoint knows it. */
        MAX_TOKENS("max_tokens"),
        /** Asked for by OpenAI's reasoning models. */
        MAX_COMPLETION_TOKENS("max_completion_tokens");

        private final String key;

        TokenLimitField(String key) {
            this.key = key;
        }

        public String key() {
            return key;
        }
    }

    public ProviderConfig {
        models = List.copyOf(models);
        limits = List.copyOf(limits);
        apiKey = apiKey.strip();
        if (!NAME.matcher(name).matches() || name.equals(OfflineModel.PROVIDER)) {
            throw refused("\"" + name + "\" cannot be the name of a model provider", "");
        }
        if (!HEADER_SAFE.matcher(apiKey).matches()) {
            throw refused(
                    "the API key of provider \"%s\" holds a character that no header can carry"
                            .formatted(name),
                    "use printable ASCII without blanks");
        }
        if (connectTimeout.isNegative() || connectTimeout.isZero()) {
            throw refused("the connect timeout of provider \"%s\" is 0".formatted(name), "");
        }
        if (maxConnections < 1 || maxReplyBytes < 1) {
            throw refused("the bounds of provider \"%s\" start at 1".formatted(name), "");
        }
        checkUrl(name, baseUrl);
    }

    /** A provider that takes any model, with the usual bounds. */
    public static ProviderConfig of(String name, String baseUrl, String apiKey) {
        return new ProviderConfig(
                name,
                parseUrl(name, baseUrl),
                apiKey,
                List.of(),
                "",
                Duration.ofSeconds(10),
                1_024,
                16 << 20,
                TokenLimitField.MAX_TOKENS,
                List.of());
    }

    public ProviderConfig withDefaultModel(String model) {
        return new ProviderConfig(
                name,
                baseUrl,
                apiKey,
                models,
                model,
                connectTimeout,
                maxConnections,
                maxReplyBytes,
                tokenLimitField,
                limits);
    }

    public ProviderConfig withModels(List<String> names) {
        return new ProviderConfig(
                name,
                baseUrl,
                apiKey,
                names,
                defaultModel,
                connectTimeout,
                maxConnections,
                maxReplyBytes,
                tokenLimitField,
                limits);
    }

    public ProviderConfig withBounds(Duration connect, int connections, int replyBytes) {
        return new ProviderConfig(
                name,
                baseUrl,
                apiKey,
                models,
                defaultModel,
                connect,
                connections,
                replyBytes,
                tokenLimitField,
                limits);
    }

    public ProviderConfig withTokenLimitField(TokenLimitField field) {
        return new ProviderConfig(
                name,
                baseUrl,
                apiKey,
                models,
                defaultModel,
                connectTimeout,
                maxConnections,
                maxReplyBytes,
                field,
                limits);
    }

    public ProviderConfig withLimits(List<RateLimit> allowed) {
        return new ProviderConfig(
                name,
                baseUrl,
                apiKey,
                models,
                defaultModel,
                connectTimeout,
                maxConnections,
                maxReplyBytes,
                tokenLimitField,
                allowed);
    }

    /** Where requests go; a query in the base URL stays at the end. */
    URI chatCompletions() {
        String path = baseUrl.getRawPath() == null ? "" : baseUrl.getRawPath();
        String query = baseUrl.getRawQuery() == null ? "" : "?" + baseUrl.getRawQuery();
        return URI.create(
                "%s://%s%s/chat/completions%s"
                        .formatted(
                                baseUrl.getScheme(),
                                baseUrl.getRawAuthority(),
                                path.replaceAll("/+$", ""),
                                query));
    }

    /** What is allowed for a model, as far as the configuration says. */
    RateLimit limit(String model) {
        return limits.stream()
                .filter(limit -> limit.covers(model))
                .findFirst()
                .orElse(RateLimit.NONE);
    }

    boolean lists(String model) {
        return models.stream().anyMatch(pattern -> ModelPrice.matches(pattern, model));
    }

    @Override
    public String toString() {
        return "ProviderConfig[name=%s, host=%s, models=%s, defaultModel=%s, apiKey=%s]"
                .formatted(
                        name,
                        baseUrl.getHost(),
                        models,
                        defaultModel,
                        apiKey.isEmpty() ? "none" : "<set>");
    }

    private static URI parseUrl(String name, String url) {
        try {
            return URI.create(url.strip());
        } catch (IllegalArgumentException malformed) {
            // The cause would repeat the text, which may hold credentials.
            throw refused("the base URL of provider \"%s\" is not a URL".formatted(name), URL_HINT);
        }
    }

    private static void checkUrl(String name, URI url) {
        String scheme = url.getScheme() == null ? "" : url.getScheme();
        if (!scheme.equalsIgnoreCase("http") && !scheme.equalsIgnoreCase("https")) {
            throw refused(
                    "the base URL of provider \"%s\" begins with neither http:// nor https://"
                            .formatted(name),
                    URL_HINT);
        }
        if (url.getHost() == null) {
            throw refused("the base URL of provider \"%s\" has no host".formatted(name), URL_HINT);
        }
        if (url.getRawUserInfo() != null) {
            throw refused(
                    "the base URL of provider \"%s\" holds credentials".formatted(name),
                    "give the key as OPENAI_API_KEY or api-key");
        }
        if (url.getRawFragment() != null) {
            throw refused("the base URL of provider \"%s\" has a #".formatted(name), URL_HINT);
        }
    }

    private static final String URL_HINT = "for example https://api.openai.com/v1";

    private static SqlException refused(String message, String hint) {
        return new SqlException(SqlState.INVALID_PARAMETER_VALUE, message).hint(hint);
    }
}
