package io.rvbbit.udf.cascade;

import io.rvbbit.udf.cascade.Cell.PromptCell;
import io.rvbbit.udf.cascade.Cell.SubCascadeCell;
import java.util.ArrayList;
import java.util.List;

/**
 * A cascade that runs as part of a cell: the cell's work, a skill of its model, or a validator.
 *
 * @param path of the part among the cells of the outer cascade
 * @param most runs in one run of the cell
 * @param tries of each run, as the cell's {@code retry} says
 * @param chance that there is one
 */
public record InnerCascade(
        SubCascadeCell run, String path, long most, int tries, CellChance chance) {
    /** All of a cell; those that can never run are left out. */
    public static List<InnerCascade> of(Cell cell) {
        PromptCell asks = cell.prompt().orElse(null);
        List<InnerCascade> parts = new ArrayList<>();
        if (asks == null) {
            cell.subCascades()
                    .forEach(sub ->
                            parts.add(
                                    new InnerCascade(
                                            sub,
                                            cell.name(),
                                            1,
                                            cell.retry().tries(),
                                            CellChance.CERTAIN)));
            return parts;
        }
        parts.addAll(skills(asks));
        parts.addAll(checks(asks, asks.checks().before(), 1));
        parts.addAll(checks(asks, asks.checks().after(), mostAnswers(asks)));
        return parts;
    }

    static List<InnerCascade> skills(PromptCell cell) {
        long most = cell.mostToolCalls();
        return CascadeSkills.cascades(cell.skills()).stream()
                .filter(_ -> most > 0)
                .map(sub -> new InnerCascade(sub, path(cell, sub), most, 1, CellChance.OF_TOOLS))
                .toList();
    }

    /** {@code most}: values that each of the checks judges. */
    static List<InnerCascade> checks(PromptCell cell, List<Check> checks, long most) {
        return Checks.cascades(checks).stream()
                .map(each ->
                        new InnerCascade(
                                each.run(), path(cell, each.run()), most, 1, CellChance.CERTAIN))
                .toList();
    }

    /** Of the cell, or of all its takes and what is made of them. */
    static long mostAnswers(PromptCell cell) {
        Takes takes = cell.takes();
        return (long) cell.mostAnswers() * (takes == null ? 1 : takes.factor() + 1);
    }

    static String path(PromptCell cell, SubCascadeCell sub) {
        return cell.name() + "." + sub.name();
    }

    /** The cells that stand for those of a cell that asks a model. */
    static List<SubCascadeCell> runs(PromptCell cell) {
        List<SubCascadeCell> runs = new ArrayList<>(CascadeSkills.cascades(cell.skills()));
        Checks.cascades(cell.checks().all().toList()).forEach(each -> runs.add(each.run()));
        return runs;
    }
}
