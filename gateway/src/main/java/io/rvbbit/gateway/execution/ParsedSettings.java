package io.rvbbit.gateway.execution;

import java.time.Duration;

/**
 * The settings that each statement asks for, in types of their own. Threading: immutable.
 *
 * @param version of the settings they were read from
 */
record ParsedSettings(
        long version,
        ZoneName zone,
        Duration statementTimeout,
        Duration lockTimeout,
        Duration idleInTransactionTimeout,
        Duration idleSessionTimeout) {

    static ParsedSettings of(Settings settings) {
        return new ParsedSettings(
                settings.version(),
                SettingValues.zone(settings.get("TimeZone")),
                duration(settings, "statement_timeout"),
                duration(settings, "lock_timeout"),
                duration(settings, "idle_in_transaction_session_timeout"),
                duration(settings, "idle_session_timeout"));
    }

    private static Duration duration(Settings settings, String name) {
        return Duration.ofMillis(SettingValues.milliseconds(name, settings.get(name)));
    }
}
