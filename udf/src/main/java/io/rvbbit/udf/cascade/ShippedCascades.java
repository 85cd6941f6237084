package io.rvbbit.udf.cascade;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;

/**
 * The cascades of the distribution, resources under {@code /cascades}; {@code /cascades/index}
 * names them, one path per line, since a class path cannot be listed. Threading: any thread.
 */
final class ShippedCascades {
    private static final Set<String> NAMES = index();

    private ShippedCascades() {}

    static Set<String> names() {
        return NAMES;
    }

    /** The definition; {@code name} is one of {@link #names}. */
    static String text(String name) {
        if (!NAMES.contains(name)) {
            throw new IllegalArgumentException("not shipped: " + name);
        }
        return resource(name);
    }

    private static Set<String> index() {
        TreeSet<String> names = new TreeSet<>();
        resource("index").lines().filter(line -> !line.isBlank()).forEach(names::add);
        return Set.copyOf(names);
    }

    private static String resource(String name) {
        try (InputStream in = ShippedCascades.class.getResourceAsStream("/cascades/" + name)) {
            if (in == null) {
                throw new IllegalStateException("the distribution lacks cascades/" + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
