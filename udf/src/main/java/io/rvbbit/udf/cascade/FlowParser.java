package io.rvbbit.udf.cascade;

import io.rvbbit.udf.cascade.Cell.PromptCell;
import io.rvbbit.udf.cascade.SourceNode.Scalar;
import io.rvbbit.udf.cascade.Ways.Handoff;
import io.rvbbit.udf.cascade.Ways.Target;
import io.rvbbit.udf.format.CascadeFormat;
import io.rvbbit.udf.format.CellFormat;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads how cells follow one another. Threading: one thread, for one definition. */
final class FlowParser {
    private final SourceFile file;

    private FlowParser(SourceFile file) {
        this.file = file;
    }

    /** {@code nodes}: the cells as they are written. */
    static CellGraph read(Keys top, List<SourceNode> nodes, List<Cell> cells) {
        SourceFile file = top.file();
        FlowParser parser = new FlowParser(file);
        List<Ways> ways = new ArrayList<>();
        for (int i = 0; i < cells.size(); i++) {
            ways.add(parser.ways(nodes.get(i), cells.get(i)));
        }
        Integer parallel = top.integer("max_parallel", 1, CascadeFormat.MAX_PARALLEL);
        CellGraph graph =
                new CellGraph(
                        cells, ways, parallel == null ? CellGraph.DEFAULT_PARALLEL : parallel);
        new GraphCheck(file, nodes, graph).check();
        return graph;
    }

    private Ways ways(SourceNode node, Cell cell) {
        Keys keys = Keys.of(file, node, "cell " + Names.quoted(cell.name()));
        List<SourceNode> handoffs = keys.list("handoffs");
        SourceNode routing = keys.node("routing").orElse(null);
        if (handoffs.isEmpty()) {
            return routing == null ? Ways.IN_ORDER : routing(routing, keys.what());
        }
        if (routing != null) {
            throw file.wrong(
                    keys.placeOf("routing"),
                    "either the model of "
                            + keys.what()
                            + " chooses by \"handoffs\", or \"routing\" does");
        }
        if (!(cell instanceof PromptCell prompt)) {
            throw file.wrong(
                    keys.placeOf("handoffs"),
                    "\"handoffs\" of " + keys.what() + " needs a model that chooses");
        }
        if (prompt.takes() != null) {
            throw file.wrong(
                    keys.placeOf("takes"),
                    "\"takes\" does not go with \"handoffs\" in "
                            + keys.what()
                            + ": each take would choose a next cell of its own");
        }
        List<Handoff> all = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (SourceNode each : handoffs) {
            Handoff handoff = handoff(keys, each);
            if (!names.add(handoff.target().cell())) {
                throw file.wrong(
                        each.place(),
                        keys.what()
                                + " hands over to "
                                + Names.quoted(handoff.target().cell())
                                + " twice");
            }
            all.add(handoff);
        }
        return new Ways(all, null, null, null);
    }

    private Handoff handoff(Keys cell, SourceNode node) {
        if (node instanceof Scalar name && name.isText()) {
            return new Handoff(new Target(name.text(), name.place()), "");
        }
        if (!(node instanceof SourceNode.Mapping)) {
            throw cell.wrong(
                    "handoffs", node, "a list of cells, each its name or {target, description}");
        }
        Keys keys = Keys.of(file, node, "handoffs of " + cell.what()).only(CellFormat.HANDOFF);
        boolean alias = keys.node("name").isPresent();
        if (alias && keys.node("target").isPresent()) {
            throw file.wrong(keys.placeOf("name"), "\"name\" is another name of \"target\"");
        }
        keys.required(alias ? "name" : "target");
        Target target = target(keys, alias ? "name" : "target");
        return new Handoff(Objects.requireNonNull(target), keys.text("description").orElse(""));
    }

    private Ways routing(SourceNode node, String what) {
        Keys keys = Keys.of(file, node, "routing of " + what).only(CellFormat.ROUTING);
        Ways ways =
                new Ways(
                        List.of(),
                        target(keys, "success"),
                        target(keys, "error"),
                        target(keys, "default"));
        if (ways.isInOrder()) {
            throw file.wrong(
                    keys.place(), keys.what() + " needs \"success\", \"error\" or \"default\"");
        }
        return ways;
    }

    private static @Nullable Target target(Keys keys, String key) {
        Scalar name = keys.scalarText(key).orElse(null);
        return name == null ? null : new Target(name.text(), name.place());
    }
}
