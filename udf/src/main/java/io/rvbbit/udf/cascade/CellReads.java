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
 * @param states keys of the state, and the line of the template that reads them
 * @param allState some template may read all of the state
 * @param context what it takes from others beside its templates
 */
record CellReads(
        Map<String, Integer> cells,
        boolean all,
        Map<String, Integer> states,
        boolean allState,
        Context context) {
    static CellReads of(Cell cell) {
        Map<String, Integer> cells = new LinkedHashMap<>();
        boolean all = false;
        Map<String, Integer> states = new LinkedHashMap<>();
        boolean allState = false;
        for (TemplateUse use : CascadeReads.uses(cell)) {
            use.cells().forEach(cells::putIfAbsent);
            all |= use.allOutputs();
            use.states().forEach(states::putIfAbsent);
            allState |= use.allState();
        }
        Context context = cell.prompt().map(PromptCell::context).orElse(Context.NONE);
        return new CellReads(cells, all, states, allState, context);
    }

    /** The names of all that it reads in one way or the other, apart from {@link #all}. */
    Set<String> names() {
        Set<String> names = new LinkedHashSet<>(cells.keySet());
        names.addAll(context.cells());
        return names;
    }

    /** Whether it reads some of these keys of the state. */
    boolean readsState(Set<String> keys) {
        return keys.stream().anyMatch(key -> allState || states.containsKey(key));
    }
}
