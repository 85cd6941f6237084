package io.rvbbit.gateway.execution;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The settings that decide what a statement gives. Threading: the session's thread only. */
final class StoredSettings {
    private static final List<String> NAMES =
            List.of(
                    "search_path",
                    "TimeZone",
                    "DateStyle",
                    "rvbbit.dialect",
                    "rvbbit.model",
                    "rvbbit.on_error",
                    "rvbbit.parallel",
                    FallbackSettings.SWITCH,
                    FallbackSettings.CACHE,
                    FallbackSettings.MAX_COST,
                    FallbackSettings.MODEL,
                    FallbackSettings.TIMEOUT,
                    "rvbbit.cache",
                    "rvbbit.streaming",
                    Settings.BUDGET);

    private StoredSettings() {}

    static Map<String, String> of(Settings settings) {
        Map<String, String> stored = new LinkedHashMap<>();
        NAMES.forEach(name -> stored.put(name, settings.get(name)));
        return stored;
    }

    /** Does something under these settings; then the session has its own again. */
    static <T> T under(ClientContext client, Map<String, String> stored, Supplier<T> work) {
        Settings settings = client.settings();
        Settings.Snapshot own = settings.snapshot();
        try {
            stored.forEach((name, value) -> {
                if (!settings.get(name).equals(value)) {
                    settings.set(name, value);
                }
            });
            new SettingCommands(client).applyChanged();
            return work.get();
        } finally {
            settings.restore(own);
            new SettingCommands(client).applyChanged();
        }
    }
}
