package io.rvbbit.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.Processes;
import io.rvbbit.it.testkit.Processes.Outcome;
import io.rvbbit.it.testkit.TestGateway;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real psql. */
@GatewayTest
class PsqlIT {
    private static final String MAP =
            "RVBBIT MAP 'first_word' AS word USING (SELECT * FROM (VALUES ('red apple'),"
                    + " ('green pear')) v(text))";

    @BeforeAll
    static void psql_is_needed() {
        assumeTrue(Processes.isInstalled("psql"), "psql is not installed");
    }

    private static Outcome psql(TestGateway gateway, String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "psql",
                                "-X",
                                "-h",
                                "127.0.0.1",
                                "-p",
                                Integer.toString(gateway.port()),
                                "-U",
                                "rvbbit",
                                "-d",
                                "default"));
        command.addAll(List.of(arguments));
        return Processes.run(Path.of("."), Map.of("PGCLIENTENCODING", "UTF8"), command);
    }

    @Test
    void a_map_is_a_table_like_any_other(TestGateway gateway) throws Exception {
        Outcome outcome = psql(gateway, "-c", MAP);

        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.out())
                .isEqualTo(
                        """
                            text    | word \s
                        ------------+-------
                         red apple  | red
                         green pear | green
                        (2 rows)

                        """);
        assertThat(outcome.err()).startsWith("NOTICE:  caller_id sql-");
    }

    @Test
    void an_error_shows_its_line_with_a_caret(TestGateway gateway) throws Exception {
        Outcome outcome =
                psql(
                        gateway,
                        "-c",
                        "RVBBIT MAP 'first_word' AS word\n  USNIG (SELECT 'x' AS text)");

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err())
                .contains("ERROR:  syntax error")
                .contains("LINE 2:   USNIG (SELECT 'x' AS text)\n          ^\n")
                .contains("HINT:  ");
    }

    @Test
    void a_file_of_several_statements(TestGateway gateway, @TempDir Path directory)
            throws Exception {
        Path file = directory.resolve("script.sql");
        Files.writeString(
                file,
                """
                -- RVBBIT MAP in a comment; with a semicolon
                \\set word '''first_word'''
                CREATE TEMP TABLE words AS %s;
                SELECT word, ';' AS semicolon FROM words ORDER BY 1;
                RVBBIT MAP :word USING (SELECT 'one more' AS text);
                BEGIN; INSERT INTO words VALUES ('x', 'y'); ROLLBACK;
                SELECT count(*) FROM words;
                """
                        .formatted(MAP));

        Outcome outcome = psql(gateway, "-A", "-t", "-v", "ON_ERROR_STOP=1", "-f", file.toString());

        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out().lines())
                .filteredOn(line -> !line.matches("(CREATE|SELECT|BEGIN|INSERT|ROLLBACK).*"))
                .containsExactly("green|;", "red|;", "one more|one", "2");
    }

    @Test
    void several_statements_in_one_message_stop_at_the_error(TestGateway gateway) throws Exception {
        Outcome outcome =
                psql(gateway, "-A", "-t", "-c", "SELECT 1; SELECT no_such_column; SELECT 3");

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.out()).doesNotContain("3");
        assertThat(outcome.err()).contains("ERROR:", "no_such_column");
    }

    @Test
    void the_catalogue_can_be_browsed(TestGateway gateway) throws Exception {
        psql(
                gateway,
                "-c",
                "CREATE TABLE IF NOT EXISTS shelf (id INTEGER NOT NULL, title VARCHAR, price"
                        + " DECIMAL(10,2), tags VARCHAR[])");

        Outcome described = psql(gateway, "-c", "\\d shelf");
        assertThat(described.err()).isEmpty();
        assertThat(described.out().lines().map(String::stripTrailing))
                .containsSubsequence(
                        " Column |     Type      | Collation | Nullable | Default",
                        "--------+---------------+-----------+----------+---------",
                        " id     | integer       |           | not null |",
                        " title  | text          |           |          |",
                        " price  | numeric(10,2) |           |          |",
                        " tags   | text[]        |           |          |");
        assertThat(psql(gateway, "-c", "\\dt").out()).contains("shelf", "table");
        assertThat(psql(gateway, "-c", "\\d").out()).contains("shelf");
        assertThat(psql(gateway, "-A", "-t", "-c", "\\l").out()).contains("default|", "memory|");
        assertThat(psql(gateway, "-A", "-c", "\\df rvbbit*").out())
                .contains("rvbbit_run", "rvbbit_run_batch");
        psql(gateway, "-c", "DROP TABLE shelf");
    }

    @Test
    void a_name_that_is_not_there_is_told_so(TestGateway gateway) throws Exception {
        assertThat(psql(gateway, "-c", "\\d no_such_table").err())
                .contains("Did not find any relation named \"no_such_table\"");
    }

    @Test
    void the_books_read_like_tables(TestGateway gateway) throws Exception {
        psql(gateway, "-q", "-c", MAP);

        Outcome outcome =
                psql(
                        gateway,
                        "-A",
                        "-t",
                        "-c",
                        "SELECT count(*) >= 2 FROM all_data WHERE cost > 0 AND caller_id LIKE"
                                + " 'sql-%'");

        assertThat(outcome.out()).isEqualTo("t\n");
        assertThat(psql(gateway, "-c", "\\d session_state").out()).contains("caller_id");
    }

    @Test
    void timing_and_expanded_output(TestGateway gateway) throws Exception {
        Outcome outcome = psql(gateway, "-x", "-c", "\\timing off", "-c", MAP + " LIMIT 1");
        assertThat(outcome.exitCode()).as("a LIMIT outside is no part of the grammar").isEqualTo(1);

        Outcome expanded = psql(gateway, "-x", "-c", "\\timing off", "-c", MAP);
        assertThat(expanded.out())
                .contains("Timing is off.")
                .contains("-[ RECORD 1 ]----\ntext | red apple\nword | red\n");
    }

    @Test
    void an_unknown_database_is_refused(TestGateway gateway) throws Exception {
        Outcome outcome = psql(gateway, "-d", "nowhere", "-c", "SELECT 1");

        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).contains("FATAL:", "nowhere");
    }
}
