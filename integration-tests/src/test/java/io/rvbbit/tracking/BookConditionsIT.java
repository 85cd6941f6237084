package io.rvbbit.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rvbbit.it.clickhouse.ClickHouseServer;
import io.rvbbit.tracking.BookReader.Condition;
import io.rvbbit.tracking.BookReader.Scan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What a store leaves out is what the condition says, also in ClickHouse (test front). */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BookConditionsIT {
    private static final List<String> COLUMNS =
            List.of("message_id", "caller_id", "event_type", "cost", "source_row_index");
    private static final String ODD = "sql-o'hara-\\'x-abc123";

    private ClickHouseServer server;
    private TwoStores stores;

    @BeforeAll
    void two_callers(@TempDir Path directory) throws Exception {
        server = ClickHouseServer.start();
        stores = new TwoStores(server, directory);
        stores.store(sink -> {
            for (String caller : List.of("sql-clever-fox-abc123", "sql-merry-owl-abc123")) {
                Story story = new Story(sink, caller);
                story.statement("q", caller.contains("fox") ? "ann" : "bob");
                for (int i = 0; i < 20; i++) {
                    story.row("udf-" + caller + i, i, Story.usage(1, 2, "0.0" + (10 + i)));
                }
            }
        });
    }

    @AfterAll
    void stop() throws Exception {
        if (server != null) {
            stores.close();
            server.close();
        }
    }

    private static List<List<@Nullable Object>> rows(
            StoreReader reader, @Nullable String user, Condition... conditions) {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        try (Scan scan = reader.scan("all_data", COLUMNS, user, List.of(conditions))) {
            for (@Nullable Object @Nullable [] row = scan.next(); row != null; row = scan.next()) {
                rows.add(Arrays.asList(row));
            }
        }
        rows.sort((one, other) -> one.toString().compareTo(other.toString()));
        return rows;
    }

    private void expect(
            int count, Predicate<List<@Nullable Object>> kept, Condition... conditions) {
        for (StoreReader reader : List.of(stores.duckDbReader(), stores.clickHouseReader())) {
            assertThat(rows(reader, null, conditions))
                    .hasSize(count)
                    .isEqualTo(rows(reader, null).stream().filter(kept).toList());
        }
    }

    private static Condition is(String column, String operator, String... values) {
        return new Condition(column, operator, List.of(values));
    }

    @Test
    void the_rows_that_are_left_out_are_those_that_do_not_meet_it() {
        expect(
                120,
                row -> "sql-clever-fox-abc123".equals(row.get(1)),
                is("caller_id", "=", "sql-clever-fox-abc123"));
        expect(
                80,
                row -> List.of("turn_start", "phase_start").contains(row.get(2)),
                is("event_type", "=", "turn_start", "phase_start", "o'x\\"));
        expect(
                2,
                row -> row.get(3) != null && row.get(3).toString().startsWith("0.029"),
                is("cost", ">=", "0.029"));
        expect(
                10,
                row -> row.get(3) != null && ((Long) row.get(4)) < 5,
                is("cost", ">", "-1"),
                is("source_row_index", "<", "5"));
        expect(0, _ -> false, is("caller_id", "=", ODD));
    }

    @Test
    void a_user_still_sees_own_rows_only() {
        for (StoreReader reader : List.of(stores.duckDbReader(), stores.clickHouseReader())) {
            assertThat(rows(reader, "ann", is("event_type", "=", "turn_start"))).hasSize(20);
            assertThat(rows(reader, "ann", is("caller_id", "=", "sql-merry-owl-abc123"))).isEmpty();
        }
    }

    @Test
    void what_is_no_condition_reaches_no_store() {
        for (StoreReader reader : List.of(stores.duckDbReader(), stores.clickHouseReader())) {
            for (Condition wrong :
                    List.of(
                            is("cost", "=", "1 OR 1 = 1"),
                            is("timestamp", "=", "2026-01-01"),
                            is("caller_id", "<", "x"),
                            is("nope", "=", "x"))) {
                assertThatThrownBy(() -> rows(reader, null, wrong))
                        .as("%s", wrong)
                        .isInstanceOf(IllegalArgumentException.class);
            }
        }
    }
}
