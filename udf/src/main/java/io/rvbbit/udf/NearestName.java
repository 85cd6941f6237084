package io.rvbbit.udf;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds what someone meant to write. Threading: immutable. */
final class NearestName {
    private NearestName() {}

    /** The name with the fewest changed letters, if no more than half of them are changed. */
    static Optional<String> of(String wanted, Collection<String> names) {
        return names.stream()
                .min(Comparator.comparingInt((String name) -> distance(wanted, name)))
                .filter(name -> 2 * distance(wanted, name) <= wanted.length());
    }

    private static int distance(String left, String right) {
        String one = left.toLowerCase(Locale.ROOT);
        String other = right.toLowerCase(Locale.ROOT);
        int[] above = new int[other.length() + 1];
        for (int column = 0; column < above.length; column++) {
            above[column] = column;
        }
        for (int row = 1; row <= one.length(); row++) {
            int[] current = new int[above.length];
            current[0] = row;
            for (int column = 1; column < above.length; column++) {
                int change = one.charAt(row - 1) == other.charAt(column - 1) ? 0 : 1;
                current[column] =
                        Math.min(
                                above[column - 1] + change,
                                1 + Math.min(above[column], current[column - 1]));
            }
            above = current;
        }
        return above[other.length()];
    }
}
