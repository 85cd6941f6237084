package io.rvbbit.it.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A PostgreSQL of the tests' own, the control; only where one is installed.
 *
 * <p>It refuses to run as root, so root runs it as the user {@code postgres}. Threading: one
 * thread.
 */
public final class PostgresServer implements AutoCloseable {
    public static final String USER = "postgres";
    public static final String DATABASE = "postgres";

    private final Path binaries;
    private final Path home;
    private final int port;

    private PostgresServer(Path binaries, Path home, int port) {
        this.binaries = binaries;
        this.home = home;
        this.port = port;
    }

    /**
     * Empty where PostgreSQL is not installed.
     *
     * @param settings such as {@code shared_buffers=1GB}
     */
    public static Optional<PostgresServer> start(String... settings)
            throws IOException, InterruptedException {
        Optional<Path> binaries = binaries();
        if (binaries.isEmpty()) {
            return Optional.empty();
        }
        Path home = Files.createTempDirectory("postgres-it-");
        if (isRoot()) {
            run(List.of("chown", "postgres", home.toString()));
        }
        PostgresServer server = new PostgresServer(binaries.get(), home, freePort());
        server.command("initdb", "-D", server.data(), "-A", "trust", "-U", "postgres");
        server.command(
                "pg_ctl",
                "-D",
                server.data(),
                "-w",
                "-l",
                home.resolve("log").toString(),
                "-o",
                options(server.port, home, settings),
                "start");
        return Optional.of(server);
    }

    private static String options(int port, Path home, String... settings) {
        StringBuilder options = new StringBuilder("-p %d -k %s".formatted(port, home));
        for (String setting : settings) {
            options.append(" -c ").append(setting);
        }
        return options.toString();
    }

    private static Optional<Path> binaries() throws IOException {
        Path all = Path.of("/usr/lib/postgresql");
        if (!Files.isDirectory(all)) {
            return Optional.empty();
        }
        try (Stream<Path> versions = Files.list(all)) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                    .findFirst();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private String data() {
        return home.resolve("data").toString();
    }

    private void command(String program, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        if (isRoot()) {
            command.addAll(List.of("runuser", "-u", "postgres", "--"));
        }
        command.add(binaries.resolve(program).toString());
        command.addAll(List.of(arguments));
        run(command);
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        Path out = Files.createTempFile("postgres-it-", ".out");
        try {
            int exit =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(out.toFile())
                            .directory(Path.of("/").toFile())
                            .start()
                            .waitFor();
            if (exit != 0) {
                throw new IOException(
                        command + ": " + Files.readString(out, StandardCharsets.UTF_8));
            }
        } finally {
            Files.delete(out);
        }
    }

    public int port() {
        return port;
    }

    @Override
    public void close() {
        try {
            command("pg_ctl", "-D", data(), "-m", "immediate", "stop");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try (Stream<Path> all = Files.walk(home)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
