package io.rvbbit.udf.mcp;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.modelcontextprotocol.json.jackson2.JacksonMcpJsonMapper;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.server.McpSyncServer;
import io.modelcontextprotocol.server.transport.StdioServerTransportProvider;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.ServerCapabilities;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A server made with the official SDK: {@code price} multiplies, {@code grow} brings a tool more.
 */
final class SdkServer {
    private SdkServer() {}

    private static Tool tool(String name, Map<String, Object> schema) {
        return Tool.builder(name, schema).description("Does " + name + ".").build();
    }

    private static CallToolResult text(String text) {
        return CallToolResult.builder(List.of(TextContent.builder(text).build())).build();
    }

    public static void main(String[] arguments) {
        Map<String, Object> anything = Map.of("type", "object");
        Map<String, Object> pieces =
                Map.of(
                        "type",
                        "object",
                        "properties",
                        Map.of("pieces", Map.of("type", "integer")),
                        "required",
                        List.of("pieces"));
        AtomicReference<McpSyncServer> self = new AtomicReference<>();
        self.set(
                McpServer.sync(
                                new StdioServerTransportProvider(
                                        new JacksonMcpJsonMapper(new ObjectMapper())))
                        .serverInfo("sdk", "1")
                        .capabilities(ServerCapabilities.builder().tools(true).build())
                        .toolCall(
                                tool("price", pieces),
                                (_, request) -> {
                                    long asked =
                                            Long.parseLong(
                                                    String.valueOf(
                                                            request.arguments().get("pieces")));
                                    return CallToolResult.builder(
                                                    List.of(
                                                            TextContent.builder("that is a lot")
                                                                    .build()))
                                            .structuredContent(Map.of("dollars", asked * 3))
                                            .build();
                                })
                        .toolCall(
                                tool("grow", anything),
                                (_, _) -> {
                                    self.get()
                                            .addTool(
                                                    SyncToolSpecification.builder()
                                                            .tool(tool("grown", anything))
                                                            .callHandler((_, _) -> text("I am new"))
                                                            .build());
                                    return text("grown");
                                })
                        .build());
    }
}
