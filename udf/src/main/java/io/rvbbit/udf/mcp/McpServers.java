package io.rvbbit.udf.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.udf.web.AddressRules;
import java.time.InstantSource;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The configured MCP servers: each is connected to when its first tool is wanted, and all runs
 * share that connection. Nothing is started or asked before.
 *
 * <p>Threading: any thread.
 */
public final class McpServers implements AutoCloseable {
    private final Map<String, McpLink> links;

    /**
     * @param addresses that servers over HTTP may have
     */
    public McpServers(List<McpServer> servers, AddressRules addresses, InstantSource clock) {
        Map<String, McpLink> byName = new LinkedHashMap<>();
        for (McpServer server : servers) {
            var _ =
                    byName.put(
                            server.name(),
                            new McpLink(server, new McpDialing(server, addresses), clock));
        }
        this.links = Collections.unmodifiableMap(byName);
    }

    /** Where none is configured. */
    public static McpServers none() {
        return new McpServers(List.of(), new AddressRules(List.of()), InstantSource.system());
    }

    public Set<String> names() {
        return links.keySet();
    }

    /** What is known of a server's tools without asking it; empty before it was first asked. */
    public List<McpTool> known(String server) {
        return link(server).known();
    }

    /**
     * A server's tools. The list stays the same object as long as nothing has changed.
     *
     * @throws McpFailure if it had to be connected to, and could not be
     */
    public List<McpTool> tools(String server) throws McpFailure, InterruptedException {
        return link(server).tools();
    }

    /**
     * Has a tool called, once: nothing is repeated.
     *
     * @return text, or JSON where the tool gives it
     * @throws McpFailure also if the tool itself says that it failed
     */
    public JsonNode call(String server, String tool, ObjectNode arguments)
            throws McpFailure, InterruptedException {
        return link(server).call(tool, arguments);
    }

    private McpLink link(String server) {
        McpLink link = links.get(server);
        if (link == null) {
            throw new IllegalArgumentException("no MCP server " + server);
        }
        return link;
    }

    /** Ends all connections, and the programs that were started, within a few seconds. */
    @Override
    public void close() {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            links.values().forEach(link -> threads.execute(link::close));
        }
    }
}
