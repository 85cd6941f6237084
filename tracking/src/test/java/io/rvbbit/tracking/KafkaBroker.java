package io.rvbbit.tracking;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
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

    private final Path directory;
    private final int port;
    private final int controllerPort;
    private Process process;

    private KafkaBroker(Path directory) throws IOException {
        this.directory = directory;
        try (ServerSocket one = free();
                ServerSocket two = free()) {
            this.port = one.getLocalPort();
            this.controllerPort = two.getLocalPort();
        }
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
        listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
        advertised.listeners=PLAINTEXT://127.0.0.1:%1$d
        controller.listener.names=CONTROLLER
        listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
        log.dirs=%3$s
        offsets.topic.replication.factor=1
        offsets.topic.num.partitions=1
        group.initial.rebalance.delay.ms=0
        group.min.session.timeout.ms=1000
        auto.create.topics.enable=false
        num.network.threads=2
        num.io.threads=2
        """
                .formatted(port, controllerPort, directory.resolve("data"));
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
        try (Admin admin = admin()) {
            var _ = admin.describeCluster().nodes().get();
        } catch (ExecutionException e) {
            throw new IOException(Files.readString(directory.resolve("broker.out")), e);
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

    static KafkaAddress address(String bootstrap, String name) {
        return new KafkaAddress(
                bootstrap,
                name,
                3,
                1,
                name + "-books",
                // A member that was killed is to be missed soon.
                Map.of("session.timeout.ms", "2000", "heartbeat.interval.ms", "500"));
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
