package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.rvbbit.rewriter.NearestName;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.udf.cascade.SourceNode.Entry;
import io.rvbbit.udf.cascade.SourceNode.Mapping;
import io.rvbbit.udf.cascade.SourceNode.Place;
import io.rvbbit.udf.cascade.SourceNode.Scalar;
import io.rvbbit.udf.cascade.SourceNode.Sequence;
import io.rvbbit.udf.format.KeyType;
import io.rvbbit.udf.format.Shape;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one mapping, each read as the type it must have.
 *
 * <p>A null value is as good as no key. Threading: one thread.
 */
final class Keys {
    private static final Pattern DURATION = Pattern.compile("\\s*" + KeyType.Time.PATTERN + "\\s*");
    private static final Duration LONGEST = Duration.ofDays(7);

    private final SourceFile file;
    private final Mapping mapping;
    private final String what;
    private Shape shape = Shape.EMPTY;

    private Keys(SourceFile file, Mapping mapping, String what) {
        this.file = file;
        this.mapping = mapping;
        this.what = what;
    }

    /** {@code what} is how messages name it: {@code cell "extract"}. */
    static Keys of(SourceFile file, SourceNode node, String what) {
        if (node instanceof Mapping mapping) {
            return new Keys(file, mapping, what);
        }
        throw file.wrong(node.place(), what + " is a mapping, not " + node.kind());
    }

    /** Refuses the keys {@code later} and warns of those not {@code known}. */
    Keys only(Set<String> known, Set<String> later) {
        mapping.entries()
                .forEach((key, entry) -> {
                    if (later.contains(key)) {
                        throw file.unsupported(entry.key(), Names.quoted(key) + " in " + what);
                    }
                    if (!known.contains(key)) {
                        file.warn(entry.key(), unknown(key, known));
                    }
                });
        return this;
    }

    /** Refuses the keys that a shape has later and warns of those it has not. */
    Keys only(Shape shape) {
        this.shape = shape;
        return only(shape.names(), shape.later());
    }

    /** The key that has a key of this name below it, if there is one. */
    private Optional<String> under(String key) {
        return shape.keys().stream()
                .filter(each ->
                        each.type() instanceof KeyType.Nested nested
                                && nested.shape().key(key).isPresent())
                .map(each -> ", it belongs under " + Names.quoted(each.name()))
                .findFirst();
    }

    private String unknown(String key, Collection<String> known) {
        return "unknown key "
                + Names.quoted(key)
                + " in "
                + what
                + under(key)
                        .or(() ->
                                NearestName.of(key, known)
                                        .map(near -> ", did you mean " + Names.quoted(near) + "?"))
                        .orElse("; there are " + String.join(", ", new TreeSet<>(known)));
    }

    Place place() {
        return mapping.place();
    }

    String what() {
        return what;
    }

    SourceFile file() {
        return file;
    }

    Optional<SourceNode> node(String key) {
        Entry entry = mapping.entries().get(key);
        if (entry == null || (entry.value() instanceof Scalar scalar && scalar.value().isNull())) {
            return Optional.empty();
        }
        return Optional.of(entry.value());
    }

    boolean has(String key) {
        return mapping.entries().containsKey(key);
    }

    /** The value of a key as JSON, null where there is none. */
    JsonNode json(String key) {
        Entry entry = mapping.entries().get(key);
        return entry == null ? JsonNodeFactory.instance.nullNode() : entry.value().toJson();
    }

    SourceNode required(String key) {
        return node(key).orElseThrow(() -> missing(key));
    }

    /** That a key is not there, with the key that may be meant for it. */
    SqlException missing(String key) {
        SqlException missing = file.wrong(place(), what + " needs " + Names.quoted(key));
        Set<String> strange = new TreeSet<>(mapping.entries().keySet());
        strange.removeAll(shape.names());
        return NearestName.of(key, strange)
                .map(near ->
                        missing.hint(
                                Names.quoted(near)
                                        + " in line "
                                        + placeOf(near).line()
                                        + " is no key; did you mean "
                                        + Names.quoted(key)
                                        + "?"))
                .orElse(missing);
    }

    /** The place of a key, or of the mapping where it is missing. */
    Place placeOf(String key) {
        Entry entry = mapping.entries().get(key);
        return entry == null ? place() : entry.key();
    }

    SqlException wrong(String key, SourceNode node, String must) {
        return file.wrong(node.place(), Names.quoted(key) + " of " + what + " must be " + must);
    }

    Optional<Scalar> scalarText(String key) {
        return node(key)
                .map(node -> {
                    if (node instanceof Scalar scalar && scalar.isText()) {
                        return scalar;
                    }
                    throw wrong(key, node, "text, not " + node.kind());
                });
    }

    /** Text that says something, where the key is there. */
    Optional<Scalar> filledText(String key) {
        return scalarText(key)
                .map(text -> {
                    if (text.text().isBlank()) {
                        throw wrong(key, text, "text that is not empty");
                    }
                    return text;
                });
    }

    Optional<String> text(String key) {
        return scalarText(key).map(scalar -> scalar.value().textValue());
    }

    boolean flag(String key) {
        return node(key)
                .map(node -> {
                    if (node instanceof Scalar scalar && scalar.value().isBoolean()) {
                        return scalar.value().booleanValue();
                    }
                    throw wrong(key, node, "true or false, not " + node.kind());
                })
                .orElse(false);
    }

    @Nullable Integer integer(String key, int least, int most) {
        SourceNode node = node(key).orElse(null);
        if (node == null) {
            return null;
        }
        if (node instanceof Scalar scalar && scalar.value().isIntegralNumber()) {
            BigInteger value = scalar.value().bigIntegerValue();
            if (value.compareTo(BigInteger.valueOf(least)) >= 0
                    && value.compareTo(BigInteger.valueOf(most)) <= 0) {
                return value.intValue();
            }
        }
        throw wrong(key, node, "a whole number from " + least + " to " + most);
    }

    @Nullable Double number(String key, double least, double most) {
        SourceNode node = node(key).orElse(null);
        if (node == null) {
            return null;
        }
        if (node instanceof Scalar scalar && scalar.value().isNumber()) {
            BigDecimal value = scalar.value().decimalValue();
            if (value.compareTo(BigDecimal.valueOf(least)) >= 0
                    && value.compareTo(BigDecimal.valueOf(most)) <= 0) {
                return value.doubleValue();
            }
        }
        throw wrong(key, node, "a number from " + shown(least) + " to " + shown(most));
    }

    private static String shown(double bound) {
        return BigDecimal.valueOf(bound).stripTrailingZeros().toPlainString();
    }

    /** {@code 30s}, {@code 500ms}, {@code 2m}, {@code 1h}; a bare number is seconds. */
    @Nullable Duration duration(String key) {
        SourceNode node = node(key).orElse(null);
        if (node == null) {
            return null;
        }
        return duration(node)
                .orElseThrow(() ->
                        wrong(key, node, "a time such as 500ms, 30s, 2m or 1h, at most 7 days"));
    }

    static Optional<Duration> duration(SourceNode node) {
        Matcher matcher = DURATION.matcher(node instanceof Scalar scalar ? scalar.text() : "");
        if (matcher.matches()) {
            String unit = matcher.group(2) == null ? "s" : matcher.group(2);
            long millis =
                    new BigDecimal(matcher.group(1))
                            .multiply(BigDecimal.valueOf(millisOf(unit)))
                            .longValue();
            Duration duration = Duration.ofMillis(millis);
            if (millis > 0 && duration.compareTo(LONGEST) <= 0) {
                return Optional.of(duration);
            }
        }
        return Optional.empty();
    }

    private static long millisOf(String unit) {
        return switch (unit) {
            case "ms" -> 1;
            case "s" -> 1_000;
            case "m" -> 60_000;
            default -> 3_600_000;
        };
    }

    <E extends Enum<E>> Optional<E> word(String key, Class<E> words) {
        return node(key).map(node -> word(key, node, words));
    }

    private <E extends Enum<E>> E word(String key, SourceNode node, Class<E> words) {
        String names = "";
        for (E each : words.getEnumConstants()) {
            String name = each.name().toLowerCase(Locale.ROOT);
            if (node instanceof Scalar scalar && name.equals(scalar.text())) {
                return each;
            }
            names = names.isEmpty() ? name : names + " or " + name;
        }
        String said = node instanceof Scalar scalar ? scalar.text() : "";
        SqlException wrong = wrong(key, node, names);
        throw NearestName.of(said, List.of(names.split(" or ", -1)))
                .map(near -> wrong.hint("did you mean " + Names.quoted(near) + "?"))
                .orElse(wrong);
    }

    List<SourceNode> list(String key) {
        return node(key)
                .map(node -> {
                    if (node instanceof Sequence sequence) {
                        return sequence.items();
                    }
                    throw wrong(key, node, "a list, not " + node.kind());
                })
                .orElse(List.of());
    }

    Map<String, SourceNode> mapping(String key) {
        Map<String, SourceNode> values = new LinkedHashMap<>();
        node(key)
                .ifPresent(node -> {
                    if (!(node instanceof Mapping nested)) {
                        throw wrong(key, node, "a mapping, not " + node.kind());
                    }
                    nested.entries().forEach((name, each) -> values.put(name, each.value()));
                });
        return values;
    }
}
