package io.rvbbit.tracking;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * A Kafka broker of one node, KRaft mode, in a process of its own, so that it can be killed.
 *
 * <p>Kafka's own test kit starts brokers within the JVM, and is bound to another JUnit than ours.
 */
public final class KafkaBroker implements AutoCloseable {
    private static final String CLUSTER = "rvbbit-test-cluster-00";

    static {
        // At the level of whoever has no configuration they tell of every request.
        for (String talkative : List.of("org.apache.kafka", "kafka")) {
            if (LoggerFactory.getLogger(talkative) instanceof Logger logger) {
                logger.setLevel(Level.WARN);
            }
        }
    }

    /** Longer than a start takes on a machine that is busy with much else. */
    private static final Duration START = Duration.ofMinutes(3);

    /** Who may come in by the encrypted way. */
    static final String USER = "rvbbit";

    static final String PASSWORD = "open-sesame";

    private static @Nullable KafkaBroker shared;

    private static final String KEYS_PASSWORD = "key-of-the-cave";

    private final Path directory;
    private final int port;
    private final int securePort;
    private final int controllerPort;
    private Process process;

    private KafkaBroker(Path directory) throws IOException {
        this.directory = directory;
        try (ServerSocket one = free();
                ServerSocket two = free();
                ServerSocket three = free()) {
            this.port = one.getLocalPort();
            this.controllerPort = two.getLocalPort();
            this.securePort = three.getLocalPort();
        }
        makeKeys();
        Files.writeString(directory.resolve("server.properties"), properties());
        Files.writeString(
                directory.resolve("logback.xml"),
                """
                <configuration>
                  <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
                    <encoder><pattern>%d %level %logger %msg%n</pattern></encoder>
                  </appender>
                  <root level="WARN"><appender-ref ref="out"/></root>
                </configuration>
                """);
        this.process = begin();
    }

    /** The one that all tests of this process use, until it ends. */
    static synchronized KafkaBroker shared() throws Exception {
        if (shared == null) {
            Path directory = Files.createTempDirectory("kafka-test-");
            KafkaBroker started = start(directory);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(started, directory)));
            shared = started;
        }
        return shared;
    }

    private static void remove(KafkaBroker broker, Path directory) {
        broker.close();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts one that keeps its data in this directory; it answers when this returns. */
    public static KafkaBroker start(Path directory) throws Exception {
        KafkaBroker broker = new KafkaBroker(Files.createDirectories(directory));
        broker.awaitAnswer();
        return broker;
    }

    private static ServerSocket free() throws IOException {
        return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    private String properties() {
        return """
        process.roles=broker,controller
        node.id=1
        controller.quorum.voters=1@127.0.0.1:%2$d
        listeners=PLAINTEXT://127.0.0.1:%1$d,SASL_SSL://127.0.0.1:%4$d,CONTROLLER://127.0.0.1:%2$d
        advertised.listeners=PLAINTEXT://127.0.0.1:%1$d,SASL_SSL://127.0.0.1:%4$d
        inter.broker.listener.name=PLAINTEXT
        controller.listener.names=CONTROLLER
        listener.security.protocol.map=PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT
        sasl.enabled.mechanisms=PLAIN
        listener.name.sasl_ssl.plain.sasl.jaas.config=\
          org.apache.kafka.common.security.plain.PlainLoginModule required user_%6$s="%7$s";
        ssl.keystore.type=PKCS12
        ssl.keystore.location=%5$s
        ssl.keystore.password=%8$s
        ssl.key.password=%8$s
        log.dirs=%3$s
        transaction.state.log.replication.factor=1
        transaction.state.log.min.isr=1
        transaction.state.log.num.partitions=1
        offsets.topic.replication.factor=1
        offsets.topic.num.partitions=1
        group.initial.rebalance.delay.ms=0
        group.min.session.timeout.ms=1000
        auto.create.topics.enable=false
        num.network.threads=2
        num.io.threads=2
        """
                .formatted(
                        port,
                        controllerPort,
                        directory.resolve("data"),
                        securePort,
                        directory.resolve("keys.p12"),
                        USER,
                        PASSWORD,
                        KEYS_PASSWORD);
    }

    private void makeKeys() throws IOException {
        String keys = directory.resolve("keys.p12").toString();
        keytool(
                "-genkeypair -alias broker -keyalg EC -storetype PKCS12 -dname CN=broker -ext"
                        + " san=ip:127.0.0.1 -validity 2 -keystore "
                        + keys);
        keytool("-exportcert -rfc -alias broker -file " + certificate() + " -keystore " + keys);
    }

    private Path certificate() {
        return directory.resolve("broker.pem");
    }

    private void keytool(String arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments.split(" ", -1)));
        command.addAll(List.of("-storepass", KEYS_PASSWORD));
        Process tool =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("keytool.out").toFile())
                        .start();
        if (tool.onExit().join().exitValue() != 0) {
            throw new IOException(Files.readString(directory.resolve("keytool.out")));
        }
    }

    private Process begin() throws IOException {
        return new ProcessBuilder(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx256m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-Dlogback.configurationFile=" + directory.resolve("logback.xml"),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Main.class.getName(),
                                directory.resolve("server.properties").toString()))
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(directory.resolve("broker.out").toFile()))
                .start();
    }

    private void awaitAnswer() throws IOException, InterruptedException {
        long end = System.nanoTime() + START.toNanos();
        try (Admin admin = admin()) {
            while (true) {
                try {
                    var _ = admin.describeCluster().nodes().get(200, TimeUnit.MILLISECONDS);
                    return;
                } catch (ExecutionException | TimeoutException e) {
                    if (!process.isAlive() || System.nanoTime() > end) {
                        throw new IOException(Files.readString(directory.resolve("broker.out")), e);
                    }
                }
            }
        }
    }

    Admin admin() {
        return Admin.create(
                Map.of("bootstrap.servers", bootstrap(), "default.api.timeout.ms", "60000"));
    }

    public String bootstrap() {
        return "127.0.0.1:" + port;
    }

    /** Ends it without a chance to say anything to anybody. */
    public void kill() throws InterruptedException {
        int _ = process.destroyForcibly().waitFor();
    }

    /** Starts it again on the same port and data. */
    public void restart() throws IOException, InterruptedException {
        process = begin();
        awaitAnswer();
    }

    /** What a gateway needs to use it, with topics and a group of its own. */
    public KafkaAddress address(String name) {
        return address(bootstrap(), name);
    }

    /** As {@link #address(String)}, encrypted, and with a name and a password. */
    KafkaAddress secureAddress(String name, String password) {
        Map<String, String> properties = new HashMap<>(address(name).properties());
        properties.put("security.protocol", "SASL_SSL");
        properties.put("sasl.mechanism", "PLAIN");
        properties.put(
                "sasl.jaas.config",
                """
                org.apache.kafka.common.security.plain.PlainLoginModule required \
                username="%s" password="%s";\
                """
                        .formatted(USER, password));
        properties.put("ssl.truststore.type", "PEM");
        properties.put("ssl.truststore.location", certificate().toString());
        return new KafkaAddress("127.0.0.1:" + securePort, name, 3, 1, name + "-books", properties);
    }

    static KafkaAddress address(String bootstrap, String name) {
        return new KafkaAddress(
                bootstrap,
                name,
                3,
                1,
                name + "-books",
                // A member that was killed is to be missed soon, and a broker found again.
                Map.of(
                        "session.timeout.ms", "2000",
                        "heartbeat.interval.ms", "500",
                        "reconnect.backoff.max.ms", "200",
                        "retry.backoff.max.ms", "200"));
    }

    @Override
    public void close() {
        var _ = process.destroyForcibly().onExit().join();
    }

    /** The process: formats the storage if it is new. */
    static final class Main {
        private Main() {}

        public static void main(String[] arguments) {
            kafka.tools.StorageTool.execute(
                    new String[] {
                        "format", "--ignore-formatted", "-t", CLUSTER, "-c", arguments[0]
                    },
                    System.out);
            kafka.Kafka.main(arguments);
        }
    }
}
