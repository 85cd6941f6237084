package io.rvbbit.it;

import static io.rvbbit.rewriter.SqlState.EXTERNAL_ROUTINE;
import static io.rvbbit.rewriter.SqlState.UNDEFINED_OBJECT;
import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubFault;
import org.junit.jupiter.api.Test;

/** The functions rvbbit, rvbbit_run and rvbbit_run_batch in any SQL. */
@GatewayTest
class FunctionsIT {
    private static final String FRUITS =
            "(VALUES (1, 'red apple'), (2, 'green pear'), (3, 'red plum'), (4, NULL)) f(id, name)";

    @Test
    void rvbbit_asks_the_model_about_a_value(SqlSession sql) {
        sql.model().answers("red apple", " apples are red \n");

        sql.query("SELECT rvbbit('What is this?', 'red apple') AS answer")
                .returns(
                        """
                        answer
                        apples are red\
                        """);

        assertThat(sql.model().requests().getFirst().prompt())
                .contains("What is this?", "red apple");
    }

    @Test
    void rvbbit_run_gives_maps_clean_value(SqlSession sql) {
        sql.query(
                        "SELECT id, rvbbit_run('first_word', {'text': name}) AS word FROM "
                                + FRUITS
                                + " WHERE name IS NOT NULL ORDER BY id")
                .returns(
                        """
                        id | word
                        1  | red
                        2  | green
                        3  | red\
                        """);
    }

    @Test
    void json_text_serves_as_input_as_well(SqlSession sql) {
        sql.query(
                        "SELECT rvbbit_run('first_word', '{\"text\": \"one two\"}') AS a,"
                                + " rvbbit_run('first_word', '{\"text\": \"three\"}'::JSON) AS b")
                .returns(
                        """
                        a   | b
                        one | three\
                        """);
    }

    @Test
    void the_third_argument_picks_a_property(SqlSession sql) {
        sql.model().answers("apple", "{\"label\": \"fruit\", \"pieces\": 3}");

        sql.query(
                        "SELECT rvbbit_run('facts', {'name': 'apple'}, 'label') AS label,"
                                + " rvbbit_run('facts', {'name': 'apple'}, 'pieces') AS pieces,"
                                + " rvbbit_run('facts', {'name': 'apple'}, 'tell.label') AS by_cell,"
                                + " rvbbit_run('facts', {'name': 'apple'}, 'price') AS absent")
                .returns(
                        """
                        label | pieces | by_cell | absent
                        fruit | 3      | fruit   | NULL\
                        """);

        assertThat(sql.model().calls()).as("one input, one call").isEqualTo(1);
    }

    @Test
    void null_gives_null_and_no_call(SqlSession sql) {
        sql.query(
                        "SELECT rvbbit_run('first_word', NULL) AS a, rvbbit('x', NULL) AS b,"
                                + " rvbbit_run(NULL, '{}') AS c")
                .returns(
                        """
                        a    | b    | c
                        NULL | NULL | NULL\
                        """);

        assertThat(sql.model().calls()).isZero();
    }

    @Test
    void rvbbit_run_batch_takes_rows_as_json(SqlSession sql) {
        sql.model().answers("6.75", "{\"verdict\": \"fine\", \"score\": 1}");

        sql.query(
                        "SELECT rvbbit_run_batch('sums', '[{\"amount\": 2.5}, {\"amount\": 4.25}]',"
                                + " 'orders') AS outcome")
                .returns(
                        """
                        outcome
                        {"verdict":"fine","score":1}\
                        """);
    }

    @Test
    void functions_work_in_where_cte_and_aggregates(SqlSession sql) {
        sql.query(
                        "SELECT id FROM "
                                + FRUITS
                                + " WHERE name IS NOT NULL AND rvbbit_run('first_word', {'text': name}) ="
                                + " 'red' ORDER BY id")
                .returns(
                        """
                        id
                        1
                        3\
                        """);
        sql.query(
                        "WITH w AS (SELECT rvbbit_run('first_word', {'text': name}) AS word FROM "
                                + FRUITS
                                + " WHERE name IS NOT NULL)"
                                + " SELECT word, count(*) AS n FROM w GROUP BY word ORDER BY word")
                .returns(
                        """
                        word  | n
                        green | 1
                        red   | 2\
                        """);
    }

    @Test
    void functions_fill_tables(SqlSession sql) {
        sql.execute(
                "CREATE TEMP TABLE fruit AS SELECT id,"
                        + " rvbbit_run('first_word', {'text': name}) AS word FROM "
                        + FRUITS
                        + " WHERE id < 3");
        sql.query("INSERT INTO fruit SELECT 9, rvbbit_run('first_word', {'text': 'blue berry'})")
                .changes(1);
        sql.query(
                        "UPDATE fruit SET word = rvbbit_run('first_word', {'text': 'new one'})"
                                + " WHERE id = 1")
                .changes(1);

        sql.query("SELECT * FROM fruit ORDER BY id")
                .returns(
                        """
                        id | word
                        1  | new
                        2  | green
                        9  | blue\
                        """);
    }

    @Test
    void a_view_calls_anew_at_each_read_under_the_readers_caller(SqlSession sql) {
        sql.execute("SET rvbbit.cache = false");
        sql.execute("CREATE TABLE plants AS SELECT 'tall tree' AS name");
        sql.execute(
                "CREATE VIEW judged AS SELECT name,"
                        + " rvbbit_run('first_word', {'text': name}) AS word FROM plants");
        assertThat(sql.model().calls()).isZero();

        sql.query("SELECT * FROM judged").returns("name | word\ntall tree | tall");
        String first = sql.lastCaller();
        sql.query("SELECT * FROM judged").returns("name | word\ntall tree | tall");
        String second = sql.lastCaller();

        assertThat(first).startsWith("sql-").isNotEqualTo(second);
        assertThat(sql.model().calls()).isEqualTo(2);
        sql.query(
                        "SELECT count(DISTINCT session_id) AS n FROM session_state WHERE caller_id IN ('"
                                + first
                                + "', '"
                                + second
                                + "')")
                .returns("n\n2");
        sql.execute("DROP VIEW judged");
        sql.execute("DROP TABLE plants");
    }

    @Test
    void a_macro_over_the_functions_is_accounted_too(SqlSession sql) {
        sql.execute("CREATE TEMP MACRO head(t) AS rvbbit_run('first_word', {'text': t})");

        sql.query("SELECT head('some words') AS word").returns("word\nsome");

        assertThat(
                        sql.number(
                                "SELECT count(*) FROM sql_query_log WHERE caller_id = '"
                                        + sql.lastCaller()
                                        + "' AND total_cost > 0"))
                .isEqualTo(1);
    }

    @Test
    void a_failed_call_fails_the_statement_unless_told_otherwise(SqlSession sql) {
        sql.model().failing(_ -> java.util.Optional.of(new StubFault.Garbage("<html>")));

        sql.query("SELECT rvbbit_run('impatient', {'text': 'x'})").fails(EXTERNAL_ROUTINE);
        sql.execute("SET rvbbit.on_error = 'null'");
        sql.query("SELECT rvbbit_run('impatient', {'text': 'x'}) AS word").returns("word\nNULL");
    }

    @Test
    void an_unknown_cascade_is_named(SqlSession sql) {
        sql.query("SELECT rvbbit_run('first_wrod', {'text': 'x'})")
                .fails(UNDEFINED_OBJECT)
                .says("first_wrod");

        assertThat(sql.model().calls()).isZero();
    }

    @Test
    void a_whole_vector_runs_in_parallel(SqlSession sql) {
        sql.model().latency(java.time.Duration.ofMillis(20));

        sql.query(
                        "SELECT count(DISTINCT rvbbit_run('first_word', {'text': 'w' || i})) AS n"
                                + " FROM range(200) r(i)")
                .returns("n\n200");

        assertThat(sql.model().maxInFlight()).isBetween(8, 16);
        assertThat(sql.model().calls()).isEqualTo(200);
    }

    @Test
    void the_last_cost_can_be_asked_for(SqlSession sql) {
        sql.execute("SELECT rvbbit('say', 'x')");

        assertThat(sql.decimal("SELECT rvbbit_last_cost()"))
                .isEqualByComparingTo(sql.model().bill().sum().costUsd());
    }
}
