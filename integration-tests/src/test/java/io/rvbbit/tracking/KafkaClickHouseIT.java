package io.rvbbit.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.clickhouse.ClickHouseServer;
import io.rvbbit.tracking.Dying.Death;
import io.rvbbit.tracking.completion.CompletionPolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several gateways, one group, one store: ClickHouse's 26.7 engine behind a test front. */
@Timeout(480)
class KafkaClickHouseIT {
    private static final String DATABASE = "it_kafka";

    private static final String CALLS_OF_KILLED =
            """
            SELECT substring(id, length('req-udf-calm-bee-1') + 1), status FROM calls_complete
            WHERE id IN ('req-udf-calm-bee-1half', 'req-udf-calm-bee-1whole') ORDER BY id\
            """;

    /** Others' calls are taken for abandoned soon. */
    private static final CompletionPolicy HURRIED =
            new CompletionPolicy(
                    true,
                    true,
                    Duration.ofSeconds(1),
                    100,
                    Duration.ofMillis(500),
                    Optional.empty(),
                    10_000);

    @TempDir Path directory;

    @Test
    void two_gateways_share_the_work_and_one_that_is_killed_loses_and_doubles_nothing()
            throws Exception {
        try (ClickHouseServer server = ClickHouseServer.start()) {
            drop(server);
            KafkaAddress kafka = KafkaBroker.shared().address("shared");
            ClickHouseAddress store =
                    ClickHouseAddress.of(server.url(DATABASE), server.user(), server.password());
            Path killed = Files.createDirectories(directory.resolve("killed"));
            Path living = Files.createDirectories(directory.resolve("living"));
            Set<String> told = new HashSet<>();
            try (Books books = open(store, living, kafka)) {
                tell(books, "before", 10);
                told.addAll(
                        KilledProcess.killed(
                                400,
                                KafkaTeller.class,
                                server.url(DATABASE),
                                server.user(),
                                server.password(),
                                killed.toString(),
                                "1",
                                kafka.bootstrap(),
                                kafka.topicPrefix()));
                tell(books, "after", 10);
                KafkaFixture.awaitStored(books);
                // The living gateway has all partitions now, also those that were the other's.
                assertThat(
                                KafkaFixture.scan(
                                        books, "tracking", List.of("partitions", "lost_events")))
                        .containsExactly(List.of(3, 0L));
                // A call's halves came through one of three partitions.
                assertThat(KafkaFixture.scan(books, "calls_complete", List.of("id", "status")))
                        .filteredOn(row ->
                                row.get(0).toString().contains("-before-")
                                        || row.get(0).toString().contains("-after-"))
                        .hasSize(20)
                        .allMatch(row -> row.get(1).equals("completed"));
                // The living one puts together what it has of the other's calls, too.
                awaitComplete(server, books);
                assertThat(ask(server, CALLS_OF_KILLED))
                        .containsExactly("half | timeout", "whole | completed");
                // The other comes back and sends what was in its log.
                try (Books again = open(store, killed, kafka)) {
                    KafkaFixture.awaitStored(again);
                    awaitComplete(server, again);
                }
                KafkaFixture.awaitStored(books);
            }
            assertThat(ask(server, "SELECT count() - uniqExact(id) FROM calls_complete"))
                    .containsExactly("0");
            assertThat(ask(server, CALLS_OF_KILLED))
                    .hasSize(2)
                    .contains("whole | completed")
                    .doesNotContain("half | timeout");

            assertThat(ask(server, "SELECT count() - uniqExact(message_id) FROM unified_logs"))
                    .containsExactly("0");
            assertThat(
                            ask(
                                    server,
                                    """
                                    SELECT count() FROM (
                                        SELECT session_id, event_type FROM unified_logs
                                        GROUP BY session_id, event_type HAVING count() > 1)\
                                    """))
                    .containsExactly("0");
            assertThat(
                            ask(
                                    server,
                                    """
                                    SELECT session_id FROM unified_logs GROUP BY session_id
                                    HAVING count() = 6 AND countIf(caller_id = '') = 0\
                                    """))
                    .containsAll(told)
                    .contains("udf-before-9", "udf-after-9");
            assertThat(ask(server, "SELECT count() FROM unified_logs WHERE caller_id = ''"))
                    .containsExactly("0");
            // What counts in the rollup was counted once.
            assertThat(ask(server, "SELECT sum(events) FROM caller_totals"))
                    .isEqualTo(ask(server, "SELECT count() FROM unified_logs"));
            assertThat(ask(server, "SELECT DISTINCT status FROM session_state ORDER BY status"))
                    .isSubsetOf("completed", "orphaned");
            assertThat(
                            ask(
                                    server,
                                    "SELECT status, count() FROM sql_query_log GROUP BY status"
                                            + " ORDER BY status"))
                    .containsExactly("completed | 20", "orphaned | 4");
            drop(server);
        }
    }

    @Test
    void brokers_and_workers_that_die_under_load_lose_and_double_nothing() throws Exception {
        KafkaBroker broker = KafkaBroker.shared();
        try (ClickHouseServer server = ClickHouseServer.start()) {
            drop(server);
            KafkaAddress kafka = broker.address("deaths-there");
            ClickHouseAddress store =
                    ClickHouseAddress.of(server.url(DATABASE), server.user(), server.password());
            Path log = directory.resolve("books-log");
            for (Death death : Death.values()) {
                String id;
                try (EventLog opened =
                        EventLog.open(
                                log, EventLog.Bounds.of(100_000_000, Duration.ofSeconds(60)))) {
                    id = opened.id().toString();
                }
                var clickHouse = new ClickHouse(store);
                try (var own = new ClickHouseStore(clickHouse, id, true, Clock.systemUTC())) {
                    KafkaFixture.dies(
                            death,
                            kafka,
                            log,
                            own,
                            line -> new ClickHouseStore(clickHouse, line, true, Clock.systemUTC()));
                }
            }
            try (Books books = open(store, directory, kafka)) {
                var story = new Story(books, "sql-calm-bee-000003");
                story.statement("q");
                for (int row = 0; row < 400; row++) {
                    if (row == 200) {
                        broker.kill();
                    }
                    story.row("b" + row, row, Story.usage(1, 1, "0.01"));
                }
                story.statementEnds(400, Story.usage(400, 400, "4"));
                broker.restart();
                KafkaFixture.awaitStored(books);
                KafkaFixture.assertExact(books, 520, "5.2");
            }
            // A process that was killed may have forgotten that the broker has these.
            Files.delete(log.resolve("kafka-position"));
            int sent = KafkaFixture.events(kafka, "deaths-there.events");
            try (Books books = open(store, directory, kafka)) {
                KafkaFixture.awaitStored(books);
                assertThat(KafkaFixture.events(kafka, "deaths-there.events")).isGreaterThan(sent);
                KafkaFixture.assertExact(books, 520, "5.2");
                assertThat(books.metrics().lost()).isZero();
                assertThat(books.metrics().transport().rejected()).isZero();
            }
            assertThat(ask(server, "SELECT toString(sum(cost)) FROM caller_totals"))
                    .containsExactly(
                            ask(server, "SELECT toString(sum(cost)) FROM unified_logs").getFirst());
            drop(server);
        }
    }

    /** Reads calls until every one that has a part in the log stands among the complete ones. */
    private static void awaitComplete(ClickHouseServer server, Books books) throws SQLException {
        long end = System.nanoTime() + KafkaFixture.LONG.toNanos();
        List<String> left;
        do {
            var _ = KafkaFixture.scan(books, "calls_complete", List.of("id"));
            left =
                    ask(
                            server,
                            """
                            SELECT DISTINCT id FROM call_parts
                            WHERE id NOT IN (SELECT id FROM calls_complete)\
                            """);
        } while (!left.isEmpty() && System.nanoTime() < end);
        assertThat(left).isEmpty();
    }

    private static Books open(ClickHouseAddress store, Path data, KafkaAddress kafka) {
        return Books.open(
                store,
                data,
                Clock.systemUTC(),
                BookOptions.DEFAULT.with(Optional.of(kafka)).with(HURRIED));
    }

    private static void tell(Books books, String name, int statements) {
        for (int i = 0; i < statements; i++) {
            var story = new Story(books, "sql-calm-bee-%s%d".formatted(name, i));
            story.statement("q");
            story.row("udf-" + name + "-" + i, i, Story.usage(1, 1, "0.01"));
            story.statementEnds(1, Story.usage(1, 1, "0.01"));
        }
        KafkaFixture.awaitStored(books);
    }

    private static void drop(ClickHouseServer server) throws SQLException {
        var _ = ask(server, "default", "DROP DATABASE IF EXISTS " + DATABASE);
    }

    private static List<String> ask(ClickHouseServer server, String sql) throws SQLException {
        return ask(server, DATABASE, sql);
    }

    private static List<String> ask(ClickHouseServer server, String database, String sql)
            throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement()) {
            if (statement.execute(sql)) {
                try (ResultSet found = statement.getResultSet()) {
                    int columns = found.getMetaData().getColumnCount();
                    while (found.next()) {
                        List<String> values = new ArrayList<>();
                        for (int i = 1; i <= columns; i++) {
                            values.add(found.getString(i));
                        }
                        rows.add(String.join(" | ", values));
                    }
                }
            }
        }
        return rows;
    }
}
