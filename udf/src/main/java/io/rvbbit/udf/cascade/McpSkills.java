package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.rewriter.NearestName;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.udf.cascade.Cell.PromptCell;
import io.rvbbit.udf.cascade.Skill.McpSkill;
import io.rvbbit.udf.format.McpFormat;
import io.rvbbit.udf.mcp.McpFailure;
import io.rvbbit.udf.mcp.McpServers;
import io.rvbbit.udf.mcp.McpTool;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tools of MCP servers: each is called by the skill's name, a {@code _} and its own name.
 *
 * <p>A server that cannot be asked for its tools is the row's fault, before a model is asked; one
 * that is not configured, or has no such tool, is the statement's. What goes wrong with a call is
 * told to the model. Threading: any thread.
 */
final class McpSkills {
    private static final int MOST_NAME = 64;

    private final McpServers servers;
    private final Map<String, Compiled> compiled = new ConcurrentHashMap<>();

    /** The schemas of one list of tools, compiled when they are first used. */
    private record Compiled(List<McpTool> tools, Map<String, OutputSchema> schemas) {}

    McpSkills(McpServers servers) {
        this.servers = servers;
    }

    /**
     * @param asks whether the server may be asked; otherwise what is known of it counts
     */
    List<BoundSkill> bind(McpSkill skill, PromptCell cell, boolean asks)
            throws InterruptedException {
        String server = skill.server();
        if (!servers.names().contains(server)) {
            throw undefined(
                    skill,
                    cell,
                    "there is no MCP server " + Names.quoted(server),
                    near(server, servers.names(), "mcp-servers of the server's configuration"));
        }
        List<McpTool> all = all(server, asks);
        if (all.isEmpty() && !asks) {
            return List.of();
        }
        Compiled ready =
                compiled.compute(
                        server,
                        (_, old) ->
                                old != null && old.tools().equals(all)
                                        ? old
                                        : new Compiled(all, new ConcurrentHashMap<>()));
        List<BoundSkill> bound = new ArrayList<>();
        for (McpTool tool : chosen(skill, cell, all)) {
            bound.add(bound(skill, cell, tool, schema(skill, cell, tool, ready)));
        }
        return bound;
    }

    /** Why a prompt of the cell is not known before the server is asked; empty if it is. */
    String whyUnknown(PromptCell cell) {
        for (Skill skill : cell.skills()) {
            if (skill instanceof McpSkill mcp
                    && servers.names().contains(mcp.server())
                    && servers.known(mcp.server()).isEmpty()) {
                return "the tools of MCP server %s, which no run has asked yet, are in the prompts of cell %s"
                        .formatted(Names.quoted(mcp.server()), Names.quoted(cell.name()));
            }
        }
        return "";
    }

    private List<McpTool> all(String server, boolean asks) throws InterruptedException {
        try {
            return asks ? servers.tools(server) : servers.known(server);
        } catch (McpFailure failure) {
            throw told(failure);
        }
    }

    private static List<McpTool> chosen(McpSkill skill, PromptCell cell, List<McpTool> all) {
        if (skill.tools().isEmpty()) {
            if (all.size() > McpFormat.MOST_TOOLS) {
                throw wrong(
                        skill,
                        cell,
                        "MCP server %s has %d tools, more than %d"
                                .formatted(
                                        Names.quoted(skill.server()),
                                        all.size(),
                                        McpFormat.MOST_TOOLS),
                        "name those that the model may call: tools: ["
                                + all.getFirst().name()
                                + "]");
            }
            return all;
        }
        List<McpTool> chosen = new ArrayList<>();
        for (String name : skill.tools()) {
            chosen.add(
                    all.stream()
                            .filter(tool -> tool.name().equals(name))
                            .findFirst()
                            .orElseThrow(() ->
                                    undefined(
                                            skill,
                                            cell,
                                            "MCP server %s has no tool %s"
                                                    .formatted(
                                                            Names.quoted(skill.server()),
                                                            Names.quoted(name)),
                                            near(
                                                    name,
                                                    all.stream().map(McpTool::name).toList(),
                                                    "the server itself"))));
        }
        return chosen;
    }

    private static OutputSchema schema(
            McpSkill skill, PromptCell cell, McpTool tool, Compiled ready) {
        OutputSchema known = ready.schemas().get(tool.name());
        if (known != null) {
            return known;
        }
        try {
            ObjectNode schema =
                    tool.parameters() instanceof ObjectNode object
                            ? object.deepCopy()
                            : AnswerJson.MAPPER.createObjectNode();
            // The dialect that it names may be one that is not fetched; 2020-12 reads them all.
            schema.remove("$schema");
            OutputSchema made = OutputSchema.of(schema);
            ready.schemas().put(tool.name(), made);
            return made;
        } catch (IllegalArgumentException e) {
            throw wrong(
                    skill,
                    cell,
                    "the parameters of tool %s of MCP server %s: %s"
                            .formatted(
                                    Names.quoted(tool.name()),
                                    Names.quoted(skill.server()),
                                    e.getMessage()),
                    "name the other tools under \"tools\"");
        }
    }

    private BoundSkill bound(
            McpSkill skill, PromptCell cell, McpTool tool, OutputSchema parameters) {
        String name = skill.name() + "_" + tool.name().replaceAll("[^A-Za-z0-9_-]", "_");
        if (name.length() > MOST_NAME) {
            throw wrong(
                    skill,
                    cell,
                    "the name %s has more than %d characters"
                            .formatted(Names.quoted(name), MOST_NAME),
                    "give the skill a shorter \"name\"");
        }
        if (name.equals(HandoffDesk.FUNCTION)) {
            throw wrong(
                    skill,
                    cell,
                    "the name " + Names.quoted(name) + " is that of hand-offs",
                    "give the skill another \"name\"");
        }
        String description =
                skill.description().isEmpty()
                        ? tool.description()
                        : (skill.description() + "\n" + tool.description()).strip();
        return new BoundSkill(
                name, description, parameters, arguments -> call(skill, tool, arguments));
    }

    private ToolBooks.Result call(McpSkill skill, McpTool tool, ObjectNode arguments)
            throws InterruptedException {
        try {
            JsonNode result = servers.call(skill.server(), tool.name(), arguments);
            return new ToolBooks.Result(result, result);
        } catch (McpFailure failure) {
            throw told(failure);
        }
    }

    /** One name for two tools would have a model call either. */
    static void checkNames(List<BoundSkill> bound, McpSkill skill, PromptCell cell) {
        List<String> names = new ArrayList<>();
        for (BoundSkill each : bound) {
            String name = each.definition().name();
            if (names.contains(name)) {
                throw wrong(
                        skill,
                        cell,
                        "there are two tools named " + Names.quoted(name),
                        "give a skill another \"name\"");
            }
            names.add(name);
        }
    }

    private static RowFailure told(McpFailure failure) {
        return RowFailure.ofTool(String.valueOf(failure.getMessage()), failure.isPassing());
    }

    private static String near(String name, Collection<String> known, String where) {
        return NearestName.of(name, known)
                .map(near -> "did you mean " + near + "?")
                .orElse(
                        known.isEmpty()
                                ? "there is none: see " + where
                                : "there are " + String.join(", ", known));
    }

    private static SqlException undefined(
            McpSkill skill, PromptCell cell, String fault, String hint) {
        return new SqlException(
                        SqlState.UNDEFINED_OBJECT, skill.place().located(cell.name(), 1, fault))
                .hint(hint);
    }

    private static SqlException wrong(McpSkill skill, PromptCell cell, String fault, String hint) {
        return new SqlException(
                        SqlState.INVALID_PARAMETER_VALUE,
                        skill.place().located(cell.name(), 1, fault))
                .hint(hint);
    }
}
