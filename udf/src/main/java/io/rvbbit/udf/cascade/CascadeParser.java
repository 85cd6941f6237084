package io.rvbbit.udf.cascade;

import io.rvbbit.udf.cascade.Cell.SubCascadeCell;
import io.rvbbit.udf.cascade.SourceNode.Scalar;
import io.rvbbit.udf.format.CascadeFormat;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads a definition, YAML or JSON, into a {@link Cascade}.
 *
 * <p>Strict: a wrong value is an error, an unknown key a warning, both with file and place.
 * Threading: one thread, for one definition.
 */
public final class CascadeParser {
    private final SourceFile file;
    private final Keys top;
    private final String name;
    private final String definition;
    private final SubCascades subCascades;

    private CascadeParser(
            SourceFile file,
            String name,
            String definition,
            SourceNode root,
            SubCascades subCascades) {
        this.file = file;
        this.subCascades = subCascades;
        this.name = name;
        this.definition = definition;
        top = Keys.of(file, root, "a cascade").only(CascadeFormat.CASCADE);
    }

    /**
     * Reads a cascade.
     *
     * @param file as shown in messages, its extension tells JSON from YAML; empty for inline text
     * @throws io.rvbbit.rewriter.SqlException 22023 for a fault, 0A000 for a part that is not
     *     supported, each with file, line and column
     */
    public static Cascade parse(String file, String definition) {
        return parse(file, definition, SubCascades.NONE);
    }

    /** As {@link #parse(String, String)}, with the other cascades that it may run. */
    static Cascade parse(String file, String definition, SubCascades subCascades) {
        SourceFile source = new SourceFile(file);
        SourceNode root = source(source, file, definition);
        return parse(source, file, definition, root, subCascades);
    }

    static Cascade parse(
            SourceFile source,
            String file,
            String definition,
            SourceNode root,
            SubCascades subCascades) {
        return new CascadeParser(source, file, definition, root, subCascades).cascade();
    }

    /** The text as nodes, not yet looked at. */
    static SourceNode source(SourceFile source, String file, String definition) {
        return file.toLowerCase(Locale.ROOT).endsWith(".json")
                ? JsonSource.read(source, definition)
                : YamlSource.read(source, definition);
    }

    private Cascade cascade() {
        top.required("cascade_id");
        Scalar id = top.scalarText("cascade_id").orElseThrow();
        if (id.text().isBlank() || id.text().length() > 200) {
            throw top.wrong("cascade_id", id, "text of 1 to 200 characters");
        }
        Map<String, String> inputs = new LinkedHashMap<>();
        Set<String> optional = new HashSet<>();
        file.attempt(() -> inputs(inputs, optional));
        file.subCascades(subCascades);
        file.validators(top.mapping("validators"));
        file.attempt(() -> file.state().readInitial(top));
        List<SourceNode> nodes = cellNodes();
        List<Cell> cells = cells(nodes);
        CellGraph graph = FlowParser.read(top, nodes, cells);
        file.validators().checkUnused(cells.stream().map(Cell::name).collect(Collectors.toSet()));
        CascadeReads reads = CascadeReads.of(cells);
        List<Example> examples = new ArrayList<>();
        for (SourceNode each : top.list("examples")) {
            int number = examples.size() + 1;
            file.attempt(() -> ExampleParser.read(file, each, number, cells))
                    .ifPresent(examples::add);
        }
        boolean outside = cells.stream().anyMatch(Cell::readsOutside);
        boolean pure = top.flag("pure");
        return new Cascade(
                id.text(),
                top.text("description").orElse(""),
                name,
                contentHash(cells),
                definition,
                inputs,
                reads.required(inputs.keySet(), optional),
                reads.whole() ? null : reads.names(),
                cells,
                examples,
                FinalOutputs.of(graph.ends()),
                outside && !pure,
                graph,
                file.state().atFirst(),
                file.warnings());
    }

    private int inputs(Map<String, String> inputs, Set<String> optional) {
        top.mapping("inputs_schema")
                .forEach((input, node) -> {
                    if (node instanceof Scalar scalar
                            && (scalar.isText() || scalar.value().isNull())) {
                        inputs.put(input, scalar.value().asText(""));
                        return;
                    }
                    String what = "input " + Names.quoted(input);
                    Keys keys = Keys.of(file, node, what).only(CascadeFormat.INPUT);
                    inputs.put(input, keys.text("description").orElse(""));
                    if (keys.flag("optional")) {
                        optional.add(input);
                    }
                });
        return inputs.size();
    }

    private List<SourceNode> cellNodes() {
        boolean alias = top.node("phases").isPresent();
        if (alias && top.node("cells").isPresent()) {
            throw file.wrong(top.placeOf("phases"), "\"phases\" is another name of \"cells\"");
        }
        String key = alias ? "phases" : "cells";
        SourceNode list = top.required(key);
        List<SourceNode> nodes = top.list(key);
        if (nodes.isEmpty() || nodes.size() > CascadeFormat.MAX_CELLS) {
            throw top.wrong(key, list, "a list of 1 to " + CascadeFormat.MAX_CELLS + " cells");
        }
        return nodes;
    }

    private List<Cell> cells(List<SourceNode> nodes) {
        List<Skill> skills = SkillParser.read(top, subCascades);
        List<Cell> cells = new ArrayList<>();
        Set<String> names = new LinkedHashSet<>();
        for (SourceNode node : nodes) {
            Optional<Cell> cell =
                    file.attempt(() ->
                            SkillParser.withDefaults(
                                    CellParser.read(file, node, names, subCascades), node, skills));
            file.state().written(node);
            if (cell.isEmpty()) {
                CellParser.name(node).ifPresent(names::add);
                continue;
            }
            if (!names.add(cell.get().name())) {
                throw file.wrong(
                        node.place(),
                        "there are two cells named " + Names.quoted(cell.get().name()));
            }
            cells.add(cell.get());
        }
        file.refuseFaulty();
        return cells;
    }

    private String contentHash(List<Cell> cells) {
        String own = sha256(definition);
        String parts =
                subCascades(cells)
                        .map(sub -> "\n" + sub.cascade().contentHash())
                        .collect(Collectors.joining());
        return parts.isEmpty() ? own : sha256(own + parts);
    }

    private static Stream<SubCascadeCell> subCascades(List<Cell> cells) {
        return cells.stream().flatMap(cell -> cell.subCascades().stream());
    }

    /** Hex. */
    static String sha256(String text) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
