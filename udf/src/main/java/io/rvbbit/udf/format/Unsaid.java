package io.rvbbit.udf.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/** What it means that a key is not there. */
public sealed interface Unsaid {
    /** The file is wrong. */
    record Required() implements Unsaid {}

    /** The same as if this value were written. */
    record Value(JsonNode json) implements Unsaid {}

    /** What no value could say: {@code none}, {@code the server's}. */
    record Words(String text) implements Unsaid {}

    /** Another name of this key. */
    record Alias(String key) implements Unsaid {}

    static Unsaid alias(String key) {
        return new Alias(key);
    }

    static Unsaid required() {
        return new Required();
    }

    static Unsaid none() {
        return new Words("none");
    }

    static Unsaid otherwise(String text) {
        return new Words(text);
    }

    static Unsaid value(String text) {
        return new Value(JsonNodeFactory.instance.textNode(text));
    }

    static Unsaid value(int number) {
        return new Value(JsonNodeFactory.instance.numberNode(number));
    }

    static Unsaid value(boolean flag) {
        return new Value(JsonNodeFactory.instance.booleanNode(flag));
    }
}
