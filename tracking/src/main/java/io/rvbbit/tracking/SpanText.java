package io.rvbbit.tracking;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import org.jspecify.annotations.Nullable;

/**
 * What else a span says, as a JSON object that is written name by name.
 *
 * <p>Each span has one, and a tree of nodes for each took longer than all else of it. Threading:
 * one thread.
 */
final class SpanText {
    private final StringBuilder text = new StringBuilder(128).append('{');

    /** What is said of a statement while it runs. */
    static String ofRunning(String queryType) {
        return new SpanText().put("query_type", queryType).put("status", "running").toString();
    }

    SpanText put(String name, String value) {
        name(name).append('"');
        JsonStringEncoder.getInstance().quoteAsString(value, text);
        text.append('"');
        return this;
    }

    SpanText put(String name, long value) {
        name(name).append(value);
        return this;
    }

    /** Which take of the cell it is of; nothing if it is of none. */
    SpanText takeOf(Event event) {
        return event.take() == Event.NO_TAKE ? this : put("take_index", event.take());
    }

    /** Nothing where nothing is known; no cost where there is no price. */
    SpanText spend(@Nullable Usage usage) {
        if (usage != null) {
            put("tokens_in", usage.tokensIn()).put("tokens_out", usage.tokensOut());
            if (usage.priced()) {
                put("cost", usage.costUsd().toPlainString());
            }
        }
        return this;
    }

    private StringBuilder name(String name) {
        if (text.length() > 1) {
            text.append(',');
        }
        return text.append('"').append(name).append("\":");
    }

    @Override
    public String toString() {
        return text + "}";
    }
}
