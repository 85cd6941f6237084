package io.rvbbit.it;

import static io.rvbbit.rewriter.SqlState.EXTERNAL_ROUTINE;
import static io.rvbbit.rewriter.SqlState.WARNING;
import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubBill;
import io.rvbbit.it.testkit.StubFault;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Every token and cent, under the statement that caused it. */
@GatewayTest
class BooksIT {
    private static final String THREE =
            "(SELECT * FROM (VALUES ('red apple'), ('green pear'), ('blue plum')) v(text))";

    /** Calls, tokens and cost that the books hold for the callers of this session's test. */
    private static StubBill.Sum inLog(SqlSession sql, String where) {
        var row =
                sql.query(
                                "SELECT count(*) FILTER (cost IS NOT NULL), coalesce(sum(tokens_in), 0),"
                                        + " coalesce(sum(tokens_out), 0), coalesce(sum(cost), 0)::DECIMAL(18,12)"
                                        + " FROM all_data WHERE "
                                        + where)
                        .table()
                        .rows()
                        .getFirst();
        return new StubBill.Sum(
                Long.parseLong(String.valueOf(row.get(0))),
                Long.parseLong(String.valueOf(row.get(1))),
                Long.parseLong(String.valueOf(row.get(2))),
                new BigDecimal(String.valueOf(row.get(3))));
    }

    private static void assertBooked(SqlSession sql, String where) {
        StubBill.Sum bill = sql.model().bill().sum();
        StubBill.Sum log = inLog(sql, where);
        assertThat(log.costUsd()).isEqualByComparingTo(bill.costUsd());
        assertThat(log.tokensIn()).isEqualTo(bill.tokensIn());
        assertThat(log.tokensOut()).isEqualTo(bill.tokensOut());
        assertThat(
                        sql.decimal(
                                "SELECT coalesce(sum(attempt_cost), 0) FROM unified_logs WHERE "
                                        + where))
                .isEqualByComparingTo(bill.costUsd());
        assertThat(
                        sql.decimal(
                                "SELECT coalesce(sum(total_cost), 0) FROM sql_query_log WHERE "
                                        + where))
                .as("sql_query_log")
                .isEqualByComparingTo(bill.costUsd());
        assertThat(
                        sql.number(
                                "SELECT coalesce(sum(total_tokens_in + total_tokens_out), 0) FROM"
                                        + " sql_query_log WHERE "
                                        + where))
                .isEqualTo(bill.tokensIn() + bill.tokensOut());
    }

    private static String now(SqlSession sql) {
        return sql.text(
                "SELECT coalesce(max(started_at), TIMESTAMPTZ '2000-01-01') FROM"
                        + " sql_query_log");
    }

    @Test
    void a_mix_of_statements_costs_what_the_endpoint_billed(SqlSession sql) {
        String before = now(sql);
        sql.model()
                .failing(request ->
                        switch ((int) (request.number() % 9)) {
                            case 4 -> Optional.of(StubFault.status(503));
                            case 7 -> Optional.of(new StubFault.WrongSchema());
                            default -> Optional.empty();
                        });

        sql.execute("RVBBIT MAP 'first_word' USING " + THREE);
        sql.execute(
                "RVBBIT MAP 'facts' AS (label VARCHAR, pieces INTEGER) USING (SELECT 'n' || i"
                        + " AS name FROM range(40) r(i))");
        sql.query("RVBBIT RUN 'sums' USING (SELECT i AS amount FROM range(30) r(i))");
        sql.execute("SELECT rvbbit('say', 'x'), rvbbit_run('two_cells', {'text': 'ping'})");
        sql.execute(
                "CREATE TEMP TABLE t AS RVBBIT MAP 'first_word' AS w USING (SELECT 'v' || i AS"
                        + " text FROM range(25) r(i))");
        sql.execute(
                "SELECT * FROM (RVBBIT MAP 'two_cells' AS a USING "
                        + THREE
                        + ") m"
                        + " JOIN (RVBBIT MAP 'first_word' AS b USING "
                        + THREE
                        + ") n USING (text)");

        assertThat(sql.model().bill().items()).hasSizeGreaterThan(70);
        assertBooked(sql, timeFilter(before));
    }

    /** Both tables have a caller; statements of this test began after {@code before}. */
    private static String timeFilter(String before) {
        return "caller_id IN (SELECT caller_id FROM sql_query_log WHERE started_at > TIMESTAMPTZ '"
                + before
                + "')";
    }

    /** A call that is cut off has no reply to read the cost from: it is listed, never guessed. */
    @Test
    void what_a_failed_statement_paid_is_booked_and_what_nobody_knows_is_listed(SqlSession sql) {
        sql.model().failsOn("w30", StubFault.unauthorized());

        sql.query(
                        "RVBBIT MAP PARALLEL 8 'first_word' USING (SELECT 'w' || i AS text FROM"
                                + " range(200) r(i))")
                .fails(EXTERNAL_ROUTINE);

        String caller = "caller_id = '" + sql.lastCaller() + "'";
        List<@Nullable String> uncosted =
                sql.query("SELECT request_id FROM rvbbit.uncosted WHERE " + caller)
                        .table()
                        .column("request_id");
        BigDecimal known =
                sql.model().bill().items().stream()
                        .filter(item -> !uncosted.contains(item.requestId()))
                        .map(StubBill.Item::costUsd)
                        .reduce(BigDecimal.ZERO, BigDecimal::add);
        assertThat(known).isPositive();
        assertThat(inLog(sql, caller).costUsd()).isEqualByComparingTo(known);
        assertThat(sql.decimal("SELECT total_cost FROM sql_query_log WHERE " + caller))
                .as("sql_query_log")
                .isEqualByComparingTo(known);
        sql.query(
                        "SELECT count(*) AS n FROM session_state WHERE status IN ('starting', 'running')"
                                + " AND "
                                + caller)
                .returns("n\n0");
    }

    @Test
    void answers_that_fit_no_schema_are_paid_all_the_same(SqlSession sql) {
        String before = now(sql);
        sql.model().failing(_ -> Optional.of(new StubFault.WrongSchema()));

        sql.query(
                        "RVBBIT MAP 'facts' AS (label VARCHAR) USING (SELECT 'n' || i AS name FROM"
                                + " range(5) r(i))")
                .returnsRows(5);

        assertThat(sql.model().bill().items()).hasSize(10);
        assertBooked(sql, timeFilter(before));
    }

    @Test
    void plain_sql_has_no_caller(SqlSession sql) {
        String before = sql.lastCaller();
        long rows = sql.number("SELECT count(*) FROM sql_query_log");

        sql.query("SELECT 'RVBBIT MAP' AS text, 1 AS n").tellsNothingOf("caller_id");
        sql.execute("CREATE TEMP TABLE plain AS SELECT 1 AS n");

        assertThat(sql.lastCaller()).isEqualTo(before);
        assertThat(sql.number("SELECT count(*) FROM sql_query_log")).isEqualTo(rows);
    }

    @Test
    void a_raw_call_of_rvbbit_run_is_accounted(SqlSession sql) {
        String before = now(sql);

        sql.execute("SELECT rvbbit_run('first_word', {'text': 'raw call'})");

        assertThat(sql.lastCaller()).startsWith("sql-");
        assertBooked(sql, timeFilter(before));
        sql.query(
                        "SELECT DISTINCT session_id LIKE 'udf-%' AS udf FROM session_state WHERE"
                                + " caller_id = '"
                                + sql.lastCaller()
                                + "'")
                .returns("udf\nt");
    }

    @Test
    void a_row_is_found_on_the_books_by_its_key(SqlSession sql) {
        sql.query(
                        "RVBBIT MAP 'first_word' USING (SELECT * FROM (VALUES (7, 'keyed one'), (8, 'keyed"
                                + " two')) v(id, text)) WITH (key = 'id')")
                .table();
        String caller = sql.text("SHOW rvbbit.last_caller_id");

        sql.query(
                        "SELECT metadata_json::JSON -> 'key' AS key, source_row_index FROM unified_logs WHERE caller_id = '"
                                + caller
                                + "' AND event_type = 'cascade_start' ORDER BY 2")
                .returns(
                        """
                        key      | source_row_index
                        {"id":7} | 0
                        {"id":8} | 1\
                        """);
    }

    @Test
    void an_answer_that_tells_no_cost_is_not_booked_as_free(SqlSession sql) {
        sql.model()
                .fails(
                        new StubFault.Garbage(
                                "{\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":\"untold\"},"
                                        + "\"finish_reason\":\"stop\"}]}"));

        sql.query("RVBBIT MAP 'first_word' AS word USING (SELECT 'who pays' AS text)")
                .returns("text | word\nwho pays | untold")
                .tells(WARNING, "the cost of some model calls is not known");

        sql.query(
                        "SELECT event_type, cost, status FROM unified_logs WHERE caller_id = '"
                                + sql.lastCaller()
                                + "' AND event_type IN ('turn_complete', 'phase_complete') ORDER BY timestamp")
                .returns(
                        """
                        event_type     | cost | status
                        turn_complete  | NULL | uncosted
                        phase_complete | NULL | completed\
                        """);
    }

    @Test
    void the_books_tell_how_they_themselves_stand(SqlSession sql) {
        sql.query("SELECT count(*) FROM all_data").returnsRows(1);

        sql.query(
                        "SELECT store, pending_bytes >= 0 AS sized, accepting_calls AS calls, refusing,"
                                + " lost_events AS lost, failures FROM rvbbit.tracking")
                .returns(
                        """
                        store  | sized | calls | refusing | lost | failures
                        duckdb | t     | t     |          | 0    | 0\
                        """);
    }
}
