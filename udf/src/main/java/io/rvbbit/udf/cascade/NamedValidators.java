package io.rvbbit.udf.cascade;

import io.rvbbit.rewriter.NearestName;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.udf.cascade.SourceNode.Scalar;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The cascade's {@code validators}, each read for the cells that name it.
 *
 * <p>Threading: one thread.
 */
final class NamedValidators {
    private final SourceFile file;
    private final Map<String, SourceNode> nodes;
    private final Set<String> used = new HashSet<>();

    NamedValidators(SourceFile file, Map<String, SourceNode> nodes) {
        this.file = file;
        this.nodes = Map.copyOf(nodes);
    }

    boolean has(String name) {
        return nodes.containsKey(name);
    }

    /**
     * The validator of this name.
     *
     * @param where it is named there
     * @throws SqlException 22023 if there is none, with the nearest name
     */
    Validator get(CellScope cell, String name, Scalar where, int attempts) {
        SourceNode node = nodes.get(name);
        if (node == null) {
            throw file.wrong(
                            where.place(),
                            "there is no validator "
                                    + Names.quoted(name)
                                    + ", named in "
                                    + cell.what())
                    .hint(
                            NearestName.of(name, nodes.keySet())
                                    .map(near -> "did you mean " + Names.quoted(near) + "?")
                                    .orElse(
                                            nodes.isEmpty()
                                                    ? "the cascade has no \"validators\""
                                                    : "there are "
                                                            + String.join(
                                                                    ", ",
                                                                    new TreeSet<>(
                                                                            nodes.keySet()))));
        }
        used.add(name);
        return ValidatorParser.read(cell, name, node, attempts);
    }

    /** Reads those that no cell names, for their faults; {@code cells}: all of the cascade's. */
    void checkUnused(Set<String> cells) {
        for (Map.Entry<String, SourceNode> each : nodes.entrySet()) {
            if (!used.contains(each.getKey())) {
                ValidatorParser.check(file, each.getKey(), each.getValue(), cells);
            }
        }
    }
}
