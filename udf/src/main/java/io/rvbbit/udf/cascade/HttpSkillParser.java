package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.udf.cascade.Cell.HttpCell.Method;
import io.rvbbit.udf.cascade.Cell.PlacedTemplate;
import io.rvbbit.udf.cascade.Skill.HttpSkill;
import io.rvbbit.udf.cascade.SourceNode.Scalar;
import io.rvbbit.udf.format.HttpFormat;
import io.rvbbit.udf.format.SkillFormat;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Reads a skill with {@code tool: http}. Threading: one thread. */
final class HttpSkillParser {
    private final Keys keys;
    private final SourceFile file;

    private HttpSkillParser(Keys keys) {
        this.keys = keys;
        this.file = keys.file();
    }

    static HttpSkill read(Keys keys, String name, String description, CellPlace place) {
        return new HttpSkillParser(keys.only(SkillFormat.COMMON.and(SkillFormat.HTTP)))
                .skill(name, description, place);
    }

    private HttpSkill skill(String name, String description, CellPlace place) {
        keys.required("url");
        Scalar url = keys.scalarText("url").orElseThrow();
        checkLiteral(url);
        List<Method> methods = methods();
        return new HttpSkill(
                name,
                description,
                place,
                new PlacedTemplate(file.placeOf(url), template(url)),
                methods,
                HttpCellParser.headers(keys, this::template),
                parameters(methods),
                keys.duration("timeout"),
                keys.integer("max_bytes", 1, HttpFormat.MAX_BYTES));
    }

    private List<Method> methods() {
        Set<Method> methods = new LinkedHashSet<>();
        for (SourceNode each : keys.list("methods")) {
            methods.add(HttpCellParser.method(keys, "methods", each));
        }
        if (keys.node("methods").isPresent() && methods.isEmpty()) {
            throw keys.wrong("methods", keys.required("methods"), "a list of at least one method");
        }
        return methods.isEmpty() ? List.of(Method.GET) : List.copyOf(methods);
    }

    private PromptTemplate template(Scalar text) {
        PromptTemplate template;
        try {
            template = PromptTemplate.compile(text.text());
        } catch (TemplateFault fault) {
            throw file.wrong(text, fault);
        }
        if (!template.use().cells().isEmpty()) {
            throw file.wrong(
                    text.place(), "where a model may call hangs on the input, not on answers");
        }
        return template;
    }

    /** What is no template can be checked here. */
    private void checkLiteral(Scalar url) {
        if (url.text().contains("{")) {
            return;
        }
        try {
            URI uri = new URI(url.text().strip());
            String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            if (Set.of("http", "https").contains(scheme)
                    && uri.getHost() != null
                    && uri.getUserInfo() == null) {
                return;
            }
        } catch (URISyntaxException e) {
            // Told below.
        }
        throw keys.wrong("url", url, "a URL of http or https, without a user");
    }

    private OutputSchema parameters(List<Method> methods) {
        ObjectNode schema = JsonNodeFactory.instance.objectNode().put("type", "object");
        ObjectNode properties = schema.putObject("properties");
        ArrayNode required = JsonNodeFactory.instance.arrayNode();
        if (methods.size() > 1) {
            ArrayNode choice =
                    properties.putObject("method").put("type", "string").putArray("enum");
            methods.forEach(each -> choice.add(each.name()));
            required.add("method");
        }
        part("path", "string", properties, required, true);
        JsonNode query = part("query", "object", properties, required, false);
        if (!query.path("required").isEmpty()) {
            required.add("query");
        }
        if (keys.node("body").isPresent() && methods.stream().noneMatch(HttpSkills::sendsBody)) {
            throw file.wrong(
                    keys.placeOf("body"),
                    "\"body\" of " + keys.what() + " needs one of the methods that have a body");
        }
        part("body", "", properties, required, methods.stream().allMatch(HttpSkills::sendsBody));
        schema.set("required", required);
        schema.put("additionalProperties", false);
        return OutputSchema.of(schema);
    }

    /** {@code type}: that the schema must say of itself; empty where it may say any. */
    private JsonNode part(
            String key, String type, ObjectNode properties, ArrayNode required, boolean always) {
        SourceNode node = keys.node(key).orElse(null);
        if (node == null) {
            return JsonNodeFactory.instance.missingNode();
        }
        JsonNode schema = node.toJson();
        try {
            var _ = OutputSchema.of(schema);
        } catch (IllegalArgumentException e) {
            throw file.wrong(
                            SchemaPatterns.placeOf(e, node),
                            Names.quoted(key) + " of " + keys.what() + ": " + e.getMessage())
                    .hint(SchemaPatterns.hint(e));
        }
        if (schema.findValue("$ref") != null) {
            throw wrong(key, node, "it must not refer to other schemas");
        }
        if (!type.isEmpty() && !type.equals(schema.path("type").asText())) {
            throw wrong(key, node, "its \"type\" must be " + type);
        }
        properties.set(key, schema);
        if (always) {
            required.add(key);
        }
        return schema;
    }

    private SqlException wrong(String key, SourceNode node, String why) {
        return file.wrong(node.place(), Names.quoted(key) + " of " + keys.what() + ": " + why);
    }
}
