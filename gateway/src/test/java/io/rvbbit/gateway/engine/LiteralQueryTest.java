package io.rvbbit.gateway.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LiteralQueryTest {
    @TempDir static Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 1",
                "select 1;",
                "/* ping */ SELECT 1 -- alive?",
                "SELECT 'x'",
                "SELECT 1 AS \"One\", -2.5, NULL AS nothing, TRUE, $$a, b$$ AS t"
            })
    void literals_alone_are_recognised(String sql) {
        assertThat(LiteralQuery.isOne(sql)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT",
                "SELECT ;",
                "SELECT 1,",
                "SELECT current_date",
                "SELECT user",
                "SELECT now()",
                "SELECT $1",
                "SELECT 1 + 1",
                "SELECT 'now'::TIMESTAMP",
                "SELECT DATE 'today'",
                "SELECT 1 FROM t",
                "SELECT 1 WHERE random() < 0.5",
                "SELECT 1 LIMIT 0",
                "SELECT 1 UNION ALL SELECT 2",
                "SELECT DISTINCT 1",
                "SELECT 1; SELECT 2",
                "SELECT -'1'",
                "SELECT 'a' 'b'",
                "SELECT 1 AS",
                "SELECT 'it never ends",
                "VALUES (1)",
                "INSERT INTO t SELECT 1"
            })
    void whatever_might_give_something_else_is_not(String sql) {
        assertThat(LiteralQuery.isOne(sql)).isFalse();
    }

    @Test
    void the_engine_computes_them_once_and_every_execution_has_the_row() {
        try (EngineFixture engine = new EngineFixture(directory);
                EnginePrepared prepared =
                        engine.connection.prepare(
                                "SELECT 1 AS a, -2.5 AS b, 'x' AS c, NULL AS d", List.of())) {
            for (int times = 0; times < 3; times++) {
                try (ResultCursor cursor = prepared.execute(List.of());
                        ResultCursor beside = prepared.execute(List.of())) {
                    assertThat(cursor.columns()).isEqualTo(prepared.columns());
                    assertThat(JsonRows.read(cursor, 10))
                            .hasToString("[{\"a\":1,\"b\":-2.5,\"c\":\"x\",\"d\":null}]");
                    assertThat(JsonRows.read(beside, 10)).hasSize(1);
                    assertThat(cursor.next()).isNull();
                }
            }
        }
    }
}
