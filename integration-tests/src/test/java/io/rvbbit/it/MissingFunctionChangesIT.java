package io.rvbbit.it;

import static io.rvbbit.rewriter.SqlState.CONFIGURATION_LIMIT_EXCEEDED;
import static io.rvbbit.rewriter.SqlState.EXTERNAL_ROUTINE;
import static io.rvbbit.rewriter.SqlState.UNDEFINED_FUNCTION;
import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGStatement;

/**
 * Statements that change rows by functions which do not exist, and settings that change between
 * executions. Each test names functions of its own.
 */
@GatewayTest(environment = "RVBBIT_AI_FALLBACK=on")
class MissingFunctionChangesIT {
    @BeforeEach
    void notes(SqlSession sql) {
        sql.execute(
                "CREATE TEMP TABLE notes AS SELECT * FROM (VALUES (1, 'great', ''), (2, 'awful',"
                        + " ''), (3, 'plain', '')) n(id, review, tone)");
    }

    private static void decides(SqlSession sql, String function, String type) {
        sql.model()
                .answers(
                        "calls the function " + function,
                        "{\"decision\": \"text\", \"type\": \"" + type + "\"}");
    }

    @Test
    void update_sets_what_a_model_answers(SqlSession sql) {
        decides(sql, "tone_u", "VARCHAR");
        decides(sql, "counts_u", "BOOLEAN");
        sql.model()
                .answers("{\"id\":1}", "some tone")
                .answers("{\"review\":\"great\"}", "{\"value\": true}")
                .answers("{\"review\":\"awful\"}", "{\"value\": false}")
                .answers("{\"review\":\"plain\"}", "{\"value\": false}");

        sql.query("UPDATE notes SET tone = tone_u(id) WHERE counts_u(review)").changes(1);

        sql.query("SELECT id, tone FROM notes ORDER BY id")
                .returns("id | tone\n1 | some tone\n2 |\n3 |");
        assertThat(sql.model().calls())
                .as("two decisions, three conditions, one tone")
                .isEqualTo(6);
        sql.query(
                        "SELECT query_type, status, rows_output, total_cost = %s AS exact FROM sql_query_log WHERE caller_id = '%s'"
                                .formatted(sql.model().bill().sum().costUsd(), sql.lastCaller()))
                .returns(
                        "query_type | status | rows_output | exact\nai_fallback | completed | 1 | t");
    }

    @Test
    void what_an_update_returns_may_be_answered_too(SqlSession sql) {
        decides(sql, "told_u", "VARCHAR");
        sql.model().answers("as the function told_u", "told");

        sql.query("UPDATE notes SET tone = 'x' WHERE id = 1 RETURNING id, told_u(review)")
                .returns("id | told_u\n1 | told");
        sql.query("INSERT INTO notes VALUES (4, 'new', 'y') RETURNING told_u(review) AS t")
                .returns("t\ntold");
    }

    @Test
    void delete_takes_away_what_a_model_names(SqlSession sql) {
        decides(sql, "spam_d", "BOOLEAN");
        sql.model()
                .answers("{\"review\":\"great\"}", "{\"value\": false}")
                .answers("{\"review\":\"awful\"}", "{\"value\": true}")
                .answers("{\"review\":\"plain\"}", "{\"value\": null}");

        sql.query("DELETE FROM notes WHERE spam_d(review)").changes(1);

        assertThat(sql.number("SELECT count(*) FROM notes WHERE review = 'awful'")).isZero();
    }

    @Test
    void merge_updates_and_inserts_answers(SqlSession sql) {
        decides(sql, "merged_m", "VARCHAR");
        sql.model().answers("as the function merged_m", "merged");

        sql.query(
                        "MERGE INTO notes USING (VALUES (1, 'great'), (9, 'new')) s(id, review) ON"
                                + " notes.id = s.id WHEN MATCHED THEN UPDATE SET tone ="
                                + " merged_m(s.review) WHEN NOT MATCHED THEN INSERT VALUES (s.id,"
                                + " s.review, merged_m(s.review))")
                .changes(2);

        sql.query("SELECT id, tone FROM notes WHERE tone <> '' ORDER BY id")
                .returns("id | tone\n1 | merged\n9 | merged");
    }

    @Test
    void a_change_that_is_rolled_back_stays_on_the_books(SqlSession sql) {
        decides(sql, "back_u", "VARCHAR");
        sql.execute("BEGIN");
        sql.query("UPDATE notes SET tone = back_u(review)").changes(3);
        sql.execute("ROLLBACK");

        assertThat(sql.number("SELECT count(*) FROM notes WHERE tone <> ''")).isZero();
        assertThat(
                        sql.decimal(
                                "SELECT sum(cost_usd) FROM ai_fallback_events WHERE method = 'back_u'"))
                .isEqualByComparingTo(sql.model().bill().sum().costUsd())
                .isPositive();
    }

    @Test
    void a_table_function_stays_unknown_also_behind_using(SqlSession sql) {
        sql.query("DELETE FROM notes USING table_f(1) WHERE true").fails(UNDEFINED_FUNCTION);
        sql.query("UPDATE notes SET tone = '' FROM table_f(1)").fails(UNDEFINED_FUNCTION);

        assertThat(sql.model().calls()).isZero();
    }

    @Test
    void a_prepared_statement_has_the_guards_of_its_execution(SqlSession sql) throws SQLException {
        sql.execute("SELECT rvbbit('warm up', 'one')");
        try (PreparedStatement statement =
                sql.connection().prepareStatement("SELECT guarded_f(?::varchar)")) {
            // The server keeps it from the first execution on.
            statement.unwrap(PGStatement.class).setPrepareThreshold(1);
            assertThat(answer(statement, "a")).isNotEmpty();

            sql.execute("SET rvbbit.ai_fallback_max_cost = '0.000000000001'");
            long before = sql.model().calls();
            assertThat(stateOf(statement, "b")).isEqualTo(CONFIGURATION_LIMIT_EXCEEDED.code());
            assertThat(sql.model().calls()).isEqualTo(before);

            sql.execute("RESET rvbbit.ai_fallback_max_cost");
            assertThat(answer(statement, "b")).isNotEmpty();

            sql.execute("SET rvbbit.ai_fallback_timeout = '200ms'");
            sql.model().latency(Duration.ofSeconds(20));
            assertThat(stateOf(statement, "c")).isEqualTo(EXTERNAL_ROUTINE.code());

            sql.model().latency(Duration.ZERO);
            sql.execute("RESET rvbbit.ai_fallback_timeout");
            sql.execute("SET rvbbit.ai_fallback_model = 'another-model'");
            assertThat(answer(statement, "d")).isNotEmpty();
            assertThat(sql.model().requests().getLast().model()).isEqualTo("another-model");

            sql.execute("SET rvbbit.ai_fallback = off");
            assertThat(stateOf(statement, "e")).isEqualTo(UNDEFINED_FUNCTION.code());
        }
    }

    private static String answer(PreparedStatement statement, String value) throws SQLException {
        statement.setString(1, value);
        try (ResultSet rows = statement.executeQuery()) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }

    private static String stateOf(PreparedStatement statement, String value) {
        try {
            return "answered: " + answer(statement, value);
        } catch (SQLException failure) {
            return failure.getSQLState();
        }
    }
}
