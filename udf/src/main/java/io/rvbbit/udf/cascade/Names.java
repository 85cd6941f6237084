package io.rvbbit.udf.cascade;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How names are shown and which known name was probably meant. */
final class Names {
    private static final int LONGEST_SHOWN = 80;

    private Names() {}

    /** In double quotes, cut and without control characters, for messages. */
    static String quoted(String name) {
        String shown =
                name.length() <= LONGEST_SHOWN ? name : name.substring(0, LONGEST_SHOWN) + "…";
        return '"' + shown.replaceAll("\\p{Cntrl}", "?") + '"';
    }

    /** The known name that differs least, if it differs little enough to be a slip. */
    static Optional<String> nearest(String name, Collection<String> known) {
        List<String> candidates = nearest(name, known, 1);
        return candidates.isEmpty() ? Optional.empty() : Optional.of(candidates.getFirst());
    }

    /** At most {@code count} known names, the likeliest first. */
    static List<String> nearest(String name, Collection<String> known, int count) {
        String wanted = shortened(name);
        record Candidate(String name, int distance) {}
        return known.stream()
                .map(each -> new Candidate(each, distance(wanted, shortened(each))))
                .filter(each -> each.distance() <= Math.max(2, wanted.length() / 3))
                .sorted(Comparator.comparingInt(Candidate::distance).thenComparing(Candidate::name))
                .limit(count)
                .map(Candidate::name)
                .toList();
    }

    private static String shortened(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.length() <= LONGEST_SHOWN ? lower : lower.substring(0, LONGEST_SHOWN);
    }

    private static int distance(String left, String right) {
        int[] previous = new int[right.length() + 1];
        for (int j = 0; j <= right.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= left.length(); i++) {
            int[] current = new int[right.length() + 1];
            current[0] = i;
            for (int j = 1; j <= right.length(); j++) {
                int swap = left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1;
                current[j] =
                        Math.min(Math.min(current[j - 1], previous[j]) + 1, previous[j - 1] + swap);
            }
            previous = current;
        }
        return previous[right.length()];
    }
}
