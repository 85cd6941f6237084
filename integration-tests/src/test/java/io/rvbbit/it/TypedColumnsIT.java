package io.rvbbit.it;

import static io.rvbbit.rewriter.SqlState.EXTERNAL_ROUTINE;
import static io.rvbbit.rewriter.SqlState.INVALID_COLUMN_DEFINITION;
import static io.rvbbit.rewriter.SqlState.INVALID_TEXT_REPRESENTATION;
import static io.rvbbit.rewriter.SqlState.UNDEFINED_COLUMN;
import static io.rvbbit.rewriter.SqlState.WARNING;
import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.SqlTable;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** AS (name type, …): columns from the structured output, cast. */
@GatewayTest
class TypedColumnsIT {
    @Test
    void each_property_fills_its_column(SqlSession sql) {
        sql.model()
                .answers(
                        "lamp",
                        """
                        {"label": "Lamp", "pieces": 12, "price": 19.995, "known": true,
                         "tags": ["home", "light"]}\
                        """);

        sql.query(
                        """
                        RVBBIT MAP 'facts'
                        AS (label VARCHAR, pieces INTEGER, price DECIMAL(10,2), known BOOLEAN, tags VARCHAR[])
                        USING (SELECT 'lamp' AS name)\
                        """)
                .returns(
                        """
                        name | label | pieces | price | known | tags
                        lamp | Lamp  | 12     | 20.00 | t     | {home,light}\
                        """);
    }

    @Test
    void absent_and_null_properties_are_null(SqlSession sql) {
        sql.model().answers("lamp", "{\"label\": \"Lamp\"}");

        sql.query(
                        "RVBBIT MAP 'facts' AS (label VARCHAR, pieces INTEGER, tags VARCHAR[])"
                                + " USING (SELECT 'lamp' AS name)")
                .returns(
                        """
                        name | label | pieces | tags
                        lamp | Lamp  | NULL   | NULL\
                        """);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    VARCHAR                  | "a b"                  | a b
                    INTEGER                  | 42                     | 42
                    BIGINT                   | 9007199254740993       | 9007199254740993
                    SMALLINT                 | "7"                    | 7
                    DOUBLE                   | 0.1                    | 0.1
                    REAL                     | 1.5                    | 1.5
                    DECIMAL(10,2)            | 3.14159                | 3.14
                    DECIMAL(38,15)           | 0.123456789012345      | 0.123456789012345
                    BOOLEAN                  | false                  | f
                    DATE                     | "2026-02-28"           | 2026-02-28
                    TIME                     | "12:34:56"             | 12:34:56
                    TIMESTAMP                | "2026-02-28 12:34:56"  | 2026-02-28 12:34:56
                    TIMESTAMP WITH TIME ZONE | "2026-02-28T12:34:56Z" | 2026-02-28 12:34:56+00
                    INTERVAL                 | "3 days"               | 3 days
                    UUID                     | "00000000-0000-4000-8000-000000000001" | 00000000-0000-4000-8000-000000000001
                    VARCHAR[]                | ["x","y"]              | {x,y}
                    INTEGER[]                | [1,2,3]                | {1,2,3}
                    JSON                     | {"a":[1]}              | {"a":[1]}
                    """)
    void every_kind_of_type(String type, String json, String text, SqlSession sql) {
        sql.model().answers("it", "{\"value\": " + json + "}");

        assertThat(
                        sql.query(
                                        "RVBBIT MAP 'anything' AS (value "
                                                + type
                                                + ") USING (SELECT 'it' AS name)")
                                .table()
                                .column("value"))
                .containsExactly(text);
    }

    @Test
    void describe_tells_the_declared_types(SqlSession sql) throws Exception {
        sql.model().answers("lamp", "{\"label\": \"Lamp\", \"price\": 2.5, \"pieces\": 1}");
        List<String> types = new ArrayList<>();

        try (Statement statement = sql.connection().createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                "RVBBIT MAP 'facts' AS (label VARCHAR, price DECIMAL(12,3), pieces"
                                        + " BIGINT) USING (SELECT 'lamp' AS name)")) {
            ResultSetMetaData meta = rows.getMetaData();
            for (int i = 1; i <= meta.getColumnCount(); i++) {
                types.add(
                        meta.getColumnTypeName(i)
                                + (meta.getScale(i) > 0
                                        ? "(" + meta.getPrecision(i) + "," + meta.getScale(i) + ")"
                                        : ""));
            }
        }

        assertThat(types).containsExactly("text", "text", "numeric(12,3)", "int8");
    }

    @Test
    void a_failed_cast_is_null_with_a_warning(SqlSession sql) {
        sql.model().answers("good", "{\"value\": 5}").answers("bad", "{\"value\": \"many\"}");

        sql.query(
                        "RVBBIT MAP 'anything' AS (value INTEGER)"
                                + " USING (SELECT * FROM (VALUES ('good'), ('bad')) v(name))")
                .returns(
                        """
                        name | value
                        good | 5
                        bad  | NULL\
                        """)
                .tells(WARNING, "1 of 2 rows failed: cast (1)");
    }

    @Test
    void a_failed_cast_is_told_in_the_error_column(SqlSession sql) {
        sql.model().answers("good", "{\"value\": 5}").answers("bad", "{\"value\": \"many\"}");

        SqlTable table =
                sql.query(
                                "RVBBIT MAP 'anything' AS (value INTEGER)"
                                        + " USING (SELECT * FROM (VALUES ('good'), ('bad')) v(name))"
                                        + " WITH (on_error = 'column')")
                        .table();

        assertThat(table.columns()).containsExactly("name", "value", "_error");
        assertThat(table.column("_error").getFirst()).isNull();
        assertThat(table.column("_error").getLast())
                .contains("\"class\":\"cast\"", "\"sqlstate\":\"22P02\"", "many")
                .contains("\"attempts\":1");
    }

    @Test
    void a_failed_cast_can_fail_the_statement(SqlSession sql) {
        sql.model().answers("bad", "{\"value\": \"many\"}");

        var failure =
                sql.query(
                                "RVBBIT MAP 'anything' AS (value INTEGER) USING (SELECT 'bad' AS"
                                        + " name) WITH (on_error = 'fail')")
                        .failure();

        assertThat((Throwable) failure).isNotNull().hasMessageContaining("many");
        assertThat(failure == null ? "" : failure.getSQLState())
                .isIn(EXTERNAL_ROUTINE.code(), INVALID_TEXT_REPRESENTATION.code());
    }

    @Test
    void infer_schema_takes_the_cascades_own_columns(SqlSession sql) {
        sql.model()
                .answers(
                        "lamp",
                        "{\"label\": \"Lamp\", \"pieces\": 2, \"price\": 1.5, \"known\": false,"
                                + " \"tags\": [\"x\"]}");

        sql.query("RVBBIT MAP 'facts' USING (SELECT 'lamp' AS name) WITH (infer_schema = true)")
                .returns(
                        """
                        name | label | pieces | price | known | tags
                        lamp | Lamp  | 2      | 1.5   | f     | ["x"]\
                        """);
    }

    @Test
    void infer_schema_without_a_schema_is_refused(SqlSession sql) {
        sql.query("RVBBIT MAP 'first_word' USING (SELECT 'x' AS text) WITH (infer_schema = true)")
                .fails(INVALID_COLUMN_DEFINITION)
                .hint("AS (");

        assertThat(sql.model().calls()).isZero();
    }

    @Test
    void a_column_that_the_cascade_does_not_promise_is_refused(SqlSession sql) {
        sql.query("RVBBIT MAP 'facts' AS (lable VARCHAR) USING (SELECT 'x' AS name)")
                .fails(UNDEFINED_COLUMN)
                .at("lable")
                .hint("label");
    }

    @Test
    void meta_adds_what_each_row_cost(SqlSession sql) {
        SqlTable table =
                sql.query(
                                """
                                RVBBIT MAP 'first_word' AS word
                                USING (SELECT * FROM (VALUES ('a b'), ('c d'), ('a b')) v(text))
                                WITH (meta = true)\
                                """)
                        .table();

        assertThat(table.columns())
                .containsExactly(
                        "text",
                        "word",
                        "_session_id",
                        "_cost",
                        "_tokens_in",
                        "_tokens_out",
                        "_cached",
                        "_duration_ms");
        assertThat(table.column("_cached")).containsExactlyInAnyOrder("f", "f", "t");
        assertThat(table.column("_session_id").getFirst())
                .startsWith("udf-")
                .isEqualTo(table.column("_session_id").getLast());
        assertThat(
                        table.column("_cost").stream()
                                .map(cost -> new java.math.BigDecimal(String.valueOf(cost)))
                                .reduce(java.math.BigDecimal.ZERO, java.math.BigDecimal::add))
                .isEqualByComparingTo(sql.model().bill().sum().costUsd());
    }
}
