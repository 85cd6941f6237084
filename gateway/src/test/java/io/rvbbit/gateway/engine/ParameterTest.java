package io.rvbbit.gateway.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.rvbbit.rewriter.SqlException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ParameterTest {
    @TempDir static Path directory;

    private static EngineFixture engine;

    @BeforeAll
    static void open() {
        engine = new EngineFixture(directory);
        engine.run("CREATE TABLE t (id INT, v VARCHAR, d DATE, b BLOB, n DECIMAL(10,2), u UUID)");
    }

    @AfterAll
    static void close() {
        engine.close();
    }

    @Test
    void numbers_may_have_gaps_and_be_used_twice() {
        assertThat(engine.run("SELECT $3::INT - $1::INT AS a, $3::INT AS b", 1, "unused", 10))
                .isEqualTo("[{\"a\":9,\"b\":10}]");
    }

    @Test
    void types_are_told_for_every_number() {
        try (EnginePrepared insert =
                engine.connection.prepare(
                        "INSERT INTO t (id, v, d) VALUES ($1, $2, $3)", List.of())) {
            assertThat(insert.parameterTypes()).containsExactly("INTEGER", "VARCHAR", "DATE");
        }
        try (EnginePrepared gap = engine.connection.prepare("SELECT $2::INT", List.of())) {
            assertThat(gap.parameterTypes()).containsExactly("VARCHAR", "INTEGER");
        }
    }

    @Test
    void given_types_make_the_result_known() {
        try (EnginePrepared sum =
                engine.connection.prepare("SELECT $1 + $2 AS s", List.of("INTEGER", "DOUBLE"))) {
            assertThat(sum.columns().getFirst().type().kind()).isEqualTo(EngineType.Kind.DOUBLE);
        }
    }

    @Test
    void a_parameter_that_nothing_tells_about_is_text_or_what_makes_sense() {
        assertThat(engine.value("SELECT $1", "x").asText()).isEqualTo("x");
        assertThat(engine.value("SELECT $1 + 1", "41").asLong()).isEqualTo(42);
        assertThat(engine.run("SELECT i FROM range(4) t(i) WHERE i = ANY($1)", List.of(1, 3)))
                .isEqualTo("[{\"i\":1},{\"i\":3}]");
    }

    @Test
    void literals_comments_and_quoted_names_hold_no_parameters() {
        assertThat(
                        engine.run(
                                "SELECT '$2' AS a, $$ $3 $$ AS \"$4\" /* $5 */ -- $6\n, $1::INT AS c;",
                                1))
                .isEqualTo("[{\"a\":\"$2\",\"$4\":\" $3 \",\"c\":1}]");
    }

    @Test
    void positions_are_those_of_the_clients_text() {
        SqlException error =
                org.assertj.core.api.Assertions.catchThrowableOfType(
                        SqlException.class,
                        () ->
                                engine.connection.prepare(
                                        "SELECT 'ü', $1::INT, $1, nope", List.of()));

        assertThat(error.position()).isEqualTo("SELECT 'ü', $1::INT, $1, nope".indexOf("nope") + 1);
    }

    @Test
    void every_java_value_arrives() {
        UUID uuid = UUID.randomUUID();
        engine.run(
                "INSERT INTO t VALUES ($1, $2, $3, $4, $5, $6)",
                7,
                "it's",
                LocalDate.of(2024, 2, 29),
                new byte[] {0, -1},
                new BigDecimal("1.50"),
                uuid);

        assertThat(engine.run("SELECT * FROM t WHERE id = 7"))
                .isEqualTo(
                        "[{\"id\":7,\"v\":\"it's\",\"d\":\"2024-02-29\",\"b\":\"AP8=\",\"n\":1.50,\"u\":\""
                                + uuid
                                + "\"}]");
        assertThat(
                        engine.run(
                                "SELECT $1::VARCHAR[] AS l, $2::INT AS n",
                                Arrays.asList("a\"b", "c'd", "e\\f", "NULL", null),
                                null))
                .isEqualTo("[{\"l\":[\"a\\\"b\",\"c'd\",\"e\\\\f\",\"NULL\",null],\"n\":null}]");
    }

    @Test
    void too_few_values_are_refused() {
        assertThatExceptionOfType(SqlException.class)
                .isThrownBy(() -> engine.run("SELECT $1::INT, $2::INT", 1))
                .satisfies(error -> assertThat(error.state().code()).isEqualTo("08P01"));
        assertThat(engine.failure("SELECT $0").state().code()).isEqualTo("42601");
    }
}
