package io.rvbbit.it;

import static io.rvbbit.rewriter.SqlState.DUPLICATE_COLUMN;
import static io.rvbbit.rewriter.SqlState.EXTERNAL_ROUTINE;
import static io.rvbbit.rewriter.SqlState.FEATURE_NOT_SUPPORTED;
import static io.rvbbit.rewriter.SqlState.INVALID_PARAMETER_VALUE;
import static io.rvbbit.rewriter.SqlState.READ_ONLY_TRANSACTION;
import static io.rvbbit.rewriter.SqlState.SYNTAX_ERROR;
import static io.rvbbit.rewriter.SqlState.UNDEFINED_COLUMN;
import static io.rvbbit.rewriter.SqlState.UNDEFINED_OBJECT;
import static io.rvbbit.rewriter.SqlState.UNDEFINED_TABLE;
import static io.rvbbit.rewriter.SqlState.WARNING;
import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlFailure;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.SqlTable;
import io.rvbbit.it.testkit.StubFault;
import io.rvbbit.it.testkit.TestGateway;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a client is told when something is wrong, and that it costs nothing. */
@GatewayTest(environment = "RVBBIT_CALL_ATTEMPTS=1")
class ErrorsIT {
    private static final String THREE =
            "(SELECT * FROM (VALUES ('a 1'), ('b 2'), ('c 3')) v(text))";

    @AfterEach
    void the_connection_lives_on(SqlSession sql) {
        sql.query("SELECT 1 AS one").returns("one\n1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    RVBBIT MAP 'first_word' (SELECT 1 AS text)                          | (         | USING
                    RVBBIT MAP first_word USING (SELECT 1 AS text)                      | first_word| '
                    RVBBIT MPA 'first_word' USING (SELECT 1 AS text)                    | MPA       | MAP
                    RVBBIT MAP PARALLEL many 'first_word' USING (SELECT 1 AS text)      | many      | PARALLEL
                    RVBBIT MAP 'first_word' USING SELECT 1 AS text                      | SELECT    | (
                    """)
    void grammar_errors_point_at_the_token(
            String statement, String token, String hint, SqlSession sql) {
        sql.query(statement).fails(SYNTAX_ERROR).at(token).hint(hint);
        assertThat(sql.model().calls()).isZero();
    }

    @Test
    void a_statement_that_ends_too_early_is_told_what_is_missing(SqlSession sql) {
        sql.query("RVBBIT MAP 'first_word' AS word")
                .fails(SYNTAX_ERROR)
                .says("end of input")
                .hint("USING (SELECT …)");
    }

    @Test
    void positions_count_in_the_whole_message(TestGateway gateway) throws Exception {
        try (SqlSession simple = gateway.simpleSession()) {
            simple.query(
                            "-- héllo \uD83D\uDC07\nSELECT 1; RVBBIT MAP 'first_word' USIGN (SELECT 1)")
                    .fails(SYNTAX_ERROR)
                    .hint("USING");
        }
    }

    @Test
    void an_unknown_cascade_is_told_with_the_nearest_name(SqlSession sql) {
        sql.query("RVBBIT MAP 'extract_brnd' USING (SELECT 'x' AS product_name)")
                .fails(UNDEFINED_OBJECT)
                .at("'extract_brnd'")
                .hint("extract_brand");
    }

    @Test
    void a_column_that_the_cascade_needs_is_missed_before_any_call(SqlSession sql) {
        sql.query("RVBBIT MAP 'first_word' USING (SELECT 'x' AS txt)")
                .fails(UNDEFINED_COLUMN)
                .says("\"text\"")
                .hint("txt");
        assertThat(sql.model().calls()).isZero();
    }

    @Test
    void faults_of_the_inner_query_point_into_the_statement(SqlSession sql) {
        sql.query("RVBBIT MAP 'first_word' USING (SELECT txet FROM (SELECT 'x' AS text) s)")
                .fails(UNDEFINED_COLUMN)
                .at("txet");
        sql.query("RVBBIT MAP 'first_word' USING (SELECT text FROM no_such_table)")
                .fails(UNDEFINED_TABLE)
                .at("no_such_table");
        sql.query("RVBBIT MAP 'first_word' USING (SELECT text FRM x y z)").fails(SYNTAX_ERROR);
    }

    @Test
    void duplicate_names_are_refused(SqlSession sql) {
        sql.query("RVBBIT MAP 'first_word' USING (SELECT 'a' AS text, 'b' AS text)")
                .fails(DUPLICATE_COLUMN)
                .hint("alias");
        sql.query("RVBBIT MAP 'first_word' AS text USING (SELECT 'a' AS text)")
                .fails(DUPLICATE_COLUMN);
        sql.query("RVBBIT MAP 'facts' AS (label VARCHAR, label VARCHAR) USING (SELECT 'a' AS name)")
                .fails(DUPLICATE_COLUMN);
        assertThat(sql.model().calls()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    no_such_key = 1              | no_such_key
                    parallel = 0                 | 0
                    parallel = 'many'            | 'many'
                    on_error = 'explode'         | 'explode'
                    limit = -1                   | -
                    timeout = 'soon'             | 'soon'
                    as_table = 't'               | as_table
                    temperature = 'hot'          | 'hot'
                    """)
    void wrong_with_keys_are_refused(String option, String token, SqlSession sql) {
        sql.query("RVBBIT MAP 'first_word' USING (SELECT 'x' AS text) WITH (" + option + ")")
                .fails(INVALID_PARAMETER_VALUE)
                .at(token);
        assertThat(sql.model().calls()).isZero();
    }

    @Test
    void names_in_dedupe_by_and_key_are_columns(SqlSession sql) {
        sql.query("RVBBIT MAP 'first_word' USING (SELECT 'x' AS text) WITH (dedupe_by = 'txt')")
                .fails(UNDEFINED_COLUMN);
        sql.query("RVBBIT MAP 'first_word' USING (SELECT 'x' AS text) WITH (key = 'id')")
                .fails(UNDEFINED_COLUMN);
    }

    @Test
    void what_comes_later_is_refused_plainly(SqlSession sql) {
        sql.query("RVBBIT REPLAY 'sql-clever-fox-abc123'").fails(UNDEFINED_OBJECT);
        sql.query("CREATE VIEW v AS RVBBIT MAP 'first_word' USING (SELECT 'x' AS text)")
                .fails(FEATURE_NOT_SUPPORTED);
    }

    @Test
    void a_refused_key_fails_the_statement_whatever_on_error_says(SqlSession sql) {
        sql.model().requiresKey("another");

        sql.query("RVBBIT MAP PARALLEL 1 'first_word' USING " + THREE + " WITH (on_error = 'null')")
                .fails(EXTERNAL_ROUTINE);

        assertThat(sql.model().calls()).as("no new call after the refusal").isEqualTo(1);
    }

    @Test
    void an_unknown_model_fails_the_statement(SqlSession sql) {
        sql.model().serves("another-model");

        sql.query("RVBBIT MAP PARALLEL 1 'first_word' USING " + THREE)
                .fails(INVALID_PARAMETER_VALUE)
                .says(TestGateway.MODEL)
                .hint("RVBBIT_MODEL");

        assertThat(sql.model().calls()).isEqualTo(1);
    }

    @Test
    void a_row_that_fails_is_null_and_counted_in_a_warning(SqlSession sql) {
        sql.model().failsOn("b 2", StubFault.status(500));

        sql.query("RVBBIT MAP 'first_word' AS word USING " + THREE)
                .returns(
                        """
                        text | word
                        a 1  | a
                        b 2  | NULL
                        c 3  | c\
                        """)
                .tells(WARNING, "1 of 3 rows failed: unavailable (1)");
        sql.query(
                        "SELECT status, rows_output FROM sql_query_log WHERE caller_id = '"
                                + sql.lastCaller()
                                + "'")
                .returns(
                        """
                        status  | rows_output
                        partial | 3\
                        """);
    }

    @Test
    void a_row_that_fails_tells_why_in_the_error_column(SqlSession sql) {
        sql.model().failsOn("b 2", StubFault.status(500));

        SqlTable table =
                sql.query(
                                "RVBBIT MAP 'first_word' AS word USING "
                                        + THREE
                                        + " WITH (on_error = 'column')")
                        .table();

        assertThat(table.columns()).containsExactly("text", "word", "_error");
        assertThat(table.column("_error").get(0)).isNull();
        assertThat(table.column("_error").get(1))
                .contains("\"class\":\"unavailable\"", "\"sqlstate\":\"38000\"", "\"attempts\":1")
                .doesNotContain("Exception");
        assertThat(table.column("_error").get(2)).isNull();
    }

    @Test
    void a_row_that_fails_can_fail_the_statement(SqlSession sql) {
        sql.model().failsOn("b 2", StubFault.status(500));

        sql.query("RVBBIT MAP 'first_word' USING " + THREE + " WITH (on_error = 'fail')")
                .fails(EXTERNAL_ROUTINE);
    }

    @Test
    void writing_statements_fail_by_default_and_write_nothing(SqlSession sql) {
        sql.model()
                .failing(request ->
                        request.prompt().contains("b 2")
                                ? Optional.of(StubFault.status(500))
                                : Optional.empty());
        sql.execute("CREATE TEMP TABLE words (text VARCHAR, word VARCHAR)");

        sql.query("INSERT INTO words RVBBIT MAP 'first_word' AS word USING " + THREE)
                .fails(EXTERNAL_ROUTINE);
        sql.query("CREATE TEMP TABLE more AS RVBBIT MAP 'first_word' AS word USING " + THREE)
                .fails(EXTERNAL_ROUTINE);

        sql.query("SELECT count(*) AS n FROM words").returns("n\n0");
        sql.query("SELECT * FROM more").fails(UNDEFINED_TABLE);
    }

    @Test
    void more_failed_rows_than_allowed_fail_the_statement(SqlSession sql) {
        sql.model().failing(_ -> Optional.of(StubFault.status(500)));

        sql.query("RVBBIT MAP 'first_word' USING " + THREE + " WITH (max_failed_rows = 2)")
                .fails(EXTERNAL_ROUTINE);
        sql.query("RVBBIT MAP 'first_word' USING " + THREE + " WITH (max_failed_rows = 3)")
                .returnsRows(3);
    }

    @Test
    void an_answer_that_never_fits_its_schema_is_a_rows_error(SqlSession sql) {
        sql.model().answers("x", "no JSON at all");

        SqlTable table =
                sql.query(
                                "RVBBIT MAP 'facts' AS (label VARCHAR) USING (SELECT 'x' AS name)"
                                        + " WITH (on_error = 'column')")
                        .table();

        assertThat(table.column("label")).containsOnlyNulls();
        assertThat(table.column("_error").getFirst())
                .contains("\"class\":\"schema\"", "\"attempts\":2");
    }

    @Test
    void a_value_that_a_sql_cell_cannot_read_fails_its_row_only(SqlSession sql) {
        SqlTable table =
                sql.query(
                                "RVBBIT MAP 'reads_file' AS n USING (SELECT unnest(['/etc/passwd',"
                                        + " 'zzz']) AS path) WITH (on_error = 'column')")
                        .table();

        assertThat(table.column("_error"))
                .allSatisfy(error ->
                        assertThat(error)
                                .contains("\"class\":\"sql\"", "\"sqlstate\":\"42501\"")
                                .contains("reads_file.yaml:8: cell \\\"read\\\": "));
        assertThat(
                        sql.query(
                                        "RVBBIT MAP 'reads_file' USING (SELECT 'zzz' AS path) WITH"
                                                + " (on_error = 'fail')")
                                .fails(EXTERNAL_ROUTINE)
                                .says("reads_file.yaml:8: cell \"read\"")
                                .told()
                                .getPosition())
                .isZero();
    }

    @Test
    void a_sql_cell_that_is_wrong_for_every_row_fails_the_statement(SqlSession sql) {
        SqlFailure failure =
                sql.query("RVBBIT MAP 'writes' USING (SELECT 'a' AS text) WITH (on_error = 'null')")
                        .fails(READ_ONLY_TRANSACTION)
                        .says("writes.yaml:6: cell \"remove\": a SQL cell reads");
        assertThat(failure.told().getPosition()).isZero();
    }

    @Test
    void whoever_runs_a_cascade_hears_what_is_odd_in_it_once(SqlSession sql) {
        assertThat(
                        sql.query(
                                        "SELECT rvbbit_run('odd', {text: t}) FROM (VALUES ('a'), ('b')) v(t)")
                                .tells(WARNING, "odd.yaml:2:1: unknown key \"descripton\"")
                                .told())
                .filteredOn(told -> told.contains("odd.yaml"))
                .hasSize(1);
        assertThat(
                        sql.query("RVBBIT MAP 'odd' USING (SELECT unnest(['a', 'b']) AS text)")
                                .tells(WARNING, "odd.yaml:2:1: unknown key \"descripton\"")
                                .told())
                .filteredOn(told -> told.contains("odd.yaml"))
                .hasSize(1);
    }

    @Test
    void a_clause_cannot_refer_to_the_statement_around_it(SqlSession sql) {
        sql.query(
                        "SELECT * FROM products p, LATERAL (RVBBIT MAP 'first_word' USING (SELECT"
                                + " p.product_name AS text)) m")
                .fails(FEATURE_NOT_SUPPORTED)
                .at("p.product_name AS")
                .says("columns of the statement around it")
                .hint("USING");
        sql.query(
                        "SELECT * FROM products, LATERAL (RVBBIT MAP 'first_word' USING (SELECT"
                                + " product_name AS text)) m")
                .fails(FEATURE_NOT_SUPPORTED)
                .at("product_name AS");
        sql.query("SELECT * FROM (RVBBIT MAP 'first_word' USING (SELECT q.x AS text)) m")
                .fails(UNDEFINED_TABLE)
                .at("q.x");
        assertThat(sql.model().calls()).isZero();
    }

    @Test
    void the_rows_that_were_read_are_booked_also_after_a_refusal(SqlSession sql) {
        sql.model().requiresKey("another");
        sql.query("RVBBIT MAP 'first_word' USING " + THREE + " WITH (limit = 2)")
                .fails(EXTERNAL_ROUTINE);
        sql.query(
                        "SELECT rows_input FROM sql_query_log WHERE caller_id = '"
                                + sql.lastCaller()
                                + "'")
                .returns("rows_input\n2");
    }

    @Test
    void a_repaired_answer_is_as_good_as_any(SqlSession sql) {
        sql.model().fails(new StubFault.WrongSchema()).answers("lamp", "{\"label\": \"Lamp\"}");

        sql.query("RVBBIT MAP 'facts' AS (label VARCHAR) USING (SELECT 'lamp' AS name)")
                .returns("name | label\nlamp | Lamp");

        assertThat(sql.model().bill().items()).hasSize(2);
    }
}
