package io.rvbbit.it.testkit;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

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

    /**
     * Asks until it is so.
     *
     * @throws AssertionError after half a minute
     */
    public static void until(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + LONGEST.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("waited for " + what);
            }
            LockSupport.parkNanos(5_000_000);
        }
    }

    private static String first(SqlSession sql, String query) {
        SqlTable table = sql.query(query).table();
        return table.rows().isEmpty()
                ? "no row"
                : Objects.requireNonNullElse(table.rows().getFirst().getFirst(), "NULL");
    }
}
