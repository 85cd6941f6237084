package io.rvbbit.gateway.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.udf.cascade.SqlSource;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether a query over a RUN's table depends on nothing but its rows. */
final class TableReaderTest {
    @TempDir static Path directory;

    private static EngineFixture engine;
    private static SqlSource source;

    @BeforeAll
    static void open() {
        engine = new EngineFixture(directory);
        engine.run("CREATE TABLE other AS SELECT 1 AS a");
        engine.run("CREATE MACRO mine(x) AS x + (SELECT max(a) FROM other)");
        source = engine.databases.cells(engine.connection);
    }

    @AfterAll
    static void close() {
        engine.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT * FROM batch",
                "FROM \"Batch\" LIMIT 10",
                "SELECT count(*), sum(a), lower(b), a + NULL, list_sum([a]) FROM temp.batch GROUP BY ALL",
                "WITH w AS (SELECT a FROM batch) SELECT * FROM w JOIN batch USING (a)",
                "SELECT row_number() OVER (ORDER BY a), CASE WHEN a = 'user' THEN 1 END FROM batch",
                "SELECT * FROM (VALUES (1), (2)) v(x), batch WHERE x IN (SELECT a FROM batch)",
                "SELECT unnest(range(3)), r.range FROM batch, range(10) r UNION ALL SELECT 1, 2",
            })
    void a_query_over_the_rows_alone_is_known(String sql) throws InterruptedException {
        assertThat(source.readsOnly(sql, "batch")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT * FROM other",
                "SELECT a FROM batch WHERE a IN (SELECT a FROM other)",
                "SELECT * FROM main.batch",
                "SELECT * FROM batch, 'files/x.csv'",
                "SELECT * FROM read_csv('files/x.csv')",
                "SELECT * FROM (WITH w AS (SELECT 1) FROM w), w",
                "SELECT random() FROM batch",
                "SELECT now(), a FROM batch",
                "SELECT current_date, a FROM batch",
                "SELECT a FROM batch WHERE t < CAST('now' AS TIMESTAMP)",
                "SELECT mine(a) FROM batch",
                "SELECT getvariable('x'), current_setting('threads') FROM batch",
                "SELECT * FROM query('FROM other')",
                "SELECT * FROM batch USING SAMPLE 3",
                "SHOW TABLES",
                "SUMMARIZE other",
                "SELECT 1; SELECT 2",
                "SELECT FROM WHERE",
            })
    void anything_else_is_taken_for_reading_outside(String sql) throws InterruptedException {
        assertThat(source.readsOnly(sql, "batch")).isFalse();
    }
}
