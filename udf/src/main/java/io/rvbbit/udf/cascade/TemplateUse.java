package io.rvbbit.udf.cascade;

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
 */
record TemplateUse(
        Set<String> inputs,
        Set<String> required,
        boolean wholeInput,
        Map<String, Integer> cells,
        boolean allOutputs) {
    TemplateUse {
        inputs = Set.copyOf(inputs);
        required = Set.copyOf(required);
        cells = Map.copyOf(cells);
    }

    /** That reads no outputs but those of {@code cells}. */
    TemplateUse(
            Set<String> inputs,
            Set<String> required,
            boolean wholeInput,
            Map<String, Integer> cells) {
        this(inputs, required, wholeInput, cells, false);
    }

    TemplateUse withWholeInput() {
        return new TemplateUse(inputs, required, true, cells, allOutputs);
    }
}
