package io.rvbbit.tracking;

import static io.rvbbit.tracking.KafkaFixture.assertExact;
import static io.rvbbit.tracking.KafkaFixture.awaitStored;
import static io.rvbbit.tracking.KafkaFixture.events;
import static io.rvbbit.tracking.KafkaFixture.records;
import static io.rvbbit.tracking.KafkaFixture.rows;
import static io.rvbbit.tracking.KafkaFixture.scan;
import static io.rvbbit.tracking.KafkaFixture.tellAll;
import static io.rvbbit.tracking.KilledProcess.java;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Events on their way through a real broker. */
@Timeout(180)
class KafkaTransportTest {
    private static final ObjectMapper JSON = new ObjectMapper();

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
        int sent = events(address, "twice.events");
        // A process that was killed may have forgotten that the broker has these.
        Files.delete(directory.resolve("books-log").resolve("kafka-position"));
        try (Books books = open(file, Optional.of(address))) {
            awaitStored(books);
            assertThat(events(address, "twice.events")).isEqualTo(2 * sent);
            assertExact(books, 50, "0.5");
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
