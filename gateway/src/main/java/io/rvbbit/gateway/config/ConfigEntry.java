package io.rvbbit.gateway.config;

import java.util.AbstractMap;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Keys and values that stand together, such as one provider's, and where each key stands.
 *
 * <p>Equal to any map with the same keys and values. Threading: immutable.
 */
public final class ConfigEntry extends AbstractMap<String, Object> {
    private final Map<String, Object> values;
    private final Map<String, String> places;
    private final String where;

    /**
     * @param places of the keys, each such as {@code rvbbit.yaml:3}
     * @param where the entry itself begins
     */
    ConfigEntry(Map<String, Object> values, Map<String, String> places, String where) {
        this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        this.places = Map.copyOf(places);
        this.where = where;
    }

    @Override
    public Set<Map.Entry<String, Object>> entrySet() {
        return values.entrySet();
    }

    /** The place of a key; that of the entry where the key is missing. */
    String where(String key) {
        return places.getOrDefault(key, where);
    }

    String where() {
        return where;
    }
}
