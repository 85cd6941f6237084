package io.rvbbit.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rvbbit.tracking.BookReader.BookTable;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.duckdb.DuckDBConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DuckDbSchemaTest {
    @TempDir Path directory;
    private DuckDbFile file;
    private DuckDBConnection connection;

    @BeforeEach
    void open() throws Exception {
        file = new DuckDbFile(directory.resolve("books.duckdb"));
        connection = file.connect();
    }

    @AfterEach
    void close() {
        file.close();
    }

    private List<String> rows(String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            if (statement.execute()) {
                try (ResultSet result = statement.getResultSet()) {
                    while (result.next()) {
                        rows.add(result.getString(1));
                    }
                }
            }
        }
        return rows;
    }

    @Test
    void every_migration_file_is_listed_and_numbered_in_order() throws Exception {
        List<String> files;
        try (Stream<Path> found = Files.list(migrations())) {
            files = found.map(path -> path.getFileName().toString()).sorted().toList();
        }
        assertThat(DuckDbSchema.MIGRATIONS).isEqualTo(files);
        for (int i = 0; i < files.size(); i++) {
            assertThat(files.get(i)).startsWith(String.format("%03d_", i + 1));
        }
    }

    private static Path migrations() throws URISyntaxException {
        URL directory =
                Objects.requireNonNull(DuckDbSchemaTest.class.getResource("/schema/duckdb"));
        return Path.of(directory.toURI());
    }

    @Test
    void migrating_again_changes_nothing() throws Exception {
        DuckDbSchema.migrate(connection);
        List<String> before = rows("SELECT applied_at::VARCHAR FROM schema_version ORDER BY ALL");

        DuckDbSchema.migrate(connection);

        assertThat(rows("SELECT applied_at::VARCHAR FROM schema_version ORDER BY ALL"))
                .isEqualTo(before)
                .hasSameSizeAs(DuckDbSchema.MIGRATIONS);
    }

    @Test
    void books_of_version_1_are_brought_forward_with_their_rows() throws Exception {
        DuckDbSchema.migrate(connection, DuckDbSchema.MIGRATIONS.subList(0, 1));
        rows("INSERT INTO cascade_text VALUES ('h', 'old')");
        rows("UPDATE stored_position SET through = 41");
        file.close();

        try (Books books = Books.open(directory.resolve("books.duckdb"), Clock.systemUTC())) {
            assertThat(books.metrics().stored()).isEqualTo(41);
            books.scan("trace_spans", List.of("span_id")).close();
        }
        connection = file.connect();
        assertThat(rows("SELECT cascade_definition FROM cascade_text")).containsExactly("old");
    }

    @Test
    void a_migration_that_fails_leaves_nothing_behind() throws Exception {
        List<String> broken = List.of("001_books.sql", "001_books.sql");

        assertThatThrownBy(() -> DuckDbSchema.migrate(connection, broken))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("stored_position");

        assertThat(rows("SELECT version FROM schema_version")).containsExactly("1");
    }

    @Test
    void books_of_a_newer_program_are_refused() throws Exception {
        DuckDbSchema.migrate(connection);
        rows("INSERT INTO schema_version VALUES (99, '099_future.sql', now())");

        assertThatThrownBy(() -> DuckDbSchema.migrate(connection))
                .isInstanceOf(BooksUnavailable.class)
                .hasMessageContaining("version 99");
    }

    @Test
    void the_tables_are_as_readers_are_told() throws Exception {
        DuckDbSchema.migrate(connection);
        for (BookTable table : BookTables.ALL) {
            List<String> told =
                    table.columns().stream()
                            .map(column ->
                                    column.name()
                                            + ' '
                                            + switch (column.type()) {
                                                case TEXT -> "VARCHAR";
                                                case TIMESTAMPTZ -> "TIMESTAMP WITH TIME ZONE";
                                                case MONEY -> "DECIMAL(18,12)";
                                                case UUID, BIGINT, INTEGER, BOOLEAN ->
                                                        column.type().name();
                                            })
                            .toList();
            assertThat(
                            rows(
                                    "SELECT column_name || ' ' || data_type FROM duckdb_columns()"
                                            + " WHERE table_name = '"
                                            + table.name()
                                            + "' ORDER BY column_index"))
                    .as(table.name())
                    .isEqualTo(told);
        }
    }

    @Test
    void the_instance_reaches_no_other_file_and_changes_no_setting() throws IOException {
        Path secret = Files.writeString(directory.resolve("secret.csv"), "a\n1\n");

        assertThatThrownBy(() -> rows("FROM read_csv('" + secret + "')"))
                .hasMessageContaining("disabled by configuration");
        assertThatThrownBy(() -> rows("ATTACH '" + directory.resolve("x.db") + "' AS x"))
                .hasMessageContaining("disabled by configuration");
        assertThatThrownBy(() -> rows("SET memory_limit = '8GB'")).hasMessageContaining("locked");
        assertThatThrownBy(() -> rows("INSTALL httpfs")).isInstanceOf(SQLException.class);
    }
}
