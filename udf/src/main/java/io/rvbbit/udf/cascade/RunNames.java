package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.udf.llm.ModelRequest.Message;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What the templates of one run can name: input, outputs so far, state. Threading: any thread; what
 * is added later is not seen by a template that is being rendered.
 */
final class RunNames {
    private static final String TABLE = "data_table";

    private final Map<String, @Nullable Object> input;
    private final Map<String, @Nullable Object> sqlInput;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, @Nullable Object> outputs = new LinkedHashMap<>();
    private final ObjectNode json = JsonNodeFactory.instance.objectNode();
    private final Map<String, @Nullable Object> state = new LinkedHashMap<>();
    private final Map<String, List<Message>> said = new ConcurrentHashMap<>();

    /** The names of one row of a cell, beside the others. */
    private final Map<String, Object> row = new HashMap<>();

    private RunNames(RunNames outer) {
        input = outer.input;
        sqlInput = outer.sqlInput;
        outputs.putAll(outer.soFar(outer.outputs));
        state.putAll(outer.soFar(outer.state));
        json.setAll(outer.outputsCopy());
        said.putAll(outer.said);
    }

    RunNames(Invocation invocation) {
        input = TemplateValues.map(invocation.input());
        Cascade cascade = invocation.cascade();
        for (String declared : cascade.inputs().keySet()) {
            if (!cascade.requiredInputs().contains(declared)) {
                input.putIfAbsent(declared, null);
            }
        }
        cascade.state().forEach((key, value) -> state.put(key, TemplateValues.of(value)));
        sqlInput = new LinkedHashMap<>(input);
        if (input.get(TABLE) instanceof String table && table.equals(invocation.table())) {
            // In a RUN the gateway itself named the table: it stands in SQL as a name.
            sqlInput.put(TABLE, new SqlIdentifier(table, true));
        }
    }

    Map<String, Object> forPrompt() {
        return names(input);
    }

    Map<String, Object> forSql() {
        return names(sqlInput);
    }

    private Map<String, Object> names(Map<String, @Nullable Object> given) {
        Map<String, Object> names = new HashMap<>();
        names.put("input", given);
        names.put("outputs", soFar(outputs));
        names.put("state", soFar(state));
        names.putAll(row);
        return names;
    }

    /** The same for one row of a cell; what that adds stays with it. {@code index} is 0-based. */
    RunNames forRow(JsonNode value, int index) {
        RunNames names = new RunNames(this);
        TemplateEngine.give(names.row, "row", TemplateValues.of(value));
        TemplateEngine.give(names.row, "item", TemplateValues.of(value));
        names.row.put("index", (long) index);
        return names;
    }

    private Map<String, @Nullable Object> soFar(Map<String, @Nullable Object> values) {
        lock.lock();
        try {
            return new LinkedHashMap<>(values);
        } finally {
            lock.unlock();
        }
    }

    private ObjectNode outputsCopy() {
        lock.lock();
        try {
            return JsonNodeFactory.instance.objectNode().setAll(json);
        } finally {
            lock.unlock();
        }
    }

    void add(String cell, JsonNode output) {
        lock.lock();
        try {
            outputs.put(cell, TemplateValues.of(output));
            json.set(cell, output);
        } finally {
            lock.unlock();
        }
    }

    /** Leaves values in the state. */
    void write(ObjectNode values) {
        lock.lock();
        try {
            state.putAll(TemplateValues.map(values));
        } finally {
            lock.unlock();
        }
    }

    /** The cell is not run: to templates its output is null. */
    void leaveOut(String cell) {
        lock.lock();
        try {
            outputs.put(cell, null);
        } finally {
            lock.unlock();
        }
    }

    /** A missing node for a cell that has not run. */
    JsonNode output(String cell) {
        lock.lock();
        try {
            return json.path(cell);
        } finally {
            lock.unlock();
        }
    }

    /** The conversation that led to a cell's answer, without what it began with. */
    void say(String cell, List<Message> messages) {
        said.put(cell, List.copyOf(messages));
    }

    /** As {@link #say} was told; empty for a cell that asked no model. */
    List<Message> said(String cell) {
        return said.getOrDefault(cell, List.of());
    }

    /** Of all cells that have run; to be read when none runs any more. */
    ObjectNode outputs() {
        return json;
    }
}
