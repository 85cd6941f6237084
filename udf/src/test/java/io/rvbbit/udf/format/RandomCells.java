package io.rvbbit.udf.format;

import static io.rvbbit.udf.format.RandomValues.text;
import static io.rvbbit.udf.format.RandomValues.yaml;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Cells at random whose names fit one another: what a cell reads has run before, and where it goes
 * on there is a cell. Threading: one thread, for one cascade.
 */
final class RandomCells {
    /** The cascade that they may run; it needs the input {@code word}. */
    static final String OTHER = "other";

    private static final List<String> CHECKS =
            List.of("length(output) < 100", "input.text IS NOT NULL", "output <> ';' -- no");

    private final RandomValues values;
    private final List<String> validators;
    private final ArrayNode cells = JsonNodeFactory.instance.arrayNode();

    /** {@code validators}: the names that the cascade has. */
    RandomCells(RandomValues values, List<String> validators) {
        this.values = values;
        this.validators = validators;
    }

    /** A cell that may choose is followed by those that it chooses from. */
    ArrayNode cells() {
        int count = values.within(1, 6);
        while (cells.size() < count) {
            int left = count - cells.size() - 1;
            List<String> before = names();
            int ways = left > 0 && values.once(2) ? values.within(1, Math.min(2, left)) : 0;
            List<String> targets = new ArrayList<>();
            for (int i = 1; i <= ways; i++) {
                targets.add(name(cells.size() + i));
            }
            ObjectNode cell = cell(before);
            cells.add(cell);
            goesOn(cell, targets);
            before = names();
            for (int i = 0; i < ways; i++) {
                cells.add(cell(before)); // None of them has run where another does.
            }
        }
        return cells;
    }

    private List<String> names() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < cells.size(); i++) {
            names.add(name(i));
        }
        return names;
    }

    private static String name(int number) {
        return "cell_" + number;
    }

    private ObjectNode cell(List<String> before) {
        KeyType.Kinds kinds = (KeyType.Kinds) CellFormat.CELL;
        // A cell that asks a model has most of the keys.
        KeyType.Kind kind = values.once(2) ? kinds.kinds().getLast() : values.any(kinds.kinds());
        boolean rows = kind.own().key("for_each_row").isPresent() && values.once(4);
        Map<String, Supplier<JsonNode>> own = new HashMap<>();
        own.put("name", () -> text(name(cells.size())));
        own.put("instructions", () -> text(template(before)));
        own.put("output_schema", () -> yaml("{type: object, properties: {brand: {type: string}}}"));
        own.put("sub_cascade", this::other);
        own.put("skills", this::skills);
        own.put("takes", this::takes);
        own.put("context", () -> context(before));
        own.put("rules", this::rules);
        own.put("wards", this::wards);
        if (kind.own().equals(CellFormat.SQL)) {
            own.put("inputs", this::query);
        }
        if (kind.own().equals(HttpFormat.CELL)) {
            own.put("inputs", this::request);
        }
        ObjectNode cell = values.mapping(kind.whole(kinds.common()), own);
        List.of("routing", "handoffs").forEach(cell::remove);
        if (!rows) {
            cell.remove("for_each_row");
        } else if (cell.has("for_each_row")) {
            ObjectNode each = (ObjectNode) cell.get("for_each_row");
            List.of("rows", "table").forEach(each::remove);
            if (values.once(2)) {
                each.put("rows", "{{ input.text }}");
            } else {
                each.put("table", values.any(List.of("sales.orders", "{{ input.text }}")));
            }
        }
        if (before.isEmpty()) {
            cell.remove("context");
        }
        return cell;
    }

    private String template(List<String> before) {
        String own = values.of(CellFormat.PROMPT.key("instructions").orElseThrow()).asText();
        return before.isEmpty() || values.once(2)
                ? own
                : own + " {{ outputs." + values.any(before) + " | default('none') }}";
    }

    private void goesOn(ObjectNode cell, List<String> targets) {
        if (targets.isEmpty()) {
            return;
        }
        boolean chooses = cell.has("instructions") && !cell.has("for_each_row");
        if (chooses && values.once(2)) {
            cell.remove("takes");
            ArrayNode handoffs = cell.putArray("handoffs");
            targets.forEach(each -> handoffs.add(handoff(each)));
            return;
        }
        List<String> keys = new ArrayList<>(List.of("success", "error", "default"));
        var _ = keys.remove(values.within(0, 2));
        ObjectNode routing = cell.putObject("routing");
        if (targets.size() == 1 && values.once(2)) {
            var _ = keys.removeFirst();
        }
        for (int i = 0; i < keys.size(); i++) {
            routing.put(keys.get(i), targets.get(Math.min(i, targets.size() - 1)));
        }
    }

    private JsonNode handoff(String target) {
        if (values.once(3)) {
            return text(target);
        }
        ObjectNode handoff = values.mapping(CellFormat.HANDOFF, Map.of());
        List.of("target", "name").forEach(handoff::remove);
        return handoff.put(values.once(2) ? "name" : "target", target);
    }

    private JsonNode other() {
        if (values.once(4)) {
            return text(OTHER);
        }
        ObjectNode other =
                values.mapping(
                        SubCascadeFormat.SUB_CASCADE,
                        Map.of(
                                "input",
                                () -> values.anyYaml("{word: 7}", "{word: '{{ input.text }}'}"),
                                "output",
                                () ->
                                        values.anyYaml(
                                                "say",
                                                "'{{ output }}'",
                                                "{a: '{{ outputs.say }}', b: 2.5, c: true}")));
        List.of("path", "cascade").forEach(other::remove);
        return other.put(values.once(2) ? "path" : "cascade", OTHER);
    }

    private JsonNode query() {
        return values.mapping(
                CellFormat.SQL_INPUTS,
                Map.of(
                        "query",
                        () ->
                                values.anyYaml(
                                        "SELECT 1 AS one",
                                        "'SELECT {{ input.n | default(2) }} AS n'")));
    }

    private JsonNode request() {
        return values.mapping(
                HttpFormat.INPUTS,
                Map.of(
                        "headers",
                        () -> {
                            ObjectNode headers = JsonNodeFactory.instance.objectNode();
                            headers.set("Accept", text("{{ input.text }}"));
                            headers.set("X-Depth", yaml("7"));
                            headers.set(
                                    "X-Key",
                                    values.mapping(
                                            HttpFormat.HEADER, Map.of("env", () -> text("KEY"))));
                            return headers;
                        }));
    }

    /** Of the whole cascade or of a cell: one of each tool. */
    JsonNode skills() {
        ArrayNode skills = JsonNodeFactory.instance.arrayNode();
        for (KeyType.Kind kind : kinds(SkillFormat.KEY.type()).kinds()) {
            if (values.once(3)) {
                continue;
            }
            Shape shape = kind.whole(SkillFormat.COMMON);
            ObjectNode skill =
                    values.mapping(
                            shape,
                            Map.of(
                                    "name",
                                    () -> text("skill-" + skills.size()),
                                    "tool",
                                    () -> yaml(shape.key("tool").orElseThrow().example()),
                                    "url",
                                    () ->
                                            values.anyYaml(
                                                    "https://a.example/b", "'{{ input.text }}'"),
                                    "cascade",
                                    () -> text(OTHER),
                                    "tools",
                                    () -> values.anyYaml("[find_stock]", "[a.b, c]"),
                                    "tables",
                                    () -> values.anyYaml("[a.b, c]", "['{{ input.text }}']")));
            if (skill.has("body")) {
                skill.set("methods", values.anyYaml("[POST]", "[GET, PUT]"));
            }
            boolean bare = kind.key().isEmpty() && values.once(2);
            skills.add(bare ? skill.get("tool") : skill);
        }
        return skills;
    }

    private static KeyType.Kinds kinds(KeyType type) {
        return switch (type) {
            case KeyType.Kinds kinds -> kinds;
            case KeyType.Each each -> kinds(each.item());
            case KeyType.Either either -> kinds(either.types().getLast());
            default -> throw new IllegalStateException("no kinds in " + type);
        };
    }

    private JsonNode takes() {
        ObjectNode takes =
                values.mapping(
                        TakesFormat.TAKES,
                        Map.of("models", () -> values.anyYaml("[a]", "[a, b/c]")));
        String mode = takes.path("mode").asText("evaluate");
        if (!mode.equals("evaluate")) {
            List.of("evaluator_instructions", "evaluator_model").forEach(takes::remove);
        }
        if (!mode.equals("aggregate")) {
            List.of("aggregator_instructions", "aggregator_model").forEach(takes::remove);
        }
        return takes;
    }

    private JsonNode context(List<String> before) {
        if (before.isEmpty()) {
            return JsonNodeFactory.instance.objectNode();
        }
        boolean follows = before.size() == cells.size();
        return values.mapping(
                ContextFormat.CONTEXT,
                Map.of(
                        "from",
                        () -> {
                            if (values.once(2)) {
                                return text(
                                        values.any(
                                                follows
                                                        ? ContextFormat.WORDS
                                                        : List.of("all", "first")));
                            }
                            ArrayNode from = JsonNodeFactory.instance.arrayNode();
                            return from.add(values.any(before)).add(values.any(before));
                        }));
    }

    private JsonNode rules() {
        return values.mapping(
                CellFormat.RULES,
                Map.of(
                        "loop_until",
                        () -> text(check()),
                        "retry_instructions",
                        () -> text("{{ attempt }} of {{ max_attempts }}: {{ reason }}"),
                        "loop_until_prompt",
                        () -> text("Is {{ output }} right of {{ input.text }}?")));
    }

    /** A name or an expression. */
    private String check() {
        return validators.isEmpty() || values.once(2) ? values.any(CHECKS) : values.any(validators);
    }

    private JsonNode wards() {
        return values.mapping(
                CheckFormat.WARDS, Map.of("pre", () -> wards("pre"), "post", () -> wards("post")));
    }

    private ArrayNode wards(String where) {
        ArrayNode wards = JsonNodeFactory.instance.arrayNode();
        for (int i = values.within(1, 3); i > 0; i--) {
            if (values.once(3)) {
                wards.add(check());
                continue;
            }
            ObjectNode ward = values.mapping(CheckFormat.WARD, Map.of());
            validatorOnly(ward);
            if (values.once(2)) {
                ward.removeAll();
                ward.put("validator", check());
            } else {
                ward.remove("validator");
            }
            if (values.once(2)) {
                String mode = values.any(List.of("blocking", "advisory", "retry"));
                ward.put("mode", mode);
            }
            if (where.equals("pre") && ward.path("mode").asText().equals("retry")) {
                ward.remove("mode");
            }
            wards.add(ward);
        }
        return wards;
    }

    ObjectNode validator() {
        return validatorOnly(values.mapping(CheckFormat.VALIDATOR, Map.of()));
    }

    /** Leaves one of the keys that say what it is, and those that go with it. */
    private ObjectNode validatorOnly(ObjectNode validator) {
        List<String> kinds = List.of("sql", "schema", "regex", "cascade", "instructions");
        String kind = values.any(kinds);
        kinds.forEach(validator::remove);
        switch (kind) {
            case "sql" -> validator.put(kind, values.any(CHECKS));
            case "cascade" -> validator.put(kind, OTHER);
            case "instructions" -> validator.put(kind, "Is {{ output }} kind?");
            default ->
                    validator.set(kind, values.of(CheckFormat.VALIDATOR.key(kind).orElseThrow()));
        }
        if (!kind.equals("instructions")) {
            List.of("model", "temperature", "max_tokens").forEach(validator::remove);
        }
        return validator;
    }
}
