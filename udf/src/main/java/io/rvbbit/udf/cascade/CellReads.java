package io.rvbbit.udf.cascade;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which other cells a cell reads. Threading: immutable.
 *
 * @param cells their names, and the line of the template that reads them
 * @param all some template may read all cells before it
 */
record CellReads(Map<String, Integer> cells, boolean all) {
    static CellReads of(Cell cell) {
        Map<String, Integer> cells = new LinkedHashMap<>();
        boolean all = false;
        for (TemplateUse use : CascadeReads.uses(cell)) {
            use.cells().forEach(cells::putIfAbsent);
            all |= use.allOutputs();
        }
        return new CellReads(cells, all);
    }
}
