package io.rvbbit.udf.cascade;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * What a template reads, found without rendering it. Threading: immutable.
 *
 * @param inputs first-level names that it reads
 * @param required those of them that have no default and are not tested for being defined
 * @param wholeInput uses the input as a whole or by a computed name
 * @param cells names under {@code outputs} and the template line that reads them
 * @param allOutputs uses {@code outputs} as a whole or by a computed name
 * @param states keys of the state that it reads and the template line that reads them
 * @param allState uses all of the state, as a whole or by a computed name
 */
record TemplateUse(
        Set<String> inputs,
        Set<String> required,
        boolean wholeInput,
        Map<String, Integer> cells,
        boolean allOutputs,
        Map<String, Integer> states,
        boolean allState) {
    /** Before the name of a key of the state where names of cells stand beside it. */
    static final String STATE = "state.";

    TemplateUse {
        inputs = Set.copyOf(inputs);
        required = Set.copyOf(required);
        cells = Map.copyOf(cells);
        states = Map.copyOf(states);
    }

    /** That reads no outputs but those of {@code cells}, and no state. */
    TemplateUse(
            Set<String> inputs,
            Set<String> required,
            boolean wholeInput,
            Map<String, Integer> cells) {
        this(inputs, required, wholeInput, cells, false, Map.of(), false);
    }

    TemplateUse withWholeInput() {
        return new TemplateUse(inputs, required, true, cells, allOutputs, states, allState);
    }

    /** The cells that it reads, and the keys of the state as {@code state.key}. */
    Set<String> reads() {
        Set<String> reads = new LinkedHashSet<>(cells.keySet());
        states.keySet().forEach(key -> reads.add(STATE + key));
        return reads;
    }
}
