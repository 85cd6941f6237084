package io.rvbbit.tracking;

import static io.rvbbit.tracking.KafkaFixture.LONG;
import static io.rvbbit.tracking.KafkaFixture.assertExact;
import static io.rvbbit.tracking.KafkaFixture.awaitStored;
import static io.rvbbit.tracking.KafkaFixture.java;
import static io.rvbbit.tracking.KafkaFixture.killed;
import static io.rvbbit.tracking.KafkaFixture.records;
import static io.rvbbit.tracking.KafkaFixture.rows;
import static io.rvbbit.tracking.KafkaFixture.scan;
import static io.rvbbit.tracking.KafkaFixture.tellAll;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rvbbit.tracking.Dying.Death;
import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Events on their way through a real broker, of which nothing may be lost or doubled. */
@Timeout(180)
class KafkaTransportTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir static Path brokerDirectory;
    private static KafkaBroker broker;

    @TempDir Path directory;

    @BeforeAll
    static void startBroker() throws Exception {
        broker = KafkaBroker.start(brokerDirectory.resolve("broker"));
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    private Books open(Path file, Optional<KafkaAddress> kafka) {
        return Books.open(file, Clock.systemUTC(), BookOptions.DEFAULT.with(kafka));
    }

    @Test
    void the_store_holds_the_same_rows_as_without_kafka() throws Exception {
        KafkaAddress address = broker.address("same");
        try (Books direct = open(directory.resolve("direct.duckdb"), Optional.empty());
                Books through = open(directory.resolve("kafka.duckdb"), Optional.of(address))) {
            tellAll(direct);
            tellAll(through);

            for (String table :
                    List.of("all_data", "session_state", "cascade_sessions", "sql_query_log")) {
                assertThat(rows(through, table)).as(table).isEqualTo(rows(direct, table));
            }
            assertThat(scan(through, "all_data", List.of("message_id"))).doesNotHaveDuplicates();
            assertThat(through.metrics().depth()).isZero();
            assertThat(
                            scan(
                                    through,
                                    "tracking",
                                    List.of("transport", "partitions", "unconsumed_events")))
                    .containsExactly(List.of("kafka", 3, 0L));
            assertThat(through.metrics().lost()).isZero();
        }

        List<JsonNode> started = calls(address, "same.call_started");
        List<JsonNode> ended = calls(address, "same.call_ended");
        assertThat(started)
                .hasSize(42)
                .allSatisfy(call -> {
                    assertThat(call.get("version").asInt()).isEqualTo(1);
                    assertThat(call.get("caller_id").asText()).startsWith("sql-calm-bee-");
                });
        assertThat(ended).hasSize(42);
        JsonNode paid =
                ended.stream()
                        .filter(call -> call.get("id").asText().equals("req-udf-3-2"))
                        .findFirst()
                        .orElseThrow();
        assertThat(paid.get("tokens_in").asLong()).isEqualTo(7);
        assertThat(new BigDecimal(paid.get("cost_usd").asText())).isEqualByComparingTo("0.000001");
        assertThat(paid.get("error").isNull()).isTrue();
    }

    /** What the topic holds, each record's key the call's id. */
    private static List<JsonNode> calls(KafkaAddress address, String topic) throws Exception {
        List<JsonNode> calls = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : records(address, topic)) {
            JsonNode call = JSON.readTree(record.value());
            assertThat(new String(record.key(), StandardCharsets.UTF_8))
                    .isEqualTo(call.get("id").asText());
            calls.add(call);
        }
        return calls;
    }

    @Test
    void a_broker_that_is_killed_in_mid_stream_costs_nothing_but_time() throws Exception {
        Path file = directory.resolve("books.duckdb");
        try (Books books = open(file, Optional.of(broker.address("killed")))) {
            var story = new Story(books, "sql-calm-bee-000001");
            story.statement("q");
            for (int row = 0; row < 500; row++) {
                story.row("a" + row, row, Story.usage(1, 1, "0.01"));
            }
            broker.kill();
            for (int row = 0; row < 500; row++) {
                story.row("b" + row, row, Story.usage(1, 1, "0.01"));
            }
            story.statementEnds(1_000, Story.usage(1_000, 1_000, "10"));
            // The statement has not waited; its rows do, in the log.
            assertThat(books.metrics().depth()).isPositive();
            assertThat(books.metrics().refusing()).isEmpty();
            broker.restart();

            awaitStored(books);
            assertExact(books, 1_000, "10");
        }
    }

    @Test
    void what_the_producer_sends_twice_is_stored_once() throws Exception {
        Path file = directory.resolve("books.duckdb");
        KafkaAddress address = broker.address("twice");
        try (Books books = open(file, Optional.of(address))) {
            var story = new Story(books, "sql-calm-bee-000001");
            story.statement("q");
            for (int row = 0; row < 50; row++) {
                story.row("a" + row, row, Story.usage(1, 1, "0.01"));
            }
            story.statementEnds(50, Story.usage(50, 50, "0.5"));
        }
        int sent = records(address, "twice.events").size();
        // A process that was killed may have forgotten that the broker has these.
        Files.delete(directory.resolve("books-log").resolve("kafka-position"));
        try (Books books = open(file, Optional.of(address))) {
            awaitStored(books);
            assertThat(records(address, "twice.events")).hasSize(2 * sent);
            assertExact(books, 50, "0.5");
        }
    }

    @Test
    void what_comes_before_its_turn_waits_for_the_delivery_that_has_all() throws Exception {
        Path file = directory.resolve("books.duckdb");
        KafkaAddress address = broker.address("gap");
        UUID origin = UUID.randomUUID();
        List<KafkaEvent> delivery = new ArrayList<>();
        var ids = new MessageIds(origin);
        var story =
                new Story(
                        event -> {
                            long position = delivery.size() + 1L;
                            delivery.add(
                                    new KafkaEvent(
                                            origin,
                                            position - 1,
                                            new LoggedEvent(
                                                    position, ids.of(position, position), event)));
                        },
                        "sql-calm-bee-000001");
        story.statement("q");
        story.row("a", 1, Story.usage(1, 1, "0.01"));
        story.statementEnds(1, Story.usage(1, 1, "0.01"));
        try (Books books = open(file, Optional.of(address))) {
            var own = new Story(books, "sql-calm-bee-000002");
            own.statement("q");
            awaitStored(books);
            try (var producer = new KafkaClients(address).producer()) {
                // The broker took the end of a delivery whose beginning failed, then all of it.
                for (KafkaEvent event : delivery.subList(4, delivery.size())) {
                    send(producer, event);
                }
                for (KafkaEvent event : delivery) {
                    send(producer, event);
                }
                for (KafkaEvent event : delivery) {
                    send(producer, event);
                }
            }
            own.statementEnds(0, Usage.NONE);
            assertThat(rowsOf(books, "a", 6)).isEqualTo(6);
            assertExact(books, 1, "0.01");
        }
    }

    private static void send(KafkaProducer<byte[], byte[]> producer, KafkaEvent event)
            throws Exception {
        var _ =
                producer.send(new ProducerRecord<>("gap.events", 1, new byte[0], event.toBytes()))
                        .get();
    }

    /** Reads until so many rows of the session are there, which another gateway sent. */
    private static int rowsOf(Books books, String session, int enough) {
        long end = System.nanoTime() + LONG.toNanos();
        int found = 0;
        while (found < enough && System.nanoTime() < end) {
            found =
                    (int)
                            scan(books, "all_data", List.of("session_id")).stream()
                                    .filter(row -> row.getFirst().equals(session))
                                    .count();
        }
        return found;
    }

    @Test
    void a_gateway_killed_again_and_again_loses_and_doubles_nothing() throws Exception {
        Path file = directory.resolve("books.duckdb");
        KafkaAddress address = broker.address("gateway");
        Set<String> told = new HashSet<>();
        for (int round = 0; round < 2; round++) {
            told.addAll(
                    killed(
                            150 + 300 * round,
                            KilledTeller.class,
                            file.toString(),
                            Integer.toString(round),
                            address.bootstrap(),
                            address.topicPrefix()));
        }
        try (Books books = open(file, Optional.of(address))) {
            awaitStored(books);
            List<List<Object>> events =
                    scan(books, "all_data", List.of("session_id", "event_type", "caller_id"));
            assertThat(events).doesNotHaveDuplicates();
            for (List<Object> event : events) {
                assertThat((String) event.get(2)).startsWith("sql-calm-bee-");
            }
            Set<List<Object>> found =
                    new HashSet<>(events.stream().map(e -> e.subList(0, 2)).toList());
            for (String session : told) {
                assertThat(found)
                        .contains(
                                List.of(session, "cascade_start"),
                                List.of(session, "turn_complete"),
                                List.of(session, "cascade_complete"));
            }
            assertThat(scan(books, "session_state", List.of("status")))
                    .isSubsetOf(List.of(List.of("completed"), List.of("orphaned")));
            assertThat(scan(books, "sql_query_log", List.of("status")))
                    .containsOnly(List.of("orphaned"));
            assertThat(books.metrics().lost()).isZero();
        }
    }

    @Test
    void an_intake_that_ends_between_mark_store_and_commit_is_taken_over() throws Exception {
        Path file = directory.resolve("books.duckdb");
        KafkaAddress address = broker.address("deaths");
        try (DuckDbFile opened = new DuckDbFile(file)) {
            // Each ends in its second batch: the first before it is stored, the other after that.
            List<Death> deaths = List.of(Death.BEFORE, Death.AFTER);
            for (Death death : deaths) {
                dies(opened, address, death);
            }
        }
        try (Books books = open(file, Optional.of(address))) {
            awaitStored(books);
            assertExact(books, 120, "1.2");
            assertThat(books.metrics().lost()).isZero();
        }
    }

    private void dies(DuckDbFile file, KafkaAddress address, Death death) throws Exception {
        Path path = directory.resolve("books-log");
        var pace =
                new BookWriter.Pace(
                        100,
                        Long.MAX_VALUE,
                        Duration.ofMillis(5),
                        Duration.ofMillis(10),
                        Duration.ofMillis(10),
                        Duration.ofSeconds(2));
        var died = new CountDownLatch(1);
        var batches = new AtomicInteger();
        try (EventLog log = EventLog.open(path, EventLog.Bounds.of(100_000_000, LONG));
                var store = new DuckDbEventStore(file)) {
            store.open();
            try (var delivery =
                    new KafkaDelivery(
                            address,
                            log,
                            path,
                            store,
                            line ->
                                    new Dying(
                                            new DuckDbEventStore(file, true, line),
                                            death,
                                            batches,
                                            died),
                            Clock.systemUTC(),
                            Duration.ofSeconds(1),
                            pace)) {
                delivery.start();
                var story =
                        new Story(
                                log::append,
                                "sql-calm-bee-00000" + (death == Death.BEFORE ? 1 : 2));
                story.statement("q");
                for (int row = 0; row < 60; row++) {
                    story.row("s" + death + row, row, Story.usage(1, 1, "0.01"));
                }
                story.statementEnds(60, Story.usage(60, 60, "0.6"));
                assertThat(died.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    @Test
    void without_kafka_none_of_its_classes_is_needed() throws Exception {
        String classPath =
                String.join(
                        File.pathSeparator,
                        Arrays.stream(
                                        System.getProperty("java.class.path")
                                                .split(File.pathSeparator))
                                .filter(entry -> !entry.contains("/org/apache/kafka/"))
                                .toList());
        assertThat(classPath).isNotEqualTo(System.getProperty("java.class.path"));
        Process process =
                java(
                                classPath,
                                KilledTeller.class,
                                directory.resolve("books.duckdb").toString(),
                                "1")
                        .redirectError(new File("/dev/null"))
                        .start();
        try (BufferedReader said =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line = said.readLine();
            while (line != null && !line.startsWith("udf-")) {
                line = said.readLine();
            }
            assertThat(line).startsWith("udf-");
        } finally {
            process.destroyForcibly().waitFor();
        }
    }
}
