package io.rvbbit.it.tools;

import static io.rvbbit.rewriter.SqlState.UNDEFINED_TABLE;
import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.Proof;
import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubAnswer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Queries that a model writes: they read what the cascade allows, and nothing else. */
@GatewayTest(settings = "rvbbit.cache=false")
class SqlSkillIT {
    private static final String ASK =
            "RVBBIT MAP 'ask_tables' AS answer USING (SELECT 'what' AS question)";

    @AfterEach
    void every_answer_is_booked(SqlSession sql) {
        Proof.everyAnswerIsBooked(sql);
    }

    @BeforeEach
    void tables(SqlSession sql) {
        sql.execute("CREATE OR REPLACE TABLE tool_products AS SELECT 'pen' AS name, 1.50 AS price");
        sql.execute("CREATE OR REPLACE TABLE tool_secrets AS SELECT 'abracadabra' AS word");
    }

    private static String said(SqlSession sql, String query) {
        String arguments =
                com.fasterxml.jackson.databind.node.JsonNodeFactory.instance
                        .objectNode()
                        .put("query", query)
                        .toString();
        sql.model()
                .answering(request ->
                        request.toolResults().isEmpty()
                                ? StubAnswer.toolCall("a", "sql_data", arguments)
                                : StubAnswer.text("done"));
        sql.query(ASK).returns("question | answer\nwhat | done");
        return sql.model().requests().get(1).toolResults().getFirst();
    }

    @Test
    void the_model_reads_an_allowed_table(SqlSession sql) {
        assertThat(said(sql, "SELECT name, price FROM tool_products"))
                .isEqualTo("[{\"name\":\"pen\",\"price\":1.50}]");
        assertThat(sql.model().requests().getFirst().body().at("/tools/0/function/description"))
                .asString()
                .contains("tool_products(name VARCHAR, price DECIMAL(3,2))");
        sql.query(
                        "SELECT node_type, content_json->'output'->>'row_count' AS n FROM unified_logs WHERE event_type = 'tool_complete' AND caller_id = '"
                                + sql.lastCaller()
                                + "'")
                .returns("node_type | n\nsql_data | 1");
    }

    @Test
    void values_are_bound(SqlSession sql) {
        sql.model()
                .answering(request ->
                        request.toolResults().isEmpty()
                                ? StubAnswer.toolCall(
                                        "a",
                                        "sql_data",
                                        "{\"query\":\"SELECT count(*) AS n FROM tool_products WHERE name = $1\",\"params\":[\"pen\"]}")
                                : StubAnswer.text("done"));

        sql.query(ASK).returnsRows(1);

        assertThat(sql.model().requests().get(1).toolResults()).containsExactly("[{\"n\":1}]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT * FROM tool_secrets",
                "SELECT * FROM main.tool_secrets",
                "SELECT (SELECT word FROM tool_secrets) AS name FROM tool_products",
                "WITH tool_secrets AS (SELECT * FROM tool_secrets) SELECT * FROM tool_secrets",
                "WITH a AS (SELECT * FROM tool_secrets), tool_secrets AS (SELECT 1) SELECT * FROM a",
                "WITH RECURSIVE tool_secrets AS (SELECT word FROM tool_secrets UNION ALL SELECT 'x' FROM tool_secrets) SELECT * FROM tool_secrets LIMIT 1",
                "SELECT * FROM query('SELECT * FROM tool_secrets')",
                "SELECT * FROM query_table('tool_secrets')",
                "SELECT name FROM tool_products UNION ALL SELECT word FROM tool_secrets",
                "SELECT * FROM tool_products p, LATERAL (SELECT word FROM tool_secrets) s",
                "SELECT name FROM tool_products WHERE EXISTS (SELECT 1 FROM tool_secrets)",
                "SELECT * FROM read_csv('/etc/passwd')",
                "SELECT * FROM '/etc/passwd'",
                "SELECT getenv('HOME')",
                "SELECT current_setting('memory_limit')",
                "SELECT rvbbit('say', 'it')",
                "SELECT * FROM duckdb_tables()",
                "DESCRIBE tool_secrets",
                "SHOW TABLES",
                "FROM unified_logs"
            })
    void nothing_else_is_read(String query, SqlSession sql) {
        assertThat(said(sql, query))
                .startsWith("{\"error\":\"the query may not use ")
                .endsWith("it may read tool_products\"}")
                .doesNotContain("abracadabra");
        assertThat(sql.model().calls()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DELETE FROM tool_products",
                "CREATE TABLE tool_new AS SELECT 1",
                "SELECT 1; DROP TABLE tool_products",
                "SELECT FROM WHERE",
                "SELECT no_such_column FROM tool_products"
            })
    void what_is_no_query_or_a_wrong_one_is_told_to_the_model(String query, SqlSession sql) {
        assertThat(said(sql, query)).startsWith("{\"error\":\"");
        sql.query("SELECT count(*) AS n FROM tool_products").returns("n\n1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "WITH p AS (SELECT * FROM tool_products) SELECT name FROM p",
                "WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 2) SELECT max(i) AS name FROM n",
                "SELECT upper(name) AS name FROM TOOL_PRODUCTS ORDER BY price LIMIT 1",
                "SELECT * FROM range(2) r(name)",
                "SELECT now() > DATE '2000-01-01' AS name"
            })
    void a_query_may_do_what_reads_nothing_else(String query, SqlSession sql) {
        assertThat(said(sql, query)).startsWith("[{\"name\":").doesNotContain("error");
    }

    @Test
    void more_rows_than_max_rows_are_refused(SqlSession sql) {
        assertThat(said(sql, "SELECT * FROM range(3)"))
                .isEqualTo("{\"error\":\"the query gives more than 2 rows\"}");
    }

    @Test
    void the_rows_of_a_run_can_be_allowed(SqlSession sql) {
        sql.model()
                .answering(request ->
                        request.toolResults().isEmpty()
                                ? StubAnswer.toolCall(
                                        "a",
                                        "rows",
                                        "{\"query\":\"SELECT sum(n) AS s FROM my_rows\"}")
                                : StubAnswer.text(request.toolResults().getFirst()));

        sql.query(
                        "RVBBIT RUN 'ask_batch' USING (SELECT n FROM range(4) r(n)) WITH (as_table = 'my_rows')")
                .returns("result\n[{\"s\":6}]");
    }

    @Test
    void an_allowed_table_that_is_not_there_fails_before_any_call(SqlSession sql) {
        sql.execute("DROP TABLE tool_products");

        sql.query(ASK).fails(UNDEFINED_TABLE);

        assertThat(sql.model().calls()).isZero();
    }
}
