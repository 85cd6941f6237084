package io.rvbbit.udf.cascade;

import io.rvbbit.rewriter.NearestName;
import io.rvbbit.udf.cascade.SourceNode.Mapping;
import io.rvbbit.udf.cascade.SourceNode.Scalar;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads one cell: finds out of which kind it is. Threading: one thread. */
final class CellParser {
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,99}");

    private CellParser() {}

    /** The name that a cell seems to have, though it may be wrong otherwise. */
    static Optional<String> name(SourceNode node) {
        return node instanceof Mapping mapping
                ? Optional.ofNullable(mapping.entries().get("name"))
                        .map(entry -> entry.value() instanceof Scalar name ? name.text() : "")
                : Optional.empty();
    }

    /** {@code earlier}: the cells that run before this one. */
    static Cell read(
            SourceFile file, SourceNode node, Set<String> earlier, SubCascades subCascades) {
        int number = earlier.size() + 1;
        Keys keys = Keys.of(file, node, "cell " + number);
        Scalar name =
                keys.scalarText("name")
                        .orElseThrow(() ->
                                file.wrong(keys.place(), "cell " + number + " needs \"name\""));
        if (!NAME.matcher(name.text()).matches()) {
            throw keys.wrong("name", name, "letters, digits and _, beginning with no digit");
        }
        Keys cell = Keys.of(file, node, "cell " + Names.quoted(name.text()));
        if (cell.node("for_each_row").isEmpty()) {
            return kind(new CellScope(name.text(), cell, earlier, Set.of()), subCascades);
        }
        CellScope each = new CellScope(name.text(), cell, earlier, EachCellParser.NAMES);
        EachCellParser.check(each);
        return EachCellParser.read(each, kind(each, subCascades));
    }

    private static Cell kind(CellScope scope, SubCascades subCascades) {
        Keys cell = scope.keys();
        if (cell.node("sub_cascade").isPresent()) {
            return SubCascadeCellParser.read(scope, subCascades);
        }
        if (cell.node("tool").isEmpty()) {
            return PromptCellParser.read(scope, subCascades);
        }
        String tool = cell.text("tool").orElse("");
        if (HttpStep.TOOL.equals(tool)) {
            return HttpCellParser.read(scope);
        }
        if (!"sql_data".equals(tool)) {
            throw scope.file()
                    .unsupported(cell.placeOf("tool"), "the tool " + Names.quoted(tool))
                    .hint(
                            NearestName.of(tool, List.of("sql_data", HttpStep.TOOL))
                                    .map(near -> "did you mean " + near + "?")
                                    .orElse(
                                            "there are sql_data and http; without \"tool\" a cell asks a model"));
        }
        return SqlCellParser.read(scope);
    }
}
