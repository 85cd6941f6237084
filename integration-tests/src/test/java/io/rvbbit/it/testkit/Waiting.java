package io.rvbbit.it.testkit;

import java.time.Duration;
import java.util.Objects;

/** Waits for what the server does on its own time. Threading: one thread. */
public final class Waiting {
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private Waiting() {}

    /**
     * Asks until the query's one value is that.
     *
     * @throws AssertionError after half a minute, with the last answer
     */
    public static void until(SqlSession sql, String query, String value) {
        long end = System.nanoTime() + LONGEST.toNanos();
        String last = first(sql, query);
        while (!value.equals(last)) {
            if (System.nanoTime() > end) {
                throw new AssertionError(
                        "waited for %s, it is still %s: %s".formatted(value, last, query));
            }
            Thread.onSpinWait();
            last = first(sql, query);
        }
    }

    private static String first(SqlSession sql, String query) {
        SqlTable table = sql.query(query).table();
        return table.rows().isEmpty()
                ? "no row"
                : Objects.requireNonNullElse(table.rows().getFirst().getFirst(), "NULL");
    }
}
