package io.rvbbit.gateway.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether models answer functions that do not exist, and which. Threading: immutable.
 *
 * @param on for sessions whose user and who themselves say nothing
 * @param users what is said for single users
 * @param allowed names with stars; empty for all
 */
public record MissingFunctionsConfig(
        boolean on, Map<String, Boolean> users, List<String> allowed, List<String> denied) {
    private static final String KEY = "ai-fallback";

    public MissingFunctionsConfig {
        users = Map.copyOf(users);
        allowed = List.copyOf(allowed);
        denied = List.copyOf(denied);
    }

    static MissingFunctionsConfig from(ConfigSource source) {
        Map<String, Boolean> users = new HashMap<>();
        for (ConfigEntry user : GatewayConfig.maps(source.value(ConfigKey.USERS))) {
            Object said = user.get(KEY);
            if (said != null) {
                users.put(
                        String.valueOf(user.getOrDefault("name", "")).strip(),
                        isOn(new ConfigSource.Sourced(said, user.where(KEY))));
            }
        }
        return new MissingFunctionsConfig(
                isOn(source.value(ConfigKey.AI_FALLBACK)),
                users,
                names(source.value(ConfigKey.AI_FALLBACK_ALLOW)),
                names(source.value(ConfigKey.AI_FALLBACK_DENY)));
    }

    private static boolean isOn(ConfigSource.Sourced sourced) {
        return switch (GatewayConfig.text(sourced)) {
            case "on", "true" -> true;
            case "off", "false" -> false;
            default -> throw GatewayConfig.wrong(sourced, "on or off");
        };
    }

    private static List<String> names(ConfigSource.Sourced sourced) {
        List<String> names = new ArrayList<>();
        for (Object name : GatewayConfig.list(sourced)) {
            String text = String.valueOf(name).strip();
            if (text.isEmpty()) {
                throw GatewayConfig.wrong(sourced, "names such as sentiment_of or stripe.*");
            }
            names.add(text);
        }
        return names;
    }
}
