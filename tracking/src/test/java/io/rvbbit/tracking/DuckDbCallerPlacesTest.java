package io.rvbbit.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.tracking.BookReader.Condition;
import io.rvbbit.tracking.BookReader.Scan;
import io.rvbbit.tracking.retention.RetainedTable;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.duckdb.DuckDBConnection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads for one caller find all of its events, and pass over the others'. */
class DuckDbCallerPlacesTest {
    private static final Clock CLOCK = Clock.fixed(Story.START, Clock.systemUTC().getZone());

    @TempDir Path directory;

    private Path path() {
        return directory.resolve("books.duckdb");
    }

    private static String caller(int number) {
        return "sql-clever-fox-%06d".formatted(number);
    }

    private static void tell(Books books, int first, int count) {
        for (int i = first; i < first + count; i++) {
            Story story = new Story(books, caller(i), Story.START.plusSeconds(i));
            story.statement("q" + i);
            story.row("udf-merry-owl-%06d".formatted(i), 0, Usage.NONE);
            story.statementEnds(1, Usage.NONE);
        }
    }

    private static List<String> sessions(Books books, Condition... conditions) {
        List<String> sessions = new ArrayList<>();
        try (Scan scan =
                books.scan(
                        "all_data",
                        List.of("session_id", "invocation_metadata_json"),
                        java.util.Optional.empty(),
                        List.of(conditions))) {
            for (var row = scan.next(); row != null; row = scan.next()) {
                sessions.add(String.valueOf(row[0]));
            }
        }
        return sessions;
    }

    private static Condition callers(String... callers) {
        return new Condition("caller_id", "=", List.of(callers));
    }

    private long places() throws SQLException {
        try (DuckDbFile file = new DuckDbFile(path())) {
            DuckDBConnection connection = file.connect();
            try (PreparedStatement select =
                            connection.prepareStatement("SELECT count(*) FROM caller_place");
                    ResultSet rows = select.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        }
    }

    @Test
    void a_caller_finds_what_it_did_in_each_batch_and_nothing_else() {
        try (Books books = Books.open(path(), CLOCK)) {
            Story late = new Story(books, caller(0));
            late.statement("q");
            late.row("udf-merry-owl-first1", 0, Usage.NONE);
            assertThat(sessions(books, callers(caller(0))))
                    .hasSize(6)
                    .containsOnly("udf-merry-owl-first1");
            tell(books, 1, 30);
            assertThat(sessions(books, callers(caller(7))))
                    .hasSize(6)
                    .containsOnly("udf-merry-owl-000007");
            late.row("udf-merry-owl-second", 1, Usage.NONE);

            assertThat(sessions(books, callers(caller(0))))
                    .hasSize(12)
                    .contains("udf-merry-owl-first1", "udf-merry-owl-second");
            assertThat(sessions(books, callers(caller(3), caller(28)))).hasSize(12);
            assertThat(sessions(books, callers("sql-nobody-fox-000000"))).isEmpty();
            assertThat(sessions(books)).hasSize(32 * 6);
        }
    }

    @Test
    void books_of_an_older_version_are_found_too() throws Exception {
        try (Books books = Books.open(path(), CLOCK)) {
            tell(books, 0, 20);
        }
        try (DuckDbFile file = new DuckDbFile(path())) {
            DuckDBConnection connection = file.connect();
            for (String undo :
                    List.of(
                            "DROP TABLE caller_place",
                            "DELETE FROM schema_version WHERE name = '008_caller_places.sql'")) {
                try (PreparedStatement statement = connection.prepareStatement(undo)) {
                    boolean _ = statement.execute();
                }
            }
        }

        try (Books books = Books.open(path(), CLOCK)) {
            assertThat(sessions(books, callers(caller(11)))).hasSize(6);
            tell(books, 20, 1);
            assertThat(sessions(books, callers(caller(20)))).hasSize(6);
        }
    }

    @Test
    void places_go_with_the_events_that_are_removed() throws Exception {
        Instant later = Story.START.plus(Duration.ofDays(40));
        try (Books books = Books.open(path(), CLOCK)) {
            tell(books, 0, 20);
        }
        long before = places();
        try (Books books = Books.open(path(), Clock.fixed(later, CLOCK.getZone()))) {
            new Story(books, caller(77), later).row("udf-merry-owl-later1", 0, Usage.NONE);

            assertThat(books.retain(RetainedTable.UNIFIED_LOGS, 10)).isEqualTo(20 * 6);
            assertThat(sessions(books, callers(caller(77)))).hasSize(6);
        }

        assertThat(before).isGreaterThanOrEqualTo(20);
        assertThat(places()).isBetween(1L, 2L);
    }
}
