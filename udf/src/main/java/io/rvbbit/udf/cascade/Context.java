package io.rvbbit.udf.cascade;

import io.rvbbit.udf.cascade.SourceNode.Place;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a cell's conversation begins with: what earlier cells have said.
 *
 * @param cells in the order of the file
 * @param history how many turns of them at most, the latest; null for all
 * @param maxTokens how long they may be together; null where nothing bounds them
 * @param named where the cells are named; null where they are all that are there
 */
record Context(
        List<String> cells,
        Include include,
        @Nullable Integer history,
        @Nullable Integer maxTokens,
        @Nullable Place named) {
    static final Context NONE = new Context(List.of(), Include.OUTPUT, null, null, null);

    Context {
        cells = List.copyOf(cells);
    }

    /** Whether some of what they said may be too much. */
    boolean leavesOut() {
        return history != null || maxTokens != null;
    }

    /** What of a cell. */
    enum Include {
        /** Its output, as one message that names it. */
        OUTPUT,
        /** Its conversation with the model, as it was had; the output of one that had none. */
        MESSAGES
    }
}
