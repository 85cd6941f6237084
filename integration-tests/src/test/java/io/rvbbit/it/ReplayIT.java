package io.rvbbit.it;

import static io.rvbbit.rewriter.SqlState.CONFIGURATION_LIMIT_EXCEEDED;
import static io.rvbbit.rewriter.SqlState.EXTERNAL_ROUTINE;
import static io.rvbbit.rewriter.SqlState.SUCCESSFUL_COMPLETION;
import static io.rvbbit.rewriter.SqlState.WARNING;
import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubAnswer;
import io.rvbbit.it.testkit.StubFault;
import io.rvbbit.it.testkit.TestGateway;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** RVBBIT REPLAY: the same rows answered again, old and new side by side. */
@GatewayTest(environment = "RVBBIT_CALL_ATTEMPTS=1")
class ReplayIT {
    @Test
    void another_model_answers_beside_the_first(SqlSession sql) {
        Replays.otherShouts(sql.model());
        String caller = Replays.map(sql, "ant", "sun", "bee", "ant");
        BigDecimal before = sql.model().bill().sum().costUsd();
        assertThat(sql.model().calls()).isEqualTo(3);

        sql.query("RVBBIT REPLAY '" + caller + "' WITH (model = 'other')")
                .tells(
                        SUCCESSFUL_COMPLETION,
                        "replayed: 4 rows, 1 same, 3 changed, 0 failed; cost $0.003 before, $0.0006"
                                + " now")
                .returns(
                        """
                        text | w_old | w_new | _changed | _cost_old | _cost_new
                        ant | ant | ANT | t | 0.001000000000 | 0.000200000000
                        sun | sun | sun | f | 0.001000000000 | 0.000200000000
                        bee | bee | BEE | t | 0.001000000000 | 0.000200000000
                        ant | ant | ANT | t | 0.000000000000 | 0.000000000000\
                        """);

        assertThat(sql.model().calls()).isEqualTo(6);
        assertThat(sql.lastCaller()).isNotEqualTo(caller);
        BigDecimal replay = sql.model().bill().sum().costUsd().subtract(before);
        sql.query(
                        """
                        SELECT query_type, status, rows_input, rows_output, llm_calls_count AS calls,
                          cache_hits AS hits, total_cost = %s AS exact,
                          JSONExtractString(invocation_metadata_json, 'replay_of') AS of
                        FROM sql_query_log WHERE caller_id = '%s'\
                        """
                                .formatted(replay, sql.lastCaller()))
                .returns(
                        """
                        query_type | status | rows_input | rows_output | calls | hits | exact | of
                        rvbbit_replay | completed | 4 | 4 | 3 | 1 | t | %s\
                        """
                                .formatted(caller));
        assertThat(
                        sql.decimal(
                                "SELECT sum(cost) FROM all_data WHERE caller_id = '"
                                        + sql.lastCaller()
                                        + "'"))
                .isEqualByComparingTo(replay);
    }

    @Test
    void stored_answers_are_not_used_and_none_is_stored(SqlSession sql) {
        String caller = Replays.map(sql, "one", "two");
        sql.query("RVBBIT REPLAY '" + caller + "'")
                .tells(SUCCESSFUL_COMPLETION, "replayed: 2 rows, 2 same, 0 changed, 0 failed")
                .returnsRows(2);
        assertThat(sql.model().calls()).isEqualTo(4);
        sql.query("RVBBIT REPLAY '" + caller + "' WITH (model = 'other')").returnsRows(2);
        sql.query(
                        "RVBBIT MAP 'first_word' AS w USING "
                                + Replays.words("one", "two")
                                + " WITH (model = 'other', cache = 'only')")
                .tells(WARNING, "2 of 2 rows failed: cache_miss (2)")
                .returnsRows(2);
        assertThat(sql.model().calls()).isEqualTo(6);
    }

    @Test
    void rows_are_those_of_then_whatever_became_of_the_table(SqlSession sql) {
        Replays.otherShouts(sql.model());
        sql.execute("CREATE TABLE passing AS SELECT unnest(['ant', 'bee']) AS text, 1.50 AS price");
        sql.query("RVBBIT MAP 'first_word' AS w USING (SELECT * FROM passing)").returnsRows(2);
        String caller = sql.lastCaller();
        sql.execute("DROP TABLE passing");
        sql.query("RVBBIT REPLAY '" + caller + "' WITH (model = 'other')")
                .returns(
                        """
                        text | price | w_old | w_new | _changed | _cost_old | _cost_new
                        ant | 1.50 | ant | ANT | t | 0.001000000000 | 0.000200000000
                        bee | 1.50 | bee | BEE | t | 0.001000000000 | 0.000200000000\
                        """);
    }

    @Test
    void columns_keep_their_types_to_the_last_digit(SqlSession sql) {
        String columns =
                """
                'ant' AS text, 1234567890123456789012345678.1234567890::DECIMAL(38,10) AS d,
                170141183460469231731687303715884105727::HUGEINT AS h, 0.1::FLOAT8 AS f,
                'NaN'::FLOAT8 AS nan, '\\xDEAD'::bytea AS b, DATE '2024-02-29' AS dt,
                TIMESTAMP '2024-02-29 12:34:56.789012' AS ts, INTERVAL '1 year 2 days' AS iv,
                'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid AS id, '{"a":[1,null]}'::json AS j,
                ARRAY[1.5, NULL]::numeric(10,2)[] AS l, union_value(s := 'x') AS u,
                {'d': 12345678901234567.12::DECIMAL(38,2), 'm': MAP {'k': 1.50}} AS st, true AS t, NULL::int AS n,
                'say "hi" \\ %s' AS "odd ""name"" 100%"\
                """;
        List<@Nullable String> row =
                sql.query("RVBBIT MAP 'first_word' AS w USING (SELECT " + columns + ")")
                        .table()
                        .rows()
                        .getFirst();
        List<@Nullable String> replayed =
                sql.query("RVBBIT REPLAY '" + sql.lastCaller() + "'").table().rows().getFirst();
        int inputs = row.size() - 1;
        assertThat(replayed.subList(0, inputs)).isEqualTo(row.subList(0, inputs));
    }

    @Test
    void typed_outputs_stand_side_by_side_and_old_casts_that_failed_are_quiet(SqlSession sql) {
        Replays.prices(sql.model());
        sql.model()
                .answering(request ->
                        StubAnswer.text(
                                request.model().equals("other")
                                        ? "{\"label\": \"x\", \"pieces\": 12}"
                                        : "{\"label\": \"x\", \"pieces\": 7}"));
        sql.query(
                        "RVBBIT MAP 'facts' AS (label date, pieces int) USING (SELECT 'a' AS name)"
                                + " WITH (on_error = 'column')")
                .returnsRows(1);
        String caller = sql.lastCaller();
        sql.query("RVBBIT REPLAY '" + caller + "' WITH (model = 'other', limit = 1)")
                .tells(SUCCESSFUL_COMPLETION, "replayed: 1 rows, 0 same, 0 changed, 1 failed")
                .returns(
                        """
                        name | label_old | label_new | pieces_old | pieces_new | _error_old | _error_new | _changed | _cost_old | _cost_new
                        a | NULL | NULL | 7 | 12 | %1$s | %1$s | t | 0.001000000000 | 0.000200000000\
                        """
                                .formatted(
                                        "{\"class\":\"cast\",\"sqlstate\":\"22P02\",\"message\":\"column"
                                                + " \\\"label\\\": invalid input for type date:"
                                                + " x\",\"attempts\":1}"));
        assertThat(
                        sql.number(
                                "SELECT count(*) FROM sql_query_log WHERE caller_id = '"
                                        + sql.lastCaller()
                                        + "' AND status = 'partial'"))
                .isEqualTo(1);
    }

    @Test
    void a_row_that_fails_now_is_no_difference(SqlSession sql) {
        String caller = Replays.map(sql, "fa", "fb", "fc");
        sql.model().failsOn("fb", StubFault.status(500));
        sql.query("RVBBIT REPLAY '" + caller + "'")
                .tells(SUCCESSFUL_COMPLETION, "replayed: 3 rows, 2 same, 0 changed, 1 failed")
                .tells(WARNING, "1 of 3 rows failed: unavailable (1)")
                .returnsRows(3);
    }

    @Test
    void on_error_of_the_statement_holds_for_its_replay(SqlSession sql) {
        sql.query(
                        "RVBBIT MAP 'first_word' USING "
                                + Replays.words("ea")
                                + " WITH (on_error = 'fail')")
                .returnsRows(1);
        String caller = sql.lastCaller();
        sql.model().failsOn("ea", StubFault.status(500));
        sql.query("RVBBIT REPLAY '" + caller + "'").fails(EXTERNAL_ROUTINE);
        sql.execute("RVBBIT RESUME '" + sql.lastCaller() + "'");
        assertThat(sql.model().calls()).isEqualTo(3);
    }

    @Test
    void limit_budget_and_parallel_are_its_own(SqlSession sql) throws InterruptedException {
        String caller = Replays.map(sql, "l0", "l1", "l2", "l3", "l4", "l5");
        sql.query("RVBBIT REPLAY '" + caller + "' WITH (limit = 2)")
                .tells(SUCCESSFUL_COMPLETION, "replayed: 2 rows, 2 same")
                .returnsRows(2);
        assertThat(sql.model().calls()).isEqualTo(8);

        sql.model().latency(Duration.ofMillis(20));
        sql.query("RVBBIT REPLAY '" + caller + "' WITH (parallel = 2)").returnsRows(6);
        assertThat(sql.model().calls()).isEqualTo(14);

        sql.query("RVBBIT REPLAY '" + caller + "' WITH (budget_dollars = 0.000001)")
                .tells(CONFIGURATION_LIMIT_EXCEEDED, "budget used up: ")
                .returnsRows(6);
        assertThat(sql.model().calls()).isLessThanOrEqualTo(15);
    }

    @Test
    void parallel_bounds_the_calls_in_flight(SqlSession sql) {
        sql.execute("SET rvbbit.parallel = 1");
        String caller = Replays.map(sql, "p0", "p1", "p2", "p3", "p4", "p5");
        assertThat(sql.model().maxInFlight()).isEqualTo(1);
        CountDownLatch three = new CountDownLatch(3);
        sql.model()
                .latency(() -> {
                    three.countDown();
                    try {
                        assertThat(three.await(30, TimeUnit.SECONDS)).isTrue();
                    } catch (InterruptedException stopped) {
                        Thread.currentThread().interrupt();
                    }
                    return Duration.ZERO;
                });
        sql.query("RVBBIT REPLAY '" + caller + "' WITH (parallel = 3)").returnsRows(6);
        assertThat(sql.model().maxInFlight()).isEqualTo(3);
    }

    @Test
    void rows_leave_one_by_one_and_a_portal_pays_for_what_it_fetches(
            TestGateway gateway, SqlSession sql) throws SQLException {
        String[] many = new String[200];
        for (int i = 0; i < many.length; i++) {
            many[i] = "m" + i;
        }
        String caller = Replays.map(sql, many);
        long paid = sql.model().calls();
        try (Connection connection = gateway.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.setFetchSize(10);
            ResultSet rows =
                    statement.executeQuery("RVBBIT REPLAY '" + caller + "' WITH (parallel = 4)");
            for (int i = 0; i < 10; i++) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getString("w_new")).isEqualTo("m" + i);
            }
            assertThat(sql.model().calls() - paid).isBetween(10L, 10L + 2 * 4);
            rows.close();
            connection.commit();
        }
    }

    @Test
    void describe_tells_the_columns_and_spends_nothing(TestGateway gateway, SqlSession sql)
            throws SQLException {
        sql.query(
                        "RVBBIT MAP 'facts' AS (label varchar, price decimal(10,2)) USING"
                                + " (SELECT 'a' AS name, 7 AS n)")
                .returnsRows(1);
        String caller = sql.lastCaller();
        long paid = sql.model().calls();
        try (Connection connection = gateway.connect();
                PreparedStatement statement =
                        connection.prepareStatement("RVBBIT REPLAY '" + caller + "'")) {
            ResultSetMetaData columns = statement.getMetaData();
            List<String> told = new ArrayList<>();
            for (int i = 1; i <= columns.getColumnCount(); i++) {
                told.add(columns.getColumnName(i) + " " + columns.getColumnTypeName(i));
            }
            assertThat(told)
                    .containsExactly(
                            "name text",
                            "n int4",
                            "label_old text",
                            "label_new text",
                            "price_old numeric",
                            "price_new numeric",
                            "_changed bool",
                            "_cost_old numeric",
                            "_cost_new numeric");
            assertThat(sql.model().calls()).isEqualTo(paid);
            for (int run = 0; run < 2; run++) {
                try (ResultSet rows = statement.executeQuery()) {
                    assertThat(rows.next()).isTrue();
                    assertThat(rows.getInt("n")).isEqualTo(7);
                }
            }
            assertThat(sql.model().calls()).isEqualTo(paid + 2);
        }
    }

    @Test
    void parameters_are_in_the_rows(TestGateway gateway, SqlSession sql) throws SQLException {
        Replays.prices(sql.model());
        try (Connection connection = gateway.connect();
                PreparedStatement statement =
                        connection.prepareStatement(
                                "RVBBIT MAP 'first_word' AS w USING (SELECT 'pa' AS text, ?::int"
                                        + " AS n)")) {
            statement.setInt(1, 7);
            statement.executeQuery().close();
            try (Statement asking = connection.createStatement();
                    ResultSet shown = asking.executeQuery("SHOW rvbbit.last_caller_id")) {
                shown.next();
                sql.query("RVBBIT REPLAY '" + shown.getString(1) + "'")
                        .returns(
                                """
                                text | n | w_old | w_new | _changed | _cost_old | _cost_new
                                pa | 7 | pa | pa | f | 0.001000000000 | 0.001000000000\
                                """);
            }
        }
    }
}
