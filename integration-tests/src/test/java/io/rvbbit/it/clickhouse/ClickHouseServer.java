package io.rvbbit.it.clickhouse;

import static org.assertj.core.api.Assumptions.assumeThat;

import com.clickhouse.jdbc.Driver;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The ClickHouse that tests write to: the 26.7 engine behind a test front, in a process of its own,
 * or the real server that {@code RVBBIT_TEST_CLICKHOUSE_URL} names (with {@code
 * RVBBIT_TEST_CLICKHOUSE_USER} and {@code …_PASSWORD}).
 *
 * <p>Where neither is there, tests skip and say so. Threading: one thread.
 */
public final class ClickHouseServer implements AutoCloseable {
    private static final String REAL = "RVBBIT_TEST_CLICKHOUSE_URL";

    private final @Nullable Path data;
    private @Nullable Process front;
    private String endpoint = "";
    private int port;

    private ClickHouseServer(@Nullable Path data) {
        this.data = data;
    }

    /** Starts a front, or takes the real server. */
    public static ClickHouseServer start() {
        String real = System.getenv(REAL);
        if (real != null) {
            ClickHouseServer server = new ClickHouseServer(null);
            server.endpoint = real.replaceAll("/+$", "");
            return server;
        }
        return startFront();
    }

    /** Starts a front also where there is a real server: for tests that kill it. */
    public static ClickHouseServer startFront() {
        assumeThat(library())
                .as("no ClickHouse engine; integration-tests/fetch-clickhouse fetches it")
                .isRegularFile();
        try {
            ClickHouseServer server =
                    new ClickHouseServer(Files.createTempDirectory("clickhouse-it-"));
            server.revive();
            return server;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static Path library() {
        String home = System.getenv("XDG_CACHE_HOME");
        Path cache =
                home == null ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(home);
        return cache.resolve("rvbbit").resolve("libchdb-26.7.3-stable.1.so");
    }

    /** Not a real server. */
    public boolean canBeKilled() {
        return data != null;
    }

    /** SIGKILL, and returns when it is gone; its tables stay. */
    public void kill() throws InterruptedException {
        if (front != null) {
            front.destroyForcibly().waitFor();
            front = null;
        }
    }

    /** Starts the front that was killed again, on the same port and the same tables. */
    public void revive() {
        Path tables = Objects.requireNonNull(data);
        ProcessBuilder builder =
                new ProcessBuilder(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-Xmx256m",
                                "-Duser.timezone=UTC",
                                // As ClickHouse itself: else each answer waits 40 ms to be sent.
                                "-Dsun.net.httpserver.nodelay=true",
                                "-cp",
                                System.getProperty("java.class.path"),
                                ClickHouseFront.class.getName(),
                                library().toString(),
                                tables.toString(),
                                Integer.toString(port)));
        builder.environment().put("TZ", "UTC");
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        try {
            Process process = builder.start();
            front = process;
            BufferedReader said =
                    new BufferedReader(
                            new InputStreamReader(
                                    process.getInputStream(), StandardCharsets.UTF_8));
            for (String line = said.readLine(); line != null; line = said.readLine()) {
                if (line.startsWith("ready ")) {
                    port = Integer.parseInt(line.substring(6));
                    endpoint = "http://127.0.0.1:" + port;
                    return;
                }
            }
            throw new IllegalStateException("the ClickHouse front ended before it was ready");
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** What a gateway is given; the database is made by it. */
    public String url(String database) {
        return endpoint + "/" + database;
    }

    public String user() {
        return data == null
                ? System.getenv().getOrDefault("RVBBIT_TEST_CLICKHOUSE_USER", "default")
                : ClickHouseFront.USER;
    }

    public String password() {
        return data == null
                ? System.getenv().getOrDefault("RVBBIT_TEST_CLICKHOUSE_PASSWORD", "")
                : ClickHouseFront.PASSWORD;
    }

    /** The gateway's environment for books in this database. */
    public Map<String, String> environment(String database) {
        return Map.of(
                "RVBBIT_CLICKHOUSE_URL", url(database),
                "RVBBIT_CLICKHOUSE_USER", user(),
                "RVBBIT_CLICKHOUSE_PASSWORD", password());
    }

    /** Asks ClickHouse itself. */
    public Connection connect(String database) throws SQLException {
        Properties who = new Properties();
        who.setProperty("user", user());
        who.setProperty("password", password());
        who.setProperty("client.use_http_compression", "true");
        return new Driver().connect("jdbc:clickhouse:" + url(database), who);
    }

    @Override
    public void close() {
        try {
            kill();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (data == null) {
            return;
        }
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException left) {
            throw new UncheckedIOException(left);
        }
    }
}
