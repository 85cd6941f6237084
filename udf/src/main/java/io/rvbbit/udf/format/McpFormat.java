package io.rvbbit.udf.format;

import static io.rvbbit.udf.format.KeyType.TEXT;
import static io.rvbbit.udf.format.Unsaid.otherwise;
import static io.rvbbit.udf.format.Unsaid.required;

import io.rvbbit.udf.format.KeyType.Each;
import io.rvbbit.udf.format.KeyType.Text;

/** The keys of tools of an MCP server. */
public final class McpFormat {
    /** More are told apart by no model, and each is in every prompt. */
    public static final int MOST_TOOLS = 64;

    public static final Shape SKILL =
            Shape.of(
                    "mcpSkill",
                    Key.of(
                                    "mcp",
                                    TEXT,
                                    required(),
                                    "a server of `mcp-servers` in the server's configuration; its tools are called `name_tool`")
                            .shown("warehouse", "McpSkillIT"),
                    Key.of(
                                    "tools",
                                    new Each(new Text("name of a tool", 1, 128, ""), 1, MOST_TOOLS),
                                    otherwise("all, if they are no more than " + MOST_TOOLS),
                                    "those that the model may call")
                            .shown("[find_stock]", "McpSkillIT"));

    private McpFormat() {}
}
