package io.rvbbit.it;

import static io.rvbbit.rewriter.SqlState.CONFIGURATION_LIMIT_EXCEEDED;
import static io.rvbbit.rewriter.SqlState.EXTERNAL_ROUTINE;
import static io.rvbbit.rewriter.SqlState.FEATURE_NOT_SUPPORTED;
import static io.rvbbit.rewriter.SqlState.INSUFFICIENT_PRIVILEGE;
import static io.rvbbit.rewriter.SqlState.INVALID_PARAMETER_VALUE;
import static io.rvbbit.rewriter.SqlState.OBJECT_IN_USE;
import static io.rvbbit.rewriter.SqlState.QUERY_CANCELED;
import static io.rvbbit.rewriter.SqlState.SUCCESSFUL_COMPLETION;
import static io.rvbbit.rewriter.SqlState.UNDEFINED_OBJECT;
import static io.rvbbit.rewriter.SqlState.WARNING;
import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.GatewayProcess;
import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.SqlTable;
import io.rvbbit.it.testkit.StubAnswer;
import io.rvbbit.it.testkit.StubEndpoint;
import io.rvbbit.it.testkit.StubFault;
import io.rvbbit.it.testkit.TestGateway;
import io.rvbbit.it.testkit.Waiting;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.PGConnection;

/** RVBBIT REPLAY: the same rows answered again, old and new side by side. */
@GatewayTest(environment = "RVBBIT_CALL_ATTEMPTS=1")
class ReplayIT {
    /** A tenth of a cent each, and of the model "other" a fifth of that. */
    private static void prices(StubEndpoint model) {
        model.charging(request ->
                new BigDecimal(request.model().equals("other") ? "0.0002" : "0.001"));
    }

    /** The model "other" shouts, except words with an s. */
    private static void otherShouts(StubEndpoint model) {
        prices(model);
        model.answering(request -> {
            StubAnswer usual = StubAnswer.byDefault(request);
            String said = String.valueOf(usual.content());
            return request.model().equals("other") && !said.startsWith("s")
                    ? StubAnswer.text(said.toUpperCase(Locale.ROOT))
                    : usual;
        });
    }

    private static String words(String... words) {
        return "(SELECT unnest(['" + String.join("', '", words) + "']) AS text)";
    }

    private static String map(SqlSession sql, String... words) {
        sql.query("RVBBIT MAP 'first_word' AS w USING " + words(words)).returnsRows(words.length);
        return sql.lastCaller();
    }

    @Test
    void another_model_answers_beside_the_first(SqlSession sql) {
        otherShouts(sql.model());
        String caller = map(sql, "ant", "sun", "bee", "ant");
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
        String caller = map(sql, "one", "two");
        sql.query("RVBBIT REPLAY '" + caller + "'")
                .tells(SUCCESSFUL_COMPLETION, "replayed: 2 rows, 2 same, 0 changed, 0 failed")
                .returnsRows(2);
        assertThat(sql.model().calls()).isEqualTo(4);
        sql.query("RVBBIT REPLAY '" + caller + "' WITH (model = 'other')").returnsRows(2);
        sql.query(
                        "RVBBIT MAP 'first_word' AS w USING "
                                + words("one", "two")
                                + " WITH (model = 'other', cache = 'only')")
                .tells(WARNING, "2 of 2 rows failed: cache_miss (2)")
                .returnsRows(2);
        assertThat(sql.model().calls()).isEqualTo(6);
    }

    @Test
    void rows_are_those_of_then_whatever_became_of_the_table(SqlSession sql) {
        otherShouts(sql.model());
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
        prices(sql.model());
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
        String caller = map(sql, "fa", "fb", "fc");
        sql.model().failsOn("fb", StubFault.status(500));
        sql.query("RVBBIT REPLAY '" + caller + "'")
                .tells(SUCCESSFUL_COMPLETION, "replayed: 3 rows, 2 same, 0 changed, 1 failed")
                .tells(WARNING, "1 of 3 rows failed: unavailable (1)")
                .returnsRows(3);
    }

    @Test
    void on_error_of_the_statement_holds_for_its_replay(SqlSession sql) {
        sql.query("RVBBIT MAP 'first_word' USING " + words("ea") + " WITH (on_error = 'fail')")
                .returnsRows(1);
        String caller = sql.lastCaller();
        sql.model().failsOn("ea", StubFault.status(500));
        sql.query("RVBBIT REPLAY '" + caller + "'").fails(EXTERNAL_ROUTINE);
        sql.execute("RVBBIT RESUME '" + sql.lastCaller() + "'");
        assertThat(sql.model().calls()).isEqualTo(3);
    }

    @Test
    void limit_budget_and_parallel_are_its_own(SqlSession sql) throws InterruptedException {
        String caller = map(sql, "l0", "l1", "l2", "l3", "l4", "l5");
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
        String caller = map(sql, "p0", "p1", "p2", "p3", "p4", "p5");
        assertThat(sql.model().maxInFlight()).isEqualTo(1);
        CountDownLatch three = new CountDownLatch(3);
        Set<Long> arrived = ConcurrentHashMap.newKeySet();
        sql.model()
                .answering(request -> {
                    if (arrived.add(request.number())) {
                        three.countDown();
                    }
                    try {
                        assertThat(three.await(30, TimeUnit.SECONDS)).isTrue();
                    } catch (InterruptedException stopped) {
                        Thread.currentThread().interrupt();
                    }
                    return StubAnswer.byDefault(request);
                });
        sql.query("RVBBIT REPLAY '" + caller + "' WITH (parallel = 3)").returnsRows(6);
        assertThat(sql.model().maxInFlight()).isEqualTo(3);
    }

    @Test
    void a_failed_statement_is_replayed_as_far_as_it_came(SqlSession sql) {
        sql.execute("SET rvbbit.parallel = 1");
        sql.model().failsOn("c3", StubFault.status(500));
        sql.query(
                        "RVBBIT MAP 'first_word' AS w USING "
                                + words("c0", "c1", "c2", "c3", "c4", "c5")
                                + " WITH (on_error = 'fail')")
                .fails(EXTERNAL_ROUTINE);
        String caller = sql.lastCaller();
        long paid = sql.model().calls();
        SqlTable replayed =
                sql.query("RVBBIT REPLAY '" + caller + "'")
                        .tells(WARNING, "statement \"" + caller + "\" ended as error: ")
                        .table();
        assertThat(replayed.column("text")).startsWith("c0", "c1", "c2", "c3");
        assertThat(replayed.column("w_old")).startsWith("c0", "c1", "c2", null);
        assertThat(replayed.column("w_new")).isEqualTo(replayed.column("text"));
        assertThat(replayed.column("_changed").subList(0, 4)).containsExactly("f", "f", "f", "t");
        assertThat(sql.model().calls()).isEqualTo(paid + replayed.rows().size());
    }

    @Test
    void a_cancelled_statement_is_replayed_as_far_as_it_came(TestGateway gateway, SqlSession sql)
            throws Exception {
        sql.model()
                .failing(request ->
                        request.lastUserMessage().startsWith("h")
                                ? Optional.of(new StubFault.Hang())
                                : Optional.empty());
        try (SqlSession other = gateway.session();
                ExecutorService threads = Executors.newSingleThreadExecutor()) {
            Future<?> running =
                    threads.submit(() ->
                            other.query(
                                            "RVBBIT MAP PARALLEL 8 'first_word' AS w USING "
                                                    + words("h0", "a1", "h2", "a3"))
                                    .fails(QUERY_CANCELED));
            sql.model().awaitCalls(4);
            sql.model().awaitInFlight(2);
            String caller =
                    sql.text("SELECT caller_id FROM sql_query_log WHERE status = 'running'");
            Waiting.until(
                    sql,
                    "SELECT rows_done FROM rvbbit.progress WHERE caller_id = '" + caller + "'",
                    "2");
            sql.execute("SELECT rvbbit_cancel('" + caller + "')");
            running.get(60, TimeUnit.SECONDS);
            SqlTable replayed =
                    sql.query("RVBBIT REPLAY '" + caller + "'")
                            .tells(
                                    WARNING,
                                    "ended as cancelled: its 2 answered rows are replayed, 2 more"
                                            + " that it had read are not")
                            .table();
            assertThat(replayed.column("text")).containsExactly("a1", "a3");
            assertThat(replayed.column("w_old")).containsExactly("a1", "a3");
            assertThat(replayed.column("w_new")).containsExactly("a1", "a3");
        }
    }

    @Test
    void what_a_table_was_made_of_is_replayed_without_the_table(SqlSession sql) {
        otherShouts(sql.model());
        sql.execute(
                "CREATE TABLE made AS RVBBIT MAP 'first_word' AS w USING " + words("ant", "bee"));
        String caller = sql.lastCaller();
        sql.query("RVBBIT REPLAY '" + caller + "' WITH (model = 'other')")
                .tells(SUCCESSFUL_COMPLETION, "replayed: 2 rows, 0 same, 2 changed")
                .returnsRows(2);
        assertThat(sql.number("SELECT count(*) FROM made WHERE w IN ('ant', 'bee')")).isEqualTo(2);
        sql.execute("DROP TABLE made");
    }

    @Test
    void copy_takes_a_replay_and_other_statements_do_not(TestGateway gateway, SqlSession sql)
            throws Exception {
        prices(sql.model());
        String caller = map(sql, "ant");
        try (Connection connection = gateway.connect()) {
            StringWriter copied = new StringWriter();
            connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyOut("COPY (RVBBIT REPLAY '" + caller + "') TO STDOUT", copied);
            assertThat(copied.toString())
                    .isEqualTo("ant\tant\tant\tf\t0.001000000000\t0.001000000000\n");
        }
        sql.query("CREATE TABLE no AS RVBBIT REPLAY '" + caller + "'")
                .fails(FEATURE_NOT_SUPPORTED)
                .at("REPLAY");
    }

    @Test
    void a_replay_is_a_statement_that_can_be_replayed_and_resumed(SqlSession sql) {
        otherShouts(sql.model());
        String first = map(sql, "ant", "sun");
        sql.query("RVBBIT REPLAY '" + first + "' WITH (model = 'other')").returnsRows(2);
        String second = sql.lastCaller();
        sql.query("RVBBIT REPLAY '" + second + "'")
                .tells(SUCCESSFUL_COMPLETION, "replayed: 2 rows, 2 same, 0 changed")
                .returnsRows(2);
        assertThat(sql.model().calls()).isEqualTo(6);
        sql.query("RVBBIT RESUME '" + second + "'")
                .tells(SUCCESSFUL_COMPLETION, "resumed: 2 rows as before")
                .tells(SUCCESSFUL_COMPLETION, "replayed: 2 rows, 1 same, 1 changed")
                .returnsRows(2);
        assertThat(sql.lastCaller()).isEqualTo(second);
        assertThat(sql.model().calls()).isEqualTo(6);
    }

    @Test
    void a_resumed_statement_has_the_rows_of_its_last_run(SqlSession sql) {
        prices(sql.model());
        sql.execute("CREATE TABLE lasting AS SELECT unnest(['ra', 'rb', 'rc']) AS text");
        sql.query("RVBBIT MAP 'first_word' AS w USING (SELECT * FROM lasting)").returnsRows(3);
        String caller = sql.lastCaller();
        sql.execute("DELETE FROM lasting WHERE text = 'ra'");
        sql.execute("RVBBIT RESUME '" + caller + "'");
        sql.query("RVBBIT REPLAY '" + caller + "' WITH (limit = none)")
                .returns(
                        """
                        text | w_old | w_new | _changed | _cost_old | _cost_new
                        rb | rb | rb | f | 0.001000000000 | 0.001000000000
                        rc | rc | rc | f | 0.001000000000 | 0.001000000000\
                        """);
        sql.execute("DROP TABLE lasting");
    }

    @Test
    void rows_leave_one_by_one_and_a_portal_pays_for_what_it_fetches(
            TestGateway gateway, SqlSession sql) throws SQLException {
        String[] many = new String[200];
        for (int i = 0; i < many.length; i++) {
            many[i] = "m" + i;
        }
        String caller = map(sql, many);
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
        prices(sql.model());
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

    @Test
    void what_cannot_be_replayed_says_why(SqlSession sql) {
        sql.query("RVBBIT REPLAY 'nonsense'").fails(UNDEFINED_OBJECT);
        sql.query("RVBBIT REPLAY 'sql-calm-bee-zzzzzz'")
                .fails(UNDEFINED_OBJECT)
                .hint("journal-age");
        sql.query("SELECT rvbbit_run('first_word', {'text': 'x'})").returnsRows(1);
        sql.query("RVBBIT REPLAY '" + sql.lastCaller() + "'").fails(FEATURE_NOT_SUPPORTED);
        sql.query(
                        "RVBBIT MAP 'first_word' AS v USING (SELECT w AS text FROM (RVBBIT MAP"
                                + " 'first_word' AS w USING (SELECT 'x' AS text)) m)")
                .returnsRows(1);
        sql.query("RVBBIT REPLAY '" + sql.lastCaller() + "'").fails(FEATURE_NOT_SUPPORTED);
        String caller = map(sql, "x");
        sql.query("RVBBIT REPLAY '" + caller + "' WITH (cache = true)")
                .fails(INVALID_PARAMETER_VALUE)
                .at("cache")
                .hint("limit, parallel, model, temperature, max_tokens, budget_dollars");
        sql.query("RVBBIT REPLAY '" + caller + "' WITH (modle = 'x')")
                .fails(INVALID_PARAMETER_VALUE)
                .at("modle")
                .hint("did you mean model?");
        sql.query("RVBBIT REPLAY '" + caller + "' WITH (temperature = 9)")
                .fails(INVALID_PARAMETER_VALUE);
    }

    @Test
    void a_running_statement_is_not_replayed(TestGateway gateway, SqlSession sql) throws Exception {
        CountDownLatch latch = new CountDownLatch(1);
        sql.model()
                .answering(request -> {
                    try {
                        latch.await();
                    } catch (InterruptedException stopped) {
                        Thread.currentThread().interrupt();
                    }
                    return StubAnswer.byDefault(request);
                });
        try (SqlSession other = gateway.session();
                ExecutorService threads = Executors.newSingleThreadExecutor()) {
            Future<?> running = threads.submit(() -> map(other, "n1", "n2"));
            try {
                sql.model().awaitCalls(2);
                String caller =
                        sql.text("SELECT caller_id FROM sql_query_log WHERE status = 'running'");
                sql.query("RVBBIT REPLAY '" + caller + "'").fails(OBJECT_IN_USE);
                latch.countDown();
                running.get(60, TimeUnit.SECONDS);
                sql.query("RVBBIT REPLAY '" + caller + "'").returnsRows(2);
            } finally {
                latch.countDown();
            }
        }
    }

    @Test
    void a_role_replays_its_own_statements_alone(@TempDir Path data) throws SQLException {
        // Of the passwords "sesame" and "pencil".
        String users =
                "[{name: boss, admin: true, verifier:"
                        + " 'SCRAM-SHA-256$4096:MDEyMzQ1Njc4OWFiY2RlZg==$hn4FUIkYt7Fy4b6A2QilBRpntUViQLMX9F3hmowbDlg=:VN7TGXR2mKZKoVdTp1SdRWBKnlXaYulCWS/O1xCfZeI='},"
                        + " {name: ann, verifier:"
                        + " 'SCRAM-SHA-256$4096:8wNlHz+R9UyXjUE5nQXcZQ==$jZ6m2mTQtiTKMffJ/vIECsJuKI7dgQ/aR45DF+EWfA4=:TMDxSzLR6jYZxAMM7bvjKDMe3LCw/sVjLwxfmyOq2BQ='}]";
        try (TestGateway gateway =
                        TestGateway.withStub(
                                Map.of("RVBBIT_USERS", users, "RVBBIT_DATA", data.toString()));
                SqlSession boss =
                        gateway.session("default", Map.of("user", "boss", "password", "sesame"));
                SqlSession ann =
                        gateway.session("default", Map.of("user", "ann", "password", "pencil"))) {
            String hers = map(ann, "x");
            String his = map(boss, "y");
            ann.query("RVBBIT REPLAY '" + his + "'").fails(INSUFFICIENT_PRIVILEGE);
            boss.query("RVBBIT REPLAY '" + hers + "'").returnsRows(1);
        }
    }

    @Test
    void a_killed_statement_is_replayed_by_the_next_server(@TempDir Path data) throws Exception {
        try (StubEndpoint model = StubEndpoint.start()) {
            model.latency(Duration.ofMillis(30));
            try (GatewayProcess first = GatewayProcess.start(data, model)) {
                CompletableFuture<Void> running =
                        CompletableFuture.runAsync(() -> {
                            try (Connection connection = first.connect();
                                    Statement statement = connection.createStatement()) {
                                statement.execute(
                                        "RVBBIT MAP PARALLEL 4 'first_word' AS w USING (SELECT"
                                                + " 'k' || i AS text FROM range(60) r(i))");
                            } catch (SQLException killed) {
                                assertThat(killed.getMessage()).isNotEmpty();
                            }
                        });
                model.awaitCalls(30);
                first.kill();
                running.join();
            }
            long paid = model.calls();
            try (GatewayProcess second = GatewayProcess.start(data, model);
                    Connection connection = second.connect();
                    Statement statement = connection.createStatement()) {
                String caller;
                try (ResultSet log =
                        statement.executeQuery("SELECT caller_id FROM sql_query_log")) {
                    assertThat(log.next()).isTrue();
                    caller = log.getString(1);
                }
                int rows = 0;
                try (ResultSet replayed =
                        statement.executeQuery("RVBBIT REPLAY '" + caller + "'")) {
                    while (replayed.next()) {
                        assertThat(replayed.getString("w_new"))
                                .isEqualTo(replayed.getString("text"))
                                .isEqualTo(replayed.getString("w_old"));
                        rows++;
                    }
                }
                assertThat(rows).isBetween(20, 34);
                assertThat(model.calls()).isEqualTo(paid + rows);
                assertThat(SqlSession.warnings(statement))
                        .anySatisfy(told ->
                                assertThat(told.getMessage()).contains("ended as orphaned"));
            }
        }
    }
}
