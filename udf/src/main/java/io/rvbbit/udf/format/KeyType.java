package io.rvbbit.udf.format;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What a value may be. */
public sealed interface KeyType {
    KeyType TEXT = new Text("text", 0, Integer.MAX_VALUE, "");
    KeyType TEMPLATE = new Text("template", 1, Integer.MAX_VALUE, "");
    KeyType FLAG = new Flag();
    KeyType TIME = new Time();
    KeyType SCHEMA = new JsonSchema();
    KeyType ANY = new Any();
    KeyType SCALAR = new Scalar();

    /**
     * Text.
     *
     * @param shown how the documentation calls it
     * @param pattern regular expression that all of it matches; empty where nothing is asked
     */
    record Text(String shown, int least, int most, String pattern) implements KeyType {}

    /** True or false. */
    record Flag() implements KeyType {}

    /** A whole number within these bounds, both included. */
    record Whole(int least, int most) implements KeyType {}

    /** A number within these bounds, both included. */
    record Fraction(double least, double most) implements KeyType {}

    /** {@code 500ms}, {@code 30s}; a bare number is seconds. */
    record Time() implements KeyType {
        public static final String PATTERN = "(\\d{1,9}(?:\\.\\d{1,9})?)\\s*(ms|s|m|h)?";
    }

    /** One of these words. */
    record Words(List<String> words) implements KeyType {
        public Words {
            words = List.copyOf(words);
        }
    }

    /** A mapping with keys of its own. */
    record Nested(Shape shape) implements KeyType {}

    /** A list. */
    record Each(KeyType item, int least, int most) implements KeyType {}

    /** A mapping from names that the author chooses. */
    record ByName(String name, KeyType value) implements KeyType {}

    /** A JSON Schema. */
    record JsonSchema() implements KeyType {}

    /** Whatever YAML can say. */
    record Any() implements KeyType {}

    /** Text, a number, true, false or null. */
    record Scalar() implements KeyType {}

    /** One of these, which differ in what YAML makes of them. */
    record Either(List<KeyType> types) implements KeyType {
        public Either {
            types = List.copyOf(types);
        }
    }

    /** A mapping of one of several kinds, told apart by a key; the last kind needs none. */
    record Kinds(Shape common, List<Kind> kinds) implements KeyType {
        public Kinds {
            kinds = List.copyOf(kinds);
        }

        /**
         * All keys of the kind that a mapping is of.
         *
         * @param texts the mapping's text at a key, or null
         */
        public Shape shapeOf(Function<String, @Nullable String> texts) {
            Kind kind =
                    kinds.stream()
                            .filter(each -> each.is(texts.apply(each.key())))
                            .findFirst()
                            .orElseThrow();
            return kind.whole(common);
        }
    }

    /**
     * One kind.
     *
     * @param own its keys beside the common ones
     * @param key that makes it this kind; empty for the last
     * @param value that the key must have; empty where any will do
     */
    record Kind(Shape own, String key, String value) {
        /** All its keys, the common ones first. */
        Shape whole(Shape common) {
            return common.and(own).named(own.name());
        }

        /**
         * Whether a mapping with this text at {@code key} is of this kind; null where it has none.
         */
        boolean is(@Nullable String said) {
            return key.isEmpty() || (said != null && (value.isEmpty() || value.equals(said)));
        }
    }

    static KeyType whole(int least, int most) {
        return new Whole(least, most);
    }

    static KeyType words(String... words) {
        return new Words(List.of(words));
    }

    static KeyType nested(Shape shape) {
        return new Nested(shape);
    }

    static KeyType list(KeyType item) {
        return new Each(item, 0, Integer.MAX_VALUE);
    }

    static KeyType byName(String name, KeyType value) {
        return new ByName(name, value);
    }

    static KeyType either(KeyType... types) {
        return new Either(List.of(types));
    }
}
