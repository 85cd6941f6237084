package io.rvbbit.gateway.config;

import io.rvbbit.udf.web.AddressRules;
import io.rvbbit.udf.web.Network;
import io.rvbbit.udf.web.WebAccess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What cascades may do over HTTP. */
final class HttpToolConfig {
    private HttpToolConfig() {}

    static WebAccess from(ConfigSource source, Map<String, String> environment) {
        List<Network> allowed = new ArrayList<>();
        ConfigSource.Sourced networks = source.value(ConfigKey.HTTP_TOOL_ALLOW);
        for (String text : texts(networks)) {
            try {
                allowed.add(Network.parse(text));
            } catch (IllegalArgumentException e) {
                throw GatewayConfig.wrong(networks, "addresses such as 127.0.0.1 or 10.0.0.0/8");
            }
        }
        List<String> named = texts(source.value(ConfigKey.HTTP_TOOL_ENV));
        Map<String, String> secrets = new HashMap<>();
        for (String name : named) {
            String value = environment.get(name);
            if (value != null && !value.isBlank()) {
                secrets.put(name, value.strip());
            }
        }
        return new WebAccess(
                new AddressRules(allowed),
                secrets,
                named,
                GatewayConfig.duration(
                        source.value(ConfigKey.HTTP_TOOL_TIMEOUT), Duration.ofMillis(1)),
                (int)
                        GatewayConfig.number(
                                source.value(ConfigKey.HTTP_TOOL_MAX_BYTES), 1, 1_000_000_000L),
                (int)
                        GatewayConfig.number(
                                source.value(ConfigKey.HTTP_TOOL_MAX_CALLS), 1, 100_000));
    }

    private static List<String> texts(ConfigSource.Sourced sourced) {
        if (!(sourced.value() instanceof List<?> list)
                || !list.stream().allMatch(String.class::isInstance)) {
            throw GatewayConfig.wrong(sourced, "a list such as [a, b]");
        }
        return list.stream().map(String.class::cast).map(String::strip).toList();
    }
}
