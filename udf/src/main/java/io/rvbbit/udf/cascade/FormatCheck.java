package io.rvbbit.udf.cascade;

import io.rvbbit.rewriter.NearestName;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.udf.cascade.SourceNode.Entry;
import io.rvbbit.udf.cascade.SourceNode.Mapping;
import io.rvbbit.udf.cascade.SourceNode.Place;
import io.rvbbit.udf.cascade.SourceNode.Scalar;
import io.rvbbit.udf.cascade.SourceNode.Sequence;
import io.rvbbit.udf.format.FormatTables;
import io.rvbbit.udf.format.Key;
import io.rvbbit.udf.format.KeyType;
import io.rvbbit.udf.format.Shape;
import io.rvbbit.udf.format.Unsaid;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Holds a definition against the format: keys, types and bounds, and nothing that takes a template
 * or another cell to know.
 *
 * <p>The loader stops at the first fault; this names all of them. Threading: one thread.
 */
final class FormatCheck {
    private final SourceFile file;
    private final List<SqlException> faults = new ArrayList<>();

    private FormatCheck(SourceFile file) {
        this.file = file;
    }

    static List<SqlException> faults(SourceFile file, SourceNode root, Shape shape) {
        FormatCheck check = new FormatCheck(file);
        check.mapping(root, shape, "a cascade");
        return check.faults;
    }

    private void wrong(Place place, String message) {
        faults.add(file.wrong(place, message));
    }

    private void mapping(SourceNode node, Shape shape, String what) {
        if (!(node instanceof Mapping mapping)) {
            wrong(node.place(), what + " is a mapping, not " + node.kind());
            return;
        }
        for (Key key : shape.keys()) {
            Entry entry = mapping.entries().get(key.name());
            if (entry != null && !isNull(entry.value())) {
                value(entry.value(), key.type(), Names.quoted(key.name()) + " of " + what);
            } else if (key.unsaid() instanceof Unsaid.Required
                    && (entry == null || !(key.type() instanceof KeyType.Any))) {
                wrong(node.place(), what + " needs " + Names.quoted(key.name()));
            }
        }
        for (String key : shape.later()) {
            Entry entry = mapping.entries().get(key);
            if (entry != null) {
                faults.add(file.unsupported(entry.key(), Names.quoted(key) + " in " + what));
            }
        }
        for (Set<String> choice : shape.choices()) {
            if (choice.stream().noneMatch(each -> text(mapping, each) != null)) {
                wrong(node.place(), what + " needs " + quoted(choice));
            }
        }
    }

    private static boolean isNull(SourceNode node) {
        return node instanceof Scalar scalar && scalar.value().isNull();
    }

    private static String quoted(Set<String> names) {
        return String.join(" or ", names.stream().map(Names::quoted).toList());
    }

    /** What is written at a key, empty for what is no scalar; null where there is nothing. */
    private static @Nullable String text(Mapping mapping, String key) {
        Entry entry = mapping.entries().get(key);
        if (entry == null || isNull(entry.value())) {
            return null;
        }
        return entry.value() instanceof Scalar scalar ? scalar.text() : "";
    }

    private void value(SourceNode node, KeyType type, String what) {
        switch (type) {
            case KeyType.Nested nested -> mapping(node, nested.shape(), what);
            case KeyType.Kinds kinds -> {
                if (node instanceof Mapping mapping) {
                    String name = text(mapping, "name");
                    String cell = name == null ? what : "cell " + Names.quoted(name);
                    mapping(node, kinds.shapeOf(key -> text(mapping, key)), cell);
                } else {
                    wrong(node.place(), what + " is a mapping, not " + node.kind());
                }
            }
            case KeyType.Each each -> {
                if (!(node instanceof Sequence sequence)
                        || sequence.items().size() < each.least()
                        || sequence.items().size() > each.most()) {
                    mustBe(node, type, what);
                } else {
                    sequence.items()
                            .forEach(item -> value(item, each.item(), "an item in " + what));
                }
            }
            case KeyType.ByName named -> {
                if (node instanceof Mapping mapping) {
                    mapping.entries()
                            .forEach((name, entry) -> {
                                if (!isNull(entry.value())) {
                                    String each = Names.quoted(name) + " in " + what;
                                    value(entry.value(), named.value(), each);
                                }
                            });
                } else {
                    mustBe(node, type, what);
                }
            }
            case KeyType.Either either -> either(node, either, what);
            default -> {
                if (!plain(node, type)) {
                    mustBe(node, type, what);
                }
            }
        }
    }

    private void mustBe(SourceNode node, KeyType type, String what) {
        String must = what + " must be " + FormatTables.plain(FormatTables.shown(type));
        SqlException fault = file.wrong(node.place(), must);
        if (type instanceof KeyType.Words words && node instanceof Scalar scalar) {
            fault =
                    NearestName.of(scalar.text(), words.words())
                            .map(near -> "did you mean " + Names.quoted(near) + "?")
                            .map(fault::hint)
                            .orElse(fault);
        }
        faults.add(fault);
    }

    /** The alternative that fits; else what the one of the same kind of node says. */
    private void either(SourceNode node, KeyType.Either either, String what) {
        List<SqlException> nearest = List.of();
        for (KeyType type : either.types()) {
            FormatCheck check = new FormatCheck(file);
            check.value(node, type, what);
            if (check.faults.isEmpty()) {
                return;
            }
            boolean sameKind =
                    switch (type) {
                        case KeyType.Nested _, KeyType.ByName _, KeyType.Kinds _ ->
                                node instanceof Mapping;
                        case KeyType.Each _ -> node instanceof Sequence;
                        default -> node instanceof Scalar;
                    };
            if (sameKind) {
                nearest = check.faults;
            }
        }
        if (nearest.isEmpty()) {
            mustBe(node, either, what);
        }
        faults.addAll(nearest);
    }

    /** Whether a value without values inside is of a type. */
    private static boolean plain(SourceNode node, KeyType type) {
        if (type instanceof KeyType.Any) {
            return true;
        }
        if (type instanceof KeyType.JsonSchema) {
            return node instanceof Mapping;
        }
        if (!(node instanceof Scalar scalar)) {
            return false;
        }
        return switch (type) {
            case KeyType.Text text ->
                    scalar.isText()
                            && scalar.text().length() >= text.least()
                            && scalar.text().length() <= text.most()
                            && (text.pattern().isEmpty() || scalar.text().matches(text.pattern()));
            case KeyType.Flag _ -> scalar.value().isBoolean();
            case KeyType.Whole whole ->
                    scalar.value().isIntegralNumber()
                            && within(scalar.value().decimalValue(), whole.least(), whole.most());
            case KeyType.Fraction fraction ->
                    scalar.value().isNumber()
                            && within(
                                    scalar.value().decimalValue(),
                                    fraction.least(),
                                    fraction.most());
            case KeyType.Time _ -> Keys.duration(scalar).isPresent();
            // Some words count in any case; the loader refuses the others.
            case KeyType.Words words ->
                    words.words().stream().anyMatch(scalar.text()::equalsIgnoreCase);
            default -> true;
        };
    }

    private static boolean within(BigDecimal value, double least, double most) {
        return value.compareTo(BigDecimal.valueOf(least)) >= 0
                && value.compareTo(BigDecimal.valueOf(most)) <= 0;
    }
}
