package io.rvbbit.tracking;

import io.rvbbit.tracking.LogRecord.Definition;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Numbers the texts that many events have: the definitions of cascades.
 *
 * <p>A number means one text for as long as the process lives, so a segment that has the text has
 * it for all its events. Threading: any thread.
 */
final class LogDefinitions implements Function<String, Definition> {
    /**
     * Beyond it all are forgotten and get new numbers: prompts may be written for one statement.
     */
    private static final int REMEMBERED = 1_000;

    private final AtomicInteger next = new AtomicInteger();
    private final ConcurrentMap<String, Definition> definitions = new ConcurrentHashMap<>();

    @Override
    public Definition apply(String text) {
        Definition known = definitions.get(text);
        if (known != null) {
            return known;
        }
        if (definitions.size() >= REMEMBERED) {
            definitions.clear();
        }
        return definitions.computeIfAbsent(
                text, added -> new Definition(next.getAndIncrement(), added));
    }
}
