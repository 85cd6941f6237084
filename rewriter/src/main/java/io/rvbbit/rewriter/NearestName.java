package io.rvbbit.rewriter;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Finds what somebody most likely meant to write: used in hints for keywords, keys and names. */
public final class NearestName {
    private static final int LONGEST = 200;

    private record Candidate(String name, int distance) {}

    private NearestName() {}

    /** The candidate nearest to what was written, if one is near enough to be a slip. */
    public static Optional<String> of(String written, Collection<String> candidates) {
        return among(written, candidates, 1).stream().findFirst();
    }

    /** Up to {@code atMost} candidates near enough to be meant, the nearest first. */
    public static List<String> among(String written, Collection<String> candidates, int atMost) {
        String wanted = written.toLowerCase(Locale.ROOT);
        if (wanted.isEmpty() || wanted.length() > LONGEST) {
            return List.of();
        }
        return candidates.stream()
                .filter(name -> name.length() <= LONGEST)
                .map(name -> new Candidate(name, distance(wanted, name.toLowerCase(Locale.ROOT))))
                .filter(candidate -> isNear(wanted, candidate))
                .sorted(Comparator.comparingInt(Candidate::distance).thenComparing(Candidate::name))
                .map(Candidate::name)
                .limit(atMost)
                .toList();
    }

    // One slip in three letters is a slip; more is another word.
    private static boolean isNear(String wanted, Candidate candidate) {
        int length = Math.max(wanted.length(), candidate.name().length());
        return candidate.distance() <= Math.max(1, length / 3) && candidate.distance() < length;
    }

    /** Insertions, deletions, replacements and swaps of neighbours between the two words. */
    static int distance(String one, String other) {
        int[] beforeLast = new int[other.length() + 1];
        int[] last = new int[other.length() + 1];
        for (int j = 0; j <= other.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int[] current = new int[other.length() + 1];
            current[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int change = one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
                int best = Math.min(Math.min(last[j], current[j - 1]) + 1, last[j - 1] + change);
                boolean swapped =
                        i > 1
                                && j > 1
                                && one.charAt(i - 1) == other.charAt(j - 2)
                                && one.charAt(i - 2) == other.charAt(j - 1);
                current[j] = swapped ? Math.min(best, beforeLast[j - 2] + 1) : best;
            }
            beforeLast = last;
            last = current;
        }
        return last[other.length()];
    }
}
