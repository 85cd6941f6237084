package io.rvbbit.tracking;

import static io.rvbbit.tracking.KafkaFixture.assertExact;
import static io.rvbbit.tracking.KafkaFixture.awaitStored;
import static io.rvbbit.tracking.KafkaFixture.dies;
import static io.rvbbit.tracking.KafkaFixture.scan;
import static io.rvbbit.tracking.KilledProcess.killed;
import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.tracking.Dying.Death;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Brokers and gateways that die at any moment: nothing may be lost or doubled. */
@Timeout(180)
class KafkaFaultTest {
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
                try (var store = new DuckDbEventStore(opened)) {
                    dies(
                            death,
                            address,
                            directory.resolve("books-log"),
                            store,
                            line -> new DuckDbEventStore(opened, true, line));
                }
            }
        }
        try (Books books = open(file, Optional.of(address))) {
            awaitStored(books);
            assertExact(books, 120, "1.2");
            assertThat(books.metrics().lost()).isZero();
        }
    }
}
