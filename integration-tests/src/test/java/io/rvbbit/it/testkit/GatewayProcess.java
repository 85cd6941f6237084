package io.rvbbit.it.testkit;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A gateway in a process of its own, which can be killed as the system kills: without a word.
 *
 * <p>Threading: one thread.
 */
public final class GatewayProcess implements AutoCloseable {
    private static final Pattern READY = Pattern.compile("ready pg=127\\.0\\.0\\.1:(\\d+) .*");

    private final Process process;
    private final int port;

    private GatewayProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Starts one on these data, with the stub as its endpoint; returns when it is ready. */
    public static GatewayProcess start(Path data, StubEndpoint model) {
        return start(data, model, Map.of());
    }

    /** The same with more environment. */
    public static GatewayProcess start(
            Path data, StubEndpoint model, Map<String, String> environment) {
        ProcessBuilder builder =
                new ProcessBuilder(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-Xmx512m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "io.rvbbit.gateway.Main",
                                "server",
                                "--data",
                                data.toString(),
                                "--root",
                                TestGateway.cascades().toString(),
                                "--port",
                                "0",
                                "--http-port",
                                "0"));
        // A gateway refuses variables that it does not know, those of the tests among them.
        builder.environment().keySet().removeIf(name -> name.startsWith("RVBBIT_"));
        builder.environment()
                .putAll(
                        Map.of(
                                "OPENAI_BASE_URL",
                                model.url(),
                                "OPENAI_API_KEY",
                                "stub-key",
                                "RVBBIT_MODEL",
                                TestGateway.MODEL));
        builder.environment().putAll(environment);
        builder.redirectError(new File("/dev/null"));
        try {
            Process process = builder.start();
            BufferedReader said =
                    new BufferedReader(
                            new InputStreamReader(
                                    process.getInputStream(), StandardCharsets.UTF_8));
            for (String line = said.readLine(); line != null; line = said.readLine()) {
                Matcher ready = READY.matcher(line);
                if (ready.matches()) {
                    return new GatewayProcess(process, Integer.parseInt(ready.group(1)));
                }
            }
            throw new IllegalStateException("the gateway ended before it was ready");
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    public Connection connect() throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/default?user=rvbbit");
    }

    /** SIGKILL, and returns when it is gone. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
