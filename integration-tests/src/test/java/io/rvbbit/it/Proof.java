package io.rvbbit.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.SqlTable;
import io.rvbbit.it.testkit.StubAnswer;
import io.rvbbit.it.testkit.TestGateway;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One row through a cascade that the test writes: what it says, how many calls that takes, that the
 * cost of all of them is on the books to the last digit, and the books' rows.
 */
public final class Proof {
    private static final String NAME = "proof_" + ProcessHandle.current().pid();
    private static final Path FILE = TestGateway.cascades().resolve(NAME + ".yaml");

    private final SqlSession sql;
    private final String caller;
    private final SqlTable table;

    private Proof(SqlSession sql, SqlTable table) {
        this.sql = sql;
        this.table = table;
        this.caller = sql.lastCaller();
    }

    /** Runs it for the row {@code text = 'it'}. */
    static Proof of(SqlSession sql, String cascade) throws IOException {
        Files.writeString(FILE, "cascade_id: proof\n" + cascade);
        return new Proof(
                sql,
                sql.query(
                                "RVBBIT MAP '"
                                        + NAME
                                        + "' AS said USING (SELECT 'it' AS text)"
                                        + " WITH (cache = false, on_error = 'column')")
                        .table());
    }

    /**
     * Each answer that the endpoint has charged for is on the books at its price, and the cells and
     * the statements that asked sum up to theirs.
     */
    public static void everyAnswerIsBooked(SqlSession sql) {
        Map<String, BigDecimal> charged = new HashMap<>();
        sql.model().bill().items().forEach(item -> charged.put(item.requestId(), item.costUsd()));
        if (charged.isEmpty()) {
            return;
        }
        String ids = " IN ('" + String.join("', '", charged.keySet()) + "')";
        SqlTable booked =
                sql.query(
                                "SELECT request_id, attempt_cost FROM unified_logs WHERE event_type IN"
                                        + " ('turn_complete', 'turn_error') AND request_id"
                                        + ids)
                        .table();
        List<@Nullable String> requests = booked.column("request_id");
        assertThat(requests).containsExactlyInAnyOrderElementsOf(charged.keySet());
        for (int i = 0; i < requests.size(); i++) {
            assertThat(new BigDecimal(String.valueOf(booked.column("attempt_cost").get(i))))
                    .isEqualByComparingTo(charged.get(requests.get(i)));
        }
        sql.query(
                        "SELECT count(*) AS n FROM (SELECT caller_id, sum(cost) AS cells, sum(attempt_cost) AS"
                                + " attempts FROM unified_logs GROUP BY caller_id) u JOIN sql_query_log l"
                                + " USING (caller_id) WHERE u.attempts > 0 AND (u.cells <> u.attempts OR"
                                + " u.cells <> l.total_cost)")
                .returns("n\n0");
    }

    static void removeFile() throws IOException {
        boolean _ = Files.deleteIfExists(FILE);
    }

    /** The n-th request gets the n-th answer; later ones the last. */
    static void inTurn(SqlSession sql, String... answers) {
        sql.model()
                .answering(request ->
                        StubAnswer.text(
                                answers[(int) Math.min(request.number(), answers.length) - 1]));
    }

    Proof says(@Nullable String expected) {
        assertThat(table.column("_error")).containsOnlyNulls();
        assertThat(table.column("said").getFirst()).isEqualTo(expected);
        return this;
    }

    Proof fails(String errorClass) {
        assertThat(table.column("said")).containsOnlyNulls();
        assertThat(table.column("_error").getFirst()).contains("\"class\":\"" + errorClass + "\"");
        return this;
    }

    /** The endpoint's calls, each booked once from start to end, and what they cost in all sums. */
    Proof calls(long expected) {
        assertThat(sql.model().calls()).isEqualTo(expected);
        String bill = sql.model().bill().sum().costUsd().toPlainString();
        sql.query(
                        """
                        SELECT count(*) FILTER (event_type = 'turn_start') AS started,
                            count(*) FILTER (event_type IN ('turn_complete', 'turn_error')) AS ended,
                            count(DISTINCT request_id) FILTER (request_id <> '') AS calls,
                            coalesce(sum(cost), 0) = %1$s AS cells,
                            coalesce(sum(attempt_cost), 0) = %1$s AS attempts
                        FROM unified_logs WHERE caller_id = '%2$s'\
                        """
                                .formatted(bill, caller))
                .returns(
                        "started | ended | calls | cells | attempts\n%1$d | %1$d | %1$d | t | t"
                                .formatted(expected));
        sql.query(
                        "SELECT llm_calls_count AS calls, total_cost = %s AS cost FROM sql_query_log WHERE caller_id = '%s'"
                                .formatted(bill, caller))
                .returns("calls | cost\n" + expected + " | t");
        return this;
    }

    /**
     * The rows on the books beside starts and answered calls: {@code ask validation 2, ask
     * phase_complete 1}, in any order.
     */
    Proof books(String expected) {
        List<String> rows =
                sql
                        .query(
                                """
                                SELECT cell_name || ' ' || event_type || ' ' || count(*) AS line FROM unified_logs
                                WHERE caller_id = '%s' AND cell_name <> ''
                                    AND event_type NOT IN ('phase_start', 'turn_start', 'turn_complete', 'tool_start')
                                GROUP BY cell_name, event_type\
                                """
                                        .formatted(caller))
                        .table()
                        .column("line")
                        .stream()
                        .map(String::valueOf)
                        .toList();
        assertThat(rows).containsExactlyInAnyOrder(expected.split(", ", -1));
        return this;
    }

    /** A text in all rows of one type, in the order of their time. */
    Proof notes(String eventType, String key, String... expected) {
        List<String> rows =
                sql
                        .query(
                                "SELECT content_json->>'%s' AS note FROM unified_logs WHERE caller_id = '%s' AND event_type = '%s' ORDER BY timestamp"
                                        .formatted(key, caller, eventType))
                        .table()
                        .column("note")
                        .stream()
                        .map(String::valueOf)
                        .toList();
        assertThat(rows).containsExactly(expected);
        return this;
    }
}
