package io.rvbbit.it;

import static io.rvbbit.rewriter.SqlState.DUPLICATE_TABLE;
import static io.rvbbit.rewriter.SqlState.EXTERNAL_ROUTINE;
import static io.rvbbit.rewriter.SqlState.SUCCESSFUL_COMPLETION;
import static io.rvbbit.rewriter.SqlState.UNDEFINED_COLUMN;
import static io.rvbbit.rewriter.SqlState.UNDEFINED_FUNCTION;
import static io.rvbbit.rewriter.SqlState.WARNING;
import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubAnswer;
import io.rvbbit.it.testkit.StubFault;
import io.rvbbit.it.testkit.TestGateway;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

/**
 * Statements with RVBBIT clauses that call functions which do not exist. Each test names functions
 * of its own.
 */
@GatewayTest(environment = {"RVBBIT_AI_FALLBACK=on", "RVBBIT_CALL_ATTEMPTS=1"})
class MissingFunctionsInCascadesIT {
    private static final String REVIEWS =
            "(VALUES (1, 'great shoes'), (2, 'awful smell'), (3, NULL)) r(id, review)";

    private static void answers(SqlSession sql, String function, String great, String awful) {
        sql.model()
                .answers(
                        "calls the function " + function,
                        "{\"decision\": \"text\", \"type\": \"VARCHAR\"}")
                .answers("{\"review\":\"great shoes\"}", great)
                .answers("{\"review\":\"awful smell\"}", awful);
    }

    private static long prompts(SqlSession sql, String text) {
        return sql.model().requests().stream()
                .filter(request -> request.prompt().contains(text))
                .count();
    }

    /** The statement is one row of the books, with all that it cost. */
    private static void isBookedOnce(SqlSession sql, String kind, String status, long calls) {
        String caller = sql.lastCaller();
        sql.query(
                        """
                        SELECT query_type, status, llm_calls_count, total_cost = %s AS exact,
                            (SELECT sum(cost) FROM unified_logs WHERE caller_id = '%s') = total_cost AS same,
                            (SELECT count(*) FROM sql_query_log t WHERE t.query_raw = s.query_raw) AS rows
                        FROM sql_query_log s WHERE caller_id = '%s'\
                        """
                                .formatted(sql.model().bill().sum().costUsd(), caller, caller))
                .returns(
                        """
                        query_type | status | llm_calls_count | exact | same | rows
                        %s | %s | %d | t | t | 1\
                        """
                                .formatted(kind, status, calls));
    }

    @Test
    void the_rows_of_a_map_may_come_of_missing_functions(SqlSession sql) {
        answers(sql, "tone_of", "warm words", "cold words");

        sql.query(
                        "RVBBIT MAP 'first_word' AS w USING (SELECT id, tone_of(review) AS text FROM "
                                + REVIEWS
                                + " WHERE id < 3 ORDER BY id)")
                .tells(WARNING, "function tone_of(review VARCHAR) does not exist: a model answers")
                .returns(
                        """
                        id | text       | w
                        1  | warm words | warm
                        2  | cold words | cold\
                        """);

        assertThat(sql.model().calls()).as("a decision, two answers, two rows").isEqualTo(5);
        isBookedOnce(sql, "rvbbit_map", "completed", 5);
        sql.query(
                        "SELECT rows_input, rows_output FROM sql_query_log WHERE caller_id = '"
                                + sql.lastCaller()
                                + "'")
                .returns("rows_input | rows_output\n2 | 2");
    }

    @Test
    void a_map_may_stand_among_missing_functions(SqlSession sql) {
        answers(sql, "mark_of", "unused", "unused");
        sql.model().answers("{\"w\":\"great\"}", "A").answers("{\"w\":\"awful\"}", "F");

        sql.query(
                        "SELECT m.id, mark_of(w) FROM (RVBBIT MAP 'first_word' AS w USING (SELECT id,"
                                + " review AS text FROM "
                                + REVIEWS
                                + " WHERE id < 3)) m WHERE mark_of(w) <> 'B' ORDER BY id")
                .returns(
                        """
                        id | mark_of
                        1  | A
                        2  | F\
                        """);
        isBookedOnce(sql, "rvbbit_map", "completed", 5);
    }

    @Test
    void a_column_of_the_rows_has_the_function_s_name(SqlSession sql) {
        answers(sql, "named_f", "warm", "cold");

        sql.query(
                        "RVBBIT MAP 'first_word' AS w USING (SELECT review AS text, named_f(review) FROM "
                                + REVIEWS
                                + " WHERE id = 1)")
                .returns(
                        """
                        text        | named_f | w
                        great shoes | warm    | great\
                        """);
    }

    @Test
    void the_rows_of_a_run_may_come_of_missing_functions(SqlSession sql) {
        answers(sql, "run_f", "warm", "cold");

        sql.query(
                        "RVBBIT RUN 'ask_batch' USING (SELECT run_f(review) AS text FROM "
                                + REVIEWS
                                + ")")
                .returnsRows(1);

        assertThat(prompts(sql, "as the function run_f")).isEqualTo(2);
        assertThat(
                        sql.text(
                                "SELECT query_type FROM sql_query_log WHERE caller_id = '"
                                        + sql.lastCaller()
                                        + "'"))
                .isEqualTo("rvbbit_run");
    }

    @Test
    void tables_are_filled_and_a_rollback_leaves_the_cost(SqlSession sql) {
        answers(sql, "filled_f", "warm words", "cold words");
        String rows = "(SELECT filled_f(review) AS text FROM " + REVIEWS + " WHERE id < 3)";
        sql.execute("CREATE TEMP TABLE filled AS RVBBIT MAP 'first_word' AS w USING " + rows);
        assertThat(sql.model().calls()).isEqualTo(5);

        sql.execute("BEGIN");
        sql.execute("SET LOCAL rvbbit.cache = 'false'");
        sql.query("INSERT INTO filled RVBBIT MAP 'first_word' AS w USING " + rows).changes(2);
        assertThat(sql.number("SELECT count(*) FROM filled")).isEqualTo(4);
        sql.execute("ROLLBACK");

        sql.query("SELECT * FROM filled ORDER BY w")
                .returns(
                        """
                        text       | w
                        cold words | cold
                        warm words | warm\
                        """);
        assertThat(
                        sql.decimal(
                                "SELECT sum(total_cost) FROM sql_query_log WHERE query_raw LIKE"
                                        + " '%filled_f(review) AS text%' AND query_type = 'rvbbit_map'"))
                .isEqualByComparingTo(sql.model().bill().sum().costUsd());
    }

    @Test
    void a_table_that_is_there_costs_no_decision(SqlSession sql) {
        sql.execute("CREATE TEMP TABLE there (n INTEGER)");
        String map = " AS RVBBIT MAP 'first_word' USING (SELECT there_f(1) AS text)";
        sql.query("CREATE TEMP TABLE there" + map).fails(DUPLICATE_TABLE);
        sql.query("CREATE TEMP TABLE IF NOT EXISTS there" + map).tells(DUPLICATE_TABLE, "skipping");
        sql.query("CREATE TEMP TABLE there AS SELECT there_f(1)").fails(DUPLICATE_TABLE);
        sql.query("CREATE TEMP TABLE IF NOT EXISTS there AS SELECT there_f(1)")
                .tells(DUPLICATE_TABLE, "skipping");

        assertThat(sql.model().calls()).isZero();
    }

    @Test
    void no_function_is_called_for_rows_beyond_the_limit(SqlSession sql) {
        // All at one price, so that what one call may cost stays as it is.
        sql.model()
                .charging(_ -> new BigDecimal("0.000001"))
                .answers(
                        "calls the function bounded_f",
                        "{\"decision\": \"text\", \"type\": \"VARCHAR\"}");
        sql.query(
                        "RVBBIT MAP 'first_word' AS w USING (SELECT bounded_f(i) AS text FROM range(1500) r(i))")
                .returnsRows(1000)
                .tells(WARNING, "the input was limited to 1000 rows");

        assertThat(prompts(sql, "as the function bounded_f"))
                .as("one row more tells that there are more")
                .isEqualTo(1001);
    }

    @Test
    void both_ways_of_copy_give_answers(SqlSession sql) throws SQLException, IOException {
        answers(sql, "copied_f", "warm words", "cold words");
        String rows =
                "SELECT copied_f(review) AS text FROM " + REVIEWS + " WHERE id < 3 ORDER BY id";

        assertThat(copied(sql, "COPY (" + rows + ") TO STDOUT"))
                .isEqualTo("warm words\ncold words\n");
        isBookedOnce(sql, "ai_fallback", "completed", 3);
        assertThat(
                        copied(
                                sql,
                                "COPY (RVBBIT MAP 'first_word' AS w USING ("
                                        + rows
                                        + ")) TO STDOUT (FORMAT csv)"))
                .isEqualTo("warm words,warm\ncold words,cold\n");
        assertThat(sql.model().calls()).as("two rows more").isEqualTo(5);
    }

    private static String copied(SqlSession sql, String copy) throws SQLException, IOException {
        StringWriter out = new StringWriter();
        long _ = sql.connection().unwrap(PGConnection.class).getCopyAPI().copyOut(copy, out);
        return out.toString();
    }

    @Test
    void parameters_are_arguments(SqlSession sql) throws SQLException {
        answers(sql, "bound_f", "warm words", "cold words");
        try (PreparedStatement statement =
                sql.connection()
                        .prepareStatement(
                                "RVBBIT MAP 'first_word' AS w USING (SELECT bound_f(review) AS text"
                                        + " FROM (SELECT ?::varchar AS review) r)")) {
            for (String[] expected :
                    new String[][] {{"great shoes", "warm"}, {"awful smell", "cold"}}) {
                statement.setString(1, expected[0]);
                try (ResultSet rows = statement.executeQuery()) {
                    assertThat(rows.next()).isTrue();
                    assertThat(rows.getString("w")).isEqualTo(expected[1]);
                }
            }
        }
        assertThat(sql.model().calls()).isEqualTo(5);
    }

    @Test
    void what_else_is_wrong_is_told_where_it_stands_before_a_model_is_asked(SqlSession sql) {
        sql.query(
                        "RVBBIT MAP 'first_word' AS w USING (SELECT wrong_f(review) AS text, no_column FROM "
                                + REVIEWS
                                + ")")
                .fails(UNDEFINED_COLUMN)
                .at("no_column");
        sql.query(
                        "RVBBIT MAP 'first_word' AS w USING (SELECT wrong_f(review) FROM "
                                + REVIEWS
                                + ")")
                .fails(UNDEFINED_COLUMN)
                .says("reads input \"text\"");

        assertThat(sql.model().calls()).isZero();
    }

    @Test
    void a_decision_that_fails_is_the_statement_s_failure(SqlSession sql) {
        sql.model().failsOn("calls the function broken_f", StubFault.status(400));
        sql.query(
                        "RVBBIT MAP 'first_word' AS w USING (SELECT broken_f(review) AS text FROM "
                                + REVIEWS
                                + ")")
                .fails(EXTERNAL_ROUTINE);

        sql.query(
                        "SELECT query_type, status FROM sql_query_log WHERE query_raw LIKE '%broken\\_f(review)%'"
                                + " AND query_type <> 'ai_fallback'")
                .returns("query_type | status\nrvbbit_map | error");
    }

    @Test
    void explain_says_what_it_cannot_tell(SqlSession sql) {
        sql.query("EXPLAIN RVBBIT MAP 'first_word' AS w USING (SELECT shown_f(1) AS text)")
                .fails(UNDEFINED_FUNCTION)
                .hint("run the statement itself");

        assertThat(sql.model().calls()).isZero();
    }

    @Test
    void a_statement_goes_on_without_paying_for_its_functions_again(SqlSession sql) {
        sql.model()
                .answers(
                        "calls the function resumed_f",
                        "{\"decision\": \"text\", \"type\": \"VARCHAR\"}")
                .answering(request ->
                        StubAnswer.text(
                                request.prompt().contains("as the function")
                                        ? "row"
                                                + request.prompt()
                                                        .replaceAll("(?s).*\"i\":(\\d).*", "$1")
                                        : request.prompt()))
                .failsOn("row3", StubFault.status(500));
        sql.execute("SET rvbbit.parallel = 1");
        sql.query(
                        "RVBBIT MAP 'first_word' AS w USING (SELECT resumed_f(i) AS text FROM range(5) r(i))"
                                + " WITH (on_error = 'fail')")
                .fails(EXTERNAL_ROUTINE);
        String caller = sql.lastCaller();
        long functions = prompts(sql, "as the function resumed_f");

        sql.query("RVBBIT RESUME '" + caller + "'")
                .returns(
                        """
                        text | w
                        row0 | row0
                        row1 | row1
                        row2 | row2
                        row3 | row3
                        row4 | row4\
                        """);

        assertThat(sql.lastCaller()).isEqualTo(caller);
        assertThat(functions).isEqualTo(5);
        assertThat(prompts(sql, "as the function resumed_f")).isEqualTo(functions);
        assertThat(prompts(sql, "Decide from its name")).isEqualTo(1);
        isBookedOnce(sql, "rvbbit_map", "completed", sql.model().calls());
    }

    @Test
    void what_was_decided_stays_decided_over_a_restart() throws SQLException {
        Map<String, String> environment =
                Map.of("RVBBIT_AI_FALLBACK", "on", "RVBBIT_CALL_ATTEMPTS", "1");
        try (TestGateway gateway = TestGateway.withStub(environment)) {
            String caller;
            try (SqlSession sql = gateway.session()) {
                sql.model()
                        .answers(
                                "calls the function kept_f",
                                "{\"decision\": \"text\", \"type\": \"BIGINT\"}")
                        .answers("as the function kept_f", "{\"value\": 7}")
                        .failsOn("7", StubFault.status(500));
                sql.execute("SET rvbbit.ai_fallback_cache = 'false'");
                sql.query(
                                "CREATE TABLE kept AS RVBBIT MAP 'first_word' AS w USING (SELECT"
                                        + " kept_f(1)::varchar AS text)")
                        .fails(EXTERNAL_ROUTINE);
                caller = sql.lastCaller();
            }
            gateway.restart(Map.of());
            try (SqlSession sql = gateway.session()) {
                sql.execute("RVBBIT RESUME '" + caller + "'");

                sql.query("SELECT * FROM kept").returns("text | w\n7 | 7");
                assertThat(prompts(sql, "Decide from its name")).isEqualTo(1);
                sql.query("SELECT caller_id, attempts, status FROM sql_query_log")
                        .returns(
                                "caller_id | attempts | status\n%s | 3 | completed"
                                        .formatted(caller));
                sql.query("RVBBIT RESUME '" + caller + "'")
                        .tells(SUCCESSFUL_COMPLETION, "is complete, nothing is done");
            }
        }
    }
}
