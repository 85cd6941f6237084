package io.rvbbit.udf.cascade;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The shape of what a cascade ends in. */
final class FinalOutputs {
    private FinalOutputs() {}

    /**
     * The properties of all cells in which a run may end, name to JSON Schema type; one of which
     * they give different types has none.
     *
     * @return null if a run may end in plain text
     */
    static @Nullable Map<String, String> of(List<Cell> ends) {
        Map<String, String> all = new LinkedHashMap<>();
        for (Cell end : ends) {
            Map<String, String> own = end.shape();
            if (own == null) {
                return null;
            }
            own.forEach((name, type) -> all.merge(name, type, (a, b) -> a.equals(b) ? a : ""));
        }
        return all;
    }
}
