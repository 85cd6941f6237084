package io.rvbbit.udf.cascade;

import io.rvbbit.rewriter.NearestName;
import io.rvbbit.udf.cascade.Cell.SubCascadeCell;
import io.rvbbit.udf.cascade.SourceNode.Scalar;
import io.rvbbit.udf.format.CellFormat;
import io.rvbbit.udf.format.SubCascadeFormat;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads a cell that runs another cascade. Threading: one thread. */
final class SubCascadeCellParser {
    private static final String KEY = "sub_cascade";

    private final CellScope cell;
    private final Keys keys;
    private final String what;

    private SubCascadeCellParser(CellScope cell, Keys keys) {
        this.cell = cell;
        this.keys = keys;
        this.what = keys.what();
    }

    static SubCascadeCell read(CellScope cell, SubCascades others) {
        cell.only(SubCascadeFormat.CELL);
        Set<String> prompts = new TreeSet<>(CellFormat.PROMPT.names());
        prompts.removeAll(SubCascadeFormat.CELL.names());
        cell.refuse(prompts, KEY);
        cell.refuse(Set.of("tool", "inputs"), KEY);
        SourceNode node = cell.keys().required(KEY);
        if (node instanceof Scalar path && path.isText()) {
            // The short form: the same input, the whole output.
            Cascade cascade = load(cell, path, others);
            return cell(cell, path, cascade, null, new SubCascadeOutput.Whole());
        }
        Keys keys = Keys.of(cell.file(), node, what(cell)).only(SubCascadeFormat.SUB_CASCADE);
        boolean alias = keys.node("path").isPresent();
        if (alias && keys.node("cascade").isPresent()) {
            throw cell.file()
                    .wrong(
                            keys.placeOf("path"),
                            "\"path\" and \"cascade\" of " + keys.what() + " say the same");
        }
        keys.required(alias ? "path" : "cascade");
        Scalar path = keys.scalarText(alias ? "path" : "cascade").orElseThrow();
        Cascade cascade = load(cell, path, others);
        SubCascadeCellParser parser = new SubCascadeCellParser(cell, keys);
        return cell(cell, path, cascade, parser.input(cascade), parser.output(cascade));
    }

    private static String what(CellScope cell) {
        return KEY + " of " + cell.what();
    }

    private static Cascade load(CellScope cell, Scalar path, SubCascades others) {
        return load(cell.file(), what(cell), path, others);
    }

    /** {@code what}: how messages name the part that names it. */
    static Cascade load(SourceFile file, String what, Scalar path, SubCascades others) {
        Cascade cascade = others.load(path.text(), file, path.place());
        if (levels(cascade) > SubCascadeStep.MAX_DEPTH) {
            throw file.wrong(
                    path.place(),
                    what
                            + " lies too deep: cascades may run each other up to "
                            + SubCascadeStep.MAX_DEPTH
                            + " levels deep");
        }
        return cascade;
    }

    /** A cell that stands for a cascade that is no cell of its own, and gives all of its output. */
    static SubCascadeCell whole(SourceFile file, String name, Scalar path, Cascade cascade) {
        return new SubCascadeCell(
                new Cell.Head(name, "", file.placeOf(path), Retry.UNSAID, null, Cell.OnError.FAIL),
                path.text(),
                cascade,
                null,
                new SubCascadeOutput.Whole(),
                levels(cascade));
    }

    private static int levels(Cascade cascade) {
        return 1 + cascade.subCascades().mapToInt(SubCascadeCell::levels).max().orElse(0);
    }

    private static SubCascadeCell cell(
            CellScope cell,
            Scalar path,
            Cascade cascade,
            @Nullable NamedTemplates input,
            SubCascadeOutput output) {
        return new SubCascadeCell(
                cell.head(path), path.text(), cascade, input, output, levels(cascade));
    }

    private @Nullable NamedTemplates input(Cascade cascade) {
        if (!keys.has("input")) {
            return null;
        }
        NamedTemplates input = NamedTemplates.read(cell, keys, "input", cell::value);
        Set<String> given = input.values().keySet();
        for (String required : new TreeSet<>(cascade.requiredInputs())) {
            if (!given.contains(required)) {
                throw cell.file()
                        .wrong(
                                keys.placeOf("input"),
                                "cascade %s needs the input %s, which %s does not give"
                                        .formatted(
                                                Names.quoted(cascade.id()),
                                                Names.quoted(required),
                                                what))
                        .hint(
                                NearestName.of(required, given)
                                        .map(near -> "did you mean it by " + near + "?")
                                        .orElse(""));
            }
        }
        warnOfUnread(cascade, given);
        return input;
    }

    private void warnOfUnread(Cascade cascade, Set<String> given) {
        Set<String> read = cascade.readInputs();
        if (read == null) {
            return;
        }
        for (String name : given) {
            if (!read.contains(name) && !cascade.inputs().containsKey(name)) {
                cell.file()
                        .warn(
                                keys.placeOf("input"),
                                what
                                        + " gives "
                                        + Names.quoted(name)
                                        + ", which cascade "
                                        + Names.quoted(cascade.id())
                                        + " does not read");
            }
        }
    }

    private SubCascadeOutput output(Cascade cascade) {
        SourceNode node = keys.node("output").orElse(null);
        if (node == null) {
            return new SubCascadeOutput.Whole();
        }
        Set<String> cells = new LinkedHashSet<>();
        cascade.cells().forEach(each -> cells.add(each.name()));
        if (!(node instanceof Scalar scalar)) {
            return new SubCascadeOutput.Mapped(
                    NamedTemplates.read(cell, keys, "output", text -> selection(text, cells)));
        }
        if (scalar.text().contains("{{")) {
            return new SubCascadeOutput.Selected(
                    NamedTemplates.value(cell, scalar, text -> selection(text, cells)));
        }
        if (!cells.contains(scalar.text())) {
            throw keys.wrong(
                            "output",
                            scalar,
                            "a cell of cascade " + Names.quoted(cascade.id()) + " or {{ … }}")
                    .hint(
                            NearestName.of(scalar.text(), cells)
                                    .map(near -> "did you mean " + near + "?")
                                    .orElse(""));
        }
        return new SubCascadeOutput.OfCell(scalar.text());
    }

    /** Reads the inner run's outputs. */
    private PromptTemplate selection(Scalar text, Set<String> cells) {
        try {
            PromptTemplate template =
                    PromptTemplate.compileValue(text.text(), Set.of(SubCascadeOutput.NAME));
            template.use()
                    .cells()
                    .forEach((read, line) -> {
                        if (!cells.contains(read)) {
                            throw CellScope.noSuchCell(
                                    read, line, "the sub-cascade has no such cell", cells);
                        }
                    });
            return template;
        } catch (TemplateFault fault) {
            throw cell.file().wrong(text, fault);
        }
    }
}
