package io.rvbbit.udf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.tracking.CallerId;
import io.rvbbit.udf.cascade.RowError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    private static final CallerId CALLER = new CallerId("sql-clever-fox-abc123");

    @TempDir private Path directory;
    private Instant now = Instant.parse("2026-11-22T10:00:00Z");

    private Journals journals(long bytes) {
        return new Journals(directory, new Journals.Bounds(Duration.ofDays(7), bytes), () -> now);
    }

    private static CallKey key(String name) {
        return CallKey.hashed("clause", "0", name);
    }

    private static Answer answer(String value) {
        return new Answer(
                "udf-merry-owl-abc124", value, null, "{}", null, 1, 10, 2, "0.000001", 5, false);
    }

    private static Answer failed() {
        return new Answer(
                "udf-merry-owl-abc124",
                null,
                null,
                "{}",
                new RowError("timeout", SqlState.QUERY_CANCELED, "late", 1),
                1,
                0,
                0,
                "0",
                5,
                false);
    }

    @Test
    void a_later_run_finds_good_answers_and_no_failures() {
        Journals journals = journals(1 << 30);
        try (Journal first = journals.begin(TestJournal.head(CALLER.value()))) {
            first.put(key("k1"), key("a1"), answer("äöü"));
            first.put(key("k2"), key("a2"), failed());
            assertThat(first.get(key("k1"))).contains(answer("äöü"));
            assertThat(first.get(key("k2"))).isPresent();
            assertThat(first.earlier(key("k1"), key("a1"))).isEmpty();
        }
        assertThat(journals.head(CALLER)).isEqualTo(TestJournal.head(CALLER.value()));
        try (Journal second = journals.resume(CALLER)) {
            assertThat(second.get(key("k1"))).isEmpty();
            assertThat(second.earlier(key("other model"), key("a1"))).contains(answer("äöü"));
            assertThat(second.get(key("other model"))).contains(answer("äöü"));
            assertThat(second.earlier(key("k2"), key("a2"))).isEmpty();
        }
    }

    @Test
    void rows_are_compared_by_what_they_hold_and_how_often() {
        Journals journals = journals(1 << 30);
        try (Journal first = journals.begin(TestJournal.head(CALLER.value()))) {
            first.row(0, 1, key("a"), "{\"x\":1}", true);
            first.row(0, 2, key("a"), "{\"x\":1}", false);
            first.row(0, 3, key("b"), "{\"x\":2}", true);
            assertThat(first.comparison()).isEmpty();
        }
        try (Journal second = journals.resume(CALLER)) {
            second.row(0, 1, key("c"), "{\"x\":3}", true);
            second.row(0, 2, key("a"), "{\"x\":1}", true);
            assertThat(second.comparison()).contains(new Journal.Comparison(1, 1, 2));
        }
    }

    @Test
    void wherever_a_kill_tears_it_what_is_whole_is_found() throws IOException {
        Journals journals = journals(1 << 30);
        Path file = directory.resolve(CALLER + ".journal");
        long head;
        try (Journal first = journals.begin(TestJournal.head(CALLER.value()))) {
            head = Files.size(file);
            for (int i = 0; i < 4; i++) {
                first.put(key("k" + i), key("a" + i), answer("v" + i));
            }
        }
        byte[] whole = Files.readAllBytes(file);
        int last = 4;
        for (int length = whole.length; length >= head; length--) {
            Files.write(file, Arrays.copyOf(whole, length));
            int found = 0;
            try (Journal torn = journals.resume(CALLER)) {
                for (int i = 0; i < 4; i++) {
                    found += torn.earlier(key("k" + i), key("a" + i)).isPresent() ? 1 : 0;
                }
            }
            assertThat(found).as("cut at %d", length).isLessThanOrEqualTo(last);
            last = found;
        }
        assertThat(last).isZero();
        Files.write(file, Arrays.copyOf(whole, (int) head - 1));
        assertThatThrownBy(() -> journals.resume(CALLER))
                .isInstanceOfSatisfying(
                        SqlException.class,
                        e -> assertThat(e.state()).isEqualTo(SqlState.IO_ERROR));
    }

    @Test
    void who_runs_is_not_resumed_and_who_never_ran_is_not_known() {
        Journals journals = journals(1 << 30);
        try (Journal running = journals.begin(TestJournal.head(CALLER.value()))) {
            assertThat(running.head().user()).isEqualTo("ada");
            assertThatThrownBy(() -> journals.resume(CALLER))
                    .isInstanceOfSatisfying(
                            SqlException.class,
                            e -> assertThat(e.state()).isEqualTo(SqlState.OBJECT_IN_USE));
        }
        assertThatThrownBy(() -> journals.resume(new CallerId("sql-calm-bee-zzzzzz")))
                .isInstanceOfSatisfying(
                        SqlException.class,
                        e -> assertThat(e.state()).isEqualTo(SqlState.UNDEFINED_OBJECT));
    }

    @Test
    void the_oldest_go_when_there_are_too_many() throws IOException {
        Journals journals = journals(1);
        journals.begin(TestJournal.head(CALLER.value())).close();
        assertThat(directory).isDirectoryContaining("glob:**.journal");
        now = now.plus(Duration.ofMinutes(2));
        try (Journal next = journals.begin(TestJournal.head("sql-calm-bee-abc999"))) {
            assertThat(next.head().caller()).isEqualTo("sql-calm-bee-abc999");
            assertThat(directory)
                    .isDirectoryContaining("glob:**calm-bee*")
                    .isDirectoryNotContaining("glob:**clever-fox*");
        }
    }

    @Test
    void an_index_of_many_keys_finds_each_and_no_other() {
        AnswerIndex index = new AnswerIndex();
        Map<CallKey, Long> model = new HashMap<>();
        RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
        for (int i = 0; i < 20_000; i++) {
            CallKey key = new CallKey(random.nextLong(8_000), random.nextLong(2));
            long place = random.nextLong(1L << 40);
            index.put(key, place);
            model.put(key, place);
        }
        assertThat(index.size()).isEqualTo(model.size());
        model.forEach((key, place) -> assertThat(index.get(key)).isEqualTo(place));
        assertThat(index.get(new CallKey(9_000, 0))).isEqualTo(AnswerIndex.NONE);
        Map<CallKey, Long> seen = new HashMap<>();
        index.forEach(seen::put);
        assertThat(seen).isEqualTo(model);
    }
}
