package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.tracking.Usage;
import io.rvbbit.udf.cascade.Cell.PromptCell;
import io.rvbbit.udf.cascade.Cell.SubCascadeCell;
import java.time.Duration;

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
        long most = Math.max(1, outer.mostRows) * cell.mostToolCalls();
        if (most == 0) {
            return;
        }
        for (SubCascadeCell sub : cell.subCascades()) {
            ObjectNode given = CascadeSkills.blank(sub.cascade());
            Invocation inside =
                    SubCascadeStep.inner(cell, sub.cascade(), given, outer.unbooked(cell));
            try {
                var _ = cells(outer, cell.name() + "." + sub.name(), inside, true, most);
            } catch (RowFailure failure) {
                // It would be told to the model.
            }
        }
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
