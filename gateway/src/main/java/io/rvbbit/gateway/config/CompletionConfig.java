package io.rvbbit.gateway.config;

import io.rvbbit.tracking.completion.CompletionPolicy;
import java.time.Duration;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** How calls are put together, from the configuration. */
final class CompletionConfig {
    private CompletionConfig() {}

    static CompletionPolicy from(ConfigSource source) {
        Duration least = Duration.ofMillis(1);
        return new CompletionPolicy(
                GatewayConfig.isOn(source.value(ConfigKey.COMPLETION_WORKER)),
                GatewayConfig.isOn(source.value(ConfigKey.DUAL_WRITE)),
                GatewayConfig.duration(source.value(ConfigKey.COMPLETION_TIMEOUT), least),
                (int)
                        GatewayConfig.number(
                                source.value(ConfigKey.COMPLETION_BATCH_SIZE), 1, 1_000_000),
                GatewayConfig.duration(source.value(ConfigKey.COMPLETION_BATCH_TIMEOUT), least),
                day(source.value(ConfigKey.MIGRATION_CUTOFF_DATE)),
                (int) GatewayConfig.number(source.value(ConfigKey.BACKFILL_RATE), 1, 10_000_000));
    }

    private static Optional<LocalDate> day(ConfigSource.Sourced sourced) {
        String text = GatewayConfig.text(sourced);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            LocalDate day = LocalDate.parse(text);
            if (day.getYear() >= 1971 && day.getYear() < 9999) {
                return Optional.of(day);
            }
            throw GatewayConfig.wrong(sourced, "a day such as 2026-11-23");
        } catch (DateTimeParseException e) {
            throw GatewayConfig.wrong(sourced, "a day such as 2026-11-23");
        }
    }
}
