package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.tracking.Usage;
import io.rvbbit.udf.cascade.Cell.PromptCell;
import io.rvbbit.udf.cascade.Cell.SubCascadeCell;
import io.rvbbit.udf.cascade.Validator.CascadeValidator;
import java.time.Duration;
import java.util.List;

/** Previews what cells do by other cascades. Threading: one thread, that of the outer preview. */
final class PreviewInner {
    private PreviewInner() {}

    static void subCascade(PreviewRun outer, SubCascadeCell cell) throws InterruptedException {
        CellRun run = outer.unbooked(cell);
        ObjectNode given = SubCascadeStep.input(cell, run);
        boolean openGiven =
                outer.openInput
                        || outer.answers.areIn(given.toString())
                        || readsUnread(outer, cell);
        Invocation inside = SubCascadeStep.inner(cell, cell.cascade(), given, run);
        PreviewRun inner = cells(outer, cell.name(), inside, openGiven, outer.mostRows);
        JsonNode output = cell.output().of(cell, outer.names.forPrompt(), result(inner));
        if (!inner.unread.isEmpty()) {
            outer.unread.add(cell.name());
        }
        if (!inner.unread.isEmpty() || outer.answers.areIn(output.toString())) {
            outer.open.add(cell.name());
        }
        outer.output(cell, output);
    }

    /** Models decide on what the cascades are given, and how often. */
    static void skills(PreviewRun outer, PromptCell cell) throws InterruptedException {
        String caller = outer.prefix + cell.name();
        for (InnerCascade part : InnerCascade.skills(cell)) {
            Cascade cascade = part.run().cascade();
            // The arguments are part of an answer.
            String mark = String.valueOf(outer.answers.mark(caller));
            ObjectNode given = CascadeSkills.marked(cascade, mark);
            outer.answers.values.put(caller, Math.max(1, given.size()));
            Invocation inside = SubCascadeStep.inner(cell, cascade, given, outer.unbooked(cell));
            try {
                var _ = cells(outer, part.path(), inside, true, most(outer, part.most()));
            } catch (RowFailure failure) {
                // It would be told to the model.
            }
        }
    }

    /** {@code most}: values that each of the checks judges. */
    static void checks(
            PreviewRun outer, PromptCell cell, List<Check> checks, Checked checked, long most)
            throws InterruptedException {
        for (CascadeValidator check : Checks.cascades(checks)) {
            ObjectNode given = CascadeCheck.input(check, checked);
            boolean openGiven = outer.openInput || outer.answers.areIn(given.toString());
            Cascade cascade = check.run().cascade();
            Invocation inside = SubCascadeStep.inner(cell, cascade, given, outer.unbooked(cell));
            String path = InnerCascade.path(cell, check.run());
            var _ = cells(outer, path, inside, openGiven, most(outer, most));
        }
    }

    /** So often at most in all, where that is not known; 0 where it is once. */
    private static long most(PreviewRun outer, long most) {
        return outer.mostRows == 0 && most == 1 ? 0 : Math.max(1, outer.mostRows) * most;
    }

    /** {@code path}: of the cascade within the outer one. */
    private static PreviewRun cells(
            PreviewRun outer, String path, Invocation inside, boolean openGiven, long most)
            throws InterruptedException {
        PreviewRun inner =
                new PreviewRun(
                        outer.preview,
                        inside,
                        outer.prefix + path + ".",
                        outer.answers,
                        openGiven,
                        most,
                        outer.openRows,
                        new RunNames(inside));
        inner.cells();
        return inner;
    }

    private static boolean readsUnread(PreviewRun outer, SubCascadeCell cell) {
        NamedTemplates given = cell.input();
        return given != null
                && given.uses().stream()
                        .flatMap(use -> use.reads().stream())
                        .anyMatch(outer.unread::contains);
    }

    private static CascadeResult result(PreviewRun inner) {
        boolean plain = inner.last.isTextual() || inner.last.isNull();
        return new CascadeResult(
                "",
                AnswerJson.text(inner.last),
                plain ? null : inner.last,
                inner.names.outputs(),
                Usage.NONE,
                0,
                Duration.ZERO,
                null);
    }
}
