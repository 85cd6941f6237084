package io.rvbbit.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rvbbit.it.clickhouse.ClickHouseServer;
import io.rvbbit.tracking.BookReader.BookTable;
import io.rvbbit.tracking.BookReader.Scan;
import io.rvbbit.tracking.Event.SessionStatus;
import io.rvbbit.tracking.EventStore.Batch;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The store in ClickHouse (26.7 engine behind a test front), beside the embedded one. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClickHouseStoreIT {
    private static final String ODD = "o'hara \\ \"日本\" 🦉\n\tx";

    private ClickHouseServer server;
    private TwoStores stores;

    @BeforeAll
    void start() {
        server = ClickHouseServer.start();
    }

    @AfterAll
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void empty_stores(@TempDir Path directory) throws Exception {
        stores = new TwoStores(server, directory);
    }

    @AfterEach
    void close() throws Exception {
        stores.close();
    }

    private static Consumer<EventSink> rows(int first, int count) {
        return sink -> {
            for (int i = first; i < first + count; i++) {
                var story = new Story(sink, "sql-clever-fox-" + (100_000 + i));
                story.statement("SELECT " + i);
                story.row("udf-merry-owl-" + i, i, Story.usage(10, 2, "0.000000000001"));
                story.statementEnds(1, Story.usage(10, 2, "0.000000000001"));
            }
        };
    }

    private void expectRows(int count) throws SQLException {
        assertThat(stores.ask("SELECT count(), uniqExact(message_id), sum(cost) FROM unified_logs"))
                .containsExactly(
                        "%d | %1$d | %s"
                                .formatted(
                                        count * 6,
                                        new BigDecimal("0.000000000001")
                                                .multiply(BigDecimal.valueOf(count))
                                                .toPlainString()));
        assertThat(stores.count("session_state")).isEqualTo(count);
        assertThat(stores.count("sql_query_log")).isEqualTo(count);
        assertThat(stores.count("cascade_sessions")).isEqualTo(count);
        assertThat(
                        stores.ask(
                                """
                                SELECT sum(sessions), sum(calls), sum(tokens_in), sum(cost),
                                    sum(events) FROM caller_totals\
                                """))
                .containsExactly(
                        "%d | %1$d | %d | %s | %d"
                                .formatted(
                                        count,
                                        count * 10,
                                        new BigDecimal("0.000000000001")
                                                .multiply(BigDecimal.valueOf(count))
                                                .toPlainString(),
                                        count * 6));
        expectSums(count);
        assertThat(stores.count("call_part")).isEqualTo(count * 2L);
    }

    private void expectSums(int calls) throws SQLException {
        assertThat(stores.ask("SELECT sum(calls), sum(tokens_in), sum(cost) FROM spend_by_hour"))
                .containsExactly(
                        "%d | %d | %s"
                                .formatted(
                                        calls,
                                        calls * 10,
                                        new BigDecimal("0.000000000001")
                                                .multiply(BigDecimal.valueOf(calls))
                                                .toPlainString()));
    }

    /** As a gateway writes them that knows nothing of the sums. */
    @Test
    void rows_that_are_not_in_the_sums_are_added_from_the_log() throws Exception {
        stores.clickHouse.append(stores.batch(rows(0, 20)));
        stores.execute(
                "INSERT INTO unified_logs SELECT * REPLACE"
                        + " (generateUUIDv4() AS message_id, false AS summed) FROM unified_logs");

        assertThat(stores.ask("SELECT sum(calls) FROM hour_rollup")).containsExactly("20");
        expectSums(40);
    }

    static void everything(EventSink sink) {
        var first = new Story(sink, "sql-clever-fox-abc123");
        first.statement(ODD, ODD);
        first.row("udf-merry-owl-abc124", 0, Story.usage(10, 2, "0.000000000001"));
        first.session("udf-merry-owl-abc125", 1, "{\"q\":\"" + ODD.replaceAll("\\W", "") + "\"}");
        first.cell("udf-merry-owl-abc125", "extract");
        first.attempt("udf-merry-owl-abc125", "extract", "req-1", 1);
        first.attemptEnds(
                "udf-merry-owl-abc125",
                "extract",
                "req-1",
                1,
                Story.usage(3, 4, "999999.999999999999"),
                "{\"class\":\"http\",\"message\":\"" + ODD + "\"}");
        first.attempt("udf-merry-owl-abc125", "extract", "req-2", 2);
        first.session("udf-merry-owl-abc126", "udf-merry-owl-abc125", 1, -1, "{}");
        var second =
                new Story(
                        sink, "sql-calm-bee-abc124", Instant.parse("1999-12-31T23:59:59.999999Z"));
        second.statement("SELECT 2", "bob");
        second.session("udf-calm-bee-abc127", 0, "{}");
        second.cell("udf-calm-bee-abc127", "ask");
        second.attempt("udf-calm-bee-abc127", "ask", "req-3", 1);
        second.attemptEnds("udf-calm-bee-abc127", "ask", "req-3", 1, null, "{\"class\":\"x\"}");
        second.cellEnds("udf-calm-bee-abc127", "ask", Usage.unpriced(1, 2), "{\"class\":\"x\"}");
        second.sessionEnds("udf-calm-bee-abc127", SessionStatus.ERROR, "", "{\"message\":\"no\"}");
        second.statementEnds(1, Usage.NONE);
    }

    @Test
    void the_tables_read_the_same_from_both_stores() throws Exception {
        stores.store(ClickHouseStoreIT::everything);

        List<BookTable> tables = new ArrayList<>(BookTables.OF_EVENTS);
        for (String calls : List.of("call_parts", "calls_complete", "calls_merged", "calls")) {
            tables.add(BookTables.table(calls));
        }
        for (BookTable table : tables) {
            for (String user : new String[] {null, "bob", ODD, "nobody"}) {
                assertThat(TwoStores.rows(stores.clickHouseReader(), table, user))
                        .as(table.name() + " of " + user)
                        .isEqualTo(TwoStores.rows(stores.duckDbReader(), table, user));
            }
        }
        assertThat(TwoStores.rows(stores.clickHouseReader(), BookTables.table("unified_logs"), ODD))
                .hasSize(12);
        assertThat(TwoStores.rows(stores.clickHouseReader(), BookTables.table("uncosted"), null))
                .hasSize(1);
    }

    @Test
    void a_batch_repeated_by_the_same_process_is_stored_once() throws Exception {
        Batch batch = stores.batch(rows(0, 20));

        stores.clickHouse.append(batch);
        stores.clickHouse.append(batch);
        assertThat(stores.clickHouse.position()).isEqualTo(batch.position());
        expectRows(20);

        // As if the process did not know any more that the batch was stored.
        stores.execute("TRUNCATE TABLE stored_position");
        ClickHouseStore again = stores.store();
        assertThat(again.position()).isZero();
        again.append(batch);
        again.close();

        expectRows(20);
        assertThat(stores.store().position()).isEqualTo(batch.position());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cascade_text",
                "caller_rollup",
                "hour_rollup",
                "call_part",
                "session_state_log",
                "statement_log",
                "stored_position"
            })
    void a_batch_that_was_stored_in_part_is_completed(String table) throws Exception {
        Batch batch = stores.batch(rows(0, 20));
        assertThat(stores.clickHouse.position()).isZero();
        stores.execute("RENAME TABLE " + table + " TO away");

        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> stores.clickHouse.append(batch))
                    .isInstanceOf(SQLException.class);
        }
        stores.execute("RENAME TABLE away TO " + table);
        stores.clickHouse.append(batch);

        expectRows(20);
    }

    @Test
    void equal_rows_of_different_batches_are_both_counted() throws Exception {
        for (int i = 0; i < 3; i++) {
            stores.store(rows(10 * i, 10));
        }

        expectRows(30);
    }

    @Test
    void a_batch_whose_position_was_not_written_is_stored_once_by_the_next_process()
            throws Exception {
        Batch batch = stores.batch(rows(0, 5));
        stores.clickHouse.append(batch);
        stores.execute("TRUNCATE TABLE stored_position");

        ClickHouseStore next = stores.store();
        next.append(batch);
        next.close();

        expectRows(5);
    }

    @Test
    void a_batch_larger_than_one_insert_is_stored_once() throws Exception {
        String text = "x".repeat(1 << 20);
        Batch batch =
                stores.batch(sink -> {
                    var story = new Story(sink, "sql-clever-fox-abc123");
                    story.statement("q");
                    for (int i = 0; i < 40; i++) {
                        story.session("udf-merry-owl-" + i, i, "{\"t\":\"" + text + "\"}");
                    }
                });
        stores.execute("RENAME TABLE statement_log TO away");
        assertThatThrownBy(() -> stores.clickHouse.append(batch)).isInstanceOf(SQLException.class);
        stores.execute("RENAME TABLE away TO statement_log");
        stores.clickHouse.append(batch);

        assertThat(stores.ask("SELECT count(), uniqExact(message_id) FROM unified_logs"))
                .containsExactly("40 | 40");
        assertThat(stores.count("session_state_log")).isEqualTo(40);
    }

    @Test
    void a_session_and_a_statement_have_one_row_however_often_they_changed() throws Exception {
        var caller = "sql-clever-fox-abc123";
        stores.store(sink -> new Story(sink, caller).statement("q"));
        stores.store(sink -> new Story(sink, caller).session("s", 0, "{}"));
        stores.store(sink -> new Story(sink, caller).cell("s", "one"));
        assertThat(stores.ask("SELECT session_id, status, current_cell FROM session_state"))
                .containsExactly("s | running | one");
        stores.store(sink ->
                new Story(sink, caller).sessionEnds("s", SessionStatus.COMPLETED, "done", ""));
        stores.store(sink -> new Story(sink, caller).statementEnds(1, Usage.NONE));
        stores.store(sink -> new Story(sink, caller).statement("q", "ada", 2));

        assertThat(stores.ask("SELECT session_id, status FROM session_state"))
                .containsExactly("s | completed");
        assertThat(stores.ask("SELECT caller_id, status, attempts FROM sql_query_log"))
                .containsExactly(caller + " | running | 2");
        assertThat(stores.store().unfinished().statements()).hasSize(1);
    }

    @Test
    void spending_and_statistics_are_the_embedded_store_s() throws Exception {
        stores.store(ClickHouseStoreIT::everything);
        stores.store(rows(0, 7));

        for (Instant since : List.of(Instant.EPOCH, Story.START, Story.START.plusSeconds(60))) {
            assertThat(spending(stores.clickHouseReader(), since))
                    .as("since " + since)
                    .containsExactlyInAnyOrderElementsOf(spending(stores.duckDbReader(), since));
        }
        assertThat(spending(stores.clickHouseReader(), Instant.EPOCH)).hasSize(3);
        assertThat(stores.clickHouseReader().statistics("extract_brand"))
                .usingRecursiveComparison()
                .withComparatorForType(
                        (one, other) -> Math.abs(one - other) <= 1e-9 * Math.abs(one) ? 0 : 1,
                        Double.class)
                .ignoringCollectionOrder()
                .isEqualTo(stores.duckDbReader().statistics("extract_brand"));
        assertThat(stores.clickHouseReader().statistics("nothing")).isEmpty();
    }

    private static List<String> spending(StoreReader reader, Instant since) {
        List<String> told = new ArrayList<>();
        reader.spending(
                since,
                new SpendingReader() {
                    @Override
                    public void spent(String user, BigDecimal costUsd) {
                        told.add(user + " " + costUsd.setScale(12));
                    }

                    @Override
                    public void uncosted(
                            String user, String provider, String model, String body, Instant at) {
                        told.add(String.join(" ", user, provider, model, body, at.toString()));
                    }
                });
        return told;
    }

    @Test
    void a_scan_may_end_early_and_a_table_that_is_gone_says_so() throws Exception {
        stores.store(rows(0, 50));
        try (Scan scan = stores.clickHouseReader().scan("all_data", List.of("cost"), null)) {
            assertThat(scan.next()).isNotNull();
        }
        stores.execute("RENAME TABLE unified_logs TO away");

        assertThatThrownBy(
                        () -> stores.clickHouseReader().scan("unified_logs", List.of("cost"), null))
                .isInstanceOf(BooksUnavailable.class)
                .hasMessageContaining("unified_logs");
        stores.execute("RENAME TABLE away TO unified_logs");
    }

    @Test
    void the_optional_indexes_are_taken_and_ours_are_beside_them() throws Exception {
        stores.store(rows(0, 5));
        for (String index :
                List.of(
                        "ALTER TABLE unified_logs ADD INDEX idx_caller_id (caller_id) TYPE minmax",
                        "ALTER TABLE unified_logs ADD INDEX idx_origin (JSONExtractString(invocation_metadata_json, 'origin')) TYPE set(10)",
                        "ALTER TABLE unified_logs ADD INDEX idx_sql_hash (JSONExtractString(invocation_metadata_json, 'sql.query_hash')) TYPE bloom_filter")) {
            stores.execute(index);
        }
        stores.store(rows(5, 5));

        expectRows(10);
        assertThat(
                        stores.ask(
                                """
                                SELECT name FROM system.data_skipping_indices
                                WHERE database = currentDatabase() AND table = 'unified_logs'\
                                """))
                .contains("idx_caller_id", "idx_origin", "idx_sql_hash", "ix_caller", "ix_request");
        assertThat(
                        String.join(
                                "\n",
                                stores.ask(
                                        "EXPLAIN indexes = 1 SELECT * FROM all_data WHERE"
                                                + " caller_id = 'sql-clever-fox-100003'")))
                .contains("primarykey", "caller_id in ['sql-clever-fox-100003'");
    }

    @Test
    void opening_again_changes_nothing_and_a_newer_schema_is_refused() throws Exception {
        stores.store(rows(0, 5));
        ClickHouseStore again = stores.store();
        again.open();
        again.close();
        expectRows(5);
        stores.execute("INSERT INTO schema_version (version, name) VALUES (99, 'x')");

        assertThatThrownBy(again::open)
                .isInstanceOf(BooksUnavailable.class)
                .hasMessageContaining("a newer one has written them");
    }
}
