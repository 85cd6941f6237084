package io.rvbbit.udf.cascade;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How much a regular expression becomes when it is compiled, which counted repetition multiplies:
 * {@code ((a{999}){999}){999}} would take more memory than there is. Groups within groups without
 * end are too much, too.
 *
 * <p>Only ever too high, but for what is no regular expression anyway. Threading: one thread.
 */
final class PatternSize {
    /** Of what is compiled; a pattern that people write has some hundreds. */
    static final long MOST = 100_000;

    private static final int DEEPEST = 200;

    private final String pattern;
    private final Deque<Long> open = new ArrayDeque<>();
    private long group;
    private long last;
    private int at;

    private PatternSize(String pattern) {
        this.pattern = pattern;
    }

    static long of(String pattern) {
        return new PatternSize(pattern).measured();
    }

    private long measured() {
        while (at < pattern.length()) {
            switch (pattern.charAt(at)) {
                case '\\' -> atom(2);
                case '[' -> atom(1);
                case '(' -> {
                    open.push(group + last);
                    group = 0;
                    last = 0;
                    at++;
                }
                case ')' -> {
                    long inner = group + last + 2;
                    group = open.isEmpty() ? 0 : open.pop();
                    last = inner;
                    at++;
                }
                case '{' -> repeat();
                default -> atom(1);
            }
            if (group + last > MOST || open.size() > DEEPEST) {
                return MOST + 1;
            }
        }
        return group + last;
    }

    private void atom(int length) {
        group += last;
        last = 1;
        at += length;
    }

    /** Multiplies what stands before {@code {2,5}}; braces of another form are text. */
    private void repeat() {
        int end = pattern.indexOf('}', at);
        String counts = end < 0 ? "" : pattern.substring(at + 1, end);
        if (!counts.matches("\\d{1,6}(,\\d{0,6})?")) {
            atom(1);
            return;
        }
        long most = 1;
        for (String count : counts.split(",", -1)) {
            most = Math.max(most, count.isEmpty() ? 1 : Long.parseLong(count));
        }
        last = Math.max(last, 1) * most;
        at = end + 1;
    }
}
