package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import com.networknt.schema.regex.RegularExpression;
import com.networknt.schema.regex.RegularExpressionFactory;
import com.networknt.schema.regex.RegularExpressions;
import io.rvbbit.udf.cascade.SourceNode.Mapping;
import io.rvbbit.udf.cascade.SourceNode.Place;
import io.rvbbit.udf.cascade.SourceNode.Scalar;
import io.rvbbit.udf.cascade.SourceNode.Sequence;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The patterns of JSON Schemas, matched in time that grows with the text alone: what a model
 * answers can keep no thread busy. Look-around and references to groups cannot be had so, and are
 * refused.
 *
 * <p>Threading: any thread.
 */
final class SchemaPatterns implements RegularExpressionFactory {
    static final String HINT =
            "patterns are those of RE2: without look-around and references to groups, which may take"
                    + " for ever";

    private static final java.util.regex.Pattern UNICODE =
            java.util.regex.Pattern.compile(
                    "\\\\u([0-9A-Fa-f]{4})(?:\\\\u([Dd][C-Fc-f][0-9A-Fa-f]{2}))?|\\\\.");

    /** Keywords below which stand values, not schemas. */
    private static final Set<String> VALUES = Set.of("const", "default", "enum", "examples");

    /** A pattern that cannot be had. */
    static final class Fault extends IllegalArgumentException {
        private static final long serialVersionUID = 1L;

        private final String pattern;

        Fault(String pattern, String reason) {
            super("the pattern " + Names.quoted(pattern) + " " + reason);
            this.pattern = pattern;
        }
    }

    /**
     * Looks at all patterns of a schema.
     *
     * @throws Fault for the first that cannot be had
     */
    static void check(JsonNode schema) {
        schema.path("patternProperties").fieldNames().forEachRemaining(SchemaPatterns::check);
        if (schema.path("pattern").isTextual()) {
            check(schema.path("pattern").textValue());
        }
        if (schema.isObject()) {
            schema.properties().stream()
                    .filter(each -> !VALUES.contains(each.getKey()))
                    .forEach(each -> check(each.getValue()));
        } else {
            schema.forEach(SchemaPatterns::check);
        }
    }

    private static void check(String pattern) {
        var _ = compiled(pattern);
    }

    @Override
    public RegularExpression getRegularExpression(String regex) {
        Pattern pattern = compiled(regex);
        return text -> pattern.matcher(text).find();
    }

    private static Pattern compiled(String regex) {
        if (PatternSize.of(regex) > PatternSize.MOST) {
            throw new Fault(regex, "repeats too much to be compiled");
        }
        try {
            return Pattern.compile(translated(regex));
        } catch (PatternSyntaxException e) {
            throw new Fault(regex, "cannot be had: " + e.getDescription() + " " + e.getPattern());
        }
    }

    /** What ECMAScript writes otherwise. */
    private static String translated(String regex) {
        return UNICODE.matcher(RegularExpressions.replaceLongformCharacterProperties(regex))
                .replaceAll(found ->
                        java.util.regex.Matcher.quoteReplacement(
                                found.group(1) == null
                                        ? found.group()
                                        : character(found.group(1), found.group(2))));
    }

    private static String character(String first, @Nullable String second) {
        char high = (char) Integer.parseInt(first, 16);
        if (second == null) {
            return "\\x{" + first + "}";
        }
        char low = (char) Integer.parseInt(second, 16);
        return Character.isSurrogatePair(high, low)
                ? "\\x{" + Integer.toHexString(Character.toCodePoint(high, low)) + "}"
                : "\\x{" + first + "}\\x{" + second + "}";
    }

    /** Where a schema's fault is: at the pattern, if it is one's. */
    static Place placeOf(IllegalArgumentException fault, SourceNode schema) {
        return fault instanceof Fault known
                ? find(known.pattern, schema).orElse(schema.place())
                : schema.place();
    }

    /** What helps against it; empty if nobody knows. */
    static String hint(IllegalArgumentException fault) {
        return fault instanceof Fault ? HINT : "";
    }

    private static Optional<Place> find(String pattern, SourceNode node) {
        switch (node) {
            case Scalar _ -> {
                return Optional.empty();
            }
            case Sequence(var items, _) -> {
                for (SourceNode item : items) {
                    Optional<Place> found = find(pattern, item);
                    if (found.isPresent()) {
                        return found;
                    }
                }
                return Optional.empty();
            }
            case Mapping(var entries, _) -> {
                for (var entry : entries.entrySet()) {
                    SourceNode value = entry.getValue().value();
                    boolean isIt =
                            entry.getKey().equals("pattern")
                                    && value instanceof Scalar text
                                    && text.text().equals(pattern);
                    if (isIt) {
                        return Optional.of(value.place());
                    }
                    if (entry.getKey().equals(pattern)) {
                        return Optional.of(entry.getValue().key());
                    }
                    Optional<Place> found = find(pattern, value);
                    if (found.isPresent()) {
                        return found;
                    }
                }
                return Optional.empty();
            }
        }
    }
}
