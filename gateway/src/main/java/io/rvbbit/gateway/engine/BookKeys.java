package io.rvbbit.gateway.engine;

import io.rvbbit.tracking.BookReader;
import io.rvbbit.tracking.BookReader.Condition;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Who reads what in the books: each connection holds a key, which stands for a user or for all.
 *
 * <p>The views over the books pass the key on to {@link BookFunction}. It is random, so that even a
 * client who could call that function would learn nothing. There are as many keys as there are
 * users. Threading: any thread.
 */
final class BookKeys {
    /** The connection variable that holds the key. */
    static final String VARIABLE = "_rvbbit_books";

    private static final int KEY_BYTES = 16;

    private final SecureRandom random = new SecureRandom();
    private final ConcurrentMap<Optional<String>, String> keys = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, Optional<String>> users = new ConcurrentHashMap<>();

    /** The key to what this user did; empty is everybody. */
    String key(Optional<String> user) {
        return keys.computeIfAbsent(
                user,
                _ -> {
                    byte[] bytes = new byte[KEY_BYTES];
                    random.nextBytes(bytes);
                    String key = HexFormat.of().formatHex(bytes);
                    users.put(key, user);
                    return key;
                });
    }

    /**
     * @throws IllegalArgumentException if the key opens nothing
     */
    BookReader.Scan scan(
            BookReader books,
            String key,
            String table,
            List<String> columns,
            List<Condition> conditions) {
        Optional<String> user = users.get(key);
        if (user == null) {
            throw new IllegalArgumentException("permission denied for the books");
        }
        return books.scan(table, columns, user, conditions);
    }
}
