package io.rvbbit.udf.cascade;

import io.rvbbit.rewriter.NearestName;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.udf.cascade.SourceNode.Place;
import io.rvbbit.udf.cascade.Ways.Target;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Refuses cells that lead nowhere, in a circle, or that nothing leads to. Threading: one thread,
 * for one definition.
 */
final class GraphCheck {
    private final SourceFile file;
    private final List<SourceNode> nodes;
    private final CellGraph graph;
    private final Map<String, Integer> numbers = new HashMap<>();

    /** {@code nodes}: the cells as they are written. */
    GraphCheck(SourceFile file, List<SourceNode> nodes, CellGraph graph) {
        this.file = file;
        this.nodes = nodes;
        this.graph = graph;
        for (int i = 0; i < graph.size(); i++) {
            numbers.put(graph.cell(i).name(), i);
        }
    }

    /**
     * Checks all.
     *
     * @throws SqlException 22023 with file and line
     */
    void check() {
        for (int i = 0; i < graph.size(); i++) {
            for (Target target : graph.ways(i).targets()) {
                int from = i;
                Optional<Boolean> _ =
                        file.attempt(() -> {
                            target(from, target);
                            return true;
                        });
            }
        }
        file.refuseFaulty();
        List<BitSet> before = before();
        for (int i = 1; i < graph.size(); i++) {
            if (!before.get(i).get(0)) {
                throw file.wrong(
                                nodes.get(i).place(),
                                "cell %s never runs: the cells before it go on elsewhere"
                                        .formatted(quoted(i)))
                        .hint("name it as a way on from another cell, or take it out");
            }
        }
        for (int i = 0; i < graph.size(); i++) {
            reads(i, before.get(i));
        }
    }

    private void target(int from, Target target) {
        Integer to = numbers.get(target.cell());
        if (to == null) {
            throw file.wrong(
                            target.place(),
                            "cell %s goes on to %s, which is no cell"
                                    .formatted(quoted(from), Names.quoted(target.cell())))
                    .hint(
                            NearestName.of(target.cell(), numbers.keySet())
                                    .map(near -> "did you mean " + Names.quoted(near) + "?")
                                    .orElse("there are " + others(from)));
        }
        if (to > from) {
            return;
        }
        List<Integer> circle = path(to, from, new BitSet());
        if (!circle.isEmpty()) {
            circle.add(to);
            throw file.wrong(
                            target.place(),
                            "cells run in a circle: "
                                    + circle.stream()
                                            .map(each -> graph.cell(each).name())
                                            .collect(Collectors.joining(" → ")))
                    .hint("to ask a model again, use \"rules\" of its cell");
        }
        throw file.wrong(
                target.place(),
                "cell %s goes on to %s, which stands before it"
                        .formatted(quoted(from), quoted(to)));
    }

    private String others(int from) {
        return numbers.keySet().stream()
                .filter(each -> numbers.getOrDefault(each, 0) > from)
                .sorted()
                .collect(Collectors.joining(", "));
    }

    /** The cells of one way from one cell to another, both included; empty if there is none. */
    private List<Integer> path(int from, int to, BitSet seen) {
        if (from == to) {
            return new ArrayList<>(List.of(to));
        }
        seen.set(from);
        for (int next : graph.following(from)) {
            if (next != CellGraph.END && !seen.get(next)) {
                List<Integer> rest = path(next, to, seen);
                if (!rest.isEmpty()) {
                    rest.addFirst(from);
                    return rest;
                }
            }
        }
        return new ArrayList<>();
    }

    /** Of each cell, those that may have run when it begins; all ways lead on in the file. */
    private List<BitSet> before() {
        List<BitSet> before = new ArrayList<>();
        for (int i = 0; i < graph.size(); i++) {
            before.add(new BitSet());
        }
        for (int i = 0; i < graph.size(); i++) {
            boolean reached = i == 0 || before.get(i).get(0);
            for (int next : graph.following(i)) {
                if (reached && next != CellGraph.END) {
                    before.get(next).or(before.get(i));
                    before.get(next).set(i);
                }
            }
        }
        return before;
    }

    private void reads(int cell, BitSet before) {
        CellReads reads = CellReads.of(graph.cell(cell));
        reads.cells()
                .forEach((name, line) -> {
                    int read = numbers.getOrDefault(name, CellGraph.END);
                    if (read != CellGraph.END && !before.get(read)) {
                        String fault =
                                "outputs.%s is never there: no run has cell %s before this one"
                                        .formatted(name, Names.quoted(name));
                        throw inTemplate(cell, line, fault);
                    }
                });
        reads.states().forEach((key, line) -> state(cell, key, line, before));
        context(cell, reads.context(), before);
    }

    private void state(int cell, String key, int line, BitSet before) {
        boolean written =
                before.stream()
                        .anyMatch(each -> graph.cell(each).state().values().containsKey(key));
        if (!written && !file.state().isGiven(key)) {
            String fault = "state." + key + " is never there: no run writes it before this cell";
            throw inTemplate(cell, line, fault).hint("give it a value in \"state\" of the cascade");
        }
    }

    /** A fault of the cell at a line of its template, from 1. */
    private SqlException inTemplate(int cell, int line, String fault) {
        int first = graph.cell(cell).place().line();
        return file.wrong(
                new Place(first + Math.max(0, line - 1), 1),
                "cell %s: %s".formatted(quoted(cell), fault));
    }

    /** What is named must be there in some run; of all there are, some may be missing in each. */
    private void context(int cell, Context context, BitSet before) {
        Place named = context.named();
        for (String name : context.cells()) {
            if (named != null && !before.get(numbers.getOrDefault(name, 0))) {
                throw file.wrong(
                                named,
                                "context of cell %s names cell %s, but no run has that before this one"
                                        .formatted(quoted(cell), Names.quoted(name)))
                        .hint("\"from: all\" takes of each run what is there");
            }
        }
    }

    private String quoted(int cell) {
        return Names.quoted(graph.cell(cell).name());
    }
}
