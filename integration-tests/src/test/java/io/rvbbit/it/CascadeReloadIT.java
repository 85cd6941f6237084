package io.rvbbit.it;

import static io.rvbbit.rewriter.SqlState.INVALID_PARAMETER_VALUE;
import static io.rvbbit.rewriter.SqlState.UNDEFINED_OBJECT;
import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubAnswer;
import io.rvbbit.it.testkit.StubRequest;
import io.rvbbit.it.testkit.TestGateway;
import io.rvbbit.udf.cascade.CascadeCatalog;
import io.rvbbit.udf.cascade.CascadeParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A cascade's file changes while the gateway runs. */
@GatewayTest
class CascadeReloadIT {
    private static final Path FILE = TestGateway.cascades().resolve("reloaded.yaml");
    private static final Path PART = TestGateway.cascades().resolve("reloaded_part.yaml");
    private static final Path DEEP = TestGateway.cascades().resolve("reloaded_deep.yaml");
    private static final String MAP =
            "RVBBIT MAP PARALLEL 1 'reloaded' USING (SELECT * FROM (VALUES %s) t(text))";

    @AfterEach
    void remove_the_files() {
        remove(FILE);
        remove(PART);
        remove(DEEP);
    }

    private static void write(String word) {
        text(
                FILE,
                "cascade_id: reloaded\ncells: [{name: ask, instructions: \"%s {{ input.text }}\"}]\n"
                        .formatted(word));
    }

    private static void part(String word) {
        text(
                PART,
                "cascade_id: reloaded_part\ncells: [{name: say, instructions: \"%s {{ input.text }}\"}]\n"
                        .formatted(word));
    }

    private static void text(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void remove(Path file) {
        try {
            boolean _ = Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String hashOf(SqlSession sql, String caller, String cascade) {
        return sql.text(
                "SELECT min(metadata_json::JSON ->> 'content_hash') FROM unified_logs WHERE"
                        + " event_type = 'cascade_start' AND cascade_id = '%s' AND caller_id = '%s'"
                                .formatted(cascade, caller));
    }

    private static String hashes(String caller) {
        return """
        SELECT count(*) AS sessions, count(DISTINCT metadata_json::JSON ->> 'content_hash') AS hashes
        FROM unified_logs
        WHERE event_type = 'cascade_start' AND caller_id = '%s'\
        """
                .formatted(caller);
    }

    private static String hash(SqlSession sql, String caller) {
        return sql.text(
                "SELECT min(metadata_json::JSON ->> 'content_hash') FROM unified_logs WHERE"
                        + " event_type = 'cascade_start' AND caller_id = '"
                        + caller
                        + "'");
    }

    @Test
    void a_statement_keeps_the_version_it_began_with(SqlSession sql) throws IOException {
        write("old");
        sql.model()
                .answering(request -> {
                    write("new");
                    return StubAnswer.text(request.lastUserMessage());
                });

        sql.query(MAP.formatted("('a'), ('b'), ('c')"))
                .returns("text | result\na | old a\nb | old b\nc | old c");
        String during = sql.lastCaller();
        sql.query(MAP.formatted("('d'), ('e')")).returns("text | result\nd | new d\ne | new e");
        String after = sql.lastCaller();

        assertThat(sql.model().calls()).isEqualTo(5);
        sql.query(hashes(during)).returns("sessions | hashes\n3 | 1");
        sql.query(hashes(after)).returns("sessions | hashes\n2 | 1");
        assertThat(hash(sql, after))
                .isEqualTo(CascadeParser.parse("", Files.readString(FILE)).contentHash())
                .isNotEqualTo(hash(sql, during));
    }

    @Test
    void a_changed_file_is_not_answered_from_what_the_old_one_stored(SqlSession sql) {
        sql.model().answering(request -> StubAnswer.text(request.lastUserMessage()));
        String one = MAP.formatted("('a')");

        write("old");
        sql.query(one).returns("text | result\na | old a");
        write("new");
        sql.query(one).returns("text | result\na | new a");
        write("old");
        sql.query(one).returns("text | result\na | old a");

        assertThat(sql.model().requests())
                .extracting(StubRequest::lastUserMessage)
                .isEqualTo(List.of("old a", "new a"));
    }

    @Test
    void a_file_that_breaks_is_told_with_its_place_until_it_is_mended(SqlSession sql)
            throws IOException {
        write("good");
        String one = MAP.formatted("('a')");
        sql.query(one);

        Files.writeString(FILE, "cascade_id: reloaded\ncells: [{name: ask, instrutions: hi}]\n");
        sql.query(one)
                .fails(INVALID_PARAMETER_VALUE)
                .says("reloaded.yaml:2:9: cell \"ask\" needs \"instructions\"")
                .hint("did you mean \"instructions\"?");
        write("mended");
        sql.query(one);

        assertThat(sql.model().requests().getLast().lastUserMessage()).isEqualTo("mended a");
    }

    @Test
    void a_statement_outlives_its_file(SqlSession sql) {
        write("old");
        sql.model()
                .answering(request -> {
                    remove(FILE);
                    return StubAnswer.text(request.lastUserMessage());
                });

        sql.query(MAP.formatted("('a'), ('b')")).returns("text | result\na | old a\nb | old b");
        sql.query(MAP.formatted("('a')")).fails(UNDEFINED_OBJECT).says("\"reloaded\"");

        assertThat(sql.model().calls()).isEqualTo(2);
    }

    @Test
    void a_file_that_breaks_leaves_the_statement_alone_that_runs(SqlSession sql) {
        write("old");
        sql.model()
                .answering(request -> {
                    text(FILE, "cascade_id: reloaded\ncells:\n- {name: ask, instructions: [}\n");
                    return StubAnswer.text(request.lastUserMessage());
                });

        sql.query(MAP.formatted("('a'), ('b'), ('c')"))
                .returns("text | result\na | old a\nb | old b\nc | old c");
        sql.query(MAP.formatted("('d')")).fails(INVALID_PARAMETER_VALUE).says("reloaded.yaml:3:");

        assertThat(sql.model().calls()).isEqualTo(3);
    }

    @Test
    void a_statement_keeps_the_sub_cascades_that_it_began_with(SqlSession sql) {
        text(
                FILE,
                """
                cascade_id: reloaded
                cells:
                - {name: part, sub_cascade: reloaded_part}
                - {name: ask, instructions: "{{ outputs.part }}!"}
                """);
        part("old");
        sql.model()
                .answering(request -> {
                    part("new");
                    return StubAnswer.text(request.lastUserMessage());
                });

        sql.query(MAP.formatted("('a'), ('b')")).returns("text | result\na | old a!\nb | old b!");
        String during = sql.lastCaller();
        sql.query(MAP.formatted("('a')")).returns("text | result\na | new a!");
        String after = sql.lastCaller();

        // Two sessions to a row, each with the hash of its own cascade.
        sql.query(hashes(during)).returns("sessions | hashes\n4 | 2");
        sql.query(hashes(after)).returns("sessions | hashes\n2 | 2");
        assertThat(hashOf(sql, after, "reloaded_part"))
                .isNotEqualTo(hashOf(sql, during, "reloaded_part"));
        assertThat(sql.model().calls()).isEqualTo(6);
    }

    @Test
    void a_sub_cascade_that_breaks_or_goes_is_told_with_its_place(SqlSession sql) {
        text(FILE, "cascade_id: reloaded\ncells:\n- {name: part, sub_cascade: reloaded_part}\n");
        part("old");
        sql.model().answering(request -> StubAnswer.text(request.lastUserMessage()));
        sql.query(MAP.formatted("('a')")).returns("text | result\na | old a");

        text(PART, "cascade_id: reloaded_part\ncells: [{name: say, instruction: hi}]\n");
        sql.query(MAP.formatted("('b')"))
                .fails(INVALID_PARAMETER_VALUE)
                .says("reloaded_part.yaml:2:9:");
        remove(PART);
        sql.query(MAP.formatted("('b')")).fails(UNDEFINED_OBJECT).says("reloaded.yaml:3:");
        part("new");
        sql.query(MAP.formatted("('b')")).returns("text | result\nb | new b");

        assertThat(sql.model().calls()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{name: say, sub_cascade: reloaded_deep}",
                "{name: say, instructions: hi, skills: [{cascade: reloaded_deep}]}",
                "{name: say, instructions: hi, wards: {post: [{cascade: reloaded_deep}]}}",
                "{name: say, for_each_row: {rows: '{{ [1] }}'}, sub_cascade: reloaded_deep}",
            })
    void a_change_deep_within_is_a_change_of_every_cascade_above(String cell, SqlSession sql) {
        String deep = "cascade_id: deep\ncells: [{name: w, instructions: '%s'}]\n";
        String map = MAP.formatted("('deep " + cell.hashCode() + "')");
        sql.model().answering(_ -> StubAnswer.text("yes"));
        text(
                FILE,
                "cascade_id: reloaded\npure: true\ncells: [{name: p, sub_cascade: reloaded_part}]\n");
        text(PART, "cascade_id: reloaded_part\npure: true\ncells: [" + cell + "]\n");
        text(DEEP, deep.formatted("old"));
        sql.query(map).returnsRows(1);
        String before = sql.lastCaller();
        long calls = sql.model().calls();
        sql.query(map).returnsRows(1);
        assertThat(sql.model().calls()).isEqualTo(calls);

        text(DEEP, deep.formatted("new"));

        sql.query(map).returnsRows(1);
        String after = sql.lastCaller();
        assertThat(sql.model().calls()).isEqualTo(2 * calls);
        for (String cascade : List.of("reloaded", "reloaded_part")) {
            assertThat(hashOf(sql, after, cascade))
                    .isEqualTo(
                            new CascadeCatalog(List.of(TestGateway.cascades()))
                                    .load(cascade)
                                    .contentHash())
                    .isNotEqualTo(hashOf(sql, before, cascade));
        }
    }
}
