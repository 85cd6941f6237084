package io.rvbbit.tracking;

import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/**
 * Makes ids such as {@code sql-clever-fox-m9zk2v41q8}.
 *
 * <p>The suffix is a number in base 36: milliseconds since 1970 times 1,024, plus a part within the
 * millisecond that starts at random, so that two gateways on one store rarely share it. Each number
 * is greater than the one before, also when the clock stands still or goes back, hence no suffix
 * occurs twice in a process. It has 10 characters until the year 2083 and at most 12.
 *
 * <p>Threading: any thread.
 */
public final class WordIdSource implements IdSource {
    private static final Set<String> CALLERS = Set.of("sql", "http", "cli", "ui");
    private static final Set<String> SESSIONS = Set.of("udf", "batch");
    private static final int PER_MILLISECOND = 1_024;

    private final Clock clock;
    private final RandomGenerator random;
    private final AtomicLong last = new AtomicLong();

    /** {@code random} is used from many threads at once and has to allow that. */
    public WordIdSource(Clock clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
    }

    @Override
    public CallerId newCaller(String prefix) {
        return new CallerId(id(prefix, CALLERS));
    }

    @Override
    public String newSession(String prefix) {
        // A sub-cascade's session has its parent's prefix, which may be a caller's.
        return id(prefix, CALLERS.contains(prefix) ? CALLERS : SESSIONS);
    }

    private String id(String prefix, Set<String> known) {
        if (!known.contains(prefix)) {
            throw new IllegalArgumentException("not a prefix of an id: " + prefix);
        }
        return prefix
                + '-'
                + oneOf(FriendlyWords.ADJECTIVES)
                + '-'
                + oneOf(FriendlyWords.CREATURES)
                + '-'
                + Long.toString(nextSuffix(), Character.MAX_RADIX);
    }

    private long nextSuffix() {
        long now =
                Math.max(0, clock.millis()) * PER_MILLISECOND + random.nextInt(PER_MILLISECOND / 2);
        // Below 36^5 the text would be shorter than 6 characters: a clock near 1970.
        long floor = 60_466_176L;
        return last.updateAndGet(before -> Math.max(before + 1, Math.max(now, floor)));
    }

    private String oneOf(List<String> words) {
        return words.get(random.nextInt(words.size()));
    }
}
