package io.rvbbit.gateway.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.rvbbit.gateway.catalog.CatalogQuery;
import io.rvbbit.gateway.catalog.PgCatalog;
import io.rvbbit.tracking.Books;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What connections hold of the catalogue is given back once they rest. */
class CatalogReleaseTest {
    private static final String RELATION = "pgc._relation";

    @TempDir private Path directory;
    private Books books;
    private Databases databases;
    private RawConnection connection;
    private RawPrepared tables;

    @BeforeEach
    void open() {
        books = Books.open(directory.resolve("books.duckdb"), Clock.systemUTC());
        EngineExtensions extensions =
                new EngineExtensions(
                        PgCatalog.bootstrap(),
                        PgCatalog.stages(),
                        List.of(),
                        functions -> {
                            BackendFunction.register(functions, new Backends(Clock.systemUTC()));
                            SignalFunction.register(functions, (_, _, _) -> false);
                        });
        databases = Databases.open(EngineConfig.in(directory), books, extensions);
        connection = (RawConnection) databases.connect(Databases.DEFAULT);
        connection.run("CREATE TABLE kept (i INTEGER)");
        tables =
                (RawPrepared)
                        connection.prepare(
                                CatalogQuery.rewrite(
                                        "SELECT count(*) FROM pg_class WHERE relname = 'kept'"),
                                List.of());
    }

    @AfterEach
    void close() {
        connection.close();
        databases.close();
        books.close();
    }

    private long count() {
        try (ResultCursor cursor = tables.execute(List.of())) {
            Chunk chunk = Objects.requireNonNull(cursor.next());
            return chunk.column(0).getLong(0);
        }
    }

    @Test
    void what_is_held_is_released_after_a_rest_and_read_anew() {
        assertThat(count()).isEqualTo(1);
        connection.rests();

        databases.releaseCatalogues(Duration.ZERO);

        assertThatIllegalStateException().isThrownBy(() -> connection.catalog().rows(RELATION));
        assertThat(count()).isEqualTo(1);
        assertThat(connection.catalog().rows(RELATION).size()).isPositive();
    }

    @Test
    void a_statement_under_way_keeps_what_it_reads() {
        assertThat(count()).isEqualTo(1);

        databases.releaseCatalogues(Duration.ZERO);

        assertThat(connection.catalog().rows(RELATION).size()).isPositive();
    }

    @Test
    void an_open_stream_keeps_what_it_reads_although_the_session_rests() {
        try (ResultCursor cursor = tables.execute(List.of())) {
            connection.rests();
            databases.releaseCatalogues(Duration.ZERO);

            assertThat(Objects.requireNonNull(cursor.next()).column(0).getLong(0)).isEqualTo(1);
            assertThat(connection.catalog().rows(RELATION).size()).isPositive();
        }
    }

    @Test
    void a_short_rest_releases_nothing() {
        assertThat(count()).isEqualTo(1);
        connection.rests();

        databases.releaseCatalogues(Duration.ofHours(1));

        assertThat(connection.catalog().rows(RELATION).size()).isPositive();
    }
}
