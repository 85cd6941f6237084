package io.rvbbit.it;

import static io.rvbbit.rewriter.SqlState.SUCCESSFUL_COMPLETION;
import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubAnswer;
import io.rvbbit.it.testkit.StubRequest;
import io.rvbbit.it.testkit.TestGateway;
import org.junit.jupiter.api.Test;

/** RVBBIT MAP from the client's side: rows in, rows with answers out. */
@GatewayTest
class MapIT {
    @Test
    void map_adds_the_answer_as_a_column(SqlSession sql) {
        sql.model()
                .answers("Apple iPhone 15", "Apple")
                .answers("Samsung Galaxy S24", "Samsung")
                .answers("Sony WH-1000XM5", "Sony");

        sql.query(
                        """
                        RVBBIT MAP 'traits/extract_brand.yaml' AS brand
                        USING (
                          SELECT * FROM (VALUES
                            ('Apple iPhone 15'),
                            ('Samsung Galaxy S24'),
                            ('Sony WH-1000XM5')
                          ) AS t(product_name)
                        );\
                        """)
                .returns(
                        """
                        product_name       | brand
                        Apple iPhone 15    | Apple
                        Samsung Galaxy S24 | Samsung
                        Sony WH-1000XM5    | Sony\
                        """);

        assertThat(sql.model().calls()).isEqualTo(3);
    }

    @Test
    void the_column_is_called_result_unless_it_is_named(SqlSession sql) {
        sql.query("RVBBIT MAP 'first_word' USING (SELECT 'one two' AS text)")
                .returns(
                        """
                        text    | result
                        one two | one\
                        """);
        sql.query(
                        "RVBBIT MAP 'first_word' USING (SELECT 'one two' AS text)"
                                + " WITH (result_column = 'word')")
                .returns(
                        """
                        text    | word
                        one two | one\
                        """);
    }

    @Test
    void shipped_products_and_cascades_answer_as_written(SqlSession sql) {
        sql.query("RVBBIT MAP 'extract_brand' USING (SELECT * FROM products LIMIT 5);")
                .returnsRows(5);
        sql.query(
                        "RVBBIT MAP PARALLEL 5 'extract_brand' AS brand USING (SELECT * FROM"
                                + " products LIMIT 5);")
                .returnsRows(5);
    }

    @Test
    void the_prompt_holds_the_rows_values(SqlSession sql) {
        sql.execute("RVBBIT MAP 'extract_brand' USING (SELECT 'Air Max' AS product_name)");

        assertThat(sql.model().requests())
                .singleElement()
                .satisfies(request -> {
                    assertThat(request.prompt()).contains("Product: Air Max");
                    assertThat(request.model()).isEqualTo(TestGateway.MODEL);
                    assertThat(request.body().path("temperature").asDouble()).isZero();
                });
    }

    @Test
    void map_keeps_the_types_of_the_rows(SqlSession sql) {
        sql.query(
                        """
                        RVBBIT MAP 'first_word' AS word USING (
                          SELECT 'hello world' AS text, 7 AS n, 1.50::DECIMAL(5,2) AS price,
                                 DATE '2026-01-31' AS day, NULL::INTEGER AS nothing, true AS yes)\
                        """)
                .returns(
                        """
                        text        | n | price | day        | nothing | yes | word
                        hello world | 7 | 1.50  | 2026-01-31 | NULL    | t   | hello\
                        """);
    }

    @Test
    void a_null_input_reaches_the_cascade_as_null(SqlSession sql) {
        sql.model().answering(request -> StubAnswer.text("[" + request.lastUserMessage() + "]"));

        sql.query("RVBBIT MAP 'first_word' USING (SELECT NULL::VARCHAR AS text)").returnsRows(1);

        assertThat(sql.model().requests()).hasSize(1);
    }

    @Test
    void quotes_and_braces_in_a_row_reach_the_model_as_they_are(SqlSession sql) {
        String hostile = "it''s {{ input.text }} \"x\" {% raw %} \\n \uD83D\uDC07";

        sql.execute("RVBBIT MAP 'first_word' USING (SELECT '" + hostile + "' AS text)");

        assertThat(sql.model().requests())
                .extracting(StubRequest::lastUserMessage)
                .containsExactly(hostile.replace("''", "'"));
    }

    @Test
    void no_rows_make_no_call(SqlSession sql) {
        sql.query("RVBBIT MAP 'first_word' USING (SELECT 'x' AS text WHERE false)")
                .returns("text | result");

        assertThat(sql.model().calls()).isZero();
    }

    @Test
    void map_stands_wherever_a_subquery_stands(SqlSession sql) {
        sql.query(
                        """
                        SELECT upper(m.word) AS shout, count(*) AS n
                        FROM (RVBBIT MAP 'first_word' AS word USING (
                          SELECT * FROM (VALUES ('a b'), ('a c'), ('d e')) v(text))) m
                        GROUP BY 1 ORDER BY 1\
                        """)
                .returns(
                        """
                        shout | n
                        A     | 2
                        D     | 1\
                        """);
        sql.query(
                        """
                        WITH m AS (RVBBIT MAP 'first_word' AS word USING (SELECT 'x y' AS text))
                        SELECT word FROM m JOIN (VALUES ('x')) v(w) ON v.w = m.word\
                        """)
                .returns(
                        """
                        word
                        x\
                        """);
    }

    @Test
    void map_fills_tables(SqlSession sql) {
        sql.query(
                        "CREATE TEMP TABLE words AS RVBBIT MAP 'first_word' AS word"
                                + " USING (SELECT 'red apple' AS text)")
                .succeeds();
        sql.query(
                        "INSERT INTO words RVBBIT MAP 'first_word' AS word"
                                + " USING (SELECT 'green pear' AS text)")
                .changes(1);

        sql.query("SELECT * FROM words ORDER BY word")
                .returns(
                        """
                        text       | word
                        green pear | green
                        red apple  | red\
                        """);
    }

    @Test
    void each_statement_tells_its_caller_first(SqlSession sql) {
        var answer = sql.query("RVBBIT MAP 'first_word' USING (SELECT 'x' AS text)");

        answer.tells(SUCCESSFUL_COMPLETION, "caller_id sql-");
        assertThat(answer.told().getFirst())
                .matches("caller_id sql-[a-z]+-[a-z]+-[0-9a-z]{6,12}")
                .endsWith(sql.lastCaller());
    }

    @Test
    void the_notice_of_the_caller_can_be_switched_off(SqlSession sql) {
        sql.execute("SET rvbbit.notices = off");

        sql.query("RVBBIT MAP 'first_word' USING (SELECT 'x' AS text)").tellsNothingOf("caller_id");
    }

    @Test
    void cells_see_what_earlier_cells_said(SqlSession sql) {
        sql.model().answers("ping", "pong").answers("again pong", "done");

        sql.query("RVBBIT MAP 'two_cells' USING (SELECT 'ping' AS text)")
                .returns(
                        """
                        text | result
                        ping | done\
                        """);
    }

    @Test
    void options_override_the_cascades_own(SqlSession sql) {
        sql.execute(
                """
                RVBBIT MAP 'extract_brand' USING (SELECT 'x' AS product_name)
                WITH (model = 'another-model', temperature = 0.7, max_tokens = 9)\
                """);

        assertThat(sql.model().requests())
                .singleElement()
                .satisfies(request -> {
                    assertThat(request.model()).isEqualTo("another-model");
                    assertThat(request.body().path("temperature").asDouble()).isEqualTo(0.7);
                    assertThat(request.body().toString()).contains("tokens\":9");
                });
    }
}
