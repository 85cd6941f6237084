package io.rvbbit.it.tools;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.util.List;

/**
 * An MCP server over standard input and output, run by the Java of the tests.
 *
 * <p>Its argument tells how it begins: {@code well}, {@code silent}, {@code dying}, {@code chatty}
 * (rubbish first), {@code parent} (it starts a program that outlives it).
 */
final class McpProgram {
    private McpProgram() {}

    public static void main(String[] arguments) throws IOException {
        PrintStream out = new PrintStream(System.out, true, UTF_8);
        switch (List.of(arguments).getFirst()) {
            case "dying" -> {
                System.err.println("no licence");
                Runtime.getRuntime().halt(3);
            }
            case "chatty" -> out.println("Welcome to the warehouse!");
            case "parent" -> {
                Process _ = new ProcessBuilder("sleep", "1000").start();
            }
            default -> {}
        }
        boolean silent = arguments[0].equals("silent");
        McpScript script = new McpScript();
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                JsonNode message = McpScript.JSON.readTree(line);
                if (message.path("params").path("arguments").path("how").asText().equals("die")) {
                    Runtime.getRuntime().halt(3);
                }
                if (!silent) {
                    script.answer(message).ifPresent(out::println);
                }
            }
        }
    }
}
