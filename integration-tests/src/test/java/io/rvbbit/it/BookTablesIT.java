package io.rvbbit.it;

import static io.rvbbit.rewriter.SqlState.RESERVED_NAME;
import static io.rvbbit.rewriter.SqlState.SYNTAX_ERROR;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubRequest;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands in each table of the books, and that nobody writes there. */
@GatewayTest
class BookTablesIT {
    private static final String THREE =
            "(SELECT * FROM (VALUES ('red apple'), ('green pear'), ('blue plum')) v(text))";

    @Test
    void a_map_over_three_rows_has_one_caller_and_three_sessions(SqlSession sql) {
        sql.execute("RVBBIT MAP 'first_word' USING " + THREE);
        String caller = sql.lastCaller();

        assertThat(caller).matches("sql-[a-z]+-[a-z]+-[0-9a-z]{6,12}");
        for (String table : List.of("unified_logs", "session_state", "cascade_sessions")) {
            sql.query(
                            "SELECT DISTINCT caller_id FROM "
                                    + table
                                    + " WHERE session_id IN (SELECT"
                                    + " session_id FROM session_state WHERE caller_id = '"
                                    + caller
                                    + "')")
                    .returns("caller_id\n" + caller);
            assertThat(
                            sql.query(
                                            "SELECT DISTINCT session_id FROM "
                                                    + table
                                                    + " WHERE caller_id = '"
                                                    + caller
                                                    + "'")
                                    .table()
                                    .column("session_id"))
                    .as(table)
                    .hasSize(3)
                    .allMatch(id -> String.valueOf(id).startsWith("udf-"));
        }
        sql.query(
                        "SELECT event_type, count(*) AS n FROM unified_logs WHERE caller_id = '"
                                + caller
                                + "' GROUP BY 1 ORDER BY 1")
                .returns(
                        """
                        event_type       | n
                        cascade_complete | 3
                        cascade_start    | 3
                        phase_complete   | 3
                        phase_start      | 3
                        turn_complete    | 3
                        turn_start       | 3\
                        """);
        sql.query(
                        "SELECT status, count(*) AS n, count(completed_at) AS ended FROM session_state"
                                + " WHERE caller_id = '"
                                + caller
                                + "' GROUP BY 1")
                .returns("status | n | ended\ncompleted | 3 | 3");
        sql.query(
                        "SELECT count(*) AS n, bool_and(output <> '' AND input_data LIKE '%text%' AND"
                                + " cascade_definition LIKE '%first_word%' AND depth = 0) AS whole FROM"
                                + " cascade_sessions WHERE caller_id = '"
                                + caller
                                + "'")
                .returns("n | whole\n3 | t");
    }

    @Test
    void metadata_has_flat_and_nested_keys(SqlSession sql) throws Exception {
        String statement = "RVBBIT MAP PARALLEL 7 'first_word' USING " + THREE;
        sql.execute(statement);

        JsonNode metadata =
                new ObjectMapper()
                        .readTree(
                                sql.text(
                                        "SELECT DISTINCT invocation_metadata_json FROM unified_logs"
                                                + " WHERE caller_id = '"
                                                + sql.lastCaller()
                                                + "'"));

        assertThat(metadata.path("origin").asText()).isEqualTo("sql");
        assertThat(metadata.path("triggered_by").asText()).isEqualTo("postgres_server");
        assertThat(metadata.path("invocation_timestamp").asText())
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d.*Z");
        assertThat(metadata.path("sql.query").asText()).isEqualTo(statement);
        assertThat(metadata.path("sql").path("query").asText()).isEqualTo(statement);
        assertThat(metadata.path("sql.protocol").asText()).isEqualTo("postgresql_wire");
        assertThat(metadata.path("sql").path("protocol").asText()).isEqualTo("postgresql_wire");
        assertThat(metadata.path("sql.query_hash").asText())
                .isNotEmpty()
                .isEqualTo(metadata.path("sql").path("query_hash").asText());
        assertThat(metadata.path("sql").path("parallel_workers").asInt()).isEqualTo(7);
        assertThat(metadata.toString()).doesNotContain("stub-key", "_rvbbit_map");
    }

    @Test
    void requests_and_replies_are_kept_whole_but_for_the_key(SqlSession sql) {
        sql.execute("RVBBIT MAP 'first_word' USING (SELECT 'keep this' AS text)");

        assertThat(
                        sql.text(
                                "SELECT full_request_json FROM unified_logs WHERE event_type ="
                                        + " 'turn_start' AND caller_id = '"
                                        + sql.lastCaller()
                                        + "'"))
                .contains("keep this")
                .doesNotContain("stub-key");
        assertThat(
                        sql.text(
                                "SELECT full_response_json FROM unified_logs WHERE event_type ="
                                        + " 'turn_complete' AND caller_id = '"
                                        + sql.lastCaller()
                                        + "'"))
                .contains("chatcmpl-");
        assertThat(sql.model().requests().getFirst().headers()).containsKey("authorization");
    }

    @Test
    void the_request_ids_are_those_that_the_endpoint_saw(SqlSession sql) {
        sql.execute("RVBBIT MAP 'first_word' USING " + THREE);

        assertThat(
                        sql.query(
                                        "SELECT request_id FROM unified_logs WHERE event_type ="
                                                + " 'turn_start' AND caller_id = '"
                                                + sql.lastCaller()
                                                + "'")
                                .table()
                                .column("request_id"))
                .containsExactlyInAnyOrderElementsOf(
                        sql.model().requests().stream()
                                .map(StubRequest::headers)
                                .map(headers -> headers.get("x-client-request-id"))
                                .toList());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "unified_logs",
                "all_data",
                "session_state",
                "cascade_sessions",
                "sql_query_log"
            })
    void nobody_writes_the_books(String table, SqlSession sql) {
        sql.execute("RVBBIT MAP 'first_word' USING (SELECT 'x' AS text)");
        long rows = sql.number("SELECT count(*) FROM " + table);

        for (String write :
                List.of(
                        "DELETE FROM %s",
                        "DELETE FROM rvbbit.main.%s",
                        "UPDATE %s SET caller_id = 'x'",
                        "INSERT INTO %s SELECT * FROM %<s",
                        "DROP VIEW %s",
                        "DROP VIEW rvbbit.main.%s",
                        "DROP TABLE rvbbit.%s",
                        "ALTER VIEW %s RENAME TO gone",
                        "ALTER TABLE rvbbit.main.%s ADD COLUMN x INTEGER",
                        "TRUNCATE %s",
                        "COPY %s FROM 'x.csv'")) {
            String statement = write.formatted(table);
            assertThat((Throwable) sql.query(statement).failure()).as(statement).isNotNull();
        }
        for (String shadow :
                List.of(
                        "CREATE TABLE %s (caller_id VARCHAR)",
                        "CREATE TEMP TABLE %s AS SELECT 1 AS x",
                        "CREATE VIEW %s AS SELECT 1 AS x",
                        "CREATE OR REPLACE TEMP VIEW \"%s\" AS SELECT 1 AS x",
                        "CREATE MACRO %s(x) AS TABLE SELECT 1")) {
            sql.query(shadow.formatted(table)).fails(RESERVED_NAME);
        }
        assertThat(sql.number("SELECT count(*) FROM " + table)).isGreaterThanOrEqualTo(rows);
    }

    @Test
    void cost_stands_on_the_row_that_ends_a_cell_and_nowhere_else(SqlSession sql) {
        sql.execute("RVBBIT MAP 'first_word' USING " + THREE);

        sql.query(
                        "SELECT DISTINCT event_type FROM unified_logs WHERE cost IS NOT NULL AND"
                                + " caller_id = '"
                                + sql.lastCaller()
                                + "'")
                .returns("event_type\nphase_complete");
    }

    @Test
    void rollback_removes_nothing(SqlSession sql) {
        sql.execute("BEGIN");
        sql.execute("RVBBIT MAP 'first_word' USING " + THREE);
        String caller = sql.lastCaller();
        String count = "SELECT count(*) FROM session_state WHERE caller_id = '" + caller + "'";
        assertThat(sql.number(count)).as("visible within the transaction").isEqualTo(3);

        sql.execute("ROLLBACK");

        assertThat(sql.number(count)).isEqualTo(3);
        assertThat(sql.lastCaller()).isEqualTo(caller);
    }

    @Test
    void a_statement_that_does_not_parse_is_booked_as_an_error(SqlSession sql) {
        sql.query("RVBBIT MAP 'first_word' NOW").fails(SYNTAX_ERROR);

        sql.query(
                        "SELECT status, query_raw, total_cost FROM sql_query_log WHERE caller_id = '"
                                + sql.lastCaller()
                                + "'")
                .returns(
                        """
                        status | query_raw                   | total_cost
                        error  | RVBBIT MAP 'first_word' NOW | 0.000000000000\
                        """);
    }

    @Test
    void costs_are_visible_at_once_from_any_connection(
            SqlSession sql, io.rvbbit.it.testkit.TestGateway gateway) throws Exception {
        sql.model().latency(Duration.ofMillis(1));
        sql.execute("RVBBIT MAP 'first_word' USING " + THREE);
        String caller = sql.lastCaller();

        try (SqlSession other = gateway.session("memory", java.util.Map.of())) {
            assertThat(
                            other.decimal(
                                    "SELECT sum(cost) FROM all_data WHERE caller_id = '"
                                            + caller
                                            + "'"))
                    .isEqualByComparingTo(sql.model().bill().sum().costUsd());
        }
    }
}
