package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts equal answers: the answer that most takes give wins, of answers that as many give the one
 * of the lowest take.
 *
 * <p>Texts are equal whatever their case and the white space at their ends, numbers by their value,
 * objects in any order of their properties. Who wins does not hang on the order in which answers
 * come. Threading: one thread at a time.
 */
final class Ballot {
    private final Map<String, List<Integer>> votes = new LinkedHashMap<>();
    private final boolean[] open;

    Ballot(int takes) {
        open = new boolean[takes];
        Arrays.fill(open, true);
    }

    void vote(int take, JsonNode answer) {
        open[take] = false;
        votes.computeIfAbsent(canonical(answer), _ -> new ArrayList<>()).add(take);
    }

    /** A take has no vote. */
    void lost(int take) {
        open[take] = false;
    }

    /** Whether nobody can win any more but who leads, whatever the open takes answer. */
    boolean isDecided() {
        if (votes.isEmpty()) {
            return false;
        }
        List<Integer> leader = leader();
        int left = 0;
        int lowestLeft = open.length;
        for (int take = open.length - 1; take >= 0; take--) {
            if (open[take]) {
                left++;
                lowestLeft = take;
            }
        }
        if (overtakes(List.of(), left, lowestLeft, leader)) {
            return false;
        }
        for (List<Integer> other : votes.values()) {
            if (!other.equals(leader) && overtakes(other, left, lowestLeft, leader)) {
                return false;
            }
        }
        return true;
    }

    private static boolean overtakes(
            List<Integer> other, int left, int lowestLeft, List<Integer> leader) {
        int most = other.size() + left;
        int lowest = Math.min(lowest(other), left > 0 ? lowestLeft : Integer.MAX_VALUE);
        return most > leader.size() || (most == leader.size() && lowest < lowest(leader));
    }

    /** The takes that gave the answer which leads; empty if there is none. */
    List<Integer> leader() {
        List<Integer> best = List.of();
        for (List<Integer> each : votes.values()) {
            if (each.size() > best.size()
                    || (each.size() == best.size() && lowest(each) < lowest(best))) {
                best = each;
            }
        }
        return best;
    }

    /** Answers that differ. */
    int answers() {
        return votes.size();
    }

    private static int lowest(List<Integer> takes) {
        return takes.stream().mapToInt(Integer::intValue).min().orElse(Integer.MAX_VALUE);
    }

    /** A text that equal answers have in common. */
    static String canonical(JsonNode answer) {
        StringBuilder text = new StringBuilder();
        write(answer, text);
        return text.toString();
    }

    private static void write(JsonNode node, StringBuilder to) {
        switch (node.getNodeType()) {
            case OBJECT -> {
                Map<String, JsonNode> sorted = new TreeMap<>();
                node.properties().forEach(each -> sorted.put(each.getKey(), each.getValue()));
                to.append('{');
                sorted.forEach((name, value) -> {
                    text(name, to);
                    write(value, to);
                });
                to.append('}');
            }
            case ARRAY -> {
                to.append('[');
                node.forEach(each -> write(each, to));
                to.append(']');
            }
            case STRING -> text(node.textValue().strip().toLowerCase(Locale.ROOT), to);
            case NUMBER -> {
                BigDecimal value = node.decimalValue();
                to.append('#').append(value.stripTrailingZeros()).append(' ');
            }
            case BINARY, BOOLEAN, MISSING, NULL, POJO -> to.append(node).append(' ');
        }
    }

    /** With its length before it, so that no text can end another. */
    private static void text(String text, StringBuilder to) {
        to.append('"').append(text.length()).append(':').append(text);
    }
}
