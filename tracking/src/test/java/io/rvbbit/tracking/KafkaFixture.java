package io.rvbbit.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.tracking.BookReader.BookColumn;
import io.rvbbit.tracking.BookReader.BookTable;
import io.rvbbit.tracking.BookReader.Scan;
import io.rvbbit.tracking.Dying.Death;
import io.rvbbit.tracking.Event.SessionStatus;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** What books hold whose events went through Kafka, and what Kafka holds of them. */
final class KafkaFixture {
    static final Duration LONG = Duration.ofSeconds(60);

    private KafkaFixture() {}

    static void tellAll(EventSink sink) {
        for (int statement = 0; statement < 7; statement++) {
            var story = new Story(sink, "sql-calm-bee-00000" + statement);
            story.statement("RVBBIT MAP " + statement);
            for (int row = 0; row < 5; row++) {
                story.row("udf-" + statement + "-" + row, row, Story.usage(7, 2, "0.000001"));
            }
            story.session("parent-" + statement, 9, "{}");
            story.cell("parent-" + statement, "outer");
            story.session("child-" + statement, "parent-" + statement, 1, 9, "{}");
            story.sessionEnds(
                    "child-" + statement, SessionStatus.ERROR, "", "{\"message\":\"no\"}");
            story.attempt("parent-" + statement, "outer", "late-" + statement, 1);
            story.cellEnds("parent-" + statement, "outer", null, "");
            story.sessionEnds("parent-" + statement, SessionStatus.CANCELLED, "", "");
            story.attemptEnds(
                    "parent-" + statement,
                    "outer",
                    "late-" + statement,
                    1,
                    null,
                    "{\"class\":\"x\"}");
            if (statement < 6) {
                story.statementEnds(5, Story.usage(35, 10, "0.000005"));
            }
        }
    }

    /** Every row of a table, without what every log gives its own of. */
    static List<String> rows(Books books, String table) {
        BookTable found =
                books.tables().stream()
                        .filter(candidate -> candidate.name().equals(table))
                        .findFirst()
                        .orElseThrow();
        List<String> columns =
                found.columns().stream()
                        .map(BookColumn::name)
                        .filter(name -> !name.equals("message_id") && !name.equals("parent_id"))
                        .toList();
        return scan(books, table, columns).stream().map(List::toString).sorted().toList();
    }

    static List<List<Object>> scan(Books books, String table, List<String> columns) {
        try (Scan scan = books.scan(table, columns)) {
            List<List<Object>> rows = new ArrayList<>();
            for (var row = scan.next(); row != null; row = scan.next()) {
                rows.add(Arrays.asList(row));
            }
            return rows;
        }
    }

    static List<ConsumerRecord<byte[], byte[]>> records(KafkaAddress address, String topic) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaClients(address).consumer()) {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(topic).stream()
                            .map(found -> new TopicPartition(topic, found.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream()
                    .anyMatch(partition ->
                            consumer.position(partition) < ends.getOrDefault(partition, 0L))) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
        }
        return records;
    }

    /** How many events the topic holds, each as often as it was sent. */
    static int events(KafkaAddress address, String topic) {
        return records(address, topic).stream()
                .mapToInt(record -> KafkaBundle.count(record.value()))
                .sum();
    }

    static void awaitStored(Books books) {
        long end = System.nanoTime() + LONG.toNanos();
        while (true) {
            try {
                var _ = scan(books, "sql_query_log", List.of("caller_id"));
                return;
            } catch (BooksUnavailable e) {
                assertThat(System.nanoTime()).as(e.getMessage()).isLessThan(end);
            }
        }
    }

    /** Each of so many sessions has its six events once, and all of them cost so much. */
    static void assertExact(Books books, int sessions, String cost) {
        List<List<Object>> events =
                scan(books, "all_data", List.of("session_id", "event_type", "cost"));
        assertThat(events).hasSize(6 * sessions);
        Set<List<Object>> distinct = new HashSet<>();
        BigDecimal sum = BigDecimal.ZERO;
        for (List<Object> event : events) {
            distinct.add(event.subList(0, 2));
            sum = event.get(2) instanceof BigDecimal paid ? sum.add(paid) : sum;
        }
        assertThat(distinct).hasSize(6 * sessions);
        assertThat(sum).isEqualByComparingTo(cost);
        assertThat(scan(books, "session_state", List.of("status")))
                .hasSize(sessions)
                .containsOnly(List.of("completed"));
    }

    /**
     * Records 60 rows of a cent each in a log, of which a gateway brings the first batch to the
     * store and dies in the second.
     *
     * @param lines gives the store of a line
     */
    static void dies(
            Death death,
            KafkaAddress address,
            Path log,
            EventStore store,
            Function<String, EventStore> lines)
            throws Exception {
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
        try (EventLog opened = EventLog.open(log, EventLog.Bounds.of(100_000_000, LONG))) {
            store.open();
            try (var delivery =
                    new KafkaDelivery(
                            address,
                            opened,
                            log,
                            store,
                            line -> new Dying(lines.apply(line), death, batches, died),
                            TraceOptions.NONE,
                            new PartitionShare(),
                            Clock.systemUTC(),
                            Duration.ofSeconds(1),
                            pace)) {
                delivery.start();
                var story =
                        new Story(
                                opened::append,
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
}
