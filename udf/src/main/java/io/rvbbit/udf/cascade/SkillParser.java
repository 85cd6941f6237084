package io.rvbbit.udf.cascade;

import io.rvbbit.rewriter.NearestName;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.udf.cascade.Cell.PromptCell;
import io.rvbbit.udf.cascade.Cell.SubCascadeCell;
import io.rvbbit.udf.cascade.Skill.CascadeSkill;
import io.rvbbit.udf.cascade.Skill.JavaSkill;
import io.rvbbit.udf.cascade.Skill.SqlSkill;
import io.rvbbit.udf.cascade.SourceNode.Mapping;
import io.rvbbit.udf.cascade.SourceNode.Scalar;
import io.rvbbit.udf.format.SkillFormat;
import io.rvbbit.udf.tool.InstalledTools;
import io.rvbbit.udf.tool.Tool;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Reads {@code skills}, of a cell or of the whole cascade. Threading: one thread. */
final class SkillParser {
    static final String KEY = "skills";

    /** The keys of which each skill has one, those that are wrong beside others first. */
    private static final List<String> KINDS = List.of("tool", "cascade", "mcp");

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final Pattern TABLE =
            Pattern.compile("[^.\"{}]+(?:\\.[^.\"{}]+){0,2}|.*\\{\\{.*}}.*");

    private final SourceFile file;
    private final String what;
    private final SubCascades others;

    private SkillParser(SourceFile file, String what, SubCascades others) {
        this.file = file;
        this.others = others;
        this.what = what;
    }

    /** {@code keys} are a cell's or the cascade's. */
    static List<Skill> read(Keys keys, SubCascades others) {
        SkillParser parser = new SkillParser(keys.file(), "a skill of " + keys.what(), others);
        List<Skill> skills = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (SourceNode node : keys.list(KEY)) {
            Skill skill = parser.skill(node);
            if (!names.add(skill.name())) {
                throw keys.file()
                        .wrong(
                                node.place(),
                                "there are two skills named "
                                        + Names.quoted(skill.name())
                                        + " in "
                                        + keys.what()
                                        + ": give one another \"name\"");
            }
            skills.add(skill);
        }
        return skills;
    }

    /** The cell with the cascade's skills, where it calls a model and says nothing of its own. */
    static Cell withDefaults(Cell cell, SourceNode node, List<Skill> ofCascade) {
        boolean own = node instanceof Mapping mapping && mapping.entries().containsKey(KEY);
        return switch (cell) {
            case PromptCell prompt when !own -> prompt.withSkills(ofCascade);
            case EachCell each -> each.withBody(withDefaults(each.body(), node, ofCascade));
            default -> cell;
        };
    }

    private Skill skill(SourceNode node) {
        if (node instanceof Scalar scalar && scalar.isText()) {
            return named(scalar, scalar.text(), Keys.of(file, emptyAt(node), what));
        }
        Keys keys = Keys.of(file, node, what);
        List<String> kinds = KINDS.stream().filter(kind -> keys.node(kind).isPresent()).toList();
        if (kinds.isEmpty()) {
            throw file.wrong(keys.place(), what + " needs \"tool\", \"cascade\" or \"mcp\"");
        }
        if (kinds.size() > 1) {
            throw file.wrong(
                    keys.placeOf(kinds.getFirst()),
                    "%s is a \"%s\" or a \"%s\", not both"
                            .formatted(what, kinds.get(1), kinds.getFirst()));
        }
        switch (kinds.getFirst()) {
            case "cascade" -> {
                return cascade(keys);
            }
            case "mcp" -> {
                return mcp(keys);
            }
            default -> {}
        }
        Scalar tool = keys.scalarText("tool").orElseThrow();
        return named(tool, tool.text(), keys);
    }

    private Skill mcp(Keys keys) {
        String server = keys.scalarText("mcp").orElseThrow().text();
        return McpSkillParser.read(
                keys, server, name(keys, server), description(keys), placeOf(keys));
    }

    private static Mapping emptyAt(SourceNode node) {
        return new Mapping(java.util.Map.of(), node.place());
    }

    private Skill named(Scalar node, String tool, Keys keys) {
        return switch (tool) {
            case "sql_data" -> sql(keys);
            case "http" ->
                    HttpSkillParser.read(
                            keys, name(keys, "http"), description(keys), placeOf(keys));
            default -> java(node, tool, keys);
        };
    }

    private SqlSkill sql(Keys keys) {
        var _ = keys.only(SkillFormat.COMMON.and(SkillFormat.SQL));
        if (keys.list("tables").isEmpty()) {
            throw file.wrong(
                            keys.place(),
                            "the skill \"sql_data\" needs \"tables\": all that the model may read")
                    .hint("- {tool: sql_data, tables: [products]}");
        }
        List<PromptTemplate> tables = new ArrayList<>();
        for (SourceNode each : keys.list("tables")) {
            tables.add(table(keys, each));
        }
        Integer rows = keys.integer("max_rows", 1, SkillFormat.MAX_SQL_ROWS);
        return new SqlSkill(
                name(keys, "sql_data"),
                description(keys),
                placeOf(keys),
                tables,
                rows == null ? SkillFormat.SQL_ROWS : rows);
    }

    private CascadeSkill cascade(Keys keys) {
        var _ = keys.only(SkillFormat.COMMON.and(SkillFormat.CASCADE));
        Scalar path = keys.scalarText("cascade").orElseThrow();
        Cascade cascade = SubCascadeCellParser.load(file, what, path, others);
        String name = name(keys, CascadeSkills.usualName(path.text()));
        SubCascadeCell run = SubCascadeCellParser.whole(file, name, path, cascade);
        return new CascadeSkill(
                name, description(keys), placeOf(keys), run, CascadeSkills.parameters(cascade));
    }

    private PromptTemplate table(Keys keys, SourceNode node) {
        if (!(node instanceof Scalar scalar)
                || !scalar.isText()
                || !TABLE.matcher(scalar.text()).matches()) {
            throw keys.wrong(
                    "tables", node, "a list of names such as products or sales.orders, or {{ … }}");
        }
        PromptTemplate template;
        try {
            template = PromptTemplate.compileValue(scalar.text());
        } catch (TemplateFault fault) {
            throw file.wrong(scalar, fault);
        }
        if (!template.use().cells().isEmpty()) {
            throw file.wrong(
                    scalar.place(), "what a model may read hangs on the input, not on answers");
        }
        return template;
    }

    private JavaSkill java(Scalar node, String name, Keys keys) {
        var _ = keys.only(SkillFormat.COMMON.and(SkillFormat.JAVA));
        Tool tool = InstalledTools.get().find(name).orElseThrow(() -> unknown(node, name));
        return new JavaSkill(
                name(keys, name), description(keys), placeOf(keys), tool, parameters(node, tool));
    }

    private OutputSchema parameters(Scalar node, Tool tool) {
        try {
            return OutputSchema.of(tool.parameters());
        } catch (IllegalArgumentException e) {
            throw file.wrong(
                            node.place(),
                            "the parameters of tool "
                                    + Names.quoted(tool.name())
                                    + ": "
                                    + e.getMessage())
                    .hint(SchemaPatterns.hint(e));
        }
    }

    private SqlException unknown(Scalar node, String name) {
        Set<String> known = new TreeSet<>(InstalledTools.get().names());
        known.addAll(List.of("sql_data", "http"));
        return file.wrong(node.place(), "there is no tool " + Names.quoted(name))
                .hint(
                        NearestName.of(name, known)
                                .map(near -> "did you mean " + near + "?")
                                .orElse(
                                        "there are "
                                                + String.join(", ", known)
                                                + "; another cascade is {cascade: path}"));
    }

    private static String name(Keys keys, String usual) {
        Scalar own = keys.scalarText("name").orElse(null);
        if (own == null) {
            return usual;
        }
        if (!NAME.matcher(own.text()).matches()) {
            throw keys.wrong("name", own, "letters, digits, _ and -, at most 64");
        }
        return own.text();
    }

    private static String description(Keys keys) {
        return keys.text("description").orElse("");
    }

    private CellPlace placeOf(Keys keys) {
        return file.placeOf(keys.place());
    }
}
