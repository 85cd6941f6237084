package io.rvbbit.udf.mcp;

import io.rvbbit.udf.mcp.McpServer.Command;
import io.rvbbit.udf.mcp.McpServer.Url;
import io.rvbbit.udf.web.AddressRules;
import io.rvbbit.udf.web.WebAccess;
import io.rvbbit.udf.web.WebClient;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Connects to one server, wherever it is.
 *
 * <p>Threading: one thread at a time; what it makes, any.
 */
final class McpDialing implements McpLink.Dialing {
    private final McpServer server;
    private final AddressRules addresses;
    private @Nullable WebClient web;
    private @Nullable ExecutorService threads;

    McpDialing(McpServer server, AddressRules addresses) {
        this.server = server;
        this.addresses = addresses;
    }

    @Override
    public McpConnection dial() throws McpFailure, InterruptedException {
        SentCalls sent = new SentCalls();
        ServerTransport transport =
                switch (server.place()) {
                    case Command command -> ProcessTransport.start(server, command, sent);
                    case Url url -> new WebTransport(server, url, web(), threads(), sent);
                };
        return McpConnection.open(server, transport, sent);
    }

    private WebClient web() {
        WebClient known = web;
        if (known == null) {
            known =
                    new WebClient(
                            new WebAccess(
                                    addresses,
                                    server.secrets(),
                                    List.copyOf(server.secrets().keySet()),
                                    server.timeout(),
                                    server.maxBytes(),
                                    WebAccess.DEFAULT.maxCalls()));
            web = known;
        }
        return known;
    }

    private ExecutorService threads() {
        ExecutorService known = threads;
        if (known == null) {
            known =
                    Executors.newThreadPerTaskExecutor(
                            Thread.ofVirtual().name("mcp-" + server.name() + "-", 0).factory());
            threads = known;
        }
        return known;
    }

    @Override
    public void close() {
        if (threads != null) {
            threads.shutdownNow();
        }
        if (web != null) {
            web.close();
        }
        if (threads != null) {
            threads.close();
        }
    }
}
