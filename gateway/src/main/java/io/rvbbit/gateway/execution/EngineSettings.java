package io.rvbbit.gateway.execution;

import java.util.HashMap;
import java.util.Map;

/** What the engine was told last, since no ROLLBACK of it takes a SET back. */
final class EngineSettings {
    private final Map<String, String> known = new HashMap<>();
    private long version = -1;

    /** Whether settings have changed since it was told of all. */
    boolean isBehind(long newVersion) {
        return version != newVersion;
    }

    void caughtUp(long newVersion) {
        version = newVersion;
    }

    boolean needs(String name, String value) {
        return !value.equals(known.get(name));
    }

    void told(String name, String value) {
        known.put(name, value);
    }

    /** Somebody else has told the engine something: it has to be told again. */
    void forget() {
        known.clear();
        version = -1;
    }
}
