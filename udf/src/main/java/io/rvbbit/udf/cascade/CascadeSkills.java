package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.udf.cascade.Cell.SubCascadeCell;
import io.rvbbit.udf.cascade.Skill.CascadeSkill;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Cascades that models call.
 *
 * <p>Each call is a session of its own below the one of the cell, of the same caller; what fails in
 * it is told to the model. Threading: any thread.
 */
final class CascadeSkills {
    private static final int MOST_NAME = 64;

    private CascadeSkills() {}

    /**
     * What a model calls a cascade that is given no name: its file's, without folder and ending.
     */
    static String usualName(String path) {
        String file = path.substring(path.lastIndexOf('/') + 1);
        String plain =
                CascadeCatalog.isCascadeName(file)
                        ? file.substring(0, file.lastIndexOf('.'))
                        : file;
        String name = plain.replaceAll("[^A-Za-z0-9_-]", "_");
        return name.substring(0, Math.min(name.length(), MOST_NAME));
    }

    /** The cells that stand for them. */
    static List<SubCascadeCell> cascades(List<Skill> skills) {
        return skills.stream()
                .filter(CascadeSkill.class::isInstance)
                .map(skill -> ((CascadeSkill) skill).run())
                .toList();
    }

    /**
     * A cascade's inputs as the parameters of a function: those that it declares or reads, and any
     * other too where it reads its input as a whole. Nothing says what type they are of.
     */
    static OutputSchema parameters(Cascade cascade) {
        ObjectNode schema = JsonNodeFactory.instance.objectNode().put("type", "object");
        ObjectNode properties = schema.putObject("properties");
        cascade.inputs()
                .forEach((name, description) -> {
                    ObjectNode property = properties.putObject(name);
                    if (!description.isEmpty()) {
                        property.put("description", description);
                    }
                });
        Set<String> read = cascade.readInputs();
        Set<String> others = new TreeSet<>(cascade.requiredInputs());
        others.addAll(read == null ? Set.of() : read);
        others.removeAll(cascade.inputs().keySet());
        others.forEach(properties::putObject);
        ArrayNode required = schema.putArray("required");
        new TreeSet<>(cascade.requiredInputs()).forEach(required::add);
        schema.put("additionalProperties", read == null);
        return OutputSchema.of(schema);
    }

    /** Each input, with a mark in the place of what the model would say. */
    static ObjectNode marked(Cascade cascade, String mark) {
        ObjectNode marked = JsonNodeFactory.instance.objectNode();
        parameters(cascade)
                .json()
                .path("properties")
                .fieldNames()
                .forEachRemaining(name -> marked.put(name, mark));
        return marked.isEmpty() && cascade.readInputs() == null
                ? marked.put("input", mark)
                : marked;
    }

    static BoundSkill bind(CascadeSkill skill, Cell cell, CellRun run, SubCascadeStep step) {
        Cascade cascade = skill.run().cascade();
        return new BoundSkill(
                skill.name(),
                skill.description().isEmpty() ? cascade.description() : skill.description(),
                skill.parameters(),
                arguments -> {
                    ObjectNode input = CanonicalInput.of(arguments, cascade.readInputs());
                    JsonNode output = step.run(cell, cascade, input, run).last();
                    return new ToolBooks.Result(output, output);
                });
    }
}
