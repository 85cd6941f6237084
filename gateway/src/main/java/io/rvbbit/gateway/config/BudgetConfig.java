package io.rvbbit.gateway.config;

import io.rvbbit.rewriter.NearestName;
import io.rvbbit.udf.budget.Period;
import io.rvbbit.udf.budget.ServerBudgets.Terms;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What the server and single users may spend.
 *
 * <p>A budget: {@code dollars} and {@code per} (day or month). Threading: immutable.
 *
 * @param users by name; those without a budget of their own are not in it
 */
public record BudgetConfig(Optional<Terms> server, Map<String, Terms> users) {
    private static final String KEY = "budget";
    private static final List<String> KEYS = List.of("dollars", "per");
    private static final BigDecimal MOST_DOLLARS = BigDecimal.valueOf(9_000_000);

    public BudgetConfig {
        users = Map.copyOf(users);
    }

    /** Whether an entry may be shown under this key. */
    static boolean knows(String key) {
        return KEYS.contains(key) || key.equals(KEY);
    }

    static BudgetConfig from(ConfigSource source) {
        Map<String, Terms> users = new HashMap<>();
        for (ConfigEntry user : GatewayConfig.maps(source.value(ConfigKey.USERS))) {
            Object budget = user.get(KEY);
            if (budget != null) {
                users.put(
                        String.valueOf(user.getOrDefault("name", "")).strip(),
                        terms(new ConfigSource.Sourced(budget, user.where(KEY))));
            }
        }
        ConfigSource.Sourced server = source.value(ConfigKey.BUDGET);
        return new BudgetConfig(
                "".equals(server.value()) ? Optional.empty() : Optional.of(terms(server)), users);
    }

    private static Terms terms(ConfigSource.Sourced sourced) {
        if (!(sourced.value() instanceof ConfigEntry entry)) {
            throw GatewayConfig.wrong(sourced, "a budget such as {dollars: 50, per: day}");
        }
        for (String key : entry.keySet()) {
            if (!KEYS.contains(key)) {
                throw new ConfigException(
                        "%s: unknown key \"%s\" of a budget%s"
                                .formatted(
                                        entry.where(key),
                                        key,
                                        NearestName.of(key, KEYS)
                                                .map(near -> "; did you mean \"" + near + "\"?")
                                                .orElse("; the keys are dollars, per")));
            }
        }
        return new Terms(dollars(entry, sourced), period(entry, sourced));
    }

    private static BigDecimal dollars(ConfigEntry entry, ConfigSource.Sourced sourced) {
        String text = text(entry, "dollars", sourced).replace("_", "");
        if (text.matches("\\d{1,7}(\\.\\d{1,12})?")) {
            BigDecimal dollars = new BigDecimal(text);
            if (dollars.compareTo(MOST_DOLLARS) <= 0) {
                return dollars;
            }
        }
        throw GatewayConfig.wrong(
                new ConfigSource.Sourced(text, entry.where("dollars")),
                "US dollars from 0 to " + MOST_DOLLARS);
    }

    private static Period period(ConfigEntry entry, ConfigSource.Sourced sourced) {
        String text = text(entry, "per", sourced);
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "day" -> Period.DAY;
            case "month" -> Period.MONTH;
            default ->
                    throw GatewayConfig.wrong(
                            new ConfigSource.Sourced(text, entry.where("per")), "day or month");
        };
    }

    private static String text(ConfigEntry entry, String key, ConfigSource.Sourced sourced) {
        if (entry.get(key) instanceof String text && !text.isBlank()) {
            return text.strip();
        }
        throw GatewayConfig.wrong(sourced, "a budget with \"" + key + "\"");
    }
}
