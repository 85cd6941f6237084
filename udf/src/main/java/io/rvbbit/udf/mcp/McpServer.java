package io.rvbbit.udf.mcp;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * One MCP server as it is configured. Threading: immutable.
 *
 * @param timeout of its start, and of one call
 * @param maxBytes of one message that it sends
 * @param secrets values from the environment that it is given, by the variables' names
 */
public record McpServer(
        String name, Place place, Duration timeout, int maxBytes, Map<String, String> secrets) {
    public McpServer {
        secrets = Map.copyOf(secrets);
    }

    /** Where it is. */
    public sealed interface Place {}

    /**
     * A program that is started when it is needed, and speaks over standard input and output.
     *
     * @param line the program and its arguments
     * @param environment added to the few variables that every program needs; secrets included
     */
    public record Command(List<String> line, Map<String, String> environment) implements Place {
        public Command {
            line = List.copyOf(line);
            environment = Map.copyOf(environment);
        }

        /** Without arguments and environment. */
        @Override
        public String toString() {
            return line.getFirst();
        }
    }

    /**
     * A server that speaks over HTTP (streamable HTTP).
     *
     * @param headers of every request; secrets included
     */
    public record Url(URI uri, Map<String, String> headers) implements Place {
        public Url {
            headers = Map.copyOf(headers);
        }

        /** Without headers. */
        @Override
        public String toString() {
            return uri.getScheme() + "://" + uri.getAuthority();
        }
    }

    /** With the variable's name for each secret's value. */
    String withoutSecrets(String text) {
        String clean = text;
        for (Map.Entry<String, String> secret : secrets.entrySet()) {
            clean =
                    secret.getValue().isEmpty()
                            ? clean
                            : clean.replace(secret.getValue(), "<" + secret.getKey() + ">");
        }
        return clean;
    }

    /** Without secrets. */
    @Override
    public String toString() {
        return "McpServer[name=%s, place=%s]".formatted(name, place);
    }
}
