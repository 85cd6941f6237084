package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.rewriter.SqlException;
import java.util.Set;

/**
 * What the state of a previewed run comes to.
 *
 * <p>Its keys stand among the cells as {@code state.key}. Threading: one thread.
 *
 * @param open what is known only when models have answered
 * @param unread those of it of which nothing says how long it will be
 */
record PreviewState(RunNames names, PreviewAnswers answers, Set<String> open, Set<String> unread) {
    /**
     * Writes what a cell does.
     *
     * @param certain whether every run has it succeed
     */
    void write(Cell cell, JsonNode output, boolean certain) throws InterruptedException {
        if (cell.state().isEmpty()) {
            return;
        }
        JsonNode before = TemplateValues.json(names.forPrompt().get("state"));
        boolean ofOpen = open.contains(cell.name());
        ObjectNode values;
        try {
            values = StateWrites.of(cell, output, names);
        } catch (SqlException | RowFailure fault) {
            if (!ofOpen) {
                throw fault;
            }
            // It is the mark that does not fit.
            values = JsonNodeFactory.instance.objectNode();
        }
        names.write(values);
        for (String key : cell.state().values().keySet()) {
            boolean mayStay = !certain && !before.path(key).isNull();
            know(cell, key, values.path(key), ofOpen, mayStay);
        }
    }

    private void know(Cell cell, String key, JsonNode value, boolean ofOpen, boolean mayStay) {
        NamedTemplates.Value written = cell.state().get(key);
        Set<String> reads = written.template().use().reads();
        boolean constant = !written.template().source().contains("{");
        boolean isOpen = mayStay || reads.stream().anyMatch(open::contains);
        boolean isUnread =
                mayStay || value.isMissingNode() || reads.stream().anyMatch(unread::contains);
        if (ofOpen && !constant) {
            isOpen = true;
            isUnread |= unread.contains(cell.name()) || !answers.areIn(value.toString());
        }
        tell(open, TemplateUse.STATE + key, isOpen || isUnread);
        tell(unread, TemplateUse.STATE + key, isUnread);
    }

    private static void tell(Set<String> names, String name, boolean in) {
        if (in) {
            names.add(name);
        } else {
            names.remove(name);
        }
    }
}
