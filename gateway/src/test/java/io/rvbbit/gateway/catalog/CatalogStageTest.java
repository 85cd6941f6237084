package io.rvbbit.gateway.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.gateway.engine.EnginePrepared;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The catalogue is kept per connection, and nobody notices. */
class CatalogStageTest {
    private static final String TABLES =
            "SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class WHERE relkind = 'r' AND relname LIKE 'x%'";

    private CatalogInstance sql;
    private CatalogInstance other;

    @BeforeEach
    void open() {
        sql = new CatalogInstance();
        other = sql.sibling();
        sql.execute("CREATE TABLE x1 (i INTEGER PRIMARY KEY)");
        assertThat(sql.value(TABLES)).isEqualTo("x1");
        assertThat(other.value(TABLES)).isEqualTo("x1");
    }

    @AfterEach
    void close() {
        other.close();
        sql.close();
    }

    @Test
    void a_table_made_a_moment_ago_is_there_for_everybody() {
        other.execute("CREATE TABLE x2 (i INTEGER)");

        assertThat(other.value(TABLES)).isEqualTo("x1 x2");
        assertThat(sql.value(TABLES)).isEqualTo("x1 x2");
        assertThat(sql.value("SELECT to_regclass('x2') IS NOT NULL")).isEqualTo("true");
    }

    @Test
    void an_uncommitted_table_is_there_for_its_transaction_only() {
        sql.execute("BEGIN");
        sql.execute("CREATE TABLE x2 (i INTEGER)");

        assertThat(sql.value(TABLES)).isEqualTo("x1 x2");
        assertThat(other.value(TABLES)).isEqualTo("x1");
        sql.execute("COMMIT");
        assertThat(other.value(TABLES)).isEqualTo("x1 x2");
    }

    @Test
    void what_is_rolled_back_was_never_there() {
        sql.execute("BEGIN");
        sql.execute("DROP TABLE x1");
        assertThat(sql.value(TABLES)).isEqualTo("NULL");
        sql.execute("ROLLBACK");

        assertThat(sql.value(TABLES)).isEqualTo("x1");
    }

    @Test
    void a_transaction_sees_what_others_commit_when_it_is_over() {
        sql.execute("BEGIN");
        assertThat(sql.value(TABLES)).isEqualTo("x1");
        other.execute("CREATE TABLE x2 (i INTEGER)");
        assertThat(sql.value(TABLES)).isEqualTo("x1");
        sql.execute("COMMIT");

        assertThat(sql.value(TABLES)).isEqualTo("x1 x2");
    }

    @Test
    void a_temporary_table_is_its_connections_own() {
        sql.execute("CREATE TEMP TABLE x2 (i INTEGER)");

        assertThat(sql.value(TABLES)).isEqualTo("x1 x2");
        assertThat(sql.value("SELECT pg_table_is_visible('x2'::regclass)")).isEqualTo("true");
        assertThat(other.value(TABLES)).isEqualTo("x1");
    }

    @Test
    void another_search_path_shows_other_names() {
        sql.execute("CREATE SCHEMA deep");
        sql.execute("CREATE TABLE deep.x2 (i INTEGER)");
        assertThat(sql.value("SELECT 'deep.x2'::regclass")).isEqualTo("deep.x2");
        sql.searchPath("shop.deep,shop.public");

        assertThat(sql.value("SELECT 'deep.x2'::regclass")).isEqualTo("x2");
    }

    @Test
    void a_prepared_question_is_answered_anew_each_time() {
        try (EnginePrepared question = sql.prepare("SELECT to_regclass($1)::regclass::text")) {
            assertThat(first(question, "x1")).isEqualTo("x1");
            sql.execute("ALTER TABLE x1 RENAME TO x2");

            assertThat(first(question, "x2")).isEqualTo("x2");
            assertThat(first(question, "x1")).isEqualTo("NULL");
        }
    }

    @Test
    void a_client_s_view_may_ask_the_catalogue() {
        sql.execute(
                CatalogQuery.rewrite(
                        "CREATE VIEW keys AS SELECT conrelid::regclass::text AS name, pg_get_constraintdef(oid) AS text FROM pg_constraint"));
        try (CatalogInstance third = sql.sibling();
                EnginePrepared question =
                        third.prepare("SELECT text FROM keys WHERE name = $1::VARCHAR")) {
            assertThat(first(question, "x1")).isEqualTo("PRIMARY KEY (i)");
            other.execute("CREATE TABLE x2 (j INTEGER UNIQUE)");
            assertThat(first(question, "x2")).isEqualTo("UNIQUE (j)");
        }
    }

    @Test
    void estimates_follow_the_connections_own_changes() {
        sql.execute("INSERT INTO x1 FROM range(10)");

        assertThat(sql.value("SELECT reltuples::int FROM pg_class WHERE relname = 'x1'"))
                .isEqualTo("10");
    }

    private static String first(EnginePrepared question, String parameter) {
        try (var cursor = question.execute(List.of(parameter))) {
            var chunk = cursor.next();
            if (chunk == null || chunk.column(0).isNull(0)) {
                return "NULL";
            }
            return new String(chunk.column(0).getBytes(0), StandardCharsets.UTF_8);
        }
    }
}
