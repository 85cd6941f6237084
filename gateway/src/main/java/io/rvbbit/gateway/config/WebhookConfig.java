package io.rvbbit.gateway.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;

/** Where something is posted. The address may hold a secret: no message shows it. */
final class WebhookConfig {
    private WebhookConfig() {}

    static Optional<URI> from(ConfigSource.Sourced sourced) {
        String text = GatewayConfig.text(sourced);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            URI address = new URI(text);
            String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
            boolean web = scheme.equals("http") || scheme.equals("https");
            if (web && address.getHost() != null && address.getUserInfo() == null) {
                return Optional.of(address);
            }
        } catch (URISyntaxException hidden) {
            // Its message would show the address.
        }
        throw new ConfigException(
                sourced.where() + ": expected a URL such as https://host/path, without a user");
    }
}
