package io.rvbbit.udf.cascade;

import io.rvbbit.rewriter.NearestName;
import io.rvbbit.udf.cascade.Skill.McpSkill;
import io.rvbbit.udf.cascade.SourceNode.Scalar;
import io.rvbbit.udf.format.McpFormat;
import io.rvbbit.udf.format.SkillFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Reads what a model may call of an MCP server. Threading: one thread. */
final class McpSkillParser {
    private static final int MOST_NAME = 128;

    private McpSkillParser() {}

    static McpSkill read(
            Keys keys, String server, String name, String description, CellPlace place) {
        var _ = keys.only(SkillFormat.COMMON.and(McpFormat.SKILL));
        SourceFile file = keys.file();
        if (file.mcpServers().isPresent() && !file.mcpServers().get().contains(server)) {
            file.warn(
                    keys.placeOf("mcp"),
                    "the configuration has no MCP server "
                            + Names.quoted(server)
                            + NearestName.of(server, file.mcpServers().get())
                                    .map(near -> ", did you mean " + Names.quoted(near) + "?")
                                    .orElse(""));
        }
        Set<String> tools = new LinkedHashSet<>();
        List<SourceNode> listed = keys.list("tools");
        for (SourceNode node : listed) {
            if (!(node instanceof Scalar scalar)
                    || !scalar.isText()
                    || scalar.text().isEmpty()
                    || scalar.text().length() > MOST_NAME) {
                throw keys.wrong("tools", node, "a list of names of tools");
            }
            tools.add(scalar.text());
        }
        if (keys.node("tools").isPresent()
                && (listed.isEmpty() || listed.size() > McpFormat.MOST_TOOLS)) {
            throw keys.wrong(
                    "tools",
                    keys.node("tools").orElseThrow(),
                    "a list of 1 to " + McpFormat.MOST_TOOLS + " names");
        }
        return new McpSkill(name, description, place, server, List.copyOf(tools));
    }
}
