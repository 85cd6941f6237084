package io.rvbbit.gateway.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rvbbit.rewriter.SqlException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RawReadingTest {
    @TempDir static Path directory;

    private static EngineFixture engine;

    @BeforeAll
    static void open() {
        engine = new EngineFixture(directory);
    }

    @AfterAll
    static void close() {
        engine.close();
    }

    @Test
    void every_value_of_every_type_is_what_duckdb_says_it_is() throws Exception {
        String columns =
                "bool, tinyint, smallint, int, bigint, hugeint, uhugeint, utinyint, usmallint, uint, ubigint,"
                        + " dec_4_1, dec_9_4, dec_18_6, dec38_10, uuid, varchar, small_enum, medium_enum, large_enum,"
                        + " int_array, varchar_array, nested_int_array, struct, struct_of_arrays, array_of_structs,"
                        + " map, fixed_int_array, fixed_varchar_array, fixed_nested_int_array, fixed_struct_array,"
                        + " struct_of_fixed_array, fixed_array_of_int_list, list_of_fixed_int_array";
        ObjectMapper json = new ObjectMapper();
        JsonNode raw = json.readTree(engine.run("SELECT " + columns + " FROM test_all_types()"));
        JsonNode said =
                json.readTree(
                        engine.run(
                                "SELECT to_json(t) AS row FROM (SELECT "
                                        + columns
                                        + " FROM test_all_types()) t"));

        assertThat(raw).hasSize(3);
        for (int row = 0; row < 3; row++) {
            for (var field : said.get(row).get("row").properties()) {
                assertThat(raw.get(row).get(field.getKey()).toString())
                        .as(field.getKey())
                        .isEqualTo(field.getValue().toString());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'a': 1, 'b': i}",
                "[i, NULL, 5]",
                "list_filter(range(i), x -> x % 2 = 0)",
                "list_sort(['b' || i, 'a', NULL])",
                "[{'k': 'constant', 'v': [i]}]",
                "MAP {'key ' || i: [i, i + 1], 'other': []}",
                "CASE WHEN i % 3 = 0 THEN NULL ELSE {'x': {'y': [i::VARCHAR || ' is longer than twelve']}} END",
                "(range(5))[2:3]",
                "array_value(i, i * 2)",
                "list_transform([i], x -> {'x': x})"
            })
    void nested_values_are_read_right_however_duckdb_made_them(String expression) throws Exception {
        ObjectMapper json = new ObjectMapper();
        JsonNode rows =
                json.readTree(
                        engine.run(
                                "SELECT v AS raw, to_json(v) AS said FROM (SELECT "
                                        + expression
                                        + " AS v FROM range(3000) t(i) WHERE i % 7 <> 1)"));

        assertThat(rows).hasSize(2571).allMatch(row -> row.get("raw").equals(row.get("said")));
    }

    @Test
    void times_intervals_bits_and_bytes_are_read_right() {
        assertThat(
                        engine.run(
                                "SELECT DATE '2024-02-29' AS d, '23:59:59.999999'::TIME AS t, '01:02:03-08'::TIMETZ AS tz,"
                                        + " '1969-12-31 23:59:59.999999'::TIMESTAMP AS ts, '2020-01-01 00:00:00+02'::TIMESTAMPTZ AS tstz,"
                                        + " 'infinity'::TIMESTAMP AS inf, INTERVAL '-1 month 3 days' AS iv, '00000'::BIT AS bits,"
                                        + " '\\xDE\\xAD'::BLOB AS blob, 'nan'::DOUBLE AS nan, '1969-12-31 23:59:59.9'::TIMESTAMP_NS AS ns"))
                .isEqualTo(
                        "[{\"d\":\"2024-02-29\",\"t\":\"23:59:59.999999\",\"tz\":\"01:02:03-08:00\","
                                + "\"ts\":\"1969-12-31T23:59:59.999999\",\"tstz\":\"2019-12-31T22:00Z\",\"inf\":\"infinity\","
                                + "\"iv\":\"P-1M3D\",\"bits\":\"00000\",\"blob\":\"3q0=\",\"nan\":\"NaN\","
                                + "\"ns\":\"1969-12-31T23:59:59.900\"}]");
    }

    @Test
    void what_raw_reading_cannot_do_is_cast_and_comes_in_the_same_order() {
        assertThat(
                        engine.run(
                                "SELECT i AS \"i\", union_value(a := i) AS u, [union_value(a := i)] AS us, i::VARIANT AS v,"
                                        + " i::BIGNUM AS b FROM range(3) t(i) ORDER BY i DESC LIMIT 2"))
                .isEqualTo(
                        "[{\"i\":2,\"u\":\"2\",\"us\":[\"2\"],\"v\":2,\"b\":2},"
                                + "{\"i\":1,\"u\":\"1\",\"us\":[\"1\"],\"v\":1,\"b\":1}]");
    }

    @Test
    void enum_columns_tell_their_values_before_anything_runs() {
        try (EnginePrepared prepared =
                engine.connection.prepare(
                        "SELECT 'b'::ENUM('a', 'it''s', 'b') AS e, ['b'::ENUM('b')] AS es",
                        List.of())) {
            assertThat(prepared.columns().getFirst().type().labels())
                    .containsExactly("a", "it's", "b");
            assertThat(prepared.columns().get(1).type().children().getFirst().labels())
                    .containsExactly("b");
        }
    }

    @Test
    void an_error_after_many_rows_is_never_a_short_result() {
        try (EnginePrepared prepared =
                        engine.connection.prepare(
                                "SELECT CASE WHEN i = 900000 THEN error('row 900000 is broken') ELSE i END"
                                        + " FROM range(1000000) t(i)",
                                List.of());
                ResultCursor cursor = prepared.execute(List.of())) {
            SqlException error =
                    catchThrowableOfType(
                            SqlException.class, () -> JsonRows.read(cursor, 1_000_000));

            // About one time in a thousand the reader meets the interrupt of DuckDB's other
            // threads before the reason for it; what must never happen is a result that looks
            // whole.
            assertThat(error.getMessage())
                    .isIn(
                            "row 900000 is broken",
                            "the statement failed, but the engine told only that it had stopped,"
                                    + " not why");
        }
        assertThat(engine.value("SELECT 1").asInt()).isEqualTo(1);
    }

    @Test
    void a_million_rows_stream_without_being_collected() {
        try (EnginePrepared prepared =
                        engine.connection.prepare(
                                "SELECT i, 'row ' || i FROM range(1000000) t(i)", List.of());
                ResultCursor cursor = prepared.execute(List.of())) {
            long sum = 0;
            for (Chunk chunk = cursor.next(); chunk != null; chunk = cursor.next()) {
                for (int row = 0; row < chunk.rows(); row++) {
                    sum += chunk.column(0).getLong(row);
                }
            }
            assertThat(sum).isEqualTo(499_999_500_000L);
        }
    }

    @Test
    void an_interrupt_ends_a_fetch_and_leaves_the_connection_usable() {
        try (EnginePrepared prepared =
                        engine.connection.prepare(
                                "SELECT i FROM range(100000000000) t(i)", List.of());
                ResultCursor cursor = prepared.execute(List.of())) {
            assertThat(cursor.next()).isNotNull();
            engine.connection.interrupt();

            SqlException error =
                    catchThrowableOfType(
                            SqlException.class,
                            () -> {
                                while (cursor.next() != null) {
                                    assertThat(cursor.columns()).hasSize(1);
                                }
                            });
            assertThat(error).hasMessageContaining("it had stopped");
        }
        assertThat(engine.value("SELECT 2").asInt()).isEqualTo(2);
    }

    @Test
    void another_statement_does_not_cost_an_open_stream_its_rows() {
        try (EnginePrepared prepared =
                        engine.connection.prepare(
                                "SELECT i, ['text number ' || i] AS l, (CASE WHEN i % 2 = 0 THEN 'x' ELSE 'y' END)::ENUM('x', 'y') AS e,"
                                        + " union_value(a := i) AS u FROM range(100000) t(i)",
                                List.of());
                ResultCursor cursor = prepared.execute(List.of())) {
            Chunk first = Objects.requireNonNull(cursor.next());
            assertThat(engine.value("SELECT 3").asInt()).isEqualTo(3);
            assertThat(first.column(0).getLong(5)).isEqualTo(5);

            long next = first.rows();
            for (Chunk chunk = cursor.next(); chunk != null; chunk = cursor.next()) {
                for (int row = 0; row < chunk.rows(); row++) {
                    assertThat(chunk.column(0).getLong(row)).isEqualTo(next++);
                }
                assertThat(
                                new String(
                                        chunk.column(3).getBytes(0),
                                        java.nio.charset.StandardCharsets.UTF_8))
                        .isEqualTo(Long.toString(chunk.column(0).getLong(0)));
            }
            assertThat(next).isEqualTo(100_000);
        }
    }

    @Test
    void a_chunk_is_refused_once_its_cursor_has_moved_or_closed() {
        try (EnginePrepared prepared =
                engine.connection.prepare("SELECT i, [i] FROM range(10000) t(i)", List.of())) {
            ResultCursor cursor = prepared.execute(List.of());
            Chunk first = Objects.requireNonNull(cursor.next());
            Vector vector = first.column(0);
            Vector child = first.column(1).child(0);
            cursor.next();

            assertThatIllegalStateException().isThrownBy(() -> vector.getLong(0));
            assertThatIllegalStateException().isThrownBy(() -> child.isNull(0));
            cursor.close();
            assertThatIllegalStateException().isThrownBy(() -> first.column(0));
        }
    }

    @Test
    void changed_rows_are_counted() {
        assertThat(engine.run("CREATE TABLE c AS FROM range(10) t(i)")).isEqualTo("10");
        assertThat(engine.run("DELETE FROM c WHERE i < 4")).isEqualTo("4");
        assertThat(engine.run("INSERT INTO c VALUES (1), (2)")).isEqualTo("2");
        assertThat(engine.run("DROP TABLE c")).isEqualTo("-1");
        assertThat(engine.run("BEGIN")).isEqualTo("-1");
        assertThat(engine.connection.inTransaction()).isTrue();
        assertThat(engine.run("COMMIT")).isEqualTo("-1");
        assertThat(engine.connection.inTransaction()).isFalse();
    }
}
