package io.rvbbit.tracking;

import static io.rvbbit.tracking.KafkaFixture.LONG;
import static io.rvbbit.tracking.KafkaFixture.assertExact;
import static io.rvbbit.tracking.KafkaFixture.awaitStored;
import static io.rvbbit.tracking.KafkaFixture.records;
import static io.rvbbit.tracking.KafkaFixture.scan;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Records that are missing, damaged or repeated, and the others beside them. */
@Timeout(180)
class KafkaGapTest {
    private static KafkaBroker broker;

    @TempDir Path directory;

    @BeforeAll
    static void startBroker() throws Exception {
        broker = KafkaBroker.shared();
    }

    private static Books open(Path file, Optional<KafkaAddress> kafka) {
        return Books.open(file, Clock.systemUTC(), BookOptions.DEFAULT.with(kafka));
    }

    /** The events of a statement with one row, of a log of its own. */
    private static List<LoggedEvent> told(UUID origin, int first, String session) {
        List<LoggedEvent> events = new ArrayList<>();
        var ids = new MessageIds(origin);
        var story =
                new Story(
                        event -> {
                            long position = (long) first + events.size();
                            events.add(
                                    new LoggedEvent(position, ids.of(position, position), event));
                        },
                        "sql-calm-bee-%06d".formatted(first));
        story.statement("q");
        story.row(session, 1, Story.usage(1, 1, "0.01"));
        story.statementEnds(1, Story.usage(1, 1, "0.01"));
        return events;
    }

    private static byte[] bundle(UUID origin, List<LoggedEvent> events) {
        var filling = new KafkaBundle.Filling(origin);
        events.forEach(event -> filling.add(KafkaBundle.bytes(event)));
        return filling.toBytes();
    }

    private static ProducerRecord<byte[], byte[]> record(KafkaAddress address, byte[] value) {
        return new ProducerRecord<>(KafkaTopics.of(address).events(), 1, null, value);
    }

    private static void send(KafkaAddress address, List<byte[]> values) throws Exception {
        try (var producer = new KafkaClients(address).producer()) {
            for (byte[] value : values) {
                var _ = producer.send(record(address, value)).get();
            }
        }
    }

    private static void makeTopics(KafkaAddress address) throws Exception {
        try (Admin admin = new KafkaClients(address).admin()) {
            var _ = KafkaTopics.of(address).ensure(admin, address);
        }
    }

    @Test
    void what_cannot_be_read_is_set_aside_and_all_else_is_stored() throws Exception {
        KafkaAddress address = broker.address("unreadable");
        makeTopics(address);
        UUID origin = UUID.randomUUID();
        List<LoggedEvent> one = told(origin, 1, "one");
        List<LoggedEvent> two = told(origin, 9, "two");
        var damaged = new KafkaBundle.Filling(origin);
        damaged.add(KafkaBundle.bytes(two.getFirst()));
        damaged.add(new byte[] {1, 2, 3});
        two.subList(1, two.size()).forEach(event -> damaged.add(KafkaBundle.bytes(event)));
        byte[] garbage = "not an event".getBytes(StandardCharsets.UTF_8);
        send(address, List.of(bundle(origin, one), garbage, damaged.toBytes()));

        try (Books books = open(directory.resolve("books.duckdb"), Optional.of(address))) {
            awaitStored(books);
            assertExact(books, 2, "0.02");
            assertThat(scan(books, "tracking", List.of("rejected_events", "lost_events")))
                    .containsExactly(List.of(2L, 0L));
            assertThat(scan(books, "sql_query_log", List.of("status")))
                    .containsExactly(List.of("completed"), List.of("completed"));
        }
        List<ConsumerRecord<byte[], byte[]>> rejected = records(address, "unreadable.rejected");
        assertThat(rejected)
                .extracting(record -> new String(record.key(), StandardCharsets.UTF_8))
                .containsExactlyInAnyOrder("unreadable.events-1@1", "unreadable.events-1@2");
        for (ConsumerRecord<byte[], byte[]> record : rejected) {
            boolean whole = header(record, "offset").equals("1");
            assertThat(record.value()).isEqualTo(whole ? garbage : damaged.toBytes());
            assertThat(header(record, "partition")).isEqualTo("1");
            assertThat(header(record, "topic")).isEqualTo("unreadable.events");
            assertThat(header(record, "events")).isEqualTo("1");
            assertThat(header(record, "reason")).isNotEmpty();
        }
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    @Test
    void offsets_at_which_there_is_nothing_hide_nothing() throws Exception {
        KafkaAddress address = broker.address("markers");
        makeTopics(address);
        UUID origin = UUID.randomUUID();
        // A marker stands at the end of each transaction, also at the partition's end.
        try (var producer = transactional(address)) {
            producer.initTransactions();
            for (int i = 0; i < 3; i++) {
                producer.beginTransaction();
                var _ =
                        producer.send(
                                record(address, bundle(origin, told(origin, 1 + 8 * i, "s" + i))));
                producer.commitTransaction();
            }
        }
        try (Books books = open(directory.resolve("books.duckdb"), Optional.of(address))) {
            awaitStored(books);
            assertExact(books, 3, "0.03");
            assertThat(scan(books, "tracking", List.of("rejected_events", "lost_events")))
                    .containsExactly(List.of(0L, 0L));
        }
    }

    private static KafkaProducer<byte[], byte[]> transactional(KafkaAddress address) {
        Map<String, String> properties = new HashMap<>(address.properties());
        properties.put("transactional.id", "markers");
        return new KafkaClients(
                        new KafkaAddress(
                                address.bootstrap(),
                                address.topicPrefix(),
                                3,
                                1,
                                address.group(),
                                properties))
                .producer();
    }

    @Test
    void what_the_brokers_deleted_is_counted_and_the_rest_is_stored() throws Exception {
        KafkaAddress address = broker.address("deleted");
        Path file = directory.resolve("books.duckdb");
        UUID origin = UUID.randomUUID();
        // So that the group has an offset, before which nothing is missing.
        try (Books books = open(file, Optional.of(address))) {
            awaitStored(books);
            send(address, List.of(bundle(origin, told(origin, 1, "first"))));
            assertThat(sessionsOf(books, 1)).isEqualTo(1);
        }
        send(
                address,
                List.of(
                        bundle(origin, told(origin, 9, "gone")),
                        bundle(origin, told(origin, 17, "gone-too")),
                        bundle(origin, told(origin, 25, "last"))));
        try (Admin admin = broker.admin()) {
            var _ =
                    admin.deleteRecords(
                                    Map.of(
                                            new TopicPartition("deleted.events", 1),
                                            RecordsToDelete.beforeOffset(3)))
                            .all()
                            .get();
        }
        try (Books books = open(file, Optional.of(address))) {
            awaitStored(books);
            assertExact(books, 2, "0.02");
            assertThat(scan(books, "tracking", List.of("rejected_events", "lost_events")))
                    .containsExactly(List.of(0L, 2L));
        }
    }

    @Test
    void what_comes_again_in_any_order_is_stored_once() throws Exception {
        KafkaAddress address = broker.address("again");
        makeTopics(address);
        UUID origin = UUID.randomUUID();
        byte[] one = bundle(origin, told(origin, 1, "one"));
        byte[] two = bundle(origin, told(origin, 9, "two"));
        send(address, List.of(one, one, two, one, two));

        try (Books books = open(directory.resolve("books.duckdb"), Optional.of(address))) {
            awaitStored(books);
            assertExact(books, 2, "0.02");
        }
    }

    /** Reads until there are so many sessions, which another gateway sent. */
    private static int sessionsOf(Books books, int enough) {
        long end = System.nanoTime() + LONG.toNanos();
        int found = 0;
        while (found < enough && System.nanoTime() < end) {
            found = scan(books, "session_state", List.of("session_id")).size();
        }
        return found;
    }
}
