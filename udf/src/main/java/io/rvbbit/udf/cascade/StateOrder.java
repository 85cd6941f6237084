package io.rvbbit.udf.cascade;

import java.util.Collections;
import java.util.Set;

/**
 * In which order cells use the state: that of the file, where they use the same key and one of them
 * writes it.
 *
 * <p>So a run gives the same however many cells run at a time. Threading: stateless.
 */
final class StateOrder {
    private StateOrder() {}

    /** Whether a cell reads what an earlier one writes. */
    static boolean reads(Cell cell, Cell earlier) {
        return CellReads.of(cell).readsState(written(earlier));
    }

    /** Whether a cell may use the state only after an earlier one. */
    static boolean waitsFor(Cell cell, Cell earlier) {
        Set<String> own = written(cell);
        return reads(cell, earlier)
                || !Collections.disjoint(own, written(earlier))
                || CellReads.of(earlier).readsState(own);
    }

    private static Set<String> written(Cell cell) {
        return cell.state().values().keySet();
    }
}
