package io.rvbbit.tracking;

import static io.rvbbit.tracking.KafkaFixture.LONG;
import static io.rvbbit.tracking.KafkaFixture.scan;
import static io.rvbbit.tracking.KafkaFixture.tellAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Topics, how long they are kept, and who gets in. */
@Timeout(180)
class KafkaSetupTest {
    private static KafkaBroker broker;

    @TempDir Path directory;

    @BeforeAll
    static void startBroker() throws Exception {
        broker = KafkaBroker.shared();
    }

    private static Books open(Path file, Optional<KafkaAddress> kafka) {
        return Books.open(file, Clock.systemUTC(), BookOptions.DEFAULT.with(kafka));
    }

    @Test
    void events_are_kept_until_the_store_has_them() throws Exception {
        KafkaAddress address = broker.address("kept");
        try (Admin admin = broker.admin()) {
            assertThat(KafkaTopics.of(address).ensure(admin, address))
                    .isEqualTo(new KafkaTopics.Found(3, true));
        }
        var partition = new TopicPartition("kept.events", 0);
        try (var producer = new KafkaClients(address).producer();
                var purge = new KafkaPurge(new KafkaClients(address), Duration.ZERO);
                Admin admin = broker.admin()) {
            for (int i = 0; i < 9; i++) {
                var _ =
                        producer.send(new ProducerRecord<>("kept.events", 0, null, new byte[] {1}))
                                .get();
            }
            purge.stored(partition, 5);
            purge.run();
            assertThat(first(admin, partition)).isZero();
            purge.allow(true);
            purge.run();
            purge.stored(partition, 9);
            purge.run();
            long end = System.nanoTime() + LONG.toNanos();
            while (first(admin, partition) == 0 && System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            // What was stored at the run before; the newest stays for a while.
            assertThat(first(admin, partition)).isEqualTo(5);
        }
    }

    private static long first(Admin admin, TopicPartition partition) throws Exception {
        return admin.listOffsets(Map.of(partition, OffsetSpec.earliest()))
                .partitionResult(partition)
                .get()
                .offset();
    }

    @Test
    void a_topic_that_is_not_kept_so_long_is_warned_of_and_not_emptied() throws Exception {
        KafkaAddress address = broker.address("short");
        List<String> said = new ArrayList<>();
        try (Admin admin = broker.admin();
                var _ = Listener.to(KafkaTopics.class, Level.WARN, said::add)) {
            var _ =
                    admin.createTopics(
                                    List.of(
                                            new NewTopic("short.events", 2, (short) 1)
                                                    .configs(
                                                            Map.of(
                                                                    "retention.ms",
                                                                    "3600000",
                                                                    "retention.bytes",
                                                                    "1000000"))))
                            .all()
                            .get();
            assertThat(KafkaTopics.of(address).ensure(admin, address))
                    .isEqualTo(new KafkaTopics.Found(2, false));
        }
        assertThat(said)
                .hasSize(2)
                .anyMatch(text -> text.contains("short.events") && text.contains("PT1H"))
                .anyMatch(text -> text.contains("1000000 bytes"));
    }

    @Test
    void an_encrypted_way_in_with_a_password_works_and_nothing_tells_the_password()
            throws Exception {
        KafkaAddress address = broker.secureAddress("secure", KafkaBroker.PASSWORD);
        List<String> said = new CopyOnWriteArrayList<>();
        String wrong = "open-barley";
        try (var _ = Listener.toAll(Level.INFO, said::add)) {
            try (Books books = open(directory.resolve("books.duckdb"), Optional.of(address))) {
                tellAll(books);
                assertThat(scan(books, "sql_query_log", List.of("status"))).hasSize(7);
                assertThat(books.metrics().toString()).doesNotContain(KafkaBroker.PASSWORD);
            }
            said.add(refusal(broker.secureAddress("refused", wrong)));
            Map<String, String> broken = new HashMap<>(address.properties());
            broken.put("sasl.jaas.config", "PlainLoginModule required password=\"" + wrong);
            said.add(
                    refusal(
                            new KafkaAddress(
                                    address.bootstrap(), "broken", 3, 1, "broken", broken)));
        }
        assertThat(said).anyMatch(text -> text.contains("SASL_SSL"));
        assertThat(said)
                .noneMatch(text -> text.contains(KafkaBroker.PASSWORD))
                .noneMatch(text -> text.contains(wrong));
    }

    /** All that is said of brokers that do not let a gateway in. */
    private static String refusal(KafkaAddress address) {
        StringWriter said = new StringWriter();
        try (Admin admin = new KafkaClients(address).admin()) {
            assertThatThrownBy(() -> KafkaTopics.of(address).ensure(admin, address))
                    .hasStackTraceContaining("SaslAuthenticationException")
                    .satisfies(e -> e.printStackTrace(new PrintWriter(said)));
        } catch (KafkaException e) {
            e.printStackTrace(new PrintWriter(said));
        }
        assertThat(said.toString()).isNotEmpty();
        return said.toString();
    }
}
