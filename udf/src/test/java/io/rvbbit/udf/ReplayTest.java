package io.rvbbit.udf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.tracking.CallerId;
import io.rvbbit.udf.JournalHead.InputColumn;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rows of an earlier statement, read from its journal. */
class ReplayTest {
    private static final String CALLER = "sql-clever-fox-abc123";

    @TempDir private Path directory;
    private Journals journals = new Journals(Path.of("."), NONE, Instant::now);

    private static final Journals.Bounds NONE = new Journals.Bounds(Duration.ofDays(7), 1 << 30);

    @BeforeEach
    void open() {
        journals = new Journals(directory, NONE, () -> Instant.parse("2026-11-22T10:00:00Z"));
    }

    private static JournalHead head(InputColumn... columns) {
        return new JournalHead(
                CALLER,
                "RVBBIT MAP …",
                "rvbbit_map",
                "ada",
                "default",
                List.of(),
                List.of(),
                Map.of(),
                "2026-11-22T10:00:00Z",
                List.of(columns),
                List.of());
    }

    private static CallKey key(String name) {
        return CallKey.hashed("clause", "0", name);
    }

    private static void put(Journal journal, String name, @Nullable String cost) {
        journal.put(
                key("now " + name),
                key(name),
                new Answer(
                        "udf-merry-owl-abc124", name, null, "{}", null, 1, 10, 2, cost, 5, false));
    }

    private static void row(Journal journal, long number, String name, boolean own) {
        journal.row(0, number, key(name), "{\"x\":\"" + name + "\"}", own);
    }

    private List<String> values(boolean lastRunOnly, long most) {
        try (Replay replay = journals.replay(head(), lastRunOnly, most)) {
            return LongStream.rangeClosed(1, replay.count())
                    .mapToObj(i ->
                            Json.tree(replay.row(i)).path("x").asText()
                                    + " "
                                    + replay.answer(i).value()
                                    + " "
                                    + replay.answer(i).cost())
                    .toList();
        }
    }

    @Test
    void rows_come_in_their_order_and_who_did_not_pay_cost_nothing() {
        try (Journal journal = journals.begin(head())) {
            put(journal, "b", "0.2");
            row(journal, 5, "b", true);
            put(journal, "a", null);
            row(journal, 2, "a", true);
            row(journal, 9, "b", false);
        }
        assertThat(values(true, 100)).containsExactly("a a null", "b b 0.2", "b b 0.000000000000");
        assertThat(values(true, 2)).containsExactly("a a null", "b b 0.2");
    }

    @Test
    void a_row_that_the_engine_evaluated_twice_paid_the_first_time() {
        try (Journal journal = journals.begin(head())) {
            put(journal, "a", "0.1");
            row(journal, 1, "a", true);
            row(journal, 1, "a", false);
        }
        assertThat(values(true, 100)).containsExactly("a a 0.1");
    }

    @Test
    void of_a_resumed_statement_the_last_run_counts_and_if_it_broke_off_the_others_too() {
        try (Journal journal = journals.begin(head())) {
            put(journal, "a", "0.1");
            put(journal, "b", "0.2");
            row(journal, 1, "a", true);
            row(journal, 2, "b", true);
        }
        try (Journal journal = journals.resume(new CallerId(CALLER))) {
            put(journal, "c", "0.3");
            row(journal, 1, "c", true);
        }
        assertThat(values(true, 100)).containsExactly("c c 0.3");
        assertThat(values(false, 100)).containsExactly("c c 0.3", "b b 0.2");
    }

    @Test
    void an_answer_that_came_after_a_failure_is_the_answer() {
        try (Journal journal = journals.begin(head())) {
            put(journal, "a", "0.1");
            put(journal, "a", "0.7");
            row(journal, 1, "a", true);
        }
        assertThat(values(true, 100)).containsExactly("a a 0.7");
    }

    @Test
    void numbers_are_handed_to_the_engine_as_texts_unless_it_takes_json() {
        try (Journal journal =
                journals.begin(
                        head(
                                new InputColumn("d", "DECIMAL(38,10)[]"),
                                new InputColumn("j", "JSON"),
                                new InputColumn("u", "STRUCT(a UNION(n INTEGER, s VARCHAR))")))) {
            put(journal, "a", "0.1");
            journal.row(
                    0,
                    1,
                    key("a"),
                    "{\"d\":[1234567890123456789.1234567890,null,NaN],\"j\":{\"n\":1.50},"
                            + "\"u\":{\"a\":{\"n\":1}}}",
                    true);
        }
        JournalHead head = journals.head(new CallerId(CALLER));
        try (Replay replay = journals.replay(head, true, 100)) {
            assertThat(replay.columns(1))
                    .isEqualTo(
                            "{\"d\":[\"1234567890123456789.1234567890\",null,\"NaN\"],"
                                    + "\"j\":{\"n\":1.50},\"u\":{\"a\":{\"n\":1}}}");
        }
    }

    @Test
    void each_row_is_compared_once() {
        try (Journal journal = journals.begin(head())) {
            for (int i = 1; i <= 4; i++) {
                put(journal, "a" + i, "0.1");
                row(journal, i, "a" + i, true);
            }
        }
        try (Replay replay = journals.replay(head(), true, 100)) {
            replay.compared(1, false, false, "0.1");
            replay.compared(1, true, false, "0.1");
            replay.compared(2, true, false, "0.2");
            replay.compared(3, true, true, null);
            replay.compared(4, false, true, "0");
            assertThat(replay.comparison())
                    .isEqualTo(new Replay.Comparison(1, 1, 2, new BigDecimal("0.3"), 1));
            assertThat(replay.comparison().rows()).isEqualTo(4);
            assertThatThrownBy(() -> replay.row(5)).isInstanceOf(SqlException.class);
        }
    }

    @Test
    void a_statement_that_runs_or_whose_journal_is_gone_has_no_rows() {
        try (Journal running = journals.begin(head())) {
            assertThat(running.head()).isEqualTo(head());
            assertThatThrownBy(() -> journals.replay(head(), true, 100))
                    .isInstanceOfSatisfying(
                            SqlException.class,
                            e -> assertThat(e.state()).isEqualTo(SqlState.OBJECT_IN_USE));
        }
        assertThat(values(true, 100)).isEmpty();
        assertThat(directory.resolve(CALLER + ".journal").toFile().delete()).isTrue();
        assertThatThrownBy(() -> journals.replay(head(), true, 100))
                .isInstanceOfSatisfying(
                        SqlException.class,
                        e -> assertThat(e.state()).isEqualTo(SqlState.UNDEFINED_OBJECT));
    }

    @Test
    void a_torn_end_is_left_as_it_is() throws IOException {
        try (Journal journal = journals.begin(head())) {
            put(journal, "a", "0.1");
            row(journal, 1, "a", true);
        }
        Path file = directory.resolve(CALLER + ".journal");
        byte[] whole = Files.readAllBytes(file);
        byte[] torn = new byte[whole.length + 7];
        System.arraycopy(whole, 0, torn, 0, whole.length);
        Files.write(file, torn);
        assertThat(values(true, 100)).containsExactly("a a 0.1");
        assertThat(Files.size(file)).isEqualTo(torn.length);
    }

    @Test
    void a_head_of_an_earlier_version_tells_no_columns() throws IOException {
        String old = new String(Json.bytes(head()), StandardCharsets.UTF_8);
        String without = old.replace(",\"inputs\":[]", "");
        assertThat(without).isNotEqualTo(old);
        JournalHead read = Json.value(without.getBytes(StandardCharsets.UTF_8), JournalHead.class);
        assertThat(read.inputs()).isNull();
        assertThat(read.statement()).isEqualTo("RVBBIT MAP …");
    }
}
