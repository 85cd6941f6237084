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
 */
record TemplateUse(
        Set<String> inputs, Set<String> required, boolean wholeInput, Map<String, Integer> cells) {
    TemplateUse {
        inputs = Set.copyOf(inputs);
        required = Set.copyOf(required);
        cells = Map.copyOf(cells);
    }
}
