package io.rvbbit.it.testkit;

import io.rvbbit.gateway.Gateway;
import io.rvbbit.gateway.config.ConfigReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * A real gateway in this JVM: free ports, an empty data directory, the tests' own cascades, and the
 * stub in the place of the model endpoint.
 *
 * <p>Threading: any thread, {@link #restart} alone.
 */
public final class TestGateway implements AutoCloseable {
    /** The model that the stub is asked for. */
    public static final String MODEL = "stub-model";

    private final StubEndpoint model = StubEndpoint.start();
    private final Path data;
    private final Map<String, String> environment = new HashMap<>();
    private final Clock clock;
    private Gateway gateway;
    private List<String> settings = List.of();

    private TestGateway(Map<String, String> endpoint, Map<String, String> more, Clock clock) {
        this.clock = clock;
        try {
            data = Files.createTempDirectory("rvbbit-it-");
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        environment.put("RVBBIT_PORT", "0");
        environment.put("RVBBIT_HTTP_PORT", "0");
        environment.put("RVBBIT_DATA", data.toString());
        environment.put("RVBBIT_ROOT", cascades().toString());
        environment.put("RVBBIT_SHUTDOWN_TIMEOUT", "1s");
        environment.putAll(endpoint);
        environment.putAll(more);
        environment.replaceAll((_, value) -> value.replace("{url}", model.url()));
        gateway = start(environment);
    }

    private Gateway start(Map<String, String> environment) {
        return Gateway.start(ConfigReader.read(Optional.empty(), environment, Map.of()), clock);
    }

    /** Ends the gateway and starts another on the same data, with these changes. */
    public void restart(Map<String, String> changes) {
        gateway.close();
        environment.putAll(changes);
        gateway = start(environment);
    }

    /** Empties the cache; users may not be configured. */
    void forgetAnswers() {
        try (SqlSession session = session()) {
            session.execute("SELECT rvbbit_cache_clear()");
        } catch (SQLException broken) {
            throw new IllegalStateException(broken);
        }
    }

    /** {@code {url}} in a value is the stub's. */
    public static TestGateway withStub(Map<String, String> more) {
        return withStub(more, Clock.systemUTC());
    }

    /** The same, with the time that the clock tells. */
    public static TestGateway withStub(Map<String, String> more, Clock clock) {
        return new TestGateway(
                Map.of(
                        "OPENAI_BASE_URL",
                        "{url}",
                        "OPENAI_API_KEY",
                        "stub-key",
                        "RVBBIT_MODEL",
                        MODEL),
                more,
                clock);
    }

    static TestGateway offline(Map<String, String> more) {
        return new TestGateway(Map.of(), more, Clock.systemUTC());
    }

    /** The root in which the tests' cascades lie. */
    public static Path cascades() {
        try {
            return Path.of(
                    Optional.ofNullable(TestGateway.class.getResource("/cascades"))
                            .orElseThrow()
                            .toURI());
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** The model endpoint: script it before, look at its bill after. */
    public StubEndpoint model() {
        return model;
    }

    public Path data() {
        return data;
    }

    public int port() {
        return gateway.pgAddress().getPort();
    }

    public int httpPort() {
        return gateway.httpAddress().getPort();
    }

    /** A client of the HTTP port. */
    public HttpCaller http() {
        return new HttpCaller("http://127.0.0.1:" + httpPort());
    }

    public String readyLine() {
        return gateway.readyLine();
    }

    /** Every connection from here on begins with these settings, as {@code name=value}. */
    TestGateway settings(List<String> wanted) {
        settings = List.copyOf(wanted);
        return this;
    }

    /** With {@code ?name=value&…} of pgjdbc after the database. */
    public String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port() + "/" + database;
    }

    public Connection connect(String database, Map<String, String> properties) throws SQLException {
        Properties all = new Properties();
        all.setProperty("user", "rvbbit");
        if (!settings.isEmpty()) {
            all.setProperty("options", "-c " + String.join(" -c ", settings));
        }
        all.putAll(properties);
        return DriverManager.getConnection(url(database), all);
    }

    public Connection connect() throws SQLException {
        return connect("default", Map.of());
    }

    /** A new connection to the database {@code default}. */
    public SqlSession session() {
        return session("default", Map.of());
    }

    public SqlSession session(String database, Map<String, String> properties) {
        try {
            return new SqlSession(connect(database, properties), model);
        } catch (SQLException refused) {
            throw new IllegalStateException(refused);
        }
    }

    /** Speaks the simple protocol: what psql does with {@code -c}. */
    public SqlSession simpleSession() {
        return session("default", Map.of("preferQueryMode", "simple"));
    }

    @Override
    public void close() {
        gateway.close();
        model.close();
        try (Stream<Path> files = Files.walk(data)) {
            List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) {
                Files.delete(file);
            }
        } catch (IOException left) {
            throw new UncheckedIOException(left);
        }
    }
}
