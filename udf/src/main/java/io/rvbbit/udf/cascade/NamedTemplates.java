package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Names and the templates that give their values, in the order of the file. */
record NamedTemplates(Map<String, Value> values) {
    static final NamedTemplates NONE = new NamedTemplates(Map.of());

    NamedTemplates {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** One value and where it is written. */
    record Value(CellPlace place, PromptTemplate template) {
        /** The value for these names; a lone expression keeps its type. */
        @Nullable Object of(Cell cell, Map<String, Object> names) throws InterruptedException {
            return Rendering.<@Nullable Object>of(
                    cell,
                    place,
                    () -> {
                        Object value = template.value(names);
                        if (value instanceof UndefinedName undefined) {
                            throw undefined.fault();
                        }
                        return value;
                    });
        }
    }

    boolean isEmpty() {
        return values.isEmpty();
    }

    Value get(String name) {
        return Objects.requireNonNull(values.get(name), name);
    }

    List<TemplateUse> uses() {
        return values.values().stream().map(each -> each.template().use()).toList();
    }

    /** An object of all values. */
    ObjectNode object(Cell cell, Map<String, Object> names) throws InterruptedException {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, Value> each : values.entrySet()) {
            object.set(each.getKey(), TemplateValues.json(each.getValue().of(cell, names)));
        }
        return object;
    }

    /**
     * Reads a mapping of a cell.
     *
     * @param compile of one text
     */
    static NamedTemplates read(
            CellScope cell,
            Keys keys,
            String key,
            Function<SourceNode.Scalar, PromptTemplate> compile) {
        Map<String, Value> values = new LinkedHashMap<>();
        keys.mapping(key)
                .forEach((name, node) -> {
                    if (!(node instanceof SourceNode.Scalar scalar)) {
                        throw keys.wrong(
                                key, node, "a mapping of names to plain values or {{ … }}");
                    }
                    values.put(name, value(cell, scalar, compile));
                });
        return new NamedTemplates(values);
    }

    /** A number, boolean or null as written is its own expression. */
    static Value value(
            CellScope cell,
            SourceNode.Scalar scalar,
            Function<SourceNode.Scalar, PromptTemplate> compile) {
        CellPlace place = cell.file().placeOf(scalar);
        if (scalar.isText()) {
            return new Value(place, compile.apply(scalar));
        }
        return new Value(place, cell.constant(scalar));
    }
}
