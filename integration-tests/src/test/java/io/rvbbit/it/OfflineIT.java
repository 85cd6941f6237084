package io.rvbbit.it;

import static io.rvbbit.rewriter.SqlState.EXTERNAL_ROUTINE;
import static io.rvbbit.rewriter.SqlState.SUCCESSFUL_COMPLETION;
import static io.rvbbit.rewriter.SqlState.WARNING;
import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.TestGateway;
import org.junit.jupiter.api.Test;

/** A server without any key: it answers from the cascades' examples, and says so. */
@GatewayTest(offline = true)
class OfflineIT {
    private static final String PHONE =
            "RVBBIT MAP 'traits/extract_brand.yaml' AS brand USING (SELECT 'Apple iPhone 15' AS"
                    + " product_name)";

    @Test
    void the_shipped_brands_come_from_the_examples(SqlSession sql) {
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
    }

    @Test
    void what_examples_answer_is_never_stored(SqlSession sql) {
        sql.execute(PHONE).execute(PHONE);

        assertThat(sql.number("SELECT count(*) FROM unified_logs WHERE event_type = 'cache_hit'"))
                .isZero();
        sql.query(PHONE + " WITH (cache = 'only')")
                .returns("product_name | brand\nApple iPhone 15 | NULL");
        assertThat(sql.number("SELECT rvbbit_cache_clear()")).isZero();
    }

    @Test
    void every_shipped_product_has_its_brand(SqlSession sql) {
        long unknown =
                sql.number(
                        "SELECT count(*) FROM (RVBBIT MAP 'extract_brand' AS brand USING (SELECT *"
                                + " FROM products)) m WHERE brand IS NULL");

        assertThat(unknown).isZero();
        assertThat(sql.number("SELECT count(*) FROM products")).isGreaterThanOrEqualTo(100);
    }

    @Test
    void the_shipped_analysis_knows_the_shipped_products(SqlSession sql) {
        String result =
                sql.text(
                        "RVBBIT RUN 'traits/analyze_batch.yaml' USING (SELECT * FROM products LIMIT"
                                + " 100) WITH (as_table = 'products_batch');");

        assertThat(result).contains("\"total_products\":100", "\"summary\"", "\"insights\"");
    }

    @Test
    void one_notice_per_connection_says_who_answers(SqlSession sql, TestGateway gateway)
            throws Exception {
        sql.query(PHONE).tells(WARNING, "no model endpoint is configured");
        sql.query(PHONE).tellsNothingOf("no model endpoint");
        try (SqlSession other = gateway.session()) {
            other.query(PHONE).tells(WARNING, "no model endpoint is configured");
        }
    }

    @Test
    void what_no_example_answers_is_that_rows_error(SqlSession sql) {
        String unknown =
                "RVBBIT MAP 'extract_brand' AS brand USING (SELECT 'Nobody knows this' AS"
                        + " product_name) WITH (on_error = '%s')";

        sql.query(unknown.formatted("null"))
                .returns(
                        """
                        product_name      | brand
                        Nobody knows this | NULL\
                        """)
                .tells(WARNING, "1 of 1 rows failed: offline (1)");
        sql.query(unknown.formatted("fail")).fails(EXTERNAL_ROUTINE).hint("OPENAI_BASE_URL");
    }

    @Test
    void each_stored_result_comes_with_a_warning(SqlSession sql) {
        for (String table : new String[] {"first", "second"}) {
            sql.query("CREATE TEMP TABLE " + table + " AS " + PHONE)
                    .tells(WARNING, "come from the offline model");
        }
    }

    @Test
    void it_costs_nothing_and_is_named_on_the_books(SqlSession sql) {
        sql.query(PHONE).tells(SUCCESSFUL_COMPLETION, "caller_id sql-");
        String caller = sql.lastCaller();

        sql.query(
                        "SELECT DISTINCT provider, cost FROM all_data WHERE event_type ="
                                + " 'phase_complete' AND caller_id = '"
                                + caller
                                + "'")
                .returns(
                        """
                        provider | cost
                        offline  | 0.000000000000\
                        """);
        sql.query("SELECT caller_id FROM all_data WHERE caller_id LIKE 'sql-%' AND cost > 0")
                .returnsRows(0);
    }
}
