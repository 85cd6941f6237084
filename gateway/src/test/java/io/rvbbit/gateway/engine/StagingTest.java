package io.rvbbit.gateway.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.udf.cascade.SqlSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StagingTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir static Path directory;

    private static EngineFixture engine;
    private static Staging staging;

    @BeforeAll
    static void open() {
        engine = new EngineFixture(directory);
        staging = engine.databases.staging();
    }

    @AfterAll
    static void close() {
        engine.close();
    }

    private static StagedRows stage(String sql, long bound) {
        try (EnginePrepared query = engine.connection.prepare(sql, List.of())) {
            return staging.stage(query, List.of(), "batch", bound);
        }
    }

    private static String ask(SqlSource source, String sql, Object... parameters)
            throws InterruptedException {
        return source.query(sql, List.of(parameters), LONG, 1_000).toString();
    }

    @Test
    void every_type_is_staged_exactly() throws Exception {
        try (StagedRows rows = stage("FROM test_all_types()", 10)) {
            assertThat(rows.rowCount()).isEqualTo(3);
            assertThat(rows.truncated()).isFalse();
            try (EnginePrepared here =
                            engine.connection.prepare("DESCRIBE FROM test_all_types()", List.of());
                    ResultCursor types = here.execute(List.of())) {
                assertThat(ask(rows.sql(), "DESCRIBE FROM batch"))
                        .isEqualTo(JsonRows.read(types, 1_000).toString());
            }
            assertThat(ask(rows.sql(), "SELECT * EXCLUDE (\"float\") FROM batch"))
                    .isEqualTo(engine.run("SELECT * EXCLUDE (\"float\") FROM test_all_types()"));
        }
    }

    @Test
    void uncommitted_rows_are_there_and_one_row_more_is_known() throws Exception {
        engine.run("BEGIN");
        engine.run("CREATE TABLE fresh AS SELECT i, 'row ' || i AS v FROM range(5000) t(i)");
        try (StagedRows rows = stage("FROM fresh ORDER BY i", 4999)) {
            assertThat(rows.rowCount()).isEqualTo(4999);
            assertThat(rows.truncated()).isTrue();
            assertThat(ask(rows.sql(), "SELECT max(i) AS m FROM batch WHERE i <> $1", 4998))
                    .isEqualTo("[{\"m\":4997}]");
        }
        try (StagedRows rows = stage("FROM fresh", 5000)) {
            assertThat(rows.truncated()).isFalse();
        }
        assertThat(engine.connection.inTransaction()).isTrue();
        engine.run("ROLLBACK");
        assertThat(engine.failure("FROM batch").state().code()).isEqualTo("42P01");
    }

    @Test
    void the_hash_tells_names_types_and_values_apart() {
        String same = hash("SELECT 1 AS a, 'x' AS b");
        assertThat(hash("SELECT 1 AS a, 'x' AS b")).isEqualTo(same).hasSize(64);
        assertThat(
                        List.of(
                                hash("SELECT 1 AS c, 'x' AS b"),
                                hash("SELECT 1::BIGINT AS a, 'x' AS b"),
                                hash("SELECT 1 AS a, 'y' AS b"),
                                hash("SELECT 1 AS a, NULL::VARCHAR AS b")))
                .doesNotContain(same)
                .doesNotHaveDuplicates();
        assertThat(hash("SELECT ['a', 'b'] AS l, [] AS m"))
                .isNotEqualTo(hash("SELECT ['a'] AS l, ['b'] AS m"));
    }

    private static String hash(String sql) {
        try (StagedRows rows = stage(sql, 10)) {
            return rows.rowsHash();
        }
    }

    @Test
    void json_rows_become_a_table_with_types() throws Exception {
        String json =
                "[{\"a\":1,\"b\":\"it's\",\"c\":null},{\"a\":-2,\"b\":null,\"c\":null,\"d\":[1.5]}]";
        try (StagedRows rows = staging.stage(engine.connection, json, "batch")) {
            assertThat(ask(rows.sql(), "SELECT *, typeof(a) AS t FROM batch ORDER BY a"))
                    .isEqualTo(
                            "[{\"a\":-2,\"b\":null,\"c\":null,\"d\":[1.5],\"t\":\"BIGINT\"},"
                                    + "{\"a\":1,\"b\":\"it's\",\"c\":null,\"d\":null,\"t\":\"BIGINT\"}]");
        }
        try (StagedRows rows = staging.stage(engine.connection, "[]", "batch")) {
            assertThat(rows.rowCount()).isZero();
        }
        SqlException error =
                catchThrowableOfType(
                        SqlException.class, () -> staging.stage(engine.connection, "[1]", "batch"));
        assertThat(error.state().code()).isEqualTo("22023");
    }

    @Test
    void two_columns_of_one_name_are_refused() {
        SqlException error =
                catchThrowableOfType(SqlException.class, () -> stage("SELECT 1 AS a, 2 AS A", 10));
        assertThat(error.state().code()).isEqualTo("42701");
    }

    @Test
    void sql_cells_read_and_nothing_else() {
        SqlSource cells = engine.databases.cells(engine.connection);
        for (String sql :
                List.of(
                        "CREATE TABLE x (i INT)",
                        "INSERT INTO batch VALUES (1) RETURNING *",
                        "SET VARIABLE x = 1",
                        "COPY (SELECT 1) TO 'x.csv'",
                        "COMMIT",
                        "WITH a AS (SELECT 1) INSERT INTO counters SELECT * FROM a RETURNING *")) {
            engine.run("CREATE TABLE IF NOT EXISTS counters (i INT)");
            SqlException error =
                    catchThrowableOfType(
                            SqlException.class, () -> cells.query(sql, List.of(), LONG, 10));
            assertThat(error.state().code()).as(sql).isEqualTo("25006");
        }
        assertThat(engine.value("SELECT count(*) FROM counters").asInt()).isZero();
        SqlException many =
                catchThrowableOfType(
                        SqlException.class,
                        () -> cells.query("FROM range(11)", List.of(), LONG, 10));
        assertThat(many.state().code()).isEqualTo("54000");
    }

    @Test
    void a_slow_sql_cell_is_stopped_by_time_and_by_interrupt() throws Exception {
        SqlSource cells = engine.databases.cells(engine.connection);
        String endless = "SELECT count(*) FROM range(1000000000000) a(i) WHERE i % 7 = 3";
        SqlException late =
                catchThrowableOfType(
                        SqlException.class,
                        () -> cells.query(endless, List.of(), Duration.ofMillis(100), 10));
        assertThat(late.state().code()).isEqualTo("57014");

        CountDownLatch started = new CountDownLatch(1);
        CompletableFuture<String> outcome = new CompletableFuture<>();
        Thread virtual =
                Thread.ofVirtual()
                        .start(() -> {
                            started.countDown();
                            try {
                                outcome.complete(
                                        cells.query(endless, List.of(), LONG, 10).toString());
                            } catch (InterruptedException _) {
                                outcome.complete("interrupted");
                            }
                        });
        started.await();
        virtual.interrupt();
        assertThat(outcome.get(10, TimeUnit.SECONDS)).isEqualTo("interrupted");
    }
}
