package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import io.rvbbit.udf.cascade.Cell.PromptCell;
import io.rvbbit.udf.cascade.Cell.SubCascadeCell;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A loaded pipeline, checked and ready to run. Threading: immutable.
 *
 * @param file path as shown to people, empty for an inline cascade
 * @param contentHash SHA-256 of the definition, and of the hashes of all sub-cascades; hex
 * @param definition the text as it was read
 * @param inputs declared input names and their descriptions
 * @param requiredInputs inputs that a statement must provide: declared or read by a template, not
 *     optional, not defaulted
 * @param readInputs inputs that the templates read; null if some template or tool reads the input
 *     as a whole
 * @param outputs properties of the last cell's structured output in order, name to JSON Schema type
 *     (string, integer, number, boolean, array, object); null if the cascade ends in plain text
 * @param readsOutside has a cell that reads or acts outside its input and is not declared pure
 * @param graph which cell follows which
 * @param state its keys, and what they are when a run begins
 * @param warnings what is odd in the definition, each with file and place
 */
public record Cascade(
        String id,
        String description,
        String file,
        String contentHash,
        String definition,
        Map<String, String> inputs,
        Set<String> requiredInputs,
        @Nullable Set<String> readInputs,
        List<Cell> cells,
        List<Example> examples,
        @Nullable Map<String, String> outputs,
        boolean readsOutside,
        CellGraph graph,
        Map<String, JsonNode> state,
        List<String> warnings) {
    public Cascade {
        inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
        requiredInputs = Set.copyOf(requiredInputs);
        readInputs = readInputs == null ? null : Set.copyOf(readInputs);
        cells = List.copyOf(cells);
        examples = List.copyOf(examples);
        outputs =
                outputs == null ? null : Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
        state = Collections.unmodifiableMap(new LinkedHashMap<>(state));
        warnings = List.copyOf(warnings);
    }

    /** A cascade without warnings, of which the cells follow one another. */
    public Cascade(
            String id,
            String description,
            String file,
            String contentHash,
            String definition,
            Map<String, String> inputs,
            Set<String> requiredInputs,
            @Nullable Set<String> readInputs,
            List<Cell> cells,
            List<Example> examples,
            @Nullable Map<String, String> outputs,
            boolean readsOutside) {
        this(
                id,
                description,
                file,
                contentHash,
                definition,
                inputs,
                requiredInputs,
                readInputs,
                cells,
                examples,
                outputs,
                readsOutside,
                CellGraph.inOrder(cells),
                Map.of(),
                List.of());
    }

    /** Those of its own cells that ask a model, then those of its sub-cascades, at every level. */
    public Stream<PromptCell> prompts() {
        return Stream.concat(
                cells.stream().flatMap(cell -> cell.prompt().stream()),
                subCascades().flatMap(sub -> sub.cascade().prompts()));
    }

    /** The cells that run other cascades. */
    Stream<SubCascadeCell> subCascades() {
        return cells.stream().flatMap(cell -> cell.subCascades().stream());
    }
}
