package io.rvbbit.it.dialect;

import static io.rvbbit.rewriter.SqlState.DIVISION_BY_ZERO;
import static io.rvbbit.rewriter.SqlState.INVALID_TEXT_REPRESENTATION;
import static io.rvbbit.rewriter.SqlState.UNDEFINED_COLUMN;
import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the dialect means for a session: parameters, positions, notices, and how to leave it. */
@GatewayTest
class DialectSessionIT {
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            textBlock =
                    """
                    SELECT i FROM (VALUES (1)) t(i) LIMIT ?            ; int8
                    SELECT i FROM (VALUES (1)) t(i) LIMIT 1 OFFSET ?   ; int8
                    SELECT ? + 1                                       ; int4
                    SELECT 2 * ?                                       ; int4
                    SELECT 10 / ?                                      ; int4
                    SELECT * FROM generate_series(1, ?)                ; int4
                    SELECT generate_series(1, ?)                       ; int4
                    SELECT 'a' || ?                                    ; text
                    SELECT ?                                           ; text
                    SELECT ?::jsonb                                    ; jsonb
                    SELECT ?::varchar                                  ; varchar
                    SELECT 1 WHERE 1.5 = ?                             ; numeric
                    """)
    void an_untyped_parameter_gets_its_type_from_what_it_meets(
            String statement, String type, SqlSession sql) throws SQLException {
        try (PreparedStatement prepared = sql.connection().prepareStatement(statement)) {
            assertThat(prepared.getParameterMetaData().getParameterTypeName(1)).isEqualTo(type);
        }
    }

    @Test
    void a_numeric_parameter_keeps_the_digits_that_its_column_has(SqlSession sql)
            throws SQLException {
        sql.execute("CREATE TEMP TABLE digits (v numeric(38,15))");
        BigDecimal value = new BigDecimal("12345678.123456789012345");

        try (PreparedStatement insert =
                sql.connection().prepareStatement("INSERT INTO digits VALUES (?)")) {
            insert.setBigDecimal(1, value);
            insert.executeUpdate();
        }

        try (Statement statement = sql.connection().createStatement();
                ResultSet rows = statement.executeQuery("SELECT v FROM digits")) {
            rows.next();
            assertThat(rows.getBigDecimal(1)).isEqualByComparingTo(value);
        }
    }

    @Test
    void a_fault_behind_what_was_rewritten_is_where_the_client_wrote_it(SqlSession sql) {
        sql.query("SELECT '{1,2}'::int[], nope, to_char(1, '9')::text FROM (SELECT 1 AS a) t")
                .fails(UNDEFINED_COLUMN)
                .at("nope");
    }

    @Test
    void a_literal_of_the_wrong_form_fails_before_anything_runs(SqlSession sql) {
        sql.query("SELECT 'abc'::int").fails(INVALID_TEXT_REPRESENTATION);
    }

    @Test
    void row_locks_are_ignored_with_a_notice(SqlSession sql) throws SQLException {
        sql.execute("CREATE TEMP TABLE locked (i int)");
        try (Statement statement = sql.connection().createStatement()) {
            statement.execute("SELECT i FROM locked FOR UPDATE SKIP LOCKED");
            SQLWarning warning = statement.getWarnings();

            assertThat(warning.getMessage()).contains("row locks");
            assertThat(warning.getSQLState()).isEqualTo("00000");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "DROP TABLE IF EXISTS nosuch, no.where | table \"nosuch\" does not exist, skipping",
                "DROP TABLE IF EXISTS no.where | schema \"no\" does not exist, skipping",
                "DROP SCHEMA IF EXISTS nosuch CASCADE | schema \"nosuch\" does not exist, skipping",
                "DROP VIEW IF EXISTS main.nosuch | view \"nosuch\" does not exist, skipping",
                "DROP SEQUENCE IF EXISTS nosuch | sequence \"nosuch\" does not exist, skipping",
                "CREATE SCHEMA IF NOT EXISTS main | schema \"main\" already exists, skipping",
                "CREATE TABLE IF NOT EXISTS there (a int) | relation \"there\" already exists, skipping",
                "CREATE TEMP TABLE IF NOT EXISTS fresh (a int) |",
                "DROP TABLE IF EXISTS fresh |"
            })
    void what_if_exists_passes_over_is_told(String statement, String notice, SqlSession sql)
            throws SQLException {
        try (Statement statements = sql.connection().createStatement()) {
            statements.execute("CREATE TEMP TABLE there (a int)");
            statements.execute("CREATE TEMP TABLE IF NOT EXISTS fresh (a int)");
            statements.execute("DROP TABLE fresh");
            if (statement.contains("fresh") && statement.startsWith("DROP")) {
                statements.execute("CREATE TEMP TABLE fresh (a int)");
            }
            statements.execute(statement);
            SQLWarning told = statements.getWarnings();
            statements.execute("DROP TABLE there");

            assertThat(told == null ? null : told.getMessage()).isEqualTo(notice);
        }
    }

    @Test
    void plain_duckdb_is_one_setting_away(SqlSession sql) {
        sql.query("SELECT 1 / 0").fails(DIVISION_BY_ZERO);

        sql.execute("SET rvbbit.dialect = duckdb");

        sql.query("SELECT 7 / 2 AS half").returns("half\n3.5");
        sql.execute("RESET rvbbit.dialect");
        sql.query("SELECT 7 / 2 AS half").returns("half\n3");
    }

    @Test
    void a_serial_column_takes_its_sequence_with_it(SqlSession sql) {
        for (int i = 0; i < 2; i++) {
            sql.execute("CREATE TABLE counted (id serial PRIMARY KEY, v text)");
            sql.query("INSERT INTO counted (v) VALUES ('a'), ('b') RETURNING id")
                    .returns("id\n1\n2");
            sql.execute("DROP TABLE counted");
        }
        assertThat(sql.value("SELECT count(*) FROM duckdb_sequences() WHERE NOT temporary"))
                .isEqualTo("0");
    }
}
