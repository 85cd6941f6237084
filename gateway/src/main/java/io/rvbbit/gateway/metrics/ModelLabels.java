package io.rvbbit.gateway.metrics;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Provider and model as labels: clients may name any model, so only so many are told apart.
 *
 * <p>Threading: any thread.
 */
final class ModelLabels {
    private static final int MOST = 64;
    private static final int LONGEST = 100;
    private static final String OTHER = "other";

    private final Set<String> known = ConcurrentHashMap.newKeySet();

    /** Two values: provider, model. */
    String[] of(String provider, String model) {
        String key = provider + '\n' + model;
        if (key.length() > LONGEST || (!known.contains(key) && known.size() >= MOST)) {
            return new String[] {OTHER, OTHER};
        }
        known.add(key);
        return new String[] {provider, model};
    }
}
