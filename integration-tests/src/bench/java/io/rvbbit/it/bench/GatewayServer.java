package io.rvbbit.it.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The gateway as users start it: {@code ./rvbbit server}. */
final class GatewayServer implements Server {
    /** More than any measurement opens. */
    private static final String MAX_CONNECTIONS = "1000";

    private static final Pattern READY = Pattern.compile("ready pg=127\\.0\\.0\\.1:(\\d+)");
    private static final Duration START = Duration.ofMinutes(5);

    private final Process process;
    private final Path home;
    private final int port;

    private GatewayServer(Process process, Path home, int port) {
        this.process = process;
        this.home = home;
        this.port = port;
    }

    static GatewayServer start(Path project) throws IOException {
        return start(project, Map.of());
    }

    /** With more environment. */
    static GatewayServer start(Path project, Map<String, String> environment) throws IOException {
        Path home = Files.createTempDirectory("rvbbit-bench-");
        Path log = home.resolve("log");
        ProcessBuilder builder =
                new ProcessBuilder(
                                List.of(
                                        project.resolve("rvbbit").toString(),
                                        "server",
                                        "--data",
                                        home.resolve("data").toString(),
                                        "--port",
                                        "0",
                                        "--http-port",
                                        "0"))
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile());
        String _ = builder.environment().put("RVBBIT_MAX_CONNECTIONS", MAX_CONNECTIONS);
        builder.environment().putAll(environment);
        Process process = builder.start();
        Instant end = Instant.now().plus(START);
        while (process.isAlive() && Instant.now().isBefore(end)) {
            Matcher ready = READY.matcher(Files.readString(log));
            if (ready.find()) {
                return new GatewayServer(process, home, Integer.parseInt(ready.group(1)));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
        process.destroyForcibly();
        throw new IOException("the gateway does not start: " + Files.readString(log));
    }

    @Override
    public String name() {
        return "gateway";
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public String user() {
        return "rvbbit";
    }

    @Override
    public String database() {
        return "default";
    }

    /** Resident memory of the process now. */
    long residentKib() throws IOException {
        return ProcessMemory.residentKib(process.pid());
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Directories.delete(home);
    }
}
