package io.rvbbit.udf.format;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One mapping of the format.
 *
 * @param name in the JSON Schema, {@code sqlCell}
 * @param later keys that are known and answered 0A000
 * @param choices of each, at least one key must be there
 */
public record Shape(String name, List<Key> keys, Set<String> later, List<Set<String>> choices) {
    public static final Shape EMPTY = of("empty");

    public Shape {
        keys = List.copyOf(keys);
        later = Collections.unmodifiableSet(new LinkedHashSet<>(later));
        choices = List.copyOf(choices);
        Set<String> names = new LinkedHashSet<>();
        for (Key key : keys) {
            if (!names.add(key.name()) || later.contains(key.name())) {
                throw new IllegalArgumentException(key.name() + " is twice in " + name);
            }
        }
    }

    static Shape of(String name, Key... keys) {
        return new Shape(name, List.of(keys), Set.of(), List.of());
    }

    /** Adds keys that are answered 0A000. */
    Shape later(String... names) {
        return new Shape(name, keys, new LinkedHashSet<>(Arrays.asList(names)), choices);
    }

    /** Adds that one of these keys must be there. */
    Shape choice(String... names) {
        List<Set<String>> all = new ArrayList<>(choices);
        all.add(new LinkedHashSet<>(Arrays.asList(names)));
        return new Shape(name, keys, later, all);
    }

    Shape named(String other) {
        return new Shape(other, keys, later, choices);
    }

    /** The keys of both, under this one's name. */
    public Shape and(Shape other) {
        List<Key> all = new ArrayList<>(keys);
        all.addAll(other.keys);
        Set<String> allLater = new LinkedHashSet<>(later);
        allLater.addAll(other.later);
        List<Set<String>> allChoices = new ArrayList<>(choices);
        allChoices.addAll(other.choices);
        return new Shape(name, all, allLater, allChoices);
    }

    /** Names of the keys that work, in the order of the documentation. */
    public Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        keys.forEach(key -> names.add(key.name()));
        return names;
    }

    public Optional<Key> key(String key) {
        return keys.stream().filter(each -> each.name().equals(key)).findFirst();
    }
}
