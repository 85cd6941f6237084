package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** What a cell that has succeeded leaves in the state. Threading: any thread. */
final class StateWrites {
    /** The cell's own output in the templates of its {@code state}. */
    static final String OUTPUT = "output";

    private StateWrites() {}

    /**
     * The values, not yet in the state; none of them sees another.
     *
     * @throws RowFailure if one of them cannot be had for this output
     */
    static ObjectNode of(Cell cell, JsonNode output, RunNames names) throws InterruptedException {
        Map<String, Object> known = names.forPrompt();
        TemplateEngine.give(known, OUTPUT, TemplateValues.of(output));
        return cell.state().object(cell, known);
    }
}
