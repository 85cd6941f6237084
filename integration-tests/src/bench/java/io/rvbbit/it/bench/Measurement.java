package io.rvbbit.it.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The same work done by several contestants, in turns, so that a noisy machine is unfair to all.
 *
 * <p>Threading: one thread.
 */
final class Measurement {
    /** One contestant's turn. */
    interface Turn {
        void run() throws IOException;
    }

    private final Map<String, Turn> contestants = new LinkedHashMap<>();
    private final Map<String, double[]> seconds = new LinkedHashMap<>();

    Measurement with(String name, Turn turn) {
        contestants.put(name, turn);
        return this;
    }

    /** One turn each to warm up, then {@code rounds} that count. */
    Measurement run(int rounds) throws IOException {
        for (Turn turn : contestants.values()) {
            turn.run();
        }
        Map<String, List<Double>> taken = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            for (Map.Entry<String, Turn> contestant : contestants.entrySet()) {
                long start = System.nanoTime();
                contestant.getValue().run();
                taken.computeIfAbsent(contestant.getKey(), _ -> new ArrayList<>())
                        .add((System.nanoTime() - start) / 1e9);
            }
        }
        taken.forEach(
                (name, all) ->
                        seconds.put(
                                name, all.stream().mapToDouble(Double::doubleValue).toArray()));
        return this;
    }

    double median(String name) {
        double[] sorted = times(name).clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private double[] times(String name) {
        double[] all = seconds.get(name);
        if (all == null) {
            throw new IllegalArgumentException("no contestant " + name);
        }
        return all;
    }

    boolean has(String name) {
        return seconds.containsKey(name);
    }

    /** How many times as fast as the control {@code name} is. */
    double rate(String name, String control) {
        return median(control) / median(name);
    }

    /** Median and range of each contestant, for a table of the results. */
    List<String> lines(String what, long units, String unit) {
        List<String> lines = new ArrayList<>();
        for (String name : seconds.keySet()) {
            double[] all = times(name);
            lines.add(
                    String.format(
                                    Locale.ROOT,
                                    "| %s | %s | %.3f s (%.3f–%.3f) | %,.0f %s/s |",
                                    what,
                                    name,
                                    median(name),
                                    Arrays.stream(all).min().orElseThrow(),
                                    Arrays.stream(all).max().orElseThrow(),
                                    units / median(name),
                                    unit));
        }
        return lines;
    }
}
