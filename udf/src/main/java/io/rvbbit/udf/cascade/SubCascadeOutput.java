package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What of a sub-cascade's run is the output of the cell that runs it. Threading: immutable. */
sealed interface SubCascadeOutput {
    /** The names that its templates have beside the cell's own. */
    String NAME = "output";

    /** {@code names}: those of the cell that runs it. */
    JsonNode of(Cell cell, Map<String, Object> names, CascadeResult result)
            throws InterruptedException;

    /** What its templates read of the outer run. */
    default List<TemplateUse> uses() {
        return List.of();
    }

    /** As {@link Cell#shape}. */
    @Nullable Map<String, String> shape(Cascade cascade);

    /** The value of the run. */
    record Whole() implements SubCascadeOutput {
        @Override
        public JsonNode of(Cell cell, Map<String, Object> names, CascadeResult result) {
            return result.last();
        }

        @Override
        public @Nullable Map<String, String> shape(Cascade cascade) {
            return cascade.outputs();
        }
    }

    /** The output of one of its cells. */
    record OfCell(String name) implements SubCascadeOutput {
        @Override
        public JsonNode of(Cell cell, Map<String, Object> names, CascadeResult result) {
            return result.outputs().path(name).isMissingNode()
                    ? NullNode.instance
                    : result.outputs().path(name);
        }

        @Override
        public @Nullable Map<String, String> shape(Cascade cascade) {
            return cascade.cells().stream()
                    .filter(each -> each.name().equals(name))
                    .findFirst()
                    .map(Cell::shape)
                    .orElse(null);
        }
    }

    /** One template. */
    record Selected(NamedTemplates.Value value) implements SubCascadeOutput {
        @Override
        public List<TemplateUse> uses() {
            return List.of(value.template().use());
        }

        @Override
        public JsonNode of(Cell cell, Map<String, Object> names, CascadeResult result)
                throws InterruptedException {
            return TemplateValues.json(value.of(cell, within(names, result)));
        }

        @Override
        public @Nullable Map<String, String> shape(Cascade cascade) {
            return null;
        }
    }

    /** An object of templates. */
    record Mapped(NamedTemplates values) implements SubCascadeOutput {
        @Override
        public List<TemplateUse> uses() {
            return values.uses();
        }

        @Override
        public JsonNode of(Cell cell, Map<String, Object> names, CascadeResult result)
                throws InterruptedException {
            return values.object(cell, within(names, result));
        }

        @Override
        public Map<String, String> shape(Cascade cascade) {
            Map<String, String> shape = new LinkedHashMap<>();
            values.values().keySet().forEach(name -> shape.put(name, "any"));
            return shape;
        }
    }

    /** The run's names in the place of the caller's. */
    private static Map<String, Object> within(Map<String, Object> names, CascadeResult result) {
        Map<String, Object> within = new HashMap<>(names);
        within.put("outputs", TemplateValues.map(result.outputs()));
        TemplateEngine.give(within, NAME, TemplateValues.of(result.last()));
        return within;
    }
}
