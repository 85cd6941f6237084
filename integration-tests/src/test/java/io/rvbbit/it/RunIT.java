package io.rvbbit.it;

import static io.rvbbit.rewriter.SqlState.DUPLICATE_COLUMN;
import static io.rvbbit.rewriter.SqlState.EXTERNAL_ROUTINE;
import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubFault;
import io.rvbbit.it.testkit.StubRequest;
import org.junit.jupiter.api.Test;

/** RVBBIT RUN: all rows at once, as a table that the cascade queries. */
@GatewayTest
class RunIT {
    private static final String AMOUNTS =
            "(SELECT * FROM (VALUES (1, 2.50::DECIMAL(9,2)), (2, 4.25), (3, NULL)) t(id, amount))";

    @Test
    void the_cascade_queries_the_batch(SqlSession sql) {
        sql.model().answers("6.75", "{\"verdict\": \"good\", \"score\": 7}");

        sql.query("RVBBIT RUN 'sums' AS (verdict VARCHAR, score INTEGER) USING " + AMOUNTS)
                .returns(
                        """
                        verdict | score
                        good    | 7\
                        """);

        assertThat(sql.model().requests())
                .singleElement()
                .extracting(StubRequest::lastUserMessage)
                .asString()
                .contains("\"n\":3", "6.75");
    }

    @Test
    void without_columns_several_properties_are_json(SqlSession sql) {
        sql.model().answers("6.75", "{\"verdict\": \"good\", \"score\": 7}");

        var answer = sql.query("RVBBIT RUN 'sums' USING " + AMOUNTS);

        assertThat(answer.table().columns()).containsExactly("result");
        assertThat(answer.value()).isEqualTo("{\"verdict\":\"good\",\"score\":7}");
    }

    @Test
    void the_shipped_batch_analysis_runs_as_written(SqlSession sql) {
        sql.model()
                .answers(
                        "Here are 100 products",
                        "{\"summary\":\"Many things.\",\"total_products\":100,\"insights\":[\"a\",\"b\"]}");

        sql.query(
                        "RVBBIT RUN 'traits/analyze_batch.yaml' USING (SELECT * FROM products LIMIT"
                                + " 100) WITH (as_table = 'products_batch');")
                .returns(
                        """
                        result
                        {"summary":"Many things.","total_products":100,"insights":["a","b"]}\
                        """);

        assertThat(sql.model().calls()).isEqualTo(1);
    }

    @Test
    void the_same_table_name_serves_again_and_again(SqlSession sql) {
        String run = "RVBBIT RUN 'sums' USING " + AMOUNTS + " WITH (as_table = 'batch')";

        sql.query(run).returnsRows(1);
        sql.query(run).returnsRows(1);
        sql.execute("CREATE TEMP TABLE batch AS SELECT 1 AS mine");
        sql.query(run).returnsRows(1);
        sql.query("SELECT mine FROM batch").returns("mine\n1");
    }

    @Test
    void uncommitted_rows_are_seen(SqlSession sql) {
        sql.execute("BEGIN");
        sql.execute("CREATE TABLE fresh (id INTEGER, amount DECIMAL(9,2))");
        sql.execute("INSERT INTO fresh VALUES (1, 11.25)");

        sql.query("RVBBIT RUN 'sums' USING (SELECT * FROM fresh)").returnsRows(1);
        sql.execute("ROLLBACK");

        assertThat(sql.model().requests().getFirst().lastUserMessage()).contains("11.25");
    }

    @Test
    void no_rows_run_the_cascade_on_an_empty_table(SqlSession sql) {
        sql.query("RVBBIT RUN 'sums' USING (SELECT 1 AS amount WHERE false)").returnsRows(1);

        assertThat(sql.model().requests().getFirst().lastUserMessage()).contains("\"n\":0");
    }

    @Test
    void a_run_that_fails_fails_its_statement(SqlSession sql) {
        sql.model()
                .failing(_ -> java.util.Optional.of(new StubFault.Garbage("<html>")))
                .latency(java.time.Duration.ZERO);

        sql.query("RVBBIT RUN 'sums' USING " + AMOUNTS).fails(EXTERNAL_ROUTINE);
    }

    @Test
    void the_books_hold_one_batch_session(SqlSession sql) {
        sql.execute("RVBBIT RUN 'sums' USING " + AMOUNTS);
        String caller = sql.lastCaller();

        assertThat(
                        sql.query(
                                        "SELECT session_id, status FROM session_state WHERE caller_id = '"
                                                + caller
                                                + "'")
                                .table()
                                .rows())
                .singleElement()
                .satisfies(row -> {
                    assertThat(row.get(0)).startsWith("batch-");
                    assertThat(row.get(1)).isEqualTo("completed");
                });
        sql.query(
                        "SELECT rows_input, rows_output, llm_calls_count, query_type, status"
                                + " FROM sql_query_log WHERE caller_id = '"
                                + caller
                                + "'")
                .returns(
                        """
                        rows_input | rows_output | llm_calls_count | query_type | status
                        3          | 1           | 1               | rvbbit_run | completed\
                        """);
        assertThat(
                        sql.text(
                                "SELECT invocation_metadata_json FROM session_state"
                                        + " WHERE caller_id = '"
                                        + caller
                                        + "'"))
                .contains("\"row_count\":3");
    }

    @Test
    void twin_columns_are_refused_before_any_call(SqlSession sql) {
        sql.query("RVBBIT RUN 'sums' USING (SELECT 1 AS amount, 2 AS amount)")
                .fails(DUPLICATE_COLUMN);

        assertThat(sql.model().calls()).isZero();
    }
}
