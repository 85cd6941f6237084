package io.rvbbit.gateway.config;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where endpoints of models are, as far as the names of their hosts tell.
 *
 * <p>AWS and Google name the region in the host; Azure does where it is not a customer's own name.
 * Threading: immutable.
 *
 * @param ofProviders regions by the provider's name
 */
public record Regions(Map<String, String> ofProviders) {
    private static final List<Pattern> HOSTS =
            List.of(
                    // bedrock-runtime.eu-west-1.amazonaws.com
                    Pattern.compile(
                            "(?:.*\\.)?([a-z]{2}(?:-[a-z]+){1,3}-\\d)\\.(?:[a-z-]+\\.)*amazonaws\\.com(?:\\.cn)?"),
                    // bedrock-mantle.eu-west-1.api.aws
                    Pattern.compile("(?:.*\\.)?([a-z]{2}(?:-[a-z]+){1,3}-\\d)\\.api\\.aws"),
                    // europe-west4-aiplatform.googleapis.com
                    Pattern.compile("([a-z]+-[a-z]+\\d+)-aiplatform\\.googleapis\\.com"),
                    // swedencentral.api.cognitive.microsoft.com
                    Pattern.compile("([a-z]+\\d?)\\.api\\.cognitive\\.microsoft\\.com"),
                    // my-model.eastus2.models.ai.azure.com, my-model.eastus2.inference.ml.azure.com
                    Pattern.compile(
                            "[^.]+\\.([a-z]+\\d?)\\.(?:models\\.ai|inference\\.ml)\\.azure\\.com"));

    public Regions {
        ofProviders = Map.copyOf(ofProviders);
    }

    /** Empty where nobody knows. */
    public String of(String provider) {
        return ofProviders.getOrDefault(provider, "");
    }

    /** Empty where the name does not tell. */
    static String ofHost(URI endpoint) {
        String host = Optional.ofNullable(endpoint.getHost()).orElse("").toLowerCase(Locale.ROOT);
        return HOSTS.stream()
                .map(pattern -> pattern.matcher(host))
                .filter(Matcher::matches)
                .map(matcher -> matcher.group(1))
                .findFirst()
                .orElse("");
    }
}
