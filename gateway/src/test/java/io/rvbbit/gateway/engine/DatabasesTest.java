package io.rvbbit.gateway.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rvbbit.rewriter.SqlException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.duckdb.DuckDBColumnType;
import org.duckdb.DuckDBFunctions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DatabasesTest {
    @TempDir Path directory;

    private static String stateOf(Runnable action) {
        return catchThrowableOfType(SqlException.class, action::run).state().code();
    }

    @Test
    void default_is_shared_and_survives_a_restart() {
        try (EngineFixture engine = new EngineFixture(directory)) {
            engine.run("CREATE TABLE kept AS SELECT 42 AS i");
            try (EngineConnection other = engine.databases.connect("default")) {
                assertThat(EngineFixture.run(other, "FROM kept")).isEqualTo("[{\"i\":42}]");
            }
        }
        try (EngineFixture engine = new EngineFixture(directory)) {
            assertThat(engine.run("FROM kept")).isEqualTo("[{\"i\":42}]");
            assertThat(
                            engine.value(
                                            "SELECT table_schema FROM information_schema.tables WHERE table_name = 'kept'")
                                    .asText())
                    .isEqualTo("public");
        }
    }

    @Test
    void memory_belongs_to_its_connection() {
        try (EngineFixture engine = new EngineFixture(directory);
                EngineConnection one = engine.databases.connect("memory");
                EngineConnection two = engine.databases.connect("memory")) {
            EngineFixture.run(one, "CREATE TABLE private AS SELECT 1 AS i");

            assertThat(EngineFixture.failure(two, "FROM private").state().code())
                    .isEqualTo("42P01");
            try (EngineConnection sibling = one.sibling()) {
                assertThat(EngineFixture.run(sibling, "FROM private")).isEqualTo("[{\"i\":1}]");
            }
            assertThat(EngineFixture.run(two, "SELECT count(*) AS n FROM products"))
                    .isEqualTo("[{\"n\":3}]");
        }
    }

    @Test
    void databases_are_made_listed_and_dropped() {
        try (EngineFixture engine = new EngineFixture(directory)) {
            Databases databases = engine.databases;
            databases.create("sales-2");
            assertThat(databases.names()).containsExactly("default", "memory", "sales-2");
            assertThat(databases.exists("sales-2")).isTrue();
            try (EngineConnection sales = databases.connect("sales-2")) {
                EngineFixture.run(sales, "CREATE TABLE t (i INT)");
                assertThat(stateOf(() -> databases.drop("sales-2"))).isEqualTo("55006");
            }
            assertThat(stateOf(() -> databases.create("SALES-2"))).isEqualTo("42P04");
            assertThat(stateOf(() -> databases.create("rvbbit"))).isEqualTo("42939");
            assertThat(stateOf(() -> databases.create("../evil"))).isEqualTo("22023");
            assertThat(stateOf(() -> databases.connect("../evil"))).isEqualTo("3D000");
            databases.drop("sales-2");
            assertThat(stateOf(() -> databases.connect("sales-2"))).isEqualTo("3D000");
            assertThat(stateOf(() -> databases.drop("sales-2"))).isEqualTo("3D000");
            assertThat(stateOf(() -> databases.drop("default"))).isEqualTo("42501");
        }
    }

    @Test
    void a_damaged_file_is_named() throws Exception {
        try (EngineFixture engine = new EngineFixture(directory)) {
            Path file = directory.resolve("databases/broken.duckdb");
            Files.writeString(file, "this is no database at all".repeat(1000));

            SqlException error =
                    catchThrowableOfType(
                            SqlException.class, () -> engine.databases.connect("broken"));
            assertThat(error.state().code()).isEqualTo("58030");
            assertThat(error.hint().orElseThrow()).contains(file.toString());
        }
    }

    @Test
    void a_users_own_table_wins_over_the_sample() {
        try (EngineFixture engine = new EngineFixture(directory)) {
            assertThat(engine.value("SELECT max(price) FROM products").asText())
                    .isEqualTo("799.00");
            assertThat(
                            engine.value("SELECT product_name FROM products WHERE product_id = 2")
                                    .asText())
                    .isEqualTo("Samsung \"Galaxy\" S24");
            engine.run("CREATE TABLE products AS SELECT 'mine' AS product_name");
            assertThat(engine.run("FROM products")).isEqualTo("[{\"product_name\":\"mine\"}]");
            engine.run("RESET search_path");
            assertThat(engine.run("FROM products")).isEqualTo("[{\"product_name\":\"mine\"}]");
        }
    }

    @Test
    void other_parts_add_functions_views_and_macros() {
        EngineExtensions extensions =
                new EngineExtensions(
                        List.of(
                                "CREATE SCHEMA extra",
                                "CREATE VIEW extra.answer AS SELECT 42 AS a"),
                        List.of(),
                        List.of("CREATE MACRO whoami() AS _whoami(getvariable('_rvbbit_caller'))"),
                        connection ->
                                DuckDBFunctions.scalarFunction()
                                        .withName("_whoami")
                                        .withParameter(DuckDBColumnType.VARCHAR)
                                        .withReturnType(DuckDBColumnType.VARCHAR)
                                        .withVolatile()
                                        .withVectorizedFunction((in, out) -> {
                                            for (long row = 0; row < in.rowCount(); row++) {
                                                out.setString(
                                                        row, in.vector(0).getString(row) + "!");
                                            }
                                        })
                                        .register(connection));
        try (EngineFixture engine = new EngineFixture(directory, extensions)) {
            engine.connection.setCaller("0123456789abcdef0123456789abcdef");

            assertThat(engine.value("SELECT whoami()").asText())
                    .isEqualTo("0123456789abcdef0123456789abcdef!");
            assertThat(engine.value("SELECT a FROM rvbbit.extra.answer").asInt()).isEqualTo(42);
        }
    }

    @Test
    void postgresqls_order_of_nulls_holds() {
        try (EngineFixture engine = new EngineFixture(directory)) {
            assertThat(engine.run("SELECT i FROM (VALUES (1), (NULL)) t(i) ORDER BY i DESC"))
                    .isEqualTo("[{\"i\":null},{\"i\":1}]");
        }
    }
}
