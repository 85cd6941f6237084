package io.rvbbit.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.clickhouse.ClickHouseServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several gateways, one group, one store: ClickHouse's 26.7 engine behind a test front. */
@Timeout(240)
class KafkaClickHouseIT {
    private static final String DATABASE = "it_kafka";

    @TempDir Path directory;

    @Test
    void two_gateways_share_the_work_and_one_that_is_killed_loses_and_doubles_nothing()
            throws Exception {
        try (ClickHouseServer server = ClickHouseServer.start();
                KafkaBroker broker = KafkaBroker.start(directory.resolve("broker"))) {
            drop(server);
            KafkaAddress kafka = broker.address("shared");
            ClickHouseAddress store =
                    ClickHouseAddress.of(server.url(DATABASE), server.user(), server.password());
            Path killed = Files.createDirectories(directory.resolve("killed"));
            Path living = Files.createDirectories(directory.resolve("living"));
            Set<String> told = new HashSet<>();
            try (Books books = open(store, living, kafka)) {
                tell(books, "before", 10);
                told.addAll(
                        KafkaFixture.killed(
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
                // The other comes back and sends what was in its log.
                try (Books again = open(store, killed, kafka)) {
                    KafkaFixture.awaitStored(again);
                }
                KafkaFixture.awaitStored(books);
            }

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
                    .containsExactly("completed | 20", "orphaned | 3");
            drop(server);
        }
    }

    private static Books open(ClickHouseAddress store, Path data, KafkaAddress kafka) {
        return Books.open(
                store, data, Clock.systemUTC(), BookOptions.DEFAULT.with(Optional.of(kafka)));
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
