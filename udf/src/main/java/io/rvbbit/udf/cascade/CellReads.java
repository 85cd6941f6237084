package io.rvbbit.udf.cascade;

import io.rvbbit.udf.cascade.Cell.PromptCell;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which other cells a cell reads. Threading: immutable.
 *
 * @param cells their names, and the line of the template that reads them
 * @param all some template may read all cells before it
 * @param context what it takes from others beside its templates
 */
record CellReads(Map<String, Integer> cells, boolean all, Context context) {
    static CellReads of(Cell cell) {
        Map<String, Integer> cells = new LinkedHashMap<>();
        boolean all = false;
        for (TemplateUse use : CascadeReads.uses(cell)) {
            use.cells().forEach(cells::putIfAbsent);
            all |= use.allOutputs();
        }
        Context context = cell.prompt().map(PromptCell::context).orElse(Context.NONE);
        return new CellReads(cells, all, context);
    }

    /** The names of all that it reads in one way or the other, apart from {@link #all}. */
    Set<String> names() {
        Set<String> names = new LinkedHashSet<>(cells.keySet());
        names.addAll(context.cells());
        return names;
    }
}
