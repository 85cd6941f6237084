package io.rvbbit.tracking;

import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * Ids of spans by name, as {@link TraceContext#spanId} gives them; those asked for lately are
 * remembered, since a span's id is needed at its beginning, at its end, and by all that is in it.
 *
 * <p>Threading: one thread.
 */
final class SpanIds {
    private static final int REMEMBERED = 1 << 10;

    private final MessageDigest digest = TraceContext.digest();
    private final @Nullable String[] names = new @Nullable String[REMEMBERED];
    private final @Nullable String[] ids = new @Nullable String[REMEMBERED];

    String of(String name) {
        int hash = name.hashCode();
        int place = (hash ^ hash >>> 16) & (REMEMBERED - 1);
        String known = ids[place];
        if (known != null && name.equals(names[place])) {
            return known;
        }
        String id = TraceContext.spanId(digest, name);
        names[place] = name;
        ids[place] = id;
        return id;
    }
}
